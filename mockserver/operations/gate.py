"""What every admitted request passes before it is carried out: quotas, then faults."""

from __future__ import annotations

from starlette.requests import Request

from mockserver.engine.faults import InjectedFault
from mockserver.engine.faults.effects import Error, Reset
from mockserver.engine.faults.rules import Asked
from mockserver.engine.world import World
from mockserver.operations.mentions import mentioned_contacts
from mockserver.operations.trace import Trace


async def pass_gate(request: Request, trace: Trace, world: World, operation: str) -> None:
    """Raises RateLimited, or InjectedFault if a fault is in the way.

    A fault of the answer is left in the trace, and happens to whatever the answer will be.
    """
    world.quotas.take(operation)
    faults = world.faults
    if not faults.rules:
        return
    contacts = await mentioned_contacts(request, world) if faults.asks_for_numbers else frozenset()
    injection = faults.hit_request(Asked(operation, request.method, request.url.path, contacts))
    if injection is None:
        return
    trace.fault = injection.rule.id
    if isinstance(injection.effect, Error):
        raise InjectedFault(injection.rule)
    trace.injection = injection
    if isinstance(injection.effect, Reset):
        raise InjectedFault(injection.rule)
