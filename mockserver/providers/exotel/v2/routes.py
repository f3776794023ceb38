"""v2's routes: parse, one engine call, render."""

from __future__ import annotations

from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.domain.order import CALL_EVENTS
from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_endpoint import Dialect, Shape, Visit, dialect_app
from mockserver.providers.exotel.v2 import errors, render, users_routes
from mockserver.providers.exotel.v2.callbacks import CallbackBody, FlatCallbackBody, write_callback
from mockserver.providers.exotel.v2.wire import PlaceCall, call_sid, parse_order
from mockserver.providers.provider import Version

PREFIX = "/v2"


async def create_call(visit: Visit) -> render.PlacedCall:
    order = parse_order(visit.content_type, await visit.request.body(), visit.world)
    call = visit.engine.place(visit.world, order)
    visit.placed = call.sid
    return render.placed_call(call, visit.world)


async def get_call(visit: Visit) -> render.CallDetails:
    call = visit.world.store.call(call_sid(visit.path("call_sid")))
    return render.call_details(call, visit.world)


_CALL_OPERATIONS = (
    Operation(
        id="exotel-v2.create-call",
        method="POST",
        path="/accounts/{account_sid}/calls",
        summary="Connect an agent to a number",
        provenance=sources.V2_CONNECT,
        handle=create_call,
        request=PlaceCall,
        is_lenient=True,
        callbacks=(CallbackBody, FlatCallbackBody),
        callback_url="{$request.body#/status_callback/0/url}",
        response=render.PlacedEnvelope,
        errors=errors.CREATE_ERRORS,
    ),
    Operation(
        id="exotel-v2.get-call",
        method="GET",
        path="/accounts/{account_sid}/calls/{call_sid}",
        summary="Read a call of the contact center",
        provenance=sources.V2_DETAILS,
        handle=get_call,
        response=render.DetailsEnvelope,
        error=render.DetailsFailureEnvelope,
        errors=errors.DETAILS_ERRORS,
    ),
)
OPERATIONS = (*_CALL_OPERATIONS, *users_routes.OPERATIONS)

_PLACED = Shape(render.placed_answer, "data", errors.CALLS)
_DIALECT = Dialect(
    PREFIX,
    OPERATIONS,
    shapes={
        render.PlacedEnvelope: _PLACED,
        render.DetailsEnvelope: Shape(render.details_answer, "call_details", errors.DETAILS),
        **users_routes.SHAPES,
    },
    stray=_PLACED,
    more={},
)


def build(engine: Engine) -> ASGIApp:
    """v2 as an application of its own."""
    return dialect_app(_DIALECT, engine)


def openapi() -> Document:
    return openapi_document(
        title="Exotel v2 (contact center), as mockserver emulates it",
        version=__version__,
        description="Connect an agent to a number, read calls, manage users and devices. "
        "x-provenance says how each part is known.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=render.FailureEnvelope,
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
