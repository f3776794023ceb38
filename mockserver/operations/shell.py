"""An API as an application of its own, so that what reaches none of its operations is answered in its words, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from mockserver.engine.world import World
from mockserver.operations.body_limit import BodyLimit
from mockserver.operations.disconnect import client_gone
from mockserver.operations.operation import Operation
from mockserver.operations.routing import nearest_route, served_methods
from mockserver.operations.trace import trace_of

# Of scope, status, detail and hint. The status is 404 for unknown paths, 405 for unknown verbs, 413 for large bodies,
# 500 for surprises.
Refuse = Callable[[Scope, int, str, str], Response]


def api_app(
    prefix: str,
    operations: Sequence[Operation],
    routes: Sequence[Route],
    refuse: Refuse,
    *,
    largest_body: int,
    world_of: Callable[[Request], World | None] = lambda _: None,
) -> ASGIApp:
    """`routes` behind a body limit in bytes. `world_of` finds the world in whose journal a stray request belongs."""

    async def http_error(request: Request, error: HTTPException) -> Response:
        trace, scope = trace_of(request.scope), request.scope
        trace.world = world_of(request)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(served_methods(request))
            response = refuse(scope, error.status_code, error.detail, f"Served here: {allowed}.")
            response.headers["Allow"] = allowed
            return response
        trace.nearest = nearest_route(request.method, request.url.path, prefix, operations)
        hint = trace.elsewhere or f"The nearest route is {trace.nearest}."
        return refuse(scope, error.status_code, error.detail, hint)

    async def unexpected(request: Request, _error: Exception) -> Response:
        hint = "This is a bug of mockserver: its log has the trace."
        return refuse(request.scope, 500, "something went wrong in mockserver", hint)

    def too_large(scope: Scope) -> Response:
        return refuse(scope, 413, f"the request body is larger than {largest_body} bytes", "Send less at once.")

    handlers: dict[Any, Callable[..., Any]] = {
        HTTPException: http_error,
        ClientDisconnect: client_gone,
        Exception: unexpected,
    }
    return BodyLimit(Starlette(routes=routes, exception_handlers=handlers), largest_body, too_large)
