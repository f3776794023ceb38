"""Clocks that run by themselves, and clocks that jump."""

from __future__ import annotations

import logging

import pytest

from mockserver.domain.call import CallState
from mockserver.domain.story import PartyStory, Reaction, Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import Reply
from mockserver.engine.world import WorldSettings

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)
TALK_MARKS = [0, 1, 3, 26, 3, 6, 26, 26, 27, 146]


def marks(call):
    """Seconds of all marks in the order of the call's own account of them."""
    order = ["created", "leg-1-dialled", "leg-1-answered", "leg-1-ended", "leg-2-dialled", "leg-2-answered"]
    order += ["leg-2-ended", "ended", "processed", "settled"]
    return [
        (mark.at - call.created_at).total_seconds()
        for mark in sorted(call.marks, key=lambda one: order.index(one.name))
    ]


@pytest.mark.parametrize(("mode", "speed"), [(ClockMode.SCALED, 2_000.0), (ClockMode.JUMP, 1.0)])
async def test_a_call_happens_by_itself(mode, speed, make_house, until):
    """To the second as it does in manual time: timers happen at their time, however late they are looked at."""
    house = make_house(mode, speed=speed)
    async with house.running():
        call = house.place(TALK)
        await until(lambda: house.call(call.sid).is_settled)

    assert TALK_MARKS == marks(house.call(call.sid))
    assert ["call 1 answered 1 ringing-to", "call 1 answered 2 talking", "call 1 over processed"] == house.sender.bodies


async def test_a_real_clock_fires_what_is_due(make_house, until):
    """At the pace of the wall; here with a provider that waits for nothing."""
    house = make_house(settings=WorldSettings(), mode=ClockMode.REAL)
    async with house.running():
        house.world.apply_settings(WorldSettings(pace=house.world.settings.pace.__class__(0.0, 0.0, 0.0)))
        call = house.place(BUSY)
        await until(lambda: house.call(call.sid).is_settled and house.delivered() == [("delivered", 1)])

    assert "from-unanswered" == house.call(call.sid).outcome


async def test_a_jumping_clock_goes_from_timer_to_timer(make_house, until):
    """A call of four hours is over in moments; the clock has moved by four hours."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        call = house.place(Story(talk=None))
        await until(lambda: house.call(call.sid).is_settled)

    assert 14_400 - 3 == house.call(call.sid).talk_seconds
    assert house.call(call.sid).settled_at == house.world.clock.now()


async def test_a_jumping_clock_stands_while_a_callback_is_on_its_way(make_house, settle_tasks, until):
    """A slow receiver sees the world as it was when it was called."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        slow = house.sender.hold(URL)
        call = house.place(TALK)
        await settle_tasks()
        stands_at = (house.world.clock.now() - call.created_at).total_seconds()
        state = house.call(call.sid).state
        slow.set()
        await until(lambda: house.call(call.sid).is_settled)

    assert (3.0, CallState.RINGING_TO) == (stands_at, state)
    assert TALK_MARKS == marks(house.call(call.sid))


async def test_a_jumping_clock_stands_while_an_answer_is_on_its_way(make_house, settle_tasks, until):
    """The application hears that its call was accepted before anything rings."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        call = house.place(TALK, is_answered=False)
        await settle_tasks()
        before = (house.call(call.sid).state, house.world.clock.now() - call.created_at)
        house.engine.answer_sent(house.world, call.sid)
        await until(lambda: house.call(call.sid).is_settled)

    assert (CallState.QUEUED, 0) == (before[0], before[1].total_seconds())


async def test_a_jumping_clock_jumps_over_retries_too(make_house, until):
    """They are timers like all others."""
    house = make_house(ClockMode.JUMP, settings=WorldSettings(retry_after=(300.0, 900.0)))
    house.sender.script(URL, *[Reply(500, (), b"")] * 2)
    async with house.running():
        house.place(BUSY)
        await until(lambda: house.delivered() == [("delivered", 3)])
    first, _, third = house.world.store.deliveries()[0].attempts

    assert 1_200.0 == (third.at - first.at).total_seconds()


async def test_a_jumping_clock_is_woken_by_a_new_call(make_house, until):
    """However often it has come to rest before."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        for _ in range(3):
            call = house.place(TALK)
            await until(lambda call=call: house.call(call.sid).is_settled)

    assert 9 == len(house.sender.sent)


async def test_many_calls_settle_in_one_jump(make_house, until):
    """A thousand notifications, none lost, none twice."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        for _ in range(300):
            house.place(TALK)
        await until(lambda: len(house.sender.sent) == 900 and house.dispatcher.is_quiet)

    assert [("delivered", 1)] * 900 == house.delivered()
    assert 900 == len(set(house.sender.bodies))


async def test_a_nearer_timer_wakes_a_clock_that_waits(make_house, until, settle_tasks):
    """It does not sleep through a call that is placed while it waits for another one's end in an hour."""
    house = make_house(ClockMode.SCALED, speed=1_000.0)
    async with house.running():
        long = house.place(Story(talk=None), subscriptions=())
        await until(lambda: house.call(long.sid).state is CallState.TALKING)
        await settle_tasks()
        call = house.place(BUSY)
        await until(lambda: house.call(call.sid).is_settled)

    assert not house.call(long.sid).is_over
    assert [0, 1, 1, 1, 2, 121] == [(mark.at - call.created_at).total_seconds() for mark in house.call(call.sid).marks]


async def test_who_looks_sees_the_world_as_it_is_now(make_house):
    """What is overdue happens before anybody reads, although no task has run meanwhile."""
    house = make_house(ClockMode.SCALED, speed=100_000.0)
    async with house.running():
        call = house.place(TALK)
        while (house.world.clock.now() - call.created_at).total_seconds() < 200:
            pass
        unseen = house.call(call.sid).state
        house.runner.catch_up()
        seen = house.call(call.sid)

    assert (CallState.QUEUED, CallState.SETTLED) == (unseen, seen.state)
    assert TALK_MARKS == marks(seen)


async def test_a_manual_clock_has_nothing_to_catch_up_with(house):
    """It stands."""
    async with house.running():
        call = house.place(TALK)
        house.runner.catch_up()

        assert CallState.QUEUED is house.call(call.sid).state


@pytest.mark.parametrize(("mode", "speed"), [(ClockMode.SCALED, 2_000.0), (ClockMode.JUMP, 1.0)])
async def test_a_manual_clock_can_be_let_go(mode, speed, house, until):
    """What was placed in manual time goes on from where it stood."""
    async with house.running():
        call = house.place(TALK)
        await house.advance(4)
        house.world.clock.set_mode(mode, speed=speed)
        house.runner.clock_changed()
        await until(lambda: house.call(call.sid).is_settled)

    assert TALK_MARKS == marks(house.call(call.sid))


@pytest.mark.parametrize(("mode", "speed"), [(ClockMode.SCALED, 10.0), (ClockMode.JUMP, 1.0)])
async def test_a_running_clock_can_be_stopped(mode, speed, make_house, settle_tasks):
    """Whatever it waited for waits for a command from then on."""
    house = make_house(mode, speed=speed)
    async with house.running():
        call = house.place(TALK, is_answered=False)
        await settle_tasks()
        house.world.clock.set_mode(ClockMode.MANUAL)
        house.runner.clock_changed()
        house.engine.answer_sent(house.world, call.sid)
        await settle_tasks()
        stopped = house.call(call.sid).state
        await house.advance(1_000)

    assert CallState.QUEUED is stopped
    assert TALK_MARKS == marks(house.call(call.sid))


async def test_a_clock_can_be_stopped_and_let_go_at_once(make_house, settle_tasks, until):
    """Two changes before any task has run are as good as none."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        call = house.place(TALK, is_answered=False)
        await settle_tasks()
        for mode in (ClockMode.MANUAL, ClockMode.JUMP, ClockMode.MANUAL, ClockMode.JUMP):
            house.world.clock.set_mode(mode)
            house.runner.clock_changed()
        house.engine.answer_sent(house.world, call.sid)
        await until(lambda: house.call(call.sid).is_settled)

    assert TALK_MARKS == marks(house.call(call.sid))


@pytest.mark.parametrize(("mode", "speed"), [(ClockMode.SCALED, 2_000.0), (ClockMode.JUMP, 1.0)])
async def test_the_trouble_of_one_call_does_not_stop_the_clock(mode, speed, make_house, until, caplog):
    """An event that cannot be worded is logged, and all other calls go on."""
    house = make_house(mode, speed=speed)
    async with house.running():
        house.place(BUSY, url="http://unspeakable/")
        others = [house.place(TALK) for _ in range(3)]
        await until(lambda: all(house.call(call.sid).is_settled for call in others))

    assert "no words for it" in caplog.text
    assert {logging.ERROR} == {record.levelno for record in caplog.records}


@pytest.mark.parametrize("story", [BUSY, TALK])
async def test_a_call_goes_on_although_an_event_of_it_cannot_be_worded(story, make_house, until):
    """Its transitions happen as ever; it does not keep its people busy for ever."""
    house = make_house(ClockMode.JUMP)
    plain = make_house(ClockMode.JUMP)
    async with house.running(), plain.running():
        call = house.place(story, url="http://unspeakable/")
        expected = plain.place(story)
        await until(lambda: plain.call(expected.sid).is_settled)
        await until(lambda: house.world.store.next_due() is None)

    assert plain.call(expected.sid).marks == house.call(call.sid).marks
