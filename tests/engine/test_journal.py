"""Every request that came in, bounded, without credentials."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockserver.engine.journal import Exchange, Journal, readable, redacted

AT = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)


def exchange(number, body=b"", response_body=b""):
    return Exchange(
        id=f"q{number}",
        at=AT,
        method="POST",
        path="/calls",
        query="",
        headers=(),
        body=body,
        status=200,
        response_headers=(),
        response_body=response_body,
        seconds=0.01,
    )


def ids(journal):
    return [entry.id for entry in journal.entries()]


def test_entries_are_kept_in_order():
    """With ids that count from one."""
    journal = Journal()
    for number in (1, 2, 3):
        journal.append(exchange(number))

    assert ["q1", "q2", "q3"] == ids(journal)
    assert ["q1", "q2"] == [journal.next_id(), journal.next_id()]
    assert 0 == journal.dropped


def test_the_number_of_entries_is_bounded():
    """The oldest go, and are counted."""
    journal = Journal(max_entries=3)
    for number in range(1, 6):
        journal.append(exchange(number))

    assert ["q3", "q4", "q5"] == ids(journal)
    assert 2 == journal.dropped


def test_the_bytes_of_all_entries_are_bounded():
    """Bodies of requests and of answers count, with something for each entry."""
    journal = Journal(max_bytes=50_000)
    for number in range(1, 6):
        journal.append(exchange(number, b"x" * 10_000, b"y" * 5_000))

    assert ["q3", "q4", "q5"] == ids(journal)
    assert sum(entry.size for entry in journal.entries()) <= 50_000


def test_headers_and_paths_count():
    """A journal of requests without bodies is bounded, too."""
    journal = Journal(max_bytes=50_000)
    for number in range(1, 6):
        journal.append(replace(exchange(number), path="/" * 10_000, headers=[(b"x", b"y" * 5_000)]))

    assert ["q3", "q4", "q5"] == ids(journal)
    assert journal.bytes == sum(entry.size for entry in journal.entries()) <= 50_000


def test_entries_behind_a_number():
    """Oldest first."""
    journal = Journal(max_entries=3)
    for number in range(1, 6):
        journal.append(exchange(number))

    assert [["q3", "q4", "q5"], ["q5"], []] == [[one.id for one in journal.after(number)] for number in (1, 4, 5)]


def test_one_entry_is_kept_however_large_it_is():
    """The latest request can always be looked at; the next one frees its bytes."""
    journal = Journal(max_bytes=1_000)
    journal.append(exchange(1, b"x" * 100_000))
    kept = ids(journal)
    journal.append(exchange(2))

    assert (["q1"], ["q2"]) == (kept, ids(journal))


def test_clearing_forgets_the_bytes_too():
    """It says how many entries went."""
    journal = Journal(max_bytes=10_000)
    journal.append(exchange(1, b"x" * 8_000))

    assert 1 == journal.clear()
    journal.append(exchange(2, b"x" * 4_000))
    journal.append(exchange(3))
    assert ["q2", "q3"] == ids(journal)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Basic a2V5OnRva2Vu", "Basic <redacted>"),
        ("authorization", "Bearer abc.def", "Bearer <redacted>"),
        ("AUTHORIZATION", "abc", "<redacted>"),
        ("Proxy-Authorization", "Basic a2V5", "Basic <redacted>"),
        ("Authorization", 'Digest username="key", response="abc"', "Digest <redacted>"),
        ("Access-Token", "mock-token", "<redacted>"),
        ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("X-Request-Id", "a b c", "a b c"),
    ],
)
def test_credentials_are_redacted_and_their_scheme_stays(name, value, shown):
    """Whatever the header's case."""
    assert ((name, shown),) == redacted(((name, value),))


@pytest.mark.parametrize(
    ("name", "value"), [("Cookie", "session=secret; theme=dark"), ("Access-Token", "secret second")]
)
def test_only_an_authorization_has_a_scheme(name, value):
    """Of a cookie nothing is shown, nor of a bare token, although there is a blank in it."""
    assert ((name, "<redacted>"),) == redacted(((name, value),))


def test_headers_are_made_readable_as_they_came():
    """Names, order and repetition stay; bytes become text; secrets are redacted."""
    raw = [(b"accept", b"*/*"), (b"x-name", b"caf\xe9"), (b"accept", b"text/html"), (b"authorization", b"Basic abc")]

    assert (
        ("accept", "*/*"),
        ("x-name", "caf\xe9"),
        ("accept", "text/html"),
        ("authorization", "Basic <redacted>"),
    ) == readable(raw)
