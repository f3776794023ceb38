"""The desk as an ASGI application: it takes callbacks."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from calldesk.desk import Desk


def web_app(desk: Desk) -> Starlette:
    async def callback(request: Request) -> Response:
        await run_in_threadpool(desk.take, request.query_params["reference"], await request.json())
        return PlainTextResponse("thank you")

    return Starlette(routes=[Route("/callbacks", callback, methods=["POST"])])
