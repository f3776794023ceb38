"""Serves: in the foreground for the command line, or in a thread for programs that embed it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockserver.bootstrap import build_app, build_engine
from mockserver.engine.telling import stop_telling
from mockserver.operations.connection import CONNECTION
from mockserver.settings import Settings

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
    """Says when it is ready, and when it begins to stop."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Who waits or reads events would be waited for.
        self._on_stop()
        await super().shutdown(sockets)


def _uvicorn(settings: Settings, url: str, on_ready: Callable[[], None]) -> _Uvicorn:
    settings = replace(settings, public_url=settings.public_url or url)
    engine = build_engine(settings)
    config = uvicorn.Config(
        build_app(settings, engine),
        http=_Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,  # type: ignore[arg-type]  # fractions are waited for, too
    )
    return _Uvicorn(config, on_ready, lambda: stop_telling(engine.worlds))


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises OSError if the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=2048)


def base_url(listening: socket.socket) -> str:
    """Where a client on this machine finds the server."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


def serve(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called with the base URL when requests are answered."""
    # uvicorn stops on the signal and then raises it again; without a handler of ours, the exit code would not be 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    # Calls live long and are many: looking through all of them for cycles again and again finds nothing.
    gc.set_threshold(*_GC_THRESHOLDS)
    with listen(settings) as listening:
        url = base_url(listening)
        _uvicorn(settings, url, lambda: on_ready(url)).run(sockets=[listening])


class Server:
    """A server in a thread of this process.

    >>> with Server(Settings(port=0)) as server:
    ...     server.base_url
    'http://127.0.0.1:...'
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings(port=0)
        self._ready = threading.Event()
        self._listening = listen(self._settings)
        self.base_url = base_url(self._listening)
        try:
            self._uvicorn = _uvicorn(self._settings, self.base_url, self._ready.set)
        except BaseException:
            self._listening.close()
            raise
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
        self._listening.close()

    def _run(self) -> None:
        try:
            self._uvicorn.run(sockets=[self._listening])
        except Exception:
            logging.getLogger(__name__).exception("the server thread failed")
            raise

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
