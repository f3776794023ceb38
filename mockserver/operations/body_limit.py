"""Starlette's body limit, answering in the API's own dialect."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses bodies over `max_bytes` with what `too_large` makes of the scope."""

    def __init__(self, app: ASGIApp, max_bytes: int, too_large: Callable[[Scope], Response]) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            # No handler reads the body of a GET, so there is nothing to bound.
            await self._app(scope, receive, send)
            return
        is_refused = has_answered = False

        async def app(scope: Scope, limited_receive: Receive, limited_send: Send) -> None:
            async def watched_receive() -> Message:
                nonlocal is_refused
                try:
                    return await limited_receive()
                except HTTPException:
                    # Whatever the application makes of it, the answer is ours.
                    is_refused = True
                    raise

            async def own_send(message: Message) -> None:
                nonlocal has_answered
                # A 413 of the application's own is one that somebody has asked for, as a fault.
                has_answered = has_answered or (_is_too_large(message) and not is_refused)
                await limited_send(message)

            await self._app(scope, watched_receive, own_send)

        async def watched_send(message: Message) -> None:
            nonlocal is_refused
            if _is_too_large(message) and not has_answered:
                is_refused = True
            if not is_refused:
                await send(message)

        await RequestBodyLimitMiddleware(app, max_body_size=self._max_bytes)(scope, receive, watched_send)
        if is_refused:
            await self._too_large(scope)(scope, receive, send)


def _is_too_large(message: Message) -> bool:
    return bool(message["type"] == "http.response.start" and message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
