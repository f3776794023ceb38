"""The double-dial alarm: the same pair again, after an answer that was lost."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.order import Party, Route
from mockserver.engine.alarms import Alarm, Alarms
from mockserver.engine.clock import Clock, ClockMode
from mockserver.engine.events import EventLog

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
OTHER = Party(Contact("+919899999999"))


def after(seconds):
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def clock():
    """A manual clock that stands at noon."""
    return Clock(ClockMode.MANUAL, start=NOON)


@pytest.fixture
def alarms(clock):
    return Alarms(lambda: clock, lambda: 120.0, EventLog().append)


def test_the_pair_of_a_lost_answer_dialled_again_raises_the_alarm(house, alarms, clock):
    """It names both calls, the pair, the fault, and when."""
    first, second = house.place(), house.place()
    alarms.unheard(first, "f1")
    clock.move_to(after(5))
    alarm = alarms.dialled(second)
    pair = ("+919810012345", "+919820012345")

    assert Alarm("a1", first.sid, second.sid, *pair, "f1", NOON, after(5), 120.0) == alarm
    assert (alarm,) == alarms.alarms
    assert alarm is alarms.of_call(second.sid)
    assert alarms.of_call(first.sid) is None


@pytest.mark.parametrize(("seconds", "is_raised"), [(0, True), (120, True), (120.001, False)])
def test_the_window_ends(house, clock, seconds, is_raised):
    """At its last moment it still counts; real time is nothing to it."""
    real = itertools.count(step=1_000)
    alarms = Alarms(lambda: clock, lambda: 120.0, EventLog().append, real=lambda: next(real))
    alarms.unheard(house.place(), "f1")
    clock.move_to(after(seconds))

    assert is_raised is (alarms.dialled(house.place()) is not None)


@pytest.mark.parametrize(("seconds", "is_raised"), [(0, True), (120, True), (120.001, False)])
def test_where_the_clock_jumps_the_window_is_in_real_seconds(house, seconds, is_raised):
    """It is past the end of a call before anybody could dial again."""
    clock, real = Clock(ClockMode.JUMP, start=NOON), iter([0.0, seconds])
    alarms = Alarms(lambda: clock, lambda: 120.0, EventLog().append, real=lambda: next(real))
    alarms.unheard(house.place(), "f1")
    clock.move_to(after(10_000))

    assert is_raised is (alarms.dialled(house.place()) is not None)


@pytest.mark.parametrize("changes", [{"to_party": OTHER}, {"from_party": OTHER}, {"to_party": None}])
def test_another_pair_raises_nothing(house, alarms, changes):
    """Nor does the same pair the other way round."""
    alarms.unheard(house.place(), "f1")
    there = house.order()

    assert alarms.dialled(house.place(**changes)) is None
    assert alarms.dialled(house.place(from_party=there.to_party, to_party=there.from_party)) is None


def test_without_a_lost_answer_there_is_no_alarm(house, alarms):
    """An application may dial as often as it likes."""
    assert [None] * 3 == [alarms.dialled(house.place()) for _ in range(3)]


def test_a_call_that_comes_in_raises_nothing(house, alarms):
    """Nobody here has dialled it, be it from whom it may."""
    alarms.unheard(house.place(to_party=None, flow=Flow("f", "Sales")), "f1")

    assert alarms.dialled(house.place(to_party=None, route=Route())) is None
    assert alarms.dialled(house.place(to_party=None, flow=Flow("f", "Sales"))) is not None


def test_a_lost_answer_raises_one_alarm(house, alarms):
    """Who has heard of the second call means the third; who has not, raises the next."""
    calls = [house.place() for _ in range(4)]
    alarms.unheard(calls[0], "f1")
    alarms.dialled(calls[1])
    assert alarms.dialled(calls[2]) is None
    alarms.unheard(calls[2], "f2")
    alarms.dialled(calls[3])

    assert [(calls[0].sid, calls[1].sid), (calls[2].sid, calls[3].sid)] == [
        (one.first_sid, one.second_sid) for one in alarms.alarms
    ]


def test_an_answer_is_lost_once(house, alarms):
    """However often it is noted."""
    call = house.place()
    for _ in range(2):
        alarms.unheard(call, "f1")
    alarms.dialled(house.place())

    assert alarms.dialled(house.place()) is None


def test_clearing_forgets_lost_answers_too(house, alarms):
    """It says how many alarms went."""
    for _ in range(2):
        alarms.unheard(house.place(), "f1")
    alarms.dialled(house.place())

    assert (1, 0) == (alarms.clear(), alarms.clear())
    assert alarms.dialled(house.place()) is None


def test_alarms_are_bounded(house, alarms):
    """The latest thousand are kept."""
    first, second = house.place(), house.place()
    for _ in range(1_001):
        alarms.unheard(first, "f1")
        alarms.dialled(second)

    assert ("a2", "a1001", 1_000) == (alarms.alarms[0].id, alarms.alarms[-1].id, len(alarms.alarms))


def test_the_engine_raises_the_alarm_when_a_call_is_placed(house):
    """And tells it as an event."""
    first = house.place()
    house.world.alarms.unheard(first, "f1")
    second = house.place()
    [event] = [one for one in house.world.events.latest() if one.kind == "alarm.double-dial"]

    assert (second.sid, {"alarm": "a1", "first": first.sid, "fault": "f1"}) == (event.call_sid, event.facts)
