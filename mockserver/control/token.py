"""The control token: who does not have it commands nothing."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.control.problems import problem_response

_CHALLENGE = 'Bearer realm="mockserver control"'


class TokenGate:
    """Lets requests with `Authorization: Bearer <token>` through and answers all others with 401."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_known(Headers(scope=scope).get("authorization", "")):
            await self._app(scope, receive, send)
            return
        detail = "the control API of this server is for who has its token"
        hint = "Send Authorization: Bearer <token>, with the token that the server was started with (--control-token)."
        response = problem_response(401, "unauthorized", detail, hint, headers={"WWW-Authenticate": _CHALLENGE})
        await response(scope, receive, send)

    def _is_known(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        # Both are compared in full, so that the time that it takes tells nothing.
        return secrets.compare_digest(token.strip().encode(), self._token) and scheme.lower() == "bearer"
