"""The words of the log: what receipts tell, and what only the feed does."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_legs_and_deliveries_are_told_beside_the_receipt(house):
    """A leg's moves and a new delivery are events of the log; a receipt has what it had."""
    async with house.running():
        house.place()
        receipt = await house.advance(1_000)
    told = [event for event in house.world.events.latest() if event.kind in {"leg.moved", "delivery.created"}]

    assert {"call.moved", "delivery.attempted"} == {event.kind for event in receipt.events}
    assert [
        ("leg.moved", "from", None, "ringing"),
        ("leg.moved", "from", "ringing", "answered"),
        ("delivery.created", "answered", None, "pending"),
        ("leg.moved", "to", None, "ringing"),
        ("leg.moved", "to", "ringing", "answered"),
        ("delivery.created", "answered", None, "pending"),
    ] == [
        (
            one.kind,
            one.facts.get("side") or one.facts["event"],
            one.facts.get("before"),
            one.facts.get("after") or one.facts["state"],
        )
        for one in told[:6]
    ]


async def test_an_outcome_is_told_once_it_is_known(house):
    """With the move that brings it, and all behind."""
    async with house.running():
        house.place()
        receipt = await house.advance(1_000)
    outcomes = [(one.facts["after"], one.facts.get("outcome")) for one in receipt.events if one.kind == "call.moved"]

    assert [
        ("talking", None),
        ("ended", "completed"),
        ("processed", "completed"),
        ("settled", "completed"),
    ] == outcomes[-4:]


async def test_a_moved_clock_is_told(house):
    """Once for each advance, with where it came from; not if it has not moved."""
    async with house.running():
        before = house.world.clock.now()
        await house.advance(5)
        await house.advance(0)
    told = [event for event in house.world.events.latest() if event.kind == "clock.moved"]

    assert [(house.world.clock.now(), before.isoformat())] == [(one.at, one.facts["since"]) for one in told]


async def test_forgotten_calls_are_told(house):
    """With how many there were."""
    house.place()
    house.engine.forget_calls(house.world)

    assert ("calls.forgotten", 1) == (
        house.world.events.latest()[-1].kind,
        house.world.events.latest()[-1].facts["count"],
    )
