"""The outer ASGI application: middleware in one list, mounts by prefix, health, OpenAPI, lifespan."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document
from mockserver.operations.trace import trace_of
from mockserver.web.hosts import Hosts, Site
from mockserver.web.recorder import Recorder
from mockserver.web.wire_faults import WireFaults

Documents = Mapping[str, Callable[[], Document]]
Handler = Callable[[Request], Awaitable[Response]]

_OURS = ("/livez", "/readyz", "/metrics", "/openapi")


class Readiness:
    """Whether new requests are welcome: until the server begins to stop."""

    def __init__(self) -> None:
        self.is_ready = True

    def turn(self) -> None:
        self.is_ready = False


@dataclass(frozen=True, slots=True)
class Mounted:
    """An application and its prefix. Control traffic is not journalled: it would drown the rest."""

    prefix: str
    app: ASGIApp
    is_journalled: bool = True


def web_app(
    engine: Engine,
    mounts: Sequence[Mounted],
    documents: Documents,
    nearest: Callable[[str, str], str],
    *,
    sites: Sequence[Site] = (),
    readiness: Readiness | None = None,
) -> ASGIApp:
    """Everything that the server answers. The lifespan runs the engine.

    `nearest` names the route that may have been meant by a method and a path below no prefix; `sites` are the real
    hosts, each with what it serves of the mounts; `readiness` is what /readyz tells.
    """

    @asynccontextmanager
    async def lifespan(_app: ASGIApp) -> AsyncIterator[None]:
        async with engine.running():
            yield

    async def no_such_path(scope: Scope, receive: Receive, send: Send) -> None:
        trace = trace_of(scope)
        trace.nearest = nearest(scope["method"], scope["path"])
        trace.refusal, trace.hint = "no API is mounted here", f"The nearest route is {trace.nearest}."
        await _nothing_here(scope, mounts, trace.nearest)(scope, receive, send)

    apis = {
        one.prefix: Recorder(WireFaults(one.app, engine), engine) if one.is_journalled else one.app for one in mounts
    }
    router = Router(
        routes=[
            *(_Below(prefix, app) for prefix, app in apis.items()),
            Route("/livez", _alive),
            Route("/readyz", _ready(readiness or Readiness())),
            Route("/metrics", _metrics(engine)),
            Route("/openapi", _index(documents)),
            Route("/openapi/{name}.json", _document(documents)),
        ],
        default=Recorder(no_such_path, engine),
        lifespan=lifespan,
        redirect_slashes=False,
    )
    ours = [*(one.prefix for one in mounts if not one.is_journalled), *_OURS]
    return CollapsedSlashes(Hosts(router, sites, apis, ours), [one.prefix for one in mounts])


class _Below(Mount):
    """A mount below which any path is: one with a line feed in it is the API's own to refuse, too."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


class BuiltWhenAsked:
    """An application that is made when its first request comes."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._app = self._build()
        await self._app(scope, receive, send)


class CollapsedSlashes:
    """Empty segments of a path count for nothing: some shipped clients double slashes, or end in one."""

    def __init__(self, app: ASGIApp, prefixes: Iterable[str]) -> None:
        self._app = app
        self._prefixes = frozenset(prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["path"] if scope["type"] == "http" else ""
        if "//" in asked or asked.endswith("/") or asked in self._prefixes:
            path = "/" + "/".join(segment for segment in asked.split("/") if segment)
            # What is mounted at `/v3` is found at `/v3/`.
            scope["path"] = f"{path}/" if path in self._prefixes else path
        await self._app(scope, receive, send)


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _ready(readiness: Readiness) -> Handler:
    async def ready(_request: Request) -> Response:
        if readiness.is_ready:
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "stopping"}, status_code=503)

    return ready


def _metrics(engine: Engine) -> Handler:
    async def metrics(_request: Request) -> Response:
        # Imported when somebody scrapes: few do.
        from mockserver.web.metrics import exposition  # noqa: PLC0415

        text, media_type = exposition(engine)
        return Response(text, media_type=media_type)

    return metrics


def _index(documents: Documents) -> Handler:
    async def index(_request: Request) -> Response:
        return JSONResponse({"documents": [f"/openapi/{name}.json" for name in documents]})

    return index


def _document(documents: Documents) -> Handler:
    async def document(request: Request) -> Response:
        make = documents.get(request.path_params["name"])
        if make is None:
            return JSONResponse({"documents": [f"/openapi/{name}.json" for name in documents]}, status_code=404)
        return Response(msgspec.json.encode(make()), media_type="application/json")

    return document


def _nothing_here(scope: Scope, mounts: Sequence[Mounted], nearest: str) -> Response:
    prefixes = ", ".join(one.prefix for one in mounts)
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "no-such-path",
        "detail": f"nothing is served at {scope['path']}",
        "hint": f"The nearest route is {nearest}. The APIs are below {prefixes}; /openapi lists their documents.",
    }
    return JSONResponse(problem, status_code=404, media_type="application/problem+json")
