"""HTTP over a connection: what one connection and all of them together may take, and the ways to cut one."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockserver.operations.connection import CONNECTION

# After an answer that did not wait for the rest of a body: enough for clients that send all of it before they read.
_MOST_DISCARDED = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may take. `head` is bytes of request line and headers, `seconds` a whole request's time to come."""

    connections: int
    head: int
    seconds: float


class Doorkeeper:
    """All connections of a server, and among them those that wait for their client, the longest first.

    When there are too many, the one that has waited longest goes: idle ones, and those whose request drips in. So a
    crowd of clients that do nothing keeps nobody out.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._all: set[Protocol] = set()
        self._waiting: dict[Protocol, None] = {}

    def admit(self, connection: Protocol) -> bool:
        """Whether a new one may stay."""
        if len(self._all) >= self.limits.connections:
            longest = next(iter(self._waiting), None)
            if longest is None:
                return False
            self.leave(longest)
            longest.transport.abort()
        self._all.add(connection)
        self._waiting[connection] = None
        return True

    def waits(self, connection: Protocol) -> None:
        if connection in self._all:
            self._waiting[connection] = None

    def is_served(self, connection: Protocol) -> None:
        self._waiting.pop(connection, None)

    def leave(self, connection: Protocol) -> None:
        self._all.discard(connection)
        self._waiting.pop(connection, None)


class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # whichever uvicorn finds
    """One connection. The application finds the ways to cut it in the scope's extensions.

    Where uvicorn finds no httptools, the callbacks below are not called: then h11 bounds heads, and time has no bound.
    """

    def __init__(self, *, doorkeeper: Doorkeeper, **options: Any) -> None:  # noqa: ANN401  uvicorn's own
        super().__init__(**options)
        self._doorkeeper = doorkeeper
        self._limits = doorkeeper.limits
        self._deadline: asyncio.TimerHandle | None = None
        self._is_in_head = self._is_incomplete = self._is_refused = False
        self._head_bytes = self._discarded = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        if not self._doorkeeper.admit(self):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too-many-connections", "all connections are in use")
            return
        self._await_client()
        app: ASGIApp = self.app  # type: ignore[has-type]
        extensions = {CONNECTION: _Connection(transport)}

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = extensions
            await app(scope, receive, send)

        self.app = with_connection

    def connection_lost(self, exc: Exception | None) -> None:
        self._doorkeeper.leave(self)
        self._stop_awaiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        super().data_received(data)
        if not self._is_incomplete:
            self._stop_awaiting()
            return
        self._await_client()
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head:
                self._refuse_head()

    # What httptools tells.

    def on_message_begin(self) -> None:
        self._is_in_head = self._is_incomplete = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        # Four bytes are a header's colon, blank and end of line.
        if sum(len(name) + len(value) + 4 for name, value in self.headers) + len(self.url) > self._limits.head:
            self._refuse_head()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._is_refused:
            return
        if self.cycle.response_complete:
            self._discarded += len(body)
            if self._discarded > _MOST_DISCARDED:
                self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._is_refused:
            return
        self._is_incomplete = False
        self._doorkeeper.is_served(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:
            self._doorkeeper.waits(self)

    # Time.

    def _await_client(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._limits.seconds, self._too_late)

    def _stop_awaiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        cycle = self.cycle
        if self.flow.read_paused or (self._is_in_head and cycle is not None and not cycle.response_complete):
            # It is not the client that is waited for.
            self._await_client()
        elif not self._is_incomplete or (not self._is_in_head and cycle.response_started):
            self.transport.close()
        else:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "request-timeout",
                f"the request was not complete after {self._limits.seconds:g} s (--request-timeout)",
            )

    # Refusals of our own, below any API.

    def _refuse_head(self) -> None:
        detail = f"request line and headers are larger than {self._limits.head} bytes (--max-head)"
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large", detail)

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        if self._is_refused:
            return
        self._is_refused = True
        problem = {"type": "about:blank", "title": status.phrase, "status": status, "code": code, "detail": detail}
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class _Connection:
    """The ways to end a connection that faults need and ASGI does not have."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        if self._transport.is_closing():
            return  # what was its descriptor may be that of another connection by now
        # Without this the peer of a connection that has nothing left to send sees an orderly end. The transport's own
        # socket object takes no options in uvloop; what is set on a copy holds for both.
        with socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno())) as copy:
            copy.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def close(self) -> None:
        self._transport.close()
