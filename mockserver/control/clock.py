"""The clock of a world: read it, change its mode, move it."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.control import world_views
from mockserver.control.bodies import AdvanceBody, ClockBody, RunUntilBody
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.call import CallState
from mockserver.domain.errors import BadInput
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import DeliveryState
from mockserver.engine.world import World
from mockserver.operations.operation import Operation

_REACHED = {
    "ended": {CallState.ENDED, CallState.PROCESSED, CallState.SETTLED},
    "processed": {CallState.PROCESSED, CallState.SETTLED},
    "settled": {CallState.SETTLED},
}


async def get_clock(visit: Visit) -> world_views.ClockView:
    return world_views.clock_view(visit.world)


async def patch_clock(visit: Visit) -> world_views.ClockView:
    world, body = visit.world, await visit.body(ClockBody)
    mode = ClockMode(body.mode) if body.mode else world.clock.mode
    if body.speed is not None and mode is not ClockMode.SCALED:
        raise BadInput(f"a {mode} clock has no speed", where="speed", hint='Add "mode": "scaled".')
    world.clock.set_mode(mode, speed=world.clock.speed if body.speed is None else body.speed)
    world.events.append(world.clock.now(), "clock.set", mode=mode, speed=world.clock.speed)
    visit.engine.runner(world).clock_changed()
    return world_views.clock_view(world)


async def advance(visit: Visit) -> world_views.ReceiptView:
    world, body = visit.world, await visit.body(AdvanceBody)
    return world_views.receipt_view(await visit.engine.runner(world).advance(body.seconds, body.cap_seconds))


async def run_until(visit: Visit) -> world_views.ReceiptView:
    world, body = visit.world, await visit.body(RunUntilBody)
    runner = visit.engine.runner(world)
    receipt = await runner.run_until(_condition(world, body), body.within_seconds, body.cap_seconds)
    return world_views.receipt_view(receipt)


def _condition(world: World, body: RunUntilBody) -> Callable[[], bool]:
    given = [body.call_sid is not None, body.deliveries is not None, body.idle]
    if given.count(True) != 1:
        message = "give exactly one of call_sid, deliveries and idle"
        raise BadInput(message)
    if body.call_sid is not None:
        return _call_has_come_to(world, body.call_sid, body.state)
    if body.deliveries is not None:
        wanted = body.deliveries
        return lambda: _delivered(world) >= wanted
    return lambda: world.store.next_due() is None


def _call_has_come_to(world: World, call_sid: str, state: str) -> Callable[[], bool]:
    reached = _REACHED.get(state)
    if reached is None:
        message = f"state must be one of {', '.join(_REACHED)}, not {state!r}"
        raise BadInput(message, where="state")
    world.store.call(call_sid)
    return lambda: world.store.call(call_sid).state in reached


def _delivered(world: World) -> int:
    return sum(1 for delivery in world.store.deliveries() if delivery.state is DeliveryState.DELIVERED)


_CLOCK = "/worlds/{account_sid}/clock"

OPERATIONS = (
    Operation(
        "control.get-clock",
        "GET",
        _CLOCK,
        "Read the clock",
        OUR_OWN,
        get_clock,
        world_views.ClockView,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.patch-clock",
        "PATCH",
        _CLOCK,
        "Change how time moves",
        OUR_OWN,
        patch_clock,
        world_views.ClockView,
        request=ClockBody,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.advance-clock",
        "POST",
        f"{_CLOCK}/advance",
        "Move a manual clock and settle",
        OUR_OWN,
        advance,
        world_views.ReceiptView,
        request=AdvanceBody,
        errors=error_rows(errors.UnknownWorld, errors.ClockNotManual, errors.ClockBusy, errors.NotSettled),
    ),
    Operation(
        "control.run-clock-until",
        "POST",
        f"{_CLOCK}/run-until",
        "Move a manual clock until a condition holds",
        OUR_OWN,
        run_until,
        world_views.ReceiptView,
        request=RunUntilBody,
        errors=error_rows(
            errors.UnknownWorld, errors.UnknownCall, errors.ClockNotManual, errors.ClockBusy, errors.NotSettled
        ),
    ),
)
