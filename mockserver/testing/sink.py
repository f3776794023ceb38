"""A callback receiver on a real socket, which answers as it is told and remembers everything."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from mockserver.testing.received import Received


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sink does with a request.

    `closes`: end the connection without an answer. `waits_for`: answer only when the event is set (or after 30 s of
    real time, so that nothing hangs for ever).
    """

    status: int = 200
    body: bytes = b""
    closes: bool = False
    waits_for: threading.Event | None = field(default=None, compare=False)


class SinkTimeoutError(AssertionError):
    """What was waited for did not come; the message says what came instead."""


_LONGEST_HOLD = 30.0
_POLL_SECONDS = 0.01


class CallbackSink:
    """Listens on a free loopback port.

    >>> with CallbackSink() as sink:
    ...     sink.script(Answer(500), Answer(200))  # the first two answers; then 200 for ever
    ...     ...  # place a call with status_callback url=sink.url("/done")
    ...     first, second = sink.wait_for(2)
    """

    def __init__(self, on_request: Callable[[Received], None] | None = None) -> None:
        """`on_request` is called in the receiving thread before the answer, as an application's handler would be."""
        self._on_request = on_request
        self._received: list[Received] = []
        self._arrived = threading.Condition()
        self._script: deque[Answer] = deque()
        self._server = _SinkServer(self)
        self._failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._serve, name="callback-sink", daemon=True)

    def url(self, path: str = "/") -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{path}"

    @property
    def received(self) -> list[Received]:
        """All requests so far, in order of arrival."""
        with self._arrived:
            return list(self._received)

    def script(self, *answers: Answer) -> None:
        """Answer the next requests with these, one each; after them with 200."""
        with self._arrived:
            self._script.extend(answers)

    def matching(
        self,
        *,
        path: str | None = None,
        event: str | None = None,
        call_sid: str | None = None,
        where: Callable[[Received], bool] | None = None,
    ) -> list[Received]:
        """The requests so far to a path (a glob), of an event (`answered`, `terminal`), about a call, that you like."""
        with self._arrived:
            return [
                one for one in self._received if _fits(one, path, event, call_sid) and (where is None or where(one))
            ]

    def wait_for(
        self,
        count: int = 1,
        seconds: float = 10.0,
        *,
        path: str | None = None,
        event: str | None = None,
        call_sid: str | None = None,
        where: Callable[[Received], bool] | None = None,
    ) -> list[Received]:
        """The requests that `matching` gives, when they are at least `count`.

        Raises SinkTimeoutError after `seconds` of real time.
        """
        deadline = time.monotonic() + seconds
        with self._arrived:
            while len(found := self.matching(path=path, event=event, call_sid=call_sid, where=where)) < count:
                if not self._arrived.wait(deadline - time.monotonic()):
                    came = ", ".join(_line(one) for one in self._received) or "nothing"
                    message = f"waited {seconds:g} s for {count} requests, there came {len(found)}: {came}"
                    raise SinkTimeoutError(message)
            return found

    def clear(self) -> None:
        """Forget what has come."""
        with self._arrived:
            self._received.clear()

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Listen no more. Raises what `on_request` raised first, so that a test whose handler fails does not pass."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        if self._failures:
            raise self._failures[0]

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=_POLL_SECONDS)

    def take(self, received: Received) -> Answer:
        """Remember a request and say how to answer it."""
        with self._arrived:
            self._received.append(received)
            answer = self._script.popleft() if self._script else Answer()
            self._arrived.notify_all()
        if self._on_request is not None:
            try:
                self._on_request(received)
            except BaseException as failure:
                self._failures.append(failure)
                raise
        if answer.waits_for is not None:
            answer.waits_for.wait(_LONGEST_HOLD)
        return answer

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _fits(one: Received, path: str | None, event: str | None, call_sid: str | None) -> bool:
    return (
        (path is None or fnmatchcase(one.path, path))
        and (event is None or one.event == event)
        and (call_sid is None or one.call_sid == call_sid)
    )


def _line(one: Received) -> str:
    return f"{one.method} {one.path}" + (f" ({one.event})" if one.event else "")


class _SinkServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, sink: CallbackSink) -> None:
        super().__init__(("127.0.0.1", 0), _SinkHandler)
        self.sink = sink

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  the base class's signature
        """A peer that goes away is nothing to print about."""


class _SinkHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _SinkServer

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = Received(self.command, parts.path, parts.query, tuple(self.headers.items()), body)
        answer = self.server.sink.take(received)
        if answer.closes:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815  the base class's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's signature
        """Quiet: the sink remembers instead."""
