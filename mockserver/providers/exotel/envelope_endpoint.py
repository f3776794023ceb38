"""What surrounds every operation of v2 and v3: admission, faults, the envelope, the release of callbacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

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
from mockserver.providers.callback_request import JSON
from mockserver.providers.exotel import envelope_errors as errors
from mockserver.providers.exotel.admission import CHALLENGE, admitted_world

_LARGEST_BODY = 256 * 1024
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Visit:
    """An admitted request. A handler that places a call leaves its sid in `placed`."""

    request: Request
    engine: Engine
    world: World
    placed: str | None = None

    @property
    def content_type(self) -> str | None:
        return self.request.headers.get("content-type")

    def path(self, name: str) -> str:
        value: str = self.request.path_params[name]
        return value


@dataclass(frozen=True, slots=True)
class Shape:
    """The two envelopes of an operation.

    `success` makes one of (request id, method, what the handler returned); in that of a refusal `record` is the key of
    `response` that is null.
    """

    success: Callable[[str, str, Any], Any]
    record: str
    wording: errors.Wording


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version: `shapes` by the response struct of its operations; `stray` for paths and verbs that it has not.

    `more` is what the envelopes of its refusals hold between the HTTP code and the response.
    """

    prefix: str
    operations: Sequence[Operation]
    shapes: Mapping[Any, Shape]
    stray: Shape
    more: Mapping[str, None]

    def failure(self, shape: Shape, method: str, row: ErrorRow, error: MockserverError, trace: Trace) -> Response:
        trace.refusal, trace.hint, trace.code = error.message, error.hint or None, row.code
        request_id = trace.world.new_id("request") if trace.world else uuid4().hex
        headers = {"WWW-Authenticate": CHALLENGE} if row.status == HTTPStatus.UNAUTHORIZED else {}
        if isinstance(error, InjectedFault):
            trace.fault = error.rule.id
            headers["X-Mockserver-Fault"] = error.rule.id
        inner = {
            "code": row.status,
            "error_data": errors.error_data(row),
            "status": "failure",
            shape.record: None,
        }
        envelope = {
            "request_id": request_id,
            "method": method,
            "http_code": row.status,
            **self.more,
            "response": inner,
        }
        return Response(_encode(envelope), status_code=row.status, headers=headers, media_type=JSON)

    def refuse(self, scope: Scope, row: ErrorRow, hint: str = "") -> Response:
        """The answer to a request that reaches no operation."""
        error = errors.VendorError(row, hint=hint)
        return self.failure(self.stray, scope["method"], row, error, trace_of(scope))


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, operation: Operation, engine: Engine, dialect: Dialect) -> None:
        self._operation = operation
        self._engine = engine
        self._dialect = dialect
        self._shape = dialect.shapes[operation.response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = trace_of(scope)
        trace.operation, trace.hides_body = self._operation.id, self._operation.hides_body
        request = Request(scope, receive, send)
        visit: Visit | None = None
        shape = self._shape
        try:
            visit = Visit(request, self._engine, self._admit(request, trace))
            await pass_gate(request, trace, visit.world, self._operation.id)
            self._engine.runner(visit.world).catch_up()
            record = await self._operation.handle(visit)
            trace.placed = visit.placed
            envelope = shape.success(visit.world.new_id("request"), request.method, record)
            response = Response(_encode(envelope), media_type=JSON)
        except MockserverError as error:
            row = shape.wording.row_of(error, trace.world, self._operation.errors)
            response = self._dialect.failure(shape, request.method, row, error, trace)
        try:
            await response(scope, receive, send)
        finally:
            if visit is not None and visit.placed is not None:
                self._engine.answer_sent(visit.world, visit.placed)

    def _admit(self, request: Request, trace: Trace) -> World:
        sid = request.path_params["account_sid"]
        world = admitted_world(self._engine, request.headers.get("authorization"))
        if world is None:
            trace.world = self._engine.find_world(sid)
            hint = "Send HTTP Basic with the world's API key and token."
            raise errors.NotAuthenticated("Authorization failed", hint=hint)
        trace.world = world
        if sid != world.sid:
            hint = f"These credentials belong to account {world.sid!r}: use it in the path."
            raise errors.OtherAccount("AccountSid not found", hint=hint)
        return world


def dialect_app(dialect: Dialect, engine: Engine, *further: Route) -> ASGIApp:
    """The version as an application of its own."""
    strays = {
        HTTPStatus.METHOD_NOT_ALLOWED: errors.METHOD_NOT_IMPLEMENTED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: errors.body_too_large(_LARGEST_BODY),
        HTTPStatus.INTERNAL_SERVER_ERROR: dialect.stray.wording.internal,
    }

    def refuse(scope: Scope, status: int, _detail: str, hint: str) -> Response:
        return dialect.refuse(scope, strays.get(HTTPStatus(status), errors.NOT_FOUND), hint)

    def world_of(request: Request) -> World | None:
        return admitted_world(engine, request.headers.get("authorization"))

    routes = [Route(one.path, Endpoint(one, engine, dialect), methods=[one.method]) for one in dialect.operations]
    return api_app(
        dialect.prefix, dialect.operations, [*routes, *further], refuse, largest_body=_LARGEST_BODY, world_of=world_of
    )
