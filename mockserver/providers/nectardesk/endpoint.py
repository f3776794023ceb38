"""What surrounds every operation: admission, faults, the wording of refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.domain.errors import MockserverError
from mockserver.engine.engine import Engine
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.gate import pass_gate
from mockserver.operations.operation import ErrorRow, Operation
from mockserver.operations.shell import api_app
from mockserver.operations.trace import Trace, trace_of
from mockserver.providers.nectardesk import errors, sources

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

    def serial(self, name: str) -> int:
        """The number in the path. Raises BadCallId.

        Quirk: an id is a number of the account, not a sid.
        """
        text = self.request.path_params[name]
        if not (text.isascii() and text.isdecimal()):
            message = f"{text!r} is no call id"
            raise errors.BadCallId(message)
        return int(text) if len(text) <= _LONGEST_ID else _NO_ID


# Finds the world that a request may use. Raises NectarDeskError.
Admit = Callable[[Engine, Request], World]


def admitted_by_token(engine: Engine, request: Request) -> World:
    world = _world_of_token(engine, request)
    if world is None:
        hint = "Send the header Access-Token with the world's access token; `mock-token` for the world `mock`."
        raise errors.NectarDeskError(errors.UNAUTHORIZED, hint=hint)
    return world


class Endpoint:
    """One operation as an ASGI application. Its handler answers a response, or what is to be JSON."""

    def __init__(self, operation: Operation, engine: Engine, admitted: Admit) -> None:
        self._operation = operation
        self._engine = engine
        self._admitted = admitted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace, request = trace_of(scope), Request(scope, receive, send)
        trace.operation = self._operation.id
        try:
            trace.world = self._admitted(self._engine, request)
            await pass_gate(request, trace, trace.world, self._operation.id)
            self._engine.runner(trace.world).catch_up()
            answer = await self._operation.handle(Visit(request, trace.world))
            response = answer if isinstance(answer, Response) else _json(answer)
        except MockserverError as error:
            response = _failure(errors.row_of(error, trace.world), error, trace)
        await response(scope, receive, send)


def desk_app(
    engine: Engine, prefix: str, operations: Sequence[Operation], admitted: Admit = admitted_by_token
) -> ASGIApp:
    """Operations as an application of their own, whose unknown paths and verbs are worded alike."""
    routes = [Route(one.path, Endpoint(one, engine, admitted), methods=[one.method]) for one in operations]

    def world_of(request: Request) -> World | None:
        return _world_of_token(engine, request)

    return api_app(prefix, operations, routes, _refuse, largest_body=_LARGEST_BODY, world_of=world_of)


def _world_of_token(engine: Engine, request: Request) -> World | None:
    return engine.world_of_token(request.headers.get("access-token", ""))


def _refuse(scope: Scope, status: int, _detail: str, hint: str) -> Response:
    row = errors.STRAYS.get(status, errors.NO_SUCH_PATH)
    return _failure(row, errors.NectarDeskError(row, hint=hint), trace_of(scope))


def _failure(row: ErrorRow, error: MockserverError, trace: Trace) -> Response:
    trace.refusal, trace.hint, trace.code = error.message, error.hint or None, row.code
    headers = {}
    if isinstance(error, InjectedFault):
        trace.fault = error.rule.id
        headers["X-Mockserver-Fault"] = error.rule.id
    return _json(Failure(row.description), row.status, headers)


def _json(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_encode(content), status, headers, "application/json")
