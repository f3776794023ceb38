"""A call as a ladder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.control.feed import FeedEvent
from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink, Client, PartyBody
from mockserver.testing.ladder import Ladder

NEAR, FAR = "+919811112222", "+919833334444"
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def client():
    with Server(Settings(port=0, clock="manual")) as server, Client(server.base_url) as client:
        yield client


@pytest.fixture
def drawn(client):
    """The words of each row of a call's ladder, with who says them to whom."""

    def drawn(*, callback=None, **story):
        with client.create_world() as world:
            world.tell_next(**story)
            world.call(from_=NEAR, to=FAR, callback=callback)
            world.advance(200)
            ladder = Ladder(NEAR, FAR)
            return [_read(row, ladder.head()) for event in world.events().events for row in ladder.rows(event)]

    return drawn


def _read(row, head):
    """When, from whom, with what words, to whom, and what the call is then."""
    places = [place for place, letter in enumerate(_lanes()) if letter == "│"]
    names = dict(zip(places, head.split(), strict=True))
    points = next(place for place, letter in enumerate(row) if letter in "▶◀")
    line = [place for place, letter in enumerate(row) if letter == "─"]
    left = max(place for place in places if place < min(line[0], points))
    right = min(place for place in places if place > max(line[-1], points))
    source, target = (left, right) if row[points] == "▶" else (right, left)
    words = row[left + 1 : right].strip("─▶◀ ")
    return float(row[:9]), names[source], words, names[target], row[places[-1] + 1 :].strip()


def _lanes():
    """The lanes alone: the shortest arrow taken out of a row."""
    [row] = Ladder(NEAR, FAR).rows(_event("call.placed"))
    assert [] == list(Ladder(NEAR, FAR, comes_in=True).rows(_event("call.placed")))
    return row[:20].replace("─", " ") + row[20:]


def _event(kind, **facts):
    return FeedEvent(1, BEGAN, kind, "sid", facts)


def test_a_call_is_drawn_from_its_events(drawn):
    """Who does what to whom, when, and what the call has become, in the order of causes."""
    with CallbackSink() as sink:
        rows = drawn(callback=sink.url("/done"))

    assert [
        (0.0, "application", "places a call", "mockserver", ""),
        (1.0, "mockserver", "rings", NEAR, "ringing-from"),
        (3.0, NEAR, "answers", "mockserver", "ringing-to"),
        (3.0, "mockserver", "answered: 200", "application", ""),
        (3.0, "mockserver", "rings", FAR, ""),
        (6.0, FAR, "answers", "mockserver", "talking"),
        (6.0, "mockserver", "answered: 200", "application", ""),
        (26.0, FAR, "hangs up", "mockserver", "ended: completed"),
        (26.0, "mockserver", "is hung up", NEAR, ""),
        (27.0, "mockserver", "over: 200", "application", "processed: completed"),
    ] == rows


@pytest.mark.parametrize(
    ("reaction", "words"),
    [
        ("busy", "is busy"),
        ("rejects", "rejects"),
        ("no-answer", "does not answer"),
        ("unreachable", "cannot be reached"),
        ("not-dialled", "is not dialled"),
    ],
)
def test_each_reaction_has_its_words(drawn, reaction, words):
    """Of the second party; the first is hung up then."""
    rows = [row[1:4] for row in drawn(to=PartyBody(reaction))]

    assert [(FAR, words, "mockserver")] == [row for row in rows if row[0] == FAR]
    assert ("mockserver", "is hung up", NEAR) == rows[-1]


def test_digits_are_drawn(drawn):
    """Who presses them is seen."""
    assert (NEAR, "presses digits", "mockserver") in [row[1:4] for row in drawn(from_=PartyBody(digits="1"))]


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("delivery.attempted", {"event": "over", "status": 500, "error": None, "state": "failed"}, "over: 500"),
        (
            "delivery.attempted",
            {"event": "over", "status": 500, "error": None, "state": "retrying"},
            "over: 500, again",
        ),
        (
            "delivery.attempted",
            {"event": "over", "status": None, "error": "timeout", "state": "failed"},
            "over: timeout",
        ),
        (
            "delivery.blocked",
            {"event": "over", "status": None, "error": "blocked", "state": "blocked"},
            "over: blocked",
        ),
        ("delivery.dropped", {"event": "answered", "fault": "f1"}, "answered: dropped"),
        ("delivery.held", {"event": "answered", "due": "x"}, "answered: held"),
    ],
)
def test_each_end_of_a_callback_has_its_words(kind, facts, words):
    """Whatever becomes of it is seen between server and application."""
    [row] = Ladder(NEAR, FAR).rows(_event(kind, **facts))

    assert ("mockserver", words, "application") == _read(row, Ladder(NEAR, FAR).head())[1:4]


def test_what_is_no_part_of_the_ladder_is_left_out():
    """Requests, the making of deliveries and the clock have no rows; time is counted from the first event on."""
    ladder = Ladder(NEAR, FAR)
    silent = [_event("request.answered"), _event("delivery.created", state="pending"), _event("clock.moved")]
    later = FeedEvent(2, BEGAN + timedelta(seconds=90), "alarm.double-dial", "sid", {})

    assert [] == [row for event in silent for row in ladder.rows(event)]
    assert next(ladder.rows(later)).startswith("    90.00")


def test_colours_and_letters_are_those_of_the_output():
    """A terminal gets colours, which change no letter; an output without line-drawing letters gets plain ones."""
    plain, coloured, ascii_ = (
        next(ladder.rows(_event("delivery.attempted", event="over", status=200, error=None, state="delivered")))
        for ladder in (Ladder(NEAR, FAR), Ladder(NEAR, FAR, has_colour=True), Ladder(NEAR, FAR, is_ascii=True))
    )

    assert "\x1b[32m over: 200 \x1b[0m" in coloured
    assert plain == coloured.replace("\x1b[32m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert ascii_.isascii()
    assert "|<----- over: 200 ------|" in ascii_
