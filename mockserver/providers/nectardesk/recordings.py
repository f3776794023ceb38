"""The files behind the URLs of recordings, which the vendor gives to whoever asks."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.engine.engine import Engine
from mockserver.engine.world import World
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation, Parameter
from mockserver.providers.nectardesk import errors, sources
from mockserver.providers.nectardesk.endpoint import Failure, Visit, admitted_by_token, desk_app
from mockserver.providers.nectardesk.facts import facts_of
from mockserver.providers.nectardesk.recording_urls import PREFIX, TENANT
from mockserver.providers.provider import Version
from mockserver.recordings.answer import MEDIA_TYPE, recording_answer


async def get_recording(visit: Visit) -> Response:
    facts = facts_of(visit.world.store.call_of_serial(visit.serial("recording_id")), visit.world)
    if not facts.has_recording:
        hint = "It has one a moment after its end, if it was to be recorded and somebody talked."
        raise errors.NectarDeskError(errors.NO_RECORDING, hint=hint)
    return await recording_answer(visit.request, facts.call, facts.world.streams)


OPERATIONS = (
    Operation(
        id="nectardesk.get-recording",
        method="GET",
        path="/{recording_id}",
        summary="Listen to the recording of a call",
        provenance=sources.RECEIVER,
        handle=get_recording,
        # Bytes, of which a JSON schema has nothing to say.
        response=msgspec.Raw,
        errors=errors.RECORDING_ERRORS,
        parameters=(Parameter(TENANT, "string", "the account SID; without it an Access-Token says whose it is"),),
        media_type=MEDIA_TYPE,
    ),
)


def _admitted(engine: Engine, request: Request) -> World:
    tenant = request.query_params.get(TENANT)
    if tenant is None:
        return admitted_by_token(engine, request)
    world = engine.find_world(tenant)
    if world is None:
        raise errors.NectarDeskError(errors.NO_RECORDING, hint=f"There is no account {tenant!r} on this server.")
    return world


def build(engine: Engine) -> ASGIApp:
    """Recordings as an application of their own."""
    return desk_app(engine, PREFIX, OPERATIONS, _admitted)


def openapi() -> Document:
    return openapi_document(
        title="Recordings of NectarDesk's calls, as mockserver makes them",
        version=__version__,
        description="MP3, made on demand, for everybody; HEAD, ranges (206) and ETags (304) work.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=Failure,
        has_basic_auth=False,
    )


VERSION = Version(operations=OPERATIONS, readings=(), build=build, openapi=openapi)
