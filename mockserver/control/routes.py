"""All routes of the control API, and the application that serves them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from mockserver import __version__
from mockserver.control import (
    PREFIX,
    alarms,
    calls,
    clock,
    config,
    contact_center,
    coverage,
    faults,
    feed,
    fixtures,
    incoming,
    people,
    quotas,
    records,
    scenarios,
    snapshots,
    streams,
    waiting,
    worlds,
)
from mockserver.control.desk import Desk, Visit
from mockserver.control.problems import MEDIA_TYPE, OUR_OWN, UNAUTHORIZED, Problem, problem_response, refusal
from mockserver.control.token import TokenGate
from mockserver.domain.errors import MockserverError
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation
from mockserver.operations.shell import api_app

_LARGEST_BODY = 4 * 1024 * 1024
_STRAYS: dict[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("no-such-path", "nothing is served there"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "the path is served, the method is not"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body-too-large", f"the body is larger than {_LARGEST_BODY} bytes"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal", "something went wrong in mockserver"),
}
_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

OPERATIONS: tuple[Operation, ...] = (
    *worlds.OPERATIONS,
    *clock.OPERATIONS,
    *people.OPERATIONS,
    *contact_center.OPERATIONS,
    *calls.OPERATIONS,
    *incoming.OPERATIONS,
    *streams.OPERATIONS,
    *scenarios.OPERATIONS,
    *faults.OPERATIONS,
    *quotas.OPERATIONS,
    *alarms.OPERATIONS,
    *waiting.OPERATIONS,
    *records.OPERATIONS,
    *snapshots.OPERATIONS,
    *coverage.OPERATIONS,
    *feed.OPERATIONS,
    *config.OPERATIONS,
    *fixtures.OPERATIONS,
)


def build(desk: Desk) -> ASGIApp:
    """The control API as an application of its own."""
    register_url_convertor("record", _RecordId())
    routes = [Route(_routed(one.path), _endpoint(desk, one), methods=[one.method]) for one in OPERATIONS]
    app = api_app(PREFIX, OPERATIONS, routes, _refuse, largest_body=_LARGEST_BODY)
    return app if desk.token is None else TokenGate(app, desk.token)


class _RecordId(StringConvertor):
    """An id of a record, which no word is that stands in the place of one: GET .../requests/wait is no such request."""

    regex = "(?!(?:count|find|wait)$)[^/]+"


def _routed(path: str) -> str:
    # A file's path is as long as it likes.
    return re.sub(r"{(request_id|delivery_id)}", r"{\1:record}", path).replace("{path}", "{path:path}")


def openapi() -> Document:
    document = openapi_document(
        title="mockserver's control API",
        version=__version__,
        description="Command of worlds: clock, directory, calls, scenarios, faults, journals. Errors are problem+json.",
        prefix=PREFIX,
        operations=[replace(one, errors=(*one.errors, UNAUTHORIZED)) for one in OPERATIONS],
        error=Problem,
        media_type_of_errors=MEDIA_TYPE,
        has_basic_auth=False,
        unless_said=OUR_OWN,
    )
    # Of use only where the server was started with a token.
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{}, {"token": []}]
    return document


def _endpoint(desk: Desk, operation: Operation) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            view = await operation.handle(Visit(desk, request))
        except MockserverError as error:
            return refusal(error)
        if isinstance(view, Response):
            return view
        return Response(_encode(view), status_code=operation.status, media_type="application/json")

    return endpoint


def _refuse(scope: Scope, status: int, detail: str, hint: str) -> Response:
    asked = f"{scope['method']} {scope['path']}"
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("unexpected error in %s", asked)
    code, detail = _STRAYS.get(status, (_STRAYS[HTTPStatus.NOT_FOUND][0], detail))
    return problem_response(status, code, f"{asked}: {detail}", hint)
