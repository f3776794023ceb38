"""An ASGI application on a loopback port, for callbacks that are to reach it within the suite's own process."""

from __future__ import annotations

import socket
import threading
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
            ws="none",
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        self._uvicorn = _Uvicorn(config, self._ready)
        self._thread = threading.Thread(target=self._run, name="mockserver-route", daemon=True)

    def start(self) -> Self:
        """Raises RuntimeError if the application does not start."""
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if not self._uvicorn.started:
            message = "the ASGI application did not start: its lifespan failed, or took more than 30 s"
            raise RuntimeError(message)
        return self

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._listening.close()

    def _run(self) -> None:
        try:
            self._uvicorn.run(sockets=[self._listening])
        finally:
            self._ready.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._told = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._told.set()
