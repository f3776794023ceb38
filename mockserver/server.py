"""Serves: in the foreground for the command line, or in a thread for programs that embed it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from types import FrameType, TracebackType
from typing import Self

import uvicorn

from mockserver.bootstrap import build_app, build_engine
from mockserver.engine.telling import stop_telling
from mockserver.listening import Address, Doors, opened
from mockserver.settings import Settings
from mockserver.web.app import Readiness
from mockserver.web.protocol import Doorkeeper, Limits, Protocol

# Files, callbacks on their way, and what the interpreter needs.
_OTHER_DESCRIPTORS = 256
_GC_THRESHOLDS = (50_000, 20, 100)
_START_SECONDS = 30
_STOP_SECONDS = 10


class _Uvicorn(uvicorn.Server):
    """Serves HTTP and HTTPS with one application; says when it is ready, and when it begins to stop.

    Before that it serves on for `unready_seconds`, and says so.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        doors: Doors,
        readiness: Readiness,
        unready_seconds: float,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._doors = doors
        self._readiness = readiness
        self._unready_seconds = unready_seconds
        self._is_hurried: asyncio.Event | None = None
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._doors.context is not None:
            self._serve_tls(self._doors.secure, self._doors.context)
        if self.started:
            self._on_ready()

    def _serve_tls(self, sockets: list[socket.socket], context: ssl.SSLContext) -> None:
        from mockserver.tls.door import Door  # noqa: PLC0415

        # uvicorn serves all of its sockets with TLS or none of them.
        def protocol() -> asyncio.BaseProtocol:
            make = self.config.http_protocol_class
            return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]

        self.servers += [Door(listening, context, protocol) for listening in sockets]  # type: ignore[misc]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._is_hurried is not None:
            self._is_hurried.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._readiness.turn()
        if self._unready_seconds:
            # Whoever spreads requests over several servers has to notice first. A second signal hurries.
            self._is_hurried = asyncio.Event()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_hurried.wait(), self._unready_seconds)
        # Who waits or reads events would be waited for.
        self._on_stop()
        await super().shutdown(sockets)


def _uvicorn(settings: Settings, doors: Doors, on_ready: Callable[[], None]) -> _Uvicorn:
    address, readiness = doors.address, Readiness()
    settings = replace(settings, public_url=settings.public_url or address.url)
    engine = build_engine(settings, address.authority)
    limits = Limits(_most_connections(settings.max_connections), settings.max_head, settings.request_timeout)
    config = uvicorn.Config(
        build_app(settings, engine, readiness=readiness, tls_url=address.tls_url, authority=address.authority),
        http=partial(Protocol, doorkeeper=Doorkeeper(limits)),  # type: ignore[arg-type]  # makes one, as a class does
        # Nothing here is served over WebSockets; who asks for one is answered over HTTP.
        ws="none",
        h11_max_incomplete_event_size=settings.max_head,
        # Forwarded does it, and of those alone that are trusted.
        proxy_headers=False,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_keep_alive=settings.keep_alive,  # type: ignore[arg-type]  # fractions are waited for, too
        timeout_graceful_shutdown=settings.drain,  # type: ignore[arg-type]
    )
    return _Uvicorn(
        config,
        doors=doors,
        readiness=readiness,
        unready_seconds=settings.unready,
        on_ready=on_ready,
        on_stop=lambda: stop_telling(engine.worlds),
    )


def _most_connections(wanted: int) -> int:
    """As many as this process may have descriptors for."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return wanted
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - _OTHER_DESCRIPTORS))


def _raise_descriptors() -> None:
    """Let this process have as many as it may: the usual 1,024 are fewer than its connections."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(settings: Settings, on_ready: Callable[[Address], None]) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called with the address when requests are answered."""
    # uvicorn stops on the signal and then raises it again; without a handler of ours, the exit code would not be 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    # Calls live long and are many: looking through all of them for cycles again and again finds nothing.
    gc.set_threshold(*_GC_THRESHOLDS)
    _raise_descriptors()
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
