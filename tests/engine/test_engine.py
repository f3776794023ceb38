"""The use cases: worlds, calls, callbacks sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockserver.domain.call import CallState
from mockserver.domain.contact import Contact
from mockserver.domain.effects import Input
from mockserver.domain.errors import (
    ContactBusy,
    Exhausted,
    IllegalInput,
    UnknownCall,
    UnknownDelivery,
)
from mockserver.domain.order import Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import DeliveryState, Reply

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)
HELD = {"holds": ("+919810012345",)}


def test_an_accepted_call_is_queued(house):
    """Nothing has rung; its story and who told it are known."""
    call = house.place(TALK)

    assert (CallState.QUEUED, (), TALK, "mock") == (call.state, call.legs, call.story, call.account_sid)
    assert call == house.call(call.sid)
    assert [("call.placed", {"story": "next-call queue"})] == [
        (event.kind, event.facts) for event in house.world.events.latest()
    ]


@pytest.mark.parametrize(
    ("start", "suffix"),
    [
        (datetime(2026, 1, 5, 18, 29, 59, tzinfo=UTC), "1a15"),
        (datetime(2026, 1, 5, 18, 30, tzinfo=UTC), "1a16"),
        (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), "1b11"),
    ],
)
def test_a_sid_carries_the_account_s_date(start, suffix, house):
    """At half past six in the evening of London it is the next day in India."""
    world = house.create("w", start=start)

    assert suffix == house.place(world=world).sid[-4:]


def test_sids_never_repeat(house):
    """Not even after a reset."""
    sids = [house.place().sid for _ in range(50)]
    house.engine.forget_calls(house.world)
    sids += [house.place().sid for _ in range(50)]

    assert 100 == len(set(sids))


async def test_who_is_on_a_call_is_busy_for_the_next(house):
    """Until the call is over; the refusal names the call."""
    async with house.running():
        first = house.place(TALK, **HELD)
        with pytest.raises(ContactBusy, match=first.sid):
            house.place(TALK, **HELD)
        await house.advance(25)
        with pytest.raises(ContactBusy):
            house.place(TALK, **HELD)
        await house.advance(1)
        second = house.place(TALK, **HELD)

    assert CallState.QUEUED is second.state


async def test_a_call_that_holds_nobody_makes_nobody_busy(house):
    """Numbers that are not managed can be on many calls."""
    calls = [house.place(TALK) for _ in range(3)]

    assert 3 == len({call.sid for call in calls})


def test_a_refused_call_leaves_no_trace(make_house):
    """Neither its story nor its place in the order of sids is used up."""
    plain, house = make_house(), make_house()
    for one in (plain, house):
        one.place(TALK, **HELD)
    house.world.scenarios.tell_next(BUSY)
    with pytest.raises(ContactBusy):
        house.engine.place(house.world, house.order(**HELD))

    assert (BUSY,) == house.world.scenarios.next_stories
    assert plain.place(BUSY).sid == house.place().sid


def test_a_full_world_takes_no_more_calls(make_house):
    """As long as all of them are alive."""
    house = make_house()
    house.max_calls = 2
    world = house.create("small")
    for _ in range(2):
        house.place(world=world)
    with pytest.raises(Exhausted):
        house.place(world=world)

    assert 2 == world.store.clear()


def test_an_unknown_call_cannot_be_fed(house):
    """Nor can a call be fed what is not possible now."""
    call = house.place()
    with pytest.raises(UnknownCall):
        house.engine.feed(house.world, "nobody", Input(Trigger.ANSWER, Side.FROM))
    with pytest.raises(IllegalInput):
        house.engine.feed(house.world, call.sid, Input(Trigger.ANSWER, Side.FROM))

    assert call == house.call(call.sid)


async def test_a_fed_call_goes_on_from_there(house):
    """Its new state is returned and kept; the story's own timers give way."""
    async with house.running():
        call = house.place(TALK)
        await house.advance(2)
        fed = house.engine.feed(house.world, call.sid, Input(Trigger.ANSWER, Side.FROM))
        kept = house.call(call.sid)
        await house.advance(200)

    assert CallState.RINGING_TO is fed.state
    assert fed == kept
    assert 20.0 == house.call(call.sid).talk_seconds


async def test_a_callback_can_be_sent_again(house):
    """As a delivery of its own with the same bytes; the first one's record stays as it is."""
    house.sender.script(URL, Reply(500, (), b"no"))
    async with house.running():
        house.place(BUSY)
        await house.advance(200)
        again = house.engine.redeliver(house.world, "d1")
        await house.dispatcher.until_quiet()
    first, second = house.world.store.deliveries()

    assert ("d2", DeliveryState.PENDING, (), "d1") == (again.id, again.state, again.attempts, again.redelivers)
    assert (DeliveryState.FAILED, DeliveryState.DELIVERED) == (first.state, second.state)
    assert first.request == second.request
    assert house.sender.sent[0] == house.sender.sent[1]


def test_an_unknown_callback_cannot_be_sent_again(house):
    """The refusal names it."""
    with pytest.raises(UnknownDelivery, match="d9"):
        house.engine.redeliver(house.world, "d9")


async def test_a_reset_forgets_calls_timers_and_callbacks(house):
    """It says how many calls went; who was busy is free."""
    async with house.running():
        for _ in range(2):
            house.place(TALK)
        house.place(TALK, **HELD)
        await house.advance(10)
        removed = house.engine.forget_calls(house.world)
        receipt = await house.advance(1_000)
        house.place(TALK, **HELD)

    assert 3 == removed
    assert () == receipt.events


async def test_each_subscription_is_worded_in_its_dialect(house):
    """By the provider version that took it."""
    write = house.engine._outside.writers["plain"]
    writers = {"plain": write, "shouting": lambda *event: replace(write(*event), body=b"OVER")}
    house.engine._outside = replace(house.engine._outside, writers=writers)
    plain, shouting = (replace(house.order().subscriptions[1], dialect=dialect) for dialect in ("plain", "shouting"))
    async with house.running():
        house.place(BUSY, subscriptions=(plain, shouting))
        await house.advance(200)

    assert ["call 1 over processed", "OVER"] == house.sender.bodies


async def test_somebody_on_two_legs_is_two_parties(house):
    """A call from a number to itself is a call like any other."""
    oneself = Party(Contact("+919810012345"))
    async with house.running():
        call = house.place(TALK, from_party=oneself, to_party=oneself)
        await house.advance(200)

    assert 20.0 == house.call(call.sid).talk_seconds
