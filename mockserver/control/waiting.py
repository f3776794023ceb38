"""Waiting for requests, callbacks and calls; one that ends without says what came instead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from mockserver.control import call_views, record_views
from mockserver.control.desk import Visit
from mockserver.control.problems import MEDIA_TYPE, OUR_OWN, Problem, error_rows
from mockserver.control.wishes import CallWait, DeliveriesWait, RequestsWait, number_of
from mockserver.domain import errors
from mockserver.domain.call import Call
from mockserver.engine import waiting
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import Delivery
from mockserver.engine.journal import Exchange
from mockserver.engine.matching import Difference
from mockserver.engine.world import World
from mockserver.operations.operation import ErrorRow, Operation

_described = OUR_OWN.field
_T = TypeVar("_T")


class DifferenceView(msgspec.Struct):
    field: Annotated[str, _described("of `match`")]
    wanted: Annotated[str, _described()]
    got: Annotated[str, _described()]


class InsteadView(msgspec.Struct):
    """Something that came and was not meant."""

    id: Annotated[str, _described()]
    what: Annotated[str, _described("in a line")]
    differences: Annotated[list[DifferenceView], _described()]


class Unmet(Problem, kw_only=True):
    """What a wait came to that was in vain, besides the problem."""

    matched: Annotated[int, _described("how many did match")] = 0
    instead: Annotated[list[InsteadView], _described("what came and did not match, the closest first")] = msgspec.field(
        default_factory=list
    )


class WaitedRequests(msgspec.Struct):
    requests: list[record_views.ExchangeView]
    seconds: Annotated[float, _described("real, that it took")]


class WaitedDeliveries(msgspec.Struct):
    deliveries: list[record_views.DeliveryView]
    seconds: Annotated[float, _described("real, that it took")]


async def wait_for_requests(visit: Visit) -> WaitedRequests | Response:
    world, body = visit.world, await visit.body(RequestsWait)
    since = number_of(body.since, "q")
    matcher = body.match.matcher()
    waited = await _unless_gone(
        visit.request, lambda: waiting.wait_for_requests(world, matcher, body.count, body.timeout, since)
    )
    if waited.is_met:
        return WaitedRequests([record_views.exchange_view(one, world) for one in waited.matched], waited.seconds)
    what = f"{len(waited.matched)} of {body.count} requests came within {body.timeout:g} s"
    return _unmet(visit, world, waited, what, _exchange_line, len(waited.matched))


async def wait_for_deliveries(visit: Visit) -> WaitedDeliveries | Response:
    world, body = visit.world, await visit.body(DeliveriesWait)
    since = number_of(body.since, "d")
    matcher = body.match.matcher()
    waited = await _unless_gone(
        visit.request, lambda: waiting.wait_for_deliveries(world, matcher, body.count, body.timeout, since)
    )
    if waited.is_met:
        return WaitedDeliveries([record_views.delivery_view(one) for one in waited.matched], waited.seconds)
    what = f"{len(waited.matched)} of {body.count} callbacks came within {body.timeout:g} s"
    return _unmet(visit, world, waited, what, _delivery_line, len(waited.matched))


async def wait_for_call(visit: Visit) -> call_views.CallView | Response:
    world, sid, body = visit.world, visit.path("call_sid"), await visit.body(CallWait)
    is_silent = body.state is None and body.outcome is None and body.is_over is None
    wish = waiting.CallWish(body.state, body.outcome, True if is_silent else body.is_over)
    waited = await _unless_gone(visit.request, lambda: waiting.wait_for_call(world, sid, wish, body.timeout))
    [call] = waited.matched
    if waited.is_met:
        return call_views.call_view(call, world.store.deliveries(sid))
    what = f"call {sid} did not come to it within {body.timeout:g} s"
    if call.is_settled:
        what = f"call {sid} is settled and will not come to it any more"
    return _unmet(visit, world, waited, what, _call_line, 0)


async def _unless_gone(request: Request, wait: Callable[[], Awaitable[_T]]) -> _T:
    """Wait, unless the client goes away: nobody is there for whom to. Raises ClientDisconnect then."""
    results: list[_T] = []
    failures: list[errors.MockserverError] = []
    async with anyio.create_task_group() as tasks:

        async def work() -> None:
            # Refusals are no failure of the group: they are told to the client as they are.
            try:
                results.append(await wait())
            except errors.MockserverError as failure:
                failures.append(failure)
            tasks.cancel_scope.cancel()

        tasks.start_soon(work)
        while (await request.receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()
    if failures:
        raise failures[0]
    if not results:
        raise ClientDisconnect
    return results[0]


def _unmet(  # noqa: PLR0917  the parts of one answer
    visit: Visit, world: World, waited: waiting.Waited[Any], what: str, line: Callable[[Any], str], matched: int
) -> Response:
    instead = [InsteadView(_id(one), line(one), _difference_views(found)) for one, found in waited.instead]
    problem = Unmet(
        "about:blank",
        HTTPStatus.REQUEST_TIMEOUT.phrase,
        HTTPStatus.REQUEST_TIMEOUT,
        "not-met",
        what,
        " ".join([*_of_the_closest(instead), *_of_the_clock(world), *_of_strays(visit, waited)]) or _NOTHING_CAME,
        matched=matched,
        instead=instead,
    )
    return Response(msgspec.json.encode(problem), problem.status, media_type=MEDIA_TYPE)


_NOTHING_CAME = "Nothing came that could have been meant; GET .../requests and .../deliveries list what there is."


def _of_the_closest(instead: Sequence[InsteadView]) -> list[str]:
    if not instead:
        return []
    closest = instead[0]
    lacks = ", ".join(f"{one.field} is {one.got!r} and not {one.wanted!r}" for one in closest.differences)
    return [f"The closest is {closest.id}: {lacks}."]


def _of_the_clock(world: World) -> list[str]:
    due = world.store.next_due()
    if world.clock.mode is not ClockMode.MANUAL or due is None:
        return []
    return [f"The clock is manual and the next timer is due at {due.isoformat()}: move it with POST .../clock/advance."]


def _of_strays(visit: Visit, waited: waiting.Waited[Any]) -> list[str]:
    strays = len(visit.engine.strays)
    if waited.instead or waited.matched or not strays:
        return []
    return [f"{strays} requests belong to no world: GET /_mock/v1/requests lists them."]


def _difference_views(differences: Sequence[Difference]) -> list[DifferenceView]:
    # Members of enumerations would show as such.
    return [DifferenceView(one.name, str(one.wanted), str(one.got)) for one in differences]


def _id(record: Exchange | Delivery | Call) -> str:
    return record.sid if isinstance(record, Call) else record.id


def _exchange_line(one: Exchange) -> str:
    return f"{one.method} {one.path} {one.status}"


def _delivery_line(one: Delivery) -> str:
    return f"{one.event} of {one.call_sid} to {one.request.url}: {one.state}"


def _call_line(call: Call) -> str:
    return f"{call.state}{f', {call.outcome}' if call.outcome else ''}"


_NOT_MET = ErrorRow(408, "not-met", HTTPStatus.REQUEST_TIMEOUT.phrase, "it did not come in time", OUR_OWN)
_ON_WORLD = (*error_rows(errors.UnknownWorld), _NOT_MET)

OPERATIONS = (
    Operation(
        "control.wait-for-requests",
        "POST",
        "/worlds/{account_sid}/requests/wait",
        "Wait until requests have come",
        OUR_OWN,
        wait_for_requests,
        WaitedRequests,
        request=RequestsWait,
        error=Unmet,
        errors=_ON_WORLD,
    ),
    Operation(
        "control.wait-for-deliveries",
        "POST",
        "/worlds/{account_sid}/deliveries/wait",
        "Wait until callbacks have come to a state",
        OUR_OWN,
        wait_for_deliveries,
        WaitedDeliveries,
        request=DeliveriesWait,
        error=Unmet,
        errors=_ON_WORLD,
    ),
    Operation(
        "control.wait-for-call",
        "POST",
        "/worlds/{account_sid}/calls/{call_sid}/wait",
        "Wait until a call has come to a state or an outcome",
        OUR_OWN,
        wait_for_call,
        call_views.CallView,
        request=CallWait,
        error=Unmet,
        errors=(*error_rows(errors.UnknownWorld, errors.UnknownCall), _NOT_MET),
    ),
)
