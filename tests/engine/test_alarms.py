"""The double-dial alarm: the same pair again, after an answer that was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.order import Party
from mockserver.engine.alarms import Alarm, Alarms
from mockserver.engine.events import EventLog

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
OTHER = Party(Contact("+919899999999"))


def after(seconds):
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def alarms():
    return Alarms(lambda: 120.0, EventLog())


def test_the_pair_of_a_lost_answer_dialled_again_raises_the_alarm(house, alarms):
    """It names both calls, the pair, the fault, and when."""
    first, second = house.place(), house.place()
    alarms.unheard(first, NOON, "f1")
    alarm = alarms.dialled(second, after(5))
    pair = ("+919810012345", "+919820012345")

    assert Alarm("a1", first.sid, second.sid, *pair, "f1", NOON, after(5), 120.0) == alarm
    assert (alarm,) == alarms.alarms
    assert alarm is alarms.of_call(second.sid)
    assert alarms.of_call(first.sid) is None


@pytest.mark.parametrize(("seconds", "is_raised"), [(0, True), (120, True), (120.001, False)])
def test_the_window_ends(house, alarms, seconds, is_raised):
    """At its last moment it still counts."""
    alarms.unheard(house.place(), NOON, "f1")

    assert is_raised is (alarms.dialled(house.place(), after(seconds)) is not None)


@pytest.mark.parametrize("changes", [{"to_party": OTHER}, {"from_party": OTHER}, {"to_party": None}])
def test_another_pair_raises_nothing(house, alarms, changes):
    """Nor does the same pair the other way round."""
    alarms.unheard(house.place(), NOON, "f1")
    there = house.order()

    assert alarms.dialled(house.place(**changes), NOON) is None
    assert alarms.dialled(house.place(from_party=there.to_party, to_party=there.from_party), NOON) is None


def test_without_a_lost_answer_there_is_no_alarm(house, alarms):
    """An application may dial as often as it likes."""
    assert [None] * 3 == [alarms.dialled(house.place(), NOON) for _ in range(3)]


def test_a_lost_answer_raises_one_alarm(house, alarms):
    """Who has heard of the second call means the third; who has not, raises the next."""
    calls = [house.place() for _ in range(4)]
    alarms.unheard(calls[0], NOON, "f1")
    alarms.dialled(calls[1], NOON)
    assert alarms.dialled(calls[2], NOON) is None
    alarms.unheard(calls[2], NOON, "f2")
    alarms.dialled(calls[3], NOON)

    assert [(calls[0].sid, calls[1].sid), (calls[2].sid, calls[3].sid)] == [
        (one.first_sid, one.second_sid) for one in alarms.alarms
    ]


def test_an_answer_is_lost_once(house, alarms):
    """However often it is noted."""
    call = house.place()
    for _ in range(2):
        alarms.unheard(call, NOON, "f1")
    alarms.dialled(house.place(), NOON)

    assert alarms.dialled(house.place(), NOON) is None


def test_clearing_forgets_lost_answers_too(house, alarms):
    """It says how many alarms went."""
    for _ in range(2):
        alarms.unheard(house.place(), NOON, "f1")
    alarms.dialled(house.place(), NOON)

    assert (1, 0) == (alarms.clear(), alarms.clear())
    assert alarms.dialled(house.place(), NOON) is None


def test_alarms_are_bounded(house, alarms):
    """The latest thousand are kept."""
    first, second = house.place(), house.place()
    for _ in range(1_001):
        alarms.unheard(first, NOON, "f1")
        alarms.dialled(second, NOON)

    assert ("a2", "a1001", 1_000) == (alarms.alarms[0].id, alarms.alarms[-1].id, len(alarms.alarms))


def test_the_engine_raises_the_alarm_when_a_call_is_placed(house):
    """And tells it as an event."""
    first = house.place()
    house.world.alarms.unheard(first, house.world.clock.now(), "f1")
    second = house.place()
    [event] = [one for one in house.world.events.latest() if one.kind == "alarm.double-dial"]

    assert (second.sid, {"alarm": "a1", "first": first.sid, "fault": "f1"}) == (event.call_sid, event.facts)
