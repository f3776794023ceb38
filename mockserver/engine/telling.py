"""The words of the event log for what the engine does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mockserver.domain.call import Call
from mockserver.domain.effects import Input
from mockserver.engine.delivery import Delivery
from mockserver.engine.events import Fact
from mockserver.engine.journal import Exchange
from mockserver.engine.world import World

# Of what others send: the log is bounded by events, so each of them has to be.
_LONGEST = 300


def tell_placed(world: World, call_sid: str, at: datetime, story: str) -> None:
    world.events.append(at, "call.placed", call_sid, story=story)


def tell_step(world: World, event: Input, before: Call, after: Call, at: datetime) -> None:
    """That a call has moved, and in notes which of its legs."""
    facts: dict[str, Fact] = {"input": str(event), "before": before.state, "after": after.state}
    if after.outcome is not None:
        facts["outcome"] = after.outcome
    world.events.append(at, "call.moved", after.sid, **facts)
    if after.applet is not None and after.progress.entered != before.progress.entered:
        does = type(after.applet).__name__.lower()
        world.events.append(at, "flow.entered", after.sid, applet=after.applet.id, does=does)
    if after.legs is before.legs:
        return
    for place, leg in enumerate(after.legs):
        state = before.legs[place].state if place < len(before.legs) else None
        if state is not leg.state:
            world.events.note(
                at,
                "leg.moved",
                after.sid,
                leg=leg.number,
                side=leg.side,
                leg_sid=leg.sid,
                before=state,
                after=leg.state,
            )


def tell_created(world: World, delivery: Delivery) -> None:
    world.events.note(
        delivery.created_at,
        "delivery.created",
        delivery.call_sid,
        delivery=delivery.id,
        event=delivery.event,
        leg=delivery.leg_number,
        url=delivery.request.url[:_LONGEST],
        state=delivery.state,
        redelivers=delivery.redelivers,
    )


def tell_answered(world: World, exchange: Exchange) -> None:
    world.events.note(
        exchange.at,
        "request.answered",
        None,
        request=exchange.id,
        method=exchange.method,
        path=exchange.path[:_LONGEST],
        operation=exchange.operation,
        status=exchange.status,
        fault=exchange.fault,
        refusal=exchange.refusal[:_LONGEST] if exchange.refusal else None,
    )


def stop_telling(worlds: Iterable[World]) -> None:
    """End all waits and feeds: the server is about to stop."""
    for world in worlds:
        world.events.close()
