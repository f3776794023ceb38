"""What happened in a world, in order."""

from __future__ import annotations

from datetime import UTC, datetime

import anyio
import pytest

from mockserver.engine.events import Event, EventLog

AT = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)


@pytest.fixture
def log():
    """A log of at most three events."""
    return EventLog(capacity=3)


def kinds(events):
    return [event.kind for event in events]


def test_an_event_has_a_number_a_time_and_facts(log):
    """Numbers count from one."""
    log.append(AT, "call.placed", "c1", story="default")
    log.append(AT, "clock.set", mode="real", speed=1.0)

    assert (
        Event(1, AT, "call.placed", "c1", {"story": "default"}),
        Event(2, AT, "clock.set", None, {"mode": "real", "speed": 1.0}),
    ) == log.latest()


def test_only_the_latest_events_are_kept(log):
    """Their numbers tell how many there have been."""
    for number in range(5):
        log.append(AT, f"kind {number}")

    assert [("kind 2", 3), ("kind 3", 4), ("kind 4", 5)] == [(one.kind, one.sequence) for one in log.latest()]


def test_a_recorder_gets_all_events_of_its_time(log):
    """None from before, none from after, and more than are kept."""
    log.append(AT, "before")
    with log.recorded() as recorded:
        for number in range(5):
            log.append(AT, f"kind {number}")
    log.append(AT, "after")

    assert [f"kind {number}" for number in range(5)] == kinds(recorded)


def test_recorders_do_not_disturb_each_other(log):
    """Each hears from its own beginning to its own end, although their lists are equal at times."""
    with log.recorded() as outer:
        with log.recorded() as inner:
            log.append(AT, "both")
        log.append(AT, "outer")

    assert (["both", "outer"], ["both"]) == (kinds(outer), kinds(inner))


def test_a_recorder_that_fails_is_let_go(log):
    """An error in the block does not leave it listening."""

    def fail():
        with log.recorded() as recorded:
            failed.append(recorded)
            message = "on purpose"
            raise LookupError(message)

    failed = []
    with pytest.raises(LookupError, match="on purpose"):
        fail()
    log.append(AT, "after")

    assert [[]] == failed
    assert [] == log._recorders


def test_a_note_is_no_part_of_what_is_recorded(log):
    """It is in the log, and whoever listens hears of it."""
    with log.recorded() as recorded, log.listening() as listener:
        log.note(AT, "request.answered", request="q1")
        log.append(AT, "clock.set")
        heard = anyio.run(listener.heard)

    assert ["clock.set"] == kinds(recorded)
    assert ["request.answered", "clock.set"] == kinds(log.latest()) == kinds(heard)


def test_a_listener_hears_only_what_it_wants(log):
    """And nothing when it has left."""
    with log.listening(wants=lambda event: event.call_sid == "c1") as listener:
        log.append(AT, "one", "c1")
        log.append(AT, "two", "c2")
    log.append(AT, "three", "c1")

    assert ["one"] == kinds(anyio.run(listener.heard))
    assert not log.has_audience


def test_a_listener_that_falls_behind_is_overrun(log):
    """It hears no more, is told so once, and keeps nothing."""
    dropped = []
    with log.listening(capacity=2) as listener:
        listener.on_overrun = lambda: dropped.append(True)
        for number in range(5):
            log.append(AT, f"kind {number}")

    assert (True, [True]) == (listener.is_overrun, dropped)
    assert () == anyio.run(listener.heard)


def test_a_log_that_is_closed_lets_its_listeners_go(log):
    """Those that come later, too."""
    with log.listening() as early:
        log.close()
    with log.listening() as late:
        assert ((), ()) == (anyio.run(early.heard), anyio.run(late.heard))

    assert (True, True) == (early.is_closed, late.is_closed)


def test_what_is_behind_a_sequence(log):
    """As far as it is kept; all of it for a sequence of another log."""
    for number in range(5):
        log.append(AT, f"kind {number}")

    assert [[3, 4, 5], [5], [], [3, 4, 5]] == [[one.sequence for one in log.after(after)] for after in (0, 4, 5, 99)]
