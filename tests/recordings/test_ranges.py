from __future__ import annotations

import pytest

from mockserver.recordings.ranges import Unsatisfiable, part_asked_for


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-99", range(100)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=10-", range(10, 100)),
        ("bytes=99-", range(99, 100)),
        ("bytes=-1", range(99, 100)),
        ("bytes=-100", range(100)),
        ("bytes=-5000", range(100)),
        ("bytes=90-5000", range(90, 100)),
        ("Bytes = 10 - 19 ", range(10, 20)),
        ("bytes=0-999999999999999999", range(100)),
    ],
)
def test_one_range_is_a_part(header, part):
    """From, to (both counted), or the last so many; what is beyond the end is cut off."""
    assert part == part_asked_for(header, 100)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=1.5-2",
        "bytes=--1",
        "bytes=0-1,5-6",
        "items=0-5",
        "bytes=٣-٤",
        "bytes=0-" + "9" * 5_000,
    ],
)
def test_what_is_no_range_asks_for_all(header):
    """Nonsense, other units and several ranges at once are ignored, as the standard allows."""
    assert part_asked_for(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=5000-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(header):
    """There is nothing to send."""
    with pytest.raises(Unsatisfiable):
        part_asked_for(header, 100)
