"""v3's routes: parse, one engine call, render; and the envelope around all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import __version__
from mockserver.domain.errors import MockserverError
from mockserver.engine.engine import Engine
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.body_limit import BodyLimit
from mockserver.operations.disconnect import client_gone
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import ErrorRow, Operation
from mockserver.operations.routing import nearest_route, served_methods
from mockserver.operations.trace import Trace, trace_of
from mockserver.providers.callback_request import JSON
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.admission import CHALLENGE, admitted_world
from mockserver.providers.exotel.v3 import errors, render
from mockserver.providers.exotel.v3.callbacks import CallbackBody, write_callback
from mockserver.providers.exotel.v3.wire import PlaceCall, parse_order
from mockserver.providers.provider import Version

PREFIX = "/v3"
_LARGEST_BODY = 256 * 1024
_encode = msgspec.json.Encoder().encode
_ENVELOPES: dict[str, type[msgspec.Struct]] = {"call_details": render.CallEnvelope, "leg_details": render.LegsEnvelope}


@dataclass(slots=True)
class Visit:
    """An admitted request. A handler that places a call leaves its sid in `placed`."""

    request: Request
    engine: Engine
    world: World
    placed: str | None = None


async def create_call(visit: Visit) -> render.CallDetails:
    order = parse_order(visit.request.headers.get("content-type"), await visit.request.body(), visit.world)
    call = visit.engine.place(visit.world, order)
    visit.placed = call.sid
    return render.placed(call, visit.world)


async def get_call(visit: Visit) -> render.CallDetails:
    call = visit.world.store.call(visit.request.path_params["call_sid"])
    return render.call_details(call, visit.world)


async def get_legs(visit: Visit) -> render.CallLegs:
    call = visit.world.store.call(visit.request.path_params["call_sid"])
    return render.legs(call, visit.world)


OPERATIONS = (
    Operation(
        id="exotel-v3.create-call",
        method="POST",
        path="/accounts/{account_sid}/calls",
        summary="Connect two numbers",
        provenance=sources.V3_CONNECT,
        handle=create_call,
        request=PlaceCall,
        is_lenient=True,
        callback=CallbackBody,
        callback_url="{$request.body#/status_callback/0/url}",
        response=render.CallEnvelope,
        errors=errors.CREATE_ERRORS,
    ),
    Operation(
        id="exotel-v3.get-call",
        method="GET",
        path="/accounts/{account_sid}/calls/{call_sid}",
        summary="Read a call",
        provenance=sources.V3_DETAILS,
        handle=get_call,
        response=render.CallEnvelope,
        errors=errors.DETAILS_ERRORS,
    ),
    Operation(
        id="exotel-v3.get-legs",
        method="GET",
        path="/accounts/{account_sid}/calls/{call_sid}/legs",
        summary="Read a call's legs",
        provenance=sources.V3_LEGS,
        handle=get_legs,
        response=render.LegsEnvelope,
        error=render.LegsEnvelope,
        errors=errors.LEGS_ERRORS,
    ),
)


class Endpoint:
    """One operation as an ASGI application: admission, faults, the handler, the envelope, the release of callbacks."""

    def __init__(self, operation: Operation, engine: Engine) -> None:
        self._operation = operation
        self._engine = engine
        # Which key of `response` holds the record; on errors it is null.
        self._key = "leg_details" if operation.response is render.LegsEnvelope else "call_details"
        self._no_account = errors.TENANT_NOT_FOUND if self._key == "leg_details" else errors.ACCOUNT_NOT_FOUND

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = trace_of(scope)
        trace.operation = self._operation.id
        request = Request(scope, receive, send)
        visit: Visit | None = None
        try:
            visit = Visit(request, self._engine, self._admit(request, trace))
            visit.world.faults.check(self._operation.id)
            self._engine.runner(visit.world).catch_up()
            record = await self._operation.handle(visit)
            response = _success(self._key, request.method, record, visit.world)
        except MockserverError as error:
            row = errors.row_of(error, trace.world, self._operation.errors)
            response = _failure(self._key, request.method, row, error, trace)
        try:
            await response(scope, receive, send)
        finally:
            if visit is not None and visit.placed is not None:
                self._engine.answer_sent(visit.world, visit.placed)

    def _admit(self, request: Request, trace: Trace) -> World:
        world = admitted_world(self._engine, request.headers.get("authorization"))
        if world is None:
            trace.world = self._engine.find_world(request.path_params["account_sid"])
            raise errors.V3Error(
                errors.AUTHENTICATION_FAILED, hint="Send HTTP Basic with the world's API key and token."
            )
        trace.world = world
        if request.path_params["account_sid"] != world.sid:
            hint = f"These credentials belong to account {world.sid!r}: use it in the path."
            raise errors.V3Error(self._no_account, hint=hint)
        return world


def _success(key: str, method: str, record: Any, world: World) -> Response:  # noqa: ANN401  a wire struct
    response = (render.LegsResponse if key == "leg_details" else render.CallResponse)(200, None, "success", record)
    envelope = _ENVELOPES[key](world.new_id("request"), method, 200, None, response)
    return Response(_encode(envelope), media_type=JSON)


def _failure(key: str, method: str, row: ErrorRow, error: MockserverError, trace: Trace) -> Response:
    trace.refusal, trace.hint = error.message, error.hint or None
    request_id = trace.world.new_id("request") if trace.world else uuid4().hex
    headers = {"WWW-Authenticate": CHALLENGE} if row.status == errors.AUTHENTICATION_FAILED.status else {}
    if isinstance(error, InjectedFault):
        trace.fault = error.rule.id
        headers["X-Mockserver-Fault"] = error.rule.id
    inner = {"code": row.status, "error_data": render.error_data(row), "status": "failure", key: None}
    envelope = {
        "request_id": request_id,
        "method": method,
        "http_code": row.status,
        "metadata": None,
        "response": inner,
    }
    return Response(_encode(envelope), status_code=row.status, headers=headers, media_type=JSON)


def _refuse(scope: Scope, row: ErrorRow, hint: str = "") -> Response:
    return _failure("call_details", scope["method"], row, errors.V3Error(row, hint=hint), trace_of(scope))


async def _account_missing(request: Request) -> Response:
    return _refuse(request.scope, errors.ACCOUNT_SID_MANDATORY, "The path is /v3/accounts/{account_sid}/calls.")


async def _http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == errors.METHOD_NOT_IMPLEMENTED.status:
        allowed = ", ".join(served_methods(request))
        response = _refuse(request.scope, errors.METHOD_NOT_IMPLEMENTED, f"Served here: {allowed}.")
        response.headers["Allow"] = allowed
        return response
    nearest = nearest_route(request.method, request.url.path, PREFIX, OPERATIONS)
    return _refuse(request.scope, errors.NOT_FOUND, f"The nearest route is {nearest}.")


async def _unexpected(request: Request, _error: Exception) -> Response:
    return _refuse(request.scope, errors.INTERNAL, "This is a bug of mockserver: its log has the trace.")


def _too_large(scope: Scope) -> Response:
    return _refuse(scope, errors.body_too_large(_LARGEST_BODY))


def build(engine: Engine) -> ASGIApp:
    """v3 as an application of its own, so that unknown paths and verbs answer in v3's dialect too."""
    handlers: dict[Any, Callable[..., Any]] = {
        HTTPException: _http_error,
        ClientDisconnect: client_gone,
        Exception: _unexpected,
    }
    app = Starlette(
        routes=[
            *(Route(one.path, Endpoint(one, engine), methods=[one.method]) for one in OPERATIONS),
            Route("/accounts/calls", _account_missing, methods=["POST"]),
        ],
        exception_handlers=handlers,
    )
    return BodyLimit(app, _LARGEST_BODY, _too_large)


def openapi() -> Document:
    return openapi_document(
        title="Exotel voice v3, as mockserver emulates it",
        version=__version__,
        description="Connect two numbers, read calls and legs. x-provenance says how each part is known.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=render.CallEnvelope,
        has_basic_auth=True,
    )


VERSION = Version(
    operations=OPERATIONS,
    readings=render.READINGS,
    build=build,
    write_callback=write_callback,
    openapi=openapi,
)
