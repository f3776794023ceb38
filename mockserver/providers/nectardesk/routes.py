"""NectarDesk's one route, and the application around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import __version__
from mockserver.domain.errors import MockserverError
from mockserver.engine.engine import Engine
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.gate import pass_gate
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import ErrorRow, Operation
from mockserver.operations.shell import api_app
from mockserver.operations.trace import Trace, trace_of
from mockserver.providers.nectardesk import errors, sources
from mockserver.providers.nectardesk.callbacks import CallEnded, write_callback
from mockserver.providers.nectardesk.readings import READINGS
from mockserver.providers.nectardesk.render import CallAnswer, call_answer
from mockserver.providers.provider import Version

PREFIX = "/calls"
_LONGEST_ID = 18
# No call has it: they count from 1 on.
_NO_ID = 0
_LARGEST_BODY = 64 * 1024
_encode = msgspec.json.Encoder().encode


class Failure(msgspec.Struct):
    error: Annotated[str, sources.UNDOCUMENTED.field("what went wrong")]


@dataclass(frozen=True, slots=True)
class Visit:
    """An admitted request."""

    request: Request
    world: World


async def get_call(visit: Visit) -> dict[str, Any]:
    """Quirk: an id is a number of the account, not a sid."""
    text = visit.request.path_params["call_id"]
    if not (text.isascii() and text.isdecimal()):
        message = f"{text!r} is no call id"
        raise errors.BadCallId(message)
    serial = int(text) if len(text) <= _LONGEST_ID else _NO_ID
    return call_answer(visit.world.store.call_of_serial(serial), visit.world)


OPERATIONS = (
    Operation(
        id="nectardesk.get-call",
        method="GET",
        path="/{call_id}",
        summary="Fetch call data by id",
        provenance=sources.REST,
        handle=get_call,
        response=CallAnswer,
        errors=errors.GET_ERRORS,
        callback=CallEnded,
        callback_url="{$webhook#call-ended}",
    ),
)


class Endpoint:
    """The operation as an ASGI application: admission by token, faults, the handler."""

    def __init__(self, operation: Operation, engine: Engine) -> None:
        self._operation = operation
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace, request = trace_of(scope), Request(scope, receive, send)
        trace.operation = self._operation.id
        try:
            trace.world = self._admitted(request)
            await pass_gate(request, trace, trace.world, self._operation.id)
            self._engine.runner(trace.world).catch_up()
            answer = await self._operation.handle(Visit(request, trace.world))
            response = Response(_encode(answer), media_type="application/json")
        except MockserverError as error:
            response = _failure(errors.row_of(error, trace.world), error, trace)
        await response(scope, receive, send)

    def _admitted(self, request: Request) -> World:
        world = self._engine.world_of_token(request.headers.get("access-token", ""))
        if world is None:
            hint = "Send the header Access-Token with the world's access token; `mock-token` for the world `mock`."
            raise errors.NectarDeskError(errors.UNAUTHORIZED, hint=hint)
        return world


def _failure(row: ErrorRow, error: MockserverError, trace: Trace) -> Response:
    trace.refusal, trace.hint = error.message, error.hint or None
    headers = {}
    if isinstance(error, InjectedFault):
        trace.fault = error.rule.id
        headers["X-Mockserver-Fault"] = error.rule.id
    return Response(_encode(Failure(row.description)), row.status, headers, "application/json")


def build(engine: Engine) -> ASGIApp:
    """NectarDesk as an application of its own."""

    def world_of(request: Request) -> World | None:
        return engine.world_of_token(request.headers.get("access-token", ""))

    routes = [Route(one.path, Endpoint(one, engine), methods=[one.method]) for one in OPERATIONS]
    return api_app(PREFIX, OPERATIONS, routes, _refuse, largest_body=_LARGEST_BODY, world_of=world_of)


def _refuse(scope: Scope, status: int, _detail: str, hint: str) -> Response:
    row = errors.STRAYS.get(status, errors.NO_SUCH_PATH)
    return _failure(row, errors.NectarDeskError(row, hint=hint), trace_of(scope))


def openapi() -> Document:
    document = openapi_document(
        title="NectarDesk, as mockserver emulates it",
        version=__version__,
        description="Read a call by id. The vendor documents no base URL: --nectardesk-prefix sets one.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=Failure,
        has_basic_auth=False,
    )
    document["components"]["securitySchemes"] = {"token": {"type": "apiKey", "in": "header", "name": "Access-Token"}}
    document["security"] = [{"token": []}]
    return document


VERSION = Version(
    operations=OPERATIONS,
    readings=READINGS,
    build=build,
    write_callback=write_callback,
    openapi=openapi,
)
