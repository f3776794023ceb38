"""The files behind the URLs of recordings, for who has the account's credentials or a pre-signed URL."""

from __future__ import annotations

import secrets

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.engine.engine import Engine
from mockserver.engine.world import World
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation, Parameter
from mockserver.operations.trace import Trace
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.recording_urls import EXPIRES, PREFIX, SIGNATURE, V1, V2, V3, Shelf, signature
from mockserver.providers.exotel.rest_endpoint import Endpoint, Visit, admitted_by_credentials, rest_app
from mockserver.providers.exotel.rest_exceptions import COMMON_ERRORS, ErrorBody, RestError, error_row, not_found
from mockserver.providers.provider import Version
from mockserver.recordings.answer import MEDIA_TYPE, recording_answer

_NOT_RECORDED = "It was not recorded: ask for a recording when the call is placed, and let somebody talk."
_NOT_PROCESSED = "It is there as soon as the call's record names it, a moment after the end."


async def get_recording(visit: Visit) -> Response:
    sid = visit.request.path_params["call_sid"]
    call = visit.world.store.call(sid)
    if not (call.is_processed and call.is_recorded):
        hint = _NOT_RECORDED if call.is_processed else _NOT_PROCESSED
        raise not_found(f"There is no recording of call {sid}", hint=hint)
    return await recording_answer(visit.request, call, visit.world.streams)


_ERRORS = (
    *COMMON_ERRORS,
    error_row(403, "Access Denied", sources.UNDOCUMENTED),
    error_row(416, "Range Not Satisfiable", sources.UNDOCUMENTED),
)
_PARAMETERS = (
    Parameter(EXPIRES, "integer", "Unix seconds on the world's clock: until when a pre-signed URL holds"),
    Parameter(SIGNATURE, "string", "of a pre-signed URL: then no credentials are needed"),
)


def _operation(version: str, shelf: Shelf) -> Operation:
    return Operation(
        f"{version}.get-recording",
        "GET",
        shelf.path,
        "Listen to the recording of a call",
        sources.RECORDINGS,
        get_recording,
        # Bytes, of which a JSON schema has nothing to say.
        msgspec.Raw,
        errors=_ERRORS,
        parameters=_PARAMETERS,
        media_type=MEDIA_TYPE,
    )


OPERATIONS = (
    _operation("exotel-v1", V1),
    _operation("exotel-v2", V2),
    _operation("exotel-v3", V3),
)


def _admitted(engine: Engine, request: Request, trace: Trace) -> World:
    if not {EXPIRES, SIGNATURE} & request.query_params.keys():
        return admitted_by_credentials(engine, request, trace)
    trace.world = engine.find_world(request.path_params["account_sid"])
    if trace.world is None:
        raise RestError(403, "Access Denied", hint="There is no such account on this server.")
    _check_signed(request, trace.world)
    return trace.world


def _check_signed(request: Request, world: World) -> None:
    query = request.query_params
    expires, signed = query.get(EXPIRES, ""), query.get(SIGNATURE, "")
    if not secrets.compare_digest(signed.encode(), signature(request.path_params["call_sid"], world, expires).encode()):
        raise RestError(403, "Access Denied", hint="The signature is not that of this account, call and expiry.")
    if world.clock.now().timestamp() > int(expires):
        raise RestError(403, "Request has expired", hint="Read the call again: each answer signs a new URL.")


def build(engine: Engine) -> ASGIApp:
    """All recordings as an application of its own. Its refusals are those of v1, in XML."""
    routes = [
        Route(one.path, Endpoint(one, engine, is_json=False, admitted=_admitted), methods=["GET"]) for one in OPERATIONS
    ]
    return rest_app(engine, PREFIX, OPERATIONS, routes, _answers_json)


def _answers_json(_path: str) -> bool:
    return False


def openapi() -> Document:
    return openapi_document(
        title="Recordings of Exotel's calls, as mockserver makes them",
        version=__version__,
        description=(
            "MP3, made on demand, for HTTP Basic or by a pre-signed URL; HEAD, ranges (206) and ETags (304) work. "
            "Recordings are at the vendor's own paths, below a prefix."
        ),
        prefix=PREFIX,
        operations=OPERATIONS,
        error=ErrorBody,
        media_type_of_errors="application/xml",
        has_basic_auth=True,
    )


VERSION = Version(operations=OPERATIONS, readings=(), build=build, openapi=openapi)
