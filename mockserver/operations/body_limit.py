"""Starlette's body limit, answering in the API's own dialect."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses bodies over `max_bytes` with what `too_large` makes of the scope."""

    def __init__(self, app: ASGIApp, max_bytes: int, too_large: Callable[[Scope], Response]) -> None:
        self._unlimited = app
        self._app = RequestBodyLimitMiddleware(app, max_body_size=max_bytes)
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            # No handler reads the body of a GET, so there is nothing to bound.
            await self._unlimited(scope, receive, send)
            return
        is_refused = False

        async def watch(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start":
                is_refused = message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if not is_refused:
                await send(message)

        await self._app(scope, receive, watch)
        if is_refused:
            await self._too_large(scope)(scope, receive, send)
