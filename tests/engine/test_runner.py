"""A manual clock: it moves when told, and settles."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest

from mockserver.domain.call import CallState
from mockserver.domain.errors import BadInput, ClockBusy, ClockNotManual, NotSettled
from mockserver.domain.story import PartyStory, Reaction, Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import DeliveryState, Reply, SendFailed
from mockserver.engine.world import WorldSettings

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)


def told(receipt):
    """Each event of a receipt as (second, what happened)."""
    return [
        (
            (event.at - receipt.started_at).total_seconds(),
            event.facts.get("input")
            or f"{event.facts.get('event', event.kind)} {event.facts.get('attempt', '')}".strip(),
        )
        for event in receipt.events
    ]


async def test_a_clock_that_is_not_moved_stands(house, settle_tasks):
    """Nothing rings by itself."""
    async with house.running():
        call = house.place(TALK)
        await settle_tasks()

        assert CallState.QUEUED is house.call(call.sid).state
        assert call.created_at == house.world.clock.now()


async def test_an_advance_moves_the_clock_by_its_seconds(house):
    """With nothing to do as with much; fractions count."""
    async with house.running():
        empty = await house.advance(1.5)
        house.place(TALK)
        full = await house.advance(1_000)

    assert timedelta(seconds=1.5) == empty.ended_at - empty.started_at
    assert timedelta(seconds=1_000) == full.ended_at - full.started_at
    assert (empty.ended_at, full.ended_at) == (full.started_at, house.world.clock.now())
    assert ((), True) == (empty.events, empty.is_met)


async def test_a_receipt_tells_every_transition_and_attempt_in_order(house):
    """Each at its second: what became due, and what was sent for it, before the next thing happened."""
    async with house.running():
        house.place(TALK)
        receipt = await house.advance(200)

    assert [
        (1, "dial (from)"),
        (3, "answer (from)"),
        (3, "answered 1"),
        (3, "dial (to)"),
        (6, "answer (to)"),
        (6, "answered 1"),
        (26, "hang-up (to)"),
        (27, "process"),
        (27, "over 1"),
        (146, "settle"),
    ] == told(receipt)


async def test_what_is_due_at_the_very_end_is_done_and_not_more(house):
    """The next advance goes on from there."""
    async with house.running():
        call = house.place(TALK)
        first = await house.advance(3)
        second = await house.advance(0)
        third = await house.advance(2.999)

        assert ["dial (from)", "answer (from)", "answered 1", "dial (to)"] == [what for _, what in told(first)]
        assert [] == [*told(second), *told(third)]
        assert CallState.RINGING_TO is house.call(call.sid).state


async def test_an_advance_waits_for_callbacks_and_retries(make_house):
    """A call of 45 minutes whose receiver fails twice is a matter of moments; the receipt names every attempt."""
    house = make_house(settings=WorldSettings(retry_after=(300.0, 900.0)))
    house.sender.script(URL, Reply(500, (), b""), SendFailed("timeout", "no answer within 15 s"))
    async with house.running():
        house.place(Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=2_700.0))
        receipt = await house.advance(4_000)
    attempts = [event.facts for event in receipt.events if event.kind == "delivery.attempted"]

    assert [
        ("d1", 1, 500, None, "retrying"),
        ("d2", 1, None, "timeout", "retrying"),
        ("d1", 2, 200, None, "delivered"),
        ("d2", 2, 200, None, "delivered"),
        ("d3", 1, 200, None, "delivered"),
    ] == [(one["delivery"], one["attempt"], one["status"], one["error"], one["state"]) for one in attempts]
    assert [(303.0, "answered 2"), (306.0, "answered 2")] == [one for one in told(receipt) if one[1] == "answered 2"]


@pytest.mark.parametrize("seconds", [-1.0, 400_000_000.0, float("nan"), float("inf")])
async def test_seconds_that_make_no_sense_are_refused(seconds, house):
    """Negative, longer than ten years, undefined; the clock stays where it was."""
    before = house.world.clock.now()
    with pytest.raises(BadInput) as refusal:
        await house.advance(seconds)

    assert "seconds" == refusal.value.where
    assert before == house.world.clock.now()


@pytest.mark.parametrize("seconds", [-1.0, 400_000_000.0, 1e20, float("nan"), float("inf")])
async def test_run_until_refuses_the_same_seconds(seconds, house):
    """A bound that makes no sense is a mistake of whoever asks."""
    with pytest.raises(BadInput):
        await house.runner.run_until(lambda: False, seconds, 1.0)


@pytest.mark.parametrize("mode", [ClockMode.REAL, ClockMode.SCALED, ClockMode.JUMP])
async def test_only_a_manual_clock_is_moved_by_hand(mode, make_house):
    """The refusal names the mode."""
    house = make_house(mode)
    with pytest.raises(ClockNotManual, match=mode):
        await house.advance(1)
    with pytest.raises(ClockNotManual):
        await house.runner.run_until(lambda: True, 1, 1)


async def test_two_cannot_move_one_clock(house, settle_tasks):
    """The second is refused while the first waits, and welcome afterwards."""
    async with house.running(), anyio.create_task_group() as tasks:
        slow = house.sender.hold(URL)
        house.place(BUSY)
        tasks.start_soon(house.advance, 200)
        await settle_tasks()
        with pytest.raises(ClockBusy):
            await house.advance(1)
        slow.set()
        await settle_tasks()
        receipt = await house.advance(1)

    assert 1.0 == (receipt.ended_at - receipt.started_at).total_seconds()


async def test_an_advance_that_takes_too_long_is_given_up(house):
    """It says what is in flight; the clock stands where it waited."""
    async with house.running():
        house.sender.hold(URL)
        house.place(BUSY)
        with pytest.raises(NotSettled, match=r"d1 \(over to http://localhost/callback\)"):
            await house.advance(200, cap=0.2)

        assert (
            2.0 == (house.world.clock.now() - house.call(next(iter(house.world.numbers_of_calls))).created_at).seconds
        )


async def test_a_clock_that_did_not_settle_can_be_moved_again(house):
    """The next advance waits for what is still on its way, and loses nothing."""
    async with house.running():
        slow = house.sender.hold(URL)
        call = house.place(BUSY)
        for _ in range(2):
            with pytest.raises(NotSettled):
                await house.advance(200, cap=0.2)
        slow.set()
        receipt = await house.advance(200)

    assert ["over 1", "settle"] == [what for _, what in told(receipt)]
    assert ["call 1 over processed"] == house.sender.bodies
    assert house.call(call.sid).is_settled


async def test_the_trouble_of_one_call_does_not_concern_the_others(house):
    """An event that cannot be worded is on record as a failed delivery; everybody's time goes on."""
    async with house.running():
        troubled = house.place(BUSY, url="http://unspeakable/")
        other = house.place(TALK)
        await house.advance(200)

    [delivery] = house.world.store.deliveries(troubled.sid)
    assert (DeliveryState.FAILED, 1) == (delivery.state, len(delivery.attempts))
    assert "could not word" in delivery.attempts[0].error
    assert house.call(troubled.sid).is_settled
    assert house.call(other.sid).is_settled


async def test_run_until_stops_when_its_condition_holds(house):
    """The clock stands at the moment that made it true."""
    async with house.running():
        call = house.place(TALK)
        receipt = await house.runner.run_until(lambda: house.call(call.sid).state is CallState.TALKING, 86_400, 5)

        assert (True, 6.0) == (receipt.is_met, (receipt.ended_at - receipt.started_at).total_seconds())
        assert CallState.TALKING is house.call(call.sid).state
        assert 2 == len(house.sender.sent)


async def test_run_until_gives_up_after_its_bound(house):
    """It says that the condition did not come true."""
    async with house.running():
        call = house.place(TALK)
        receipt = await house.runner.run_until(lambda: house.call(call.sid).is_over, 10, 5)

    assert not receipt.is_met
    assert CallState.TALKING is house.call(call.sid).state
    assert (receipt.ended_at - receipt.started_at).total_seconds() <= 10


async def test_run_until_does_nothing_when_its_condition_holds_already(house):
    """Not even what is due."""
    async with house.running():
        house.place(TALK)
        receipt = await house.runner.run_until(lambda: True, 86_400, 5)

    assert ((), receipt.started_at, True) == (receipt.events, receipt.ended_at, receipt.is_met)


async def test_a_long_advance_lets_others_run(house):
    """A server that moves through a thousand calls goes on answering."""
    turns = []

    async def count():
        while True:
            turns.append(house.world.clock.now())
            await anyio.lowlevel.checkpoint()

    async with house.running(), anyio.create_task_group() as tasks:
        for _ in range(200):
            house.place(BUSY, subscriptions=())
        tasks.start_soon(count)
        await house.advance(200)
        tasks.cancel_scope.cancel()

    assert len(turns) > 5
