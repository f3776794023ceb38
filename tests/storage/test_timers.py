"""Timers in memory: in order of (due, sequence), cancelled by call and side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.effects import CancelTimers, Input
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side
from mockserver.engine.ports import Retry
from mockserver.storage.timers import TimerHeap

START = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
ANSWER = Input(Trigger.ANSWER, Side.FROM)
RING_OUT = Input(Trigger.RING_OUT, Side.TO)
TIME_LIMIT = Input(Trigger.TIME_LIMIT)


def after(seconds):
    return START + timedelta(seconds=seconds)


@pytest.fixture
def timers():
    """No timers yet."""
    return TimerHeap()


def taken(timers, seconds):
    """The works of all timers that are due by then, in order."""
    works = []
    while (timer := timers.take_due(after(seconds))) is not None:
        works.append(timer.work)
    return works


def test_timers_fire_in_the_order_of_their_time(timers):
    """Whatever the order of starting was."""
    for seconds, work in ((3, TIME_LIMIT), (1, ANSWER), (2, RING_OUT)):
        timers.start(after(seconds), "a", work)

    assert [ANSWER, RING_OUT, TIME_LIMIT] == taken(timers, 10)


def test_timers_of_one_instant_fire_in_the_order_of_starting(timers):
    """The sequence decides."""
    for sid in "bca":
        timers.start(after(1), sid, ANSWER)

    assert ["b", "c", "a"] == [timers.take_due(after(1)).call_sid for _ in range(3)]


def test_a_timer_is_due_in_its_very_instant_and_not_before(timers):
    """And it is taken once."""
    timers.start(after(5), "a", ANSWER)

    assert timers.take_due(after(4.999999)) is None
    assert ANSWER == timers.take_due(after(5)).work
    assert timers.take_due(after(5)) is None


def test_the_next_due_is_the_earliest_that_is_left(timers):
    """None when there is none; cancelled and taken timers do not count."""
    timers.start(after(1), "a", ANSWER)
    timers.start(after(2), "b", ANSWER)
    timers.start(after(3), "b", TIME_LIMIT)
    seen = [timers.next_due()]
    timers.take_due(after(1))
    seen.append(timers.next_due())
    timers.cancel("b", CancelTimers(Side.FROM))
    seen.append(timers.next_due())
    timers.cancel("b", CancelTimers())
    seen.append(timers.next_due())

    assert [after(1), after(2), after(3), None] == seen


def test_a_side_s_timers_are_cancelled_without_the_others(timers):
    """Those of the other side, of the call as a whole, and of other calls stay."""
    timers.start(after(1), "a", ANSWER)
    timers.start(after(2), "a", RING_OUT)
    timers.start(after(3), "a", TIME_LIMIT)
    timers.start(after(4), "b", ANSWER)
    timers.cancel("a", CancelTimers(Side.FROM))

    assert [RING_OUT, TIME_LIMIT, ANSWER] == taken(timers, 10)


def test_all_timers_of_a_call_are_cancelled_but_its_retries(timers):
    """A callback is sent again even if the call has ended meanwhile."""
    timers.start(after(1), "a", ANSWER)
    timers.start(after(2), "a", Retry("d1"))
    timers.start(after(3), "a", TIME_LIMIT)
    timers.cancel("a", CancelTimers())

    assert [Retry("d1")] == taken(timers, 10)


def test_cancelling_for_a_call_without_timers_is_nothing(timers):
    """Nor for one that is unknown."""
    timers.cancel("nobody", CancelTimers())

    assert 0 == len(timers)


def test_cancelled_timers_do_not_accumulate(timers):
    """Ten thousand calls with a time limit of hours, each ended after seconds, leave no heap behind."""
    for number in range(10_000):
        timers.start(after(14_400), f"call {number}", TIME_LIMIT)
        timers.cancel(f"call {number}", CancelTimers())

    assert 0 == len(timers)
    assert len(timers._heap) < 200
    assert {} == timers._of_call


def test_compaction_keeps_what_is_alive_in_order(timers):
    """The heap is made anew from the timers that are left."""
    for number in range(50):
        timers.start(after(1_000 - number), "alive", Retry(f"d{number}"))
    for number in range(1_000):
        timers.start(after(number), f"call {number}", TIME_LIMIT)
        timers.cancel(f"call {number}", CancelTimers())

    assert [Retry(f"d{number}") for number in reversed(range(50))] == taken(timers, 2_000)


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("start"), st.integers(0, 20), st.sampled_from("abc"), st.sampled_from([*Side, None])),
            st.tuples(st.just("cancel"), st.sampled_from("abc"), st.sampled_from([*Side, None])),
            st.tuples(st.just("take"), st.integers(0, 20)),
        )
    )
)
def test_the_heap_is_a_sorted_list_that_is_faster(doings):
    """Any sequence of starting, cancelling and taking gives what a plain list gives."""
    timers, plain, sequence = TimerHeap(), [], 0
    for what, *details in doings:
        if what == "start":
            seconds, sid, side = details
            sequence += 1
            timers.start(after(seconds), sid, Input(Trigger.RING_OUT, side))
            plain.append((after(seconds), sequence, sid, side))
        elif what == "cancel":
            sid, side = details
            timers.cancel(sid, CancelTimers(side))
            plain = [one for one in plain if one[2] != sid or (side is not None and one[3] is not side)]
        else:
            due = sorted(one for one in plain if one[0] <= after(details[0]))[:1]
            timer = timers.take_due(after(details[0]))
            plain = [one for one in plain if one not in due]

            assert due == ([] if timer is None else [(timer.due, timer.sequence, timer.call_sid, timer.work.side)])

        assert (len(plain), min((one[0] for one in plain), default=None)) == (len(timers), timers.next_due())
