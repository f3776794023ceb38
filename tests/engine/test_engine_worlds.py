"""Worlds come and go, and time passes in them while the server runs."""

from __future__ import annotations

import time

import pytest

from mockserver.domain.call import CallState
from mockserver.domain.effects import Input
from mockserver.domain.errors import (
    AlreadyExists,
    Exhausted,
    UnknownCall,
    UnknownWorld,
)
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.engine import Engine
from mockserver.engine.world import Account, WorldSpec

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)
HELD = {"holds": ("+919810012345",)}


def test_a_world_is_found_by_its_sid_and_by_its_users(house):
    """By the API key, or by the account SID as some clients send it."""
    engine, world = house.engine, house.world

    assert world is engine.world("mock") is engine.find_world("mock")
    assert world is engine.world_of_user("mock-key") is engine.world_of_user("mock")
    assert (world,) == engine.worlds


def test_an_unknown_world_is_refused_or_not_found(house):
    """Depending on who asks; a token opens nothing."""
    with pytest.raises(UnknownWorld, match="nobody"):
        house.engine.world("nobody")

    assert house.engine.find_world("mock-key") is None
    assert house.engine.world_of_user("mock-token") is None


@pytest.mark.parametrize(
    "account",
    [
        Account("mock", "k", "t"),
        Account("s", "mock-key", "t"),
        Account("mock-key", "k", "t"),
        Account("s", "mock", "t"),
    ],
)
def test_sid_and_key_belong_to_one_world(account, house):
    """Neither may be the sid or the key of another."""
    with pytest.raises(AlreadyExists):
        house.engine.create_world(WorldSpec(account))

    assert (house.world,) == house.engine.worlds


def test_worlds_are_bounded(house):
    """The refusal says what to do."""
    engine = Engine(house.sender, {}, house._found, max_worlds=2)
    for name in "ab":
        engine.create_world(WorldSpec(Account(name, f"{name}-key", "t")))
    with pytest.raises(Exhausted, match="2 worlds") as refusal:
        engine.create_world(WorldSpec(Account("c", "c-key", "t")))

    assert "Delete" in refusal.value.hint


async def test_a_removed_world_is_gone(house, settle_tasks):
    """Its calls stop, its names are free again, and a late answer is no trouble."""
    async with house.running():
        world = house.create("other", clock_mode=ClockMode.JUMP)
        call = house.place(TALK, world=world, is_answered=False)
        removed = house.engine.remove_world("other")
        house.engine.answer_sent(world, call.sid)
        await settle_tasks()
        again = house.create("other")

    assert world is removed is not again
    assert [] == house.sender.sent
    with pytest.raises(UnknownWorld):
        house.engine.remove_world("nobody")


async def test_worlds_do_not_see_each_other(house):
    """Calls, callbacks, clocks, scenarios and who is busy belong to one world alone."""
    other = house.create("other", seed=1)
    async with house.running():
        house.world.scenarios.tell_next(TALK)
        theirs = house.place(world=other, **HELD)
        ours = house.place(**HELD)
        await house.advance(200)

    assert house.call(ours.sid).is_settled
    assert CallState.QUEUED is other.store.call(theirs.sid).state
    assert 200.0 == (house.world.clock.now() - other.clock.now()).total_seconds()
    assert [] == other.store.deliveries()
    with pytest.raises(UnknownCall):
        other.store.call(ours.sid)


async def test_what_is_on_the_wire_may_finish_when_the_server_stops(house):
    """Then the sender is closed."""
    async with house.running():
        house.place(TALK)
        await house.advance(2)
        house.engine.feed(house.world, next(iter(house.world.numbers_of_calls)), Input(Trigger.ANSWER, Side.FROM))

    assert [("delivered", 1)] == house.delivered()
    assert house.sender.is_closed


async def test_a_receiver_that_hangs_does_not_hold_up_the_stop(house):
    """A second is enough."""
    began = time.monotonic()
    async with house.running():
        house.sender.hold(URL)
        call = house.place(TALK)
        await house.advance(1)
        house.engine.feed(house.world, call.sid, Input(Trigger.ANSWER, Side.FROM))

    assert time.monotonic() - began < 1.0
    assert [("pending", 0)] == house.delivered()


@pytest.mark.parametrize("mode", [ClockMode.JUMP, ClockMode.SCALED])
async def test_a_call_that_was_placed_before_the_start_begins_with_it(mode, make_house, until):
    """Timers that are there when time begins to pass are carried out."""
    house = make_house(mode, speed=2_000.0)
    call = house.place(BUSY)
    async with house.running():
        await until(lambda: house.call(call.sid).is_settled)

    assert ["call 1 over processed"] == house.sender.bodies


@pytest.mark.parametrize("mode", [ClockMode.JUMP, ClockMode.SCALED])
async def test_a_server_can_be_stopped_and_started_again(mode, make_house, until):
    """Calls go on where they were."""
    house = make_house(mode, speed=2_000.0)
    async with house.running():
        call = house.place(Story(talk=600.0))
        await until(lambda: house.call(call.sid).legs)
    async with house.running():
        await until(lambda: house.call(call.sid).is_settled)

    assert 600.0 == house.call(call.sid).talk_seconds
    assert 3 == len(set(house.sender.bodies))


async def test_a_call_that_is_placed_in_the_moment_of_the_stop_is_not_lost(make_house, until):
    """It begins when the server runs again."""
    house = make_house(ClockMode.JUMP)
    async with house.running():
        call = house.place(BUSY)
    async with house.running():
        await until(lambda: house.call(call.sid).is_settled and house.dispatcher.is_quiet)

    assert ["call 1 over processed"] == house.sender.bodies


async def test_a_callback_that_was_due_before_the_start_is_sent_with_it(house):
    """Nothing that was queued waits for something else to happen."""
    async with house.running():
        call = house.place(Story(PartyStory(ring=2.0)))
        await house.advance(1)
    house.engine.feed(house.world, call.sid, Input(Trigger.ANSWER, Side.FROM))
    async with house.running():
        await house.dispatcher.until_quiet()

    assert ["call 1 answered 1 ringing-to"] == house.sender.bodies
