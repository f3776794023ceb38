"""Differences for people."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.testing.differences import differences, side_by_side, some_differences


class Leg(msgspec.Struct):
    state: str


class Call(msgspec.Struct):
    sid: str
    legs: list[Leg]


@pytest.mark.parametrize(
    ("expected", "came", "rows"),
    [
        (["a", "b"], ["a", "b"], ["    a          a", "    b          b"]),
        (["a", "b"], ["a"], ["    a          a", "  ! b          (nothing)"]),
        (["a"], ["b", "a"], ["  ! (nothing)   b", "    a           a"]),
        (["a"], ["b"], ["  ! a          b"]),
    ],
)
def test_two_lists_stand_side_by_side(expected, came, rows):
    """Aligned where they agree, marked where they do not."""
    assert rows == side_by_side(expected, came).splitlines()[1:]


def test_values_differ_field_by_field():
    """The path to each difference, with both values."""
    one, other = Call("a", [Leg("busy"), Leg("x")]), Call("a", [Leg("answered")])

    assert [".legs: 2 is not 1 items", ".legs[0].state: 'busy' is not 'answered'"] == list(differences(one, other))
    assert [] == list(differences(one, one))


def test_many_differences_are_cut_off():
    """With how many more there are; long values, too."""
    found = some_differences(list(range(100)), list(range(1, 101)))

    assert (26, "... and 75 more") == (len(found), found[-1])
    assert len(some_differences(["x" * 1000], ["y"])[0]) < 200
