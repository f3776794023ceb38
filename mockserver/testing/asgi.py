"""An ASGI application on a loopback port, for callbacks that are to reach it within the suite's own process."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import uvicorn

_START_SECONDS = 30
_STOP_SECONDS = 10
_DRAIN_SECONDS = 1


class AsgiListener:
    """Serves an ASGI application, its lifespan too, on a thread and an event loop of its own.

    What the application raises is answered with 500, as a server would.

    >>> with AsgiListener(app) as listener:
    ...     listener.url
    'http://127.0.0.1:...'
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401  ASGI applications have no common type
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        host, port = self._listening.getsockname()
        self.url = f"http://{host}:{port}"
        self._ready = threading.Event()
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
        )
        self._uvicorn = _Uvicorn(config, self._ready)
        self._thread = threading.Thread(target=self._run, name="mockserver-route", daemon=True)

    def start(self) -> Self:
        """Raises RuntimeError if the application does not start."""
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if not self._uvicorn.started:
            self.stop()
            message = "the ASGI application did not start: its lifespan failed, or took more than 30 s"
            raise RuntimeError(message)
        return self

    def stop(self) -> None:
        self._uvicorn.end()
        self._thread.join(_STOP_SECONDS)
        self._listening.close()

    def _run(self) -> None:
        # uvicorn exits where the lifespan fails.
        with suppress(SystemExit):
            self._uvicorn.run(sockets=[self._listening])
        self._ready.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Uvicorn(uvicorn.Server):
    """Stops when it is told, without looking ten times a second whether it has been."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._told = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._told.set()

    async def main_loop(self) -> None:
        await self._end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """As uvicorn does it, without the tenth of a second that it always takes."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_DRAIN_SECONDS)
        await self.lifespan.shutdown()

    def end(self) -> None:
        """From another thread."""
        self.should_exit = True
        if self._loop is not None:
            # It may have ended by itself.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._end.set)
