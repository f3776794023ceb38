"""What happened in a world, in order."""

from __future__ import annotations

from datetime import UTC, datetime

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
