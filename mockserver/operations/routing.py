"""The route that somebody may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from starlette.requests import Request
from starlette.routing import Match, Route

from mockserver.operations.operation import Operation

_PARAMETER = re.compile(r"{\w+}")
# Likeness costs more than in proportion to length, and no route is nearly as long.
_LONGEST = 200


def nearest_route(method: str, path: str, prefix: str, operations: Iterable[Operation]) -> str:
    """The likest of the operations' routes, as `POST /v3/accounts/{account_sid}/calls`."""
    return nearest_of_many(method, path, [(prefix, operations)])


def nearest_of_many(method: str, path: str, apis: Iterable[tuple[str, Iterable[Operation]]]) -> str:
    """The likest route of several APIs, each with its prefix."""
    asked = f"{method} {path[:_LONGEST]}"
    routes = (f"{one.method} {prefix}{one.path}" for prefix, operations in apis for one in operations)
    return max(routes, key=lambda route: _likeness(asked, route))


def served_methods(request: Request) -> list[str]:
    """The verbs that the application serves at a request's path."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes if isinstance(route, Route) for method in route.methods or ()})


def _likeness(asked: str, route: str) -> float:
    """1.0 for the same, where a parameter is like whatever stands in its place."""
    values = asked.split("/")
    filled = [
        values[index] if _PARAMETER.fullmatch(segment) and index < len(values) else segment
        for index, segment in enumerate(route.split("/"))
    ]
    return SequenceMatcher(None, asked, "/".join(filled)).ratio()
