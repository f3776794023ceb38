"""v3's routes: parse, one engine call, render; and the envelope around all of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.domain.order import CALL_EVENTS
from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_endpoint import Dialect, Shape, Visit, dialect_app
from mockserver.providers.exotel.v3 import errors, render
from mockserver.providers.exotel.v3.callbacks import CallbackBody, write_callback
from mockserver.providers.exotel.v3.wire import PlaceCall, parse_order
from mockserver.providers.provider import Version

PREFIX = "/v3"


async def create_call(visit: Visit) -> render.CallDetails:
    order = parse_order(visit.content_type, await visit.request.body(), visit.world)
    call = visit.engine.place(visit.world, order)
    visit.placed = call.sid
    return render.placed(call, visit.world)


async def get_call(visit: Visit) -> render.CallDetails:
    call = visit.world.store.call(visit.path("call_sid"))
    return render.call_details(call, visit.world)


async def get_legs(visit: Visit) -> render.CallLegs:
    call = visit.world.store.call(visit.path("call_sid"))
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
        callbacks=(CallbackBody,),
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


_CALLS = Shape(render.call_answer, "call_details", errors.CALLS)
_LEGS = Shape(render.legs_answer, "leg_details", errors.LEGS)
_DIALECT = Dialect(
    PREFIX,
    OPERATIONS,
    shapes={render.CallEnvelope: _CALLS, render.LegsEnvelope: _LEGS},
    stray=_CALLS,
    more={"metadata": None},
)


async def _account_missing(request: Request) -> Response:
    hint = "The path is /v3/accounts/{account_sid}/calls."
    return _DIALECT.refuse(request.scope, errors.ACCOUNT_SID_MANDATORY, hint)


def build(engine: Engine) -> ASGIApp:
    """v3 as an application of its own."""
    return dialect_app(_DIALECT, engine, Route("/accounts/calls", _account_missing, methods=["POST"]))


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
    events=CALL_EVENTS,
    openapi=openapi,
)
