"""Clients that go away before their request is complete."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockserver.operations.trace import trace_of


class Silence(Response):
    """No answer at all: nobody is there to read one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


async def client_gone(request: Request, _error: Exception) -> Response:
    """The exception handler for ClientDisconnect."""
    trace_of(request.scope).refusal = "the client went away before its request was complete"
    return Silence()
