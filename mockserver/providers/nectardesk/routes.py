"""NectarDesk's one route that is documented."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.domain.order import CallEvent
from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation
from mockserver.providers.nectardesk import errors, sources
from mockserver.providers.nectardesk.callbacks import CallEnded, write_callback
from mockserver.providers.nectardesk.endpoint import Failure, Visit, desk_app
from mockserver.providers.nectardesk.readings import READINGS
from mockserver.providers.nectardesk.render import CallAnswer, call_answer
from mockserver.providers.provider import Version

PREFIX = "/calls"


async def get_call(visit: Visit) -> dict[str, Any]:
    return call_answer(visit.world.store.call_of_serial(visit.serial("call_id")), visit.world)


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
        callbacks=(CallEnded,),
        callback_url="{$webhook#call-ended}",
    ),
)


def build(engine: Engine) -> ASGIApp:
    """NectarDesk as an application of its own."""
    return desk_app(engine, PREFIX, OPERATIONS)


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
    events=(CallEvent.OVER,),
    openapi=openapi,
)
