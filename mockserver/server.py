"""Serves: in the foreground for the command line, or in a thread for programs that embed it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockserver.bootstrap import build_app, build_engine
from mockserver.engine.telling import stop_telling
from mockserver.listening import Address, Doors, opened
from mockserver.operations.connection import CONNECTION
from mockserver.settings import Settings
from mockserver.tls.door import Door

# With what the engine takes to end, a stop stays below a second.
_DRAIN_SECONDS = 0.3
# Longer than clients keep idle connections (5 s in several): who comes last must not find the door closing.
_KEEP_ALIVE_SECONDS = 75
_GC_THRESHOLDS = (50_000, 20, 100)
_START_SECONDS = 30
_STOP_SECONDS = 10


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


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # whichever uvicorn finds
    """HTTP over a connection that the application may cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        app: ASGIApp = self.app  # type: ignore[has-type]
        extensions = {CONNECTION: _Connection(transport)}

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = extensions
            await app(scope, receive, send)

        self.app = with_connection


class _Uvicorn(uvicorn.Server):
    """Serves HTTP and HTTPS with one application; says when it is ready, and when it begins to stop."""

    def __init__(
        self, config: uvicorn.Config, doors: Doors, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._doors = doors
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._doors.context is not None:
            self._serve_tls(self._doors.secure, self._doors.context)
        if self.started:
            self._on_ready()

    def _serve_tls(self, sockets: list[socket.socket], context: ssl.SSLContext) -> None:
        # uvicorn serves all of its sockets with TLS or none of them.
        def protocol() -> asyncio.BaseProtocol:
            make = self.config.http_protocol_class
            return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]

        self.servers += [Door(listening, context, protocol) for listening in sockets]  # type: ignore[misc]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Who waits or reads events would be waited for.
        self._on_stop()
        await super().shutdown(sockets)


def _uvicorn(settings: Settings, doors: Doors, on_ready: Callable[[], None]) -> _Uvicorn:
    address = doors.address
    settings = replace(settings, public_url=settings.public_url or address.url)
    engine = build_engine(settings, address.authority)
    config = uvicorn.Config(
        build_app(settings, engine, tls_url=address.tls_url, authority=address.authority),
        http=_Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,  # type: ignore[arg-type]  # fractions are waited for, too
    )
    return _Uvicorn(config, doors, on_ready, lambda: stop_telling(engine.worlds))


def serve(settings: Settings, on_ready: Callable[[Address], None]) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called with the address when requests are answered."""
    # uvicorn stops on the signal and then raises it again; without a handler of ours, the exit code would not be 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    # Calls live long and are many: looking through all of them for cycles again and again finds nothing.
    gc.set_threshold(*_GC_THRESHOLDS)
    with opened(settings) as doors:
        _uvicorn(settings, doors, lambda: on_ready(doors.address)).run(sockets=doors.plain)


class Server:
    """A server in a thread of this process.

    >>> with Server(Settings(port=0)) as server:
    ...     server.base_url
    'http://127.0.0.1:...'

    With TLS, `address` has the second URL and what clients have to trust. `more` are further sockets to serve.
    """

    def __init__(self, settings: Settings | None = None, more: Doors | None = None) -> None:
        self._settings = settings or Settings(port=0, tls_port=0)
        self._ready = threading.Event()
        with ExitStack() as opening:
            self._doors = opening.enter_context(opened(self._settings, more))
            self._uvicorn = _uvicorn(self._settings, self._doors, self._ready.set)
            self._open = opening.pop_all()
        self.address = self._doors.address
        self.base_url = self.address.url
        self._thread = threading.Thread(target=self._run, name="mockserver", daemon=True)

    def start(self) -> Self:
        """Return when requests are answered. Raises RuntimeError if that takes more than 30 s."""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            message = f"the server did not start within {_START_SECONDS} s"
            raise RuntimeError(message)
        return self

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._open.close()

    def _run(self) -> None:
        try:
            self._uvicorn.run(sockets=self._doors.plain)
        except Exception:
            logging.getLogger(__name__).exception("the server thread failed")
            raise

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
