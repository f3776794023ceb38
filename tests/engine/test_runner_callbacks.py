"""An application that calls back into our API while an advance waits for it."""

from __future__ import annotations

import anyio
import pytest

from mockserver.domain.effects import Input
from mockserver.domain.errors import ClockBusy
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.clock import ClockMode

pytestmark = pytest.mark.anyio

BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)


async def test_a_callback_can_place_a_call_meanwhile(house):
    """It is a call of that moment, and what becomes due of it is part of the same advance."""
    house.sender.on_send = lambda _: house.place(BUSY) and None if len(house.world.numbers_of_calls) < 3 else None
    async with house.running():
        house.place(BUSY)
        await house.advance(200)

    assert [f"call {number} over processed" for number in (1, 2, 3)] == house.sender.bodies
    assert [0, 2, 4] == [
        (house.call(sid).created_at - house.world.clock.now()).total_seconds() + 200
        for sid in house.world.numbers_of_calls
    ]
    assert all(house.call(sid).is_settled for sid in house.world.numbers_of_calls)


async def test_a_callback_can_end_its_own_call(house):
    """Whoever hears that leg 1 has answered may hang up at once: leg 2 is never reached."""
    calls = []

    def hang_up(_):
        house.engine.feed(house.world, calls.pop(), Input(Trigger.HANG_UP, Side.FROM)) if calls else None

    house.sender.on_send = hang_up
    async with house.running():
        call = house.place(TALK)
        calls.append(call.sid)
        receipt = await house.advance(200)

    assert "from-cancelled" == house.call(call.sid).outcome
    assert ["answer (from)", "hang-up (from)", None] == [event.facts.get("input") for event in receipt.events[1:4]]


async def test_a_callback_cannot_move_the_clock_that_waits_for_it(house):
    """It is refused instead of waiting for ever."""
    refused = []

    async def move():
        try:
            await house.advance(10)
        except ClockBusy as refusal:
            refused.append(refusal)

    async with house.running(), anyio.create_task_group() as tasks:
        house.sender.on_send = lambda _: tasks.start_soon(move)
        house.place(BUSY)
        await house.advance(200)

    assert 1 == len(refused)


async def test_a_callback_can_reset_the_world(house):
    """The advance comes to its end all the same."""
    house.sender.on_send = lambda _: house.engine.forget_calls(house.world) and None
    async with house.running():
        for _ in range(3):
            house.place(BUSY)
        receipt = await house.advance(200)

    assert 200.0 == (receipt.ended_at - receipt.started_at).total_seconds()
    assert 1 == len(house.sender.sent)


async def test_a_callback_can_let_the_clock_go(house):
    """What runs by itself is not moved by hand any more: the advance ends there, and time goes on as on the wall."""
    house.sender.on_send = lambda _: house.world.clock.set_mode(ClockMode.REAL) or house.runner.clock_changed()
    async with house.running():
        call = house.place(BUSY)
        await house.advance(10_000)
        passed = house.world.clock.now() - call.created_at

    assert 2 <= passed.total_seconds() < 60
