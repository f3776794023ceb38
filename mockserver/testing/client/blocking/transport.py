"""Requests over connections that are kept, by urllib3. Written by hand, as its twin in `awaiting` is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import urllib3
from urllib3.exceptions import HTTPError

from mockserver.testing.client.errors import Cut, Unreachable
from mockserver.testing.client.wire import (
    CONNECT_SECONDS,
    IDLE_SECONDS,
    MOST_CONNECTIONS,
    SILENCE_SECONDS,
    Answer,
    Ask,
    check_url,
)


class Transport:
    """To one server, for any number of threads. Nothing is tried twice: who asks twice places two calls."""

    def __init__(self, base_url: str, token: str | None) -> None:
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=MOST_CONNECTIONS, block=True, retries=False)
        self._lock = threading.Lock()
        self._used_at = time.monotonic()

    def send(self, ask: Ask) -> Answer:
        """Raises Unreachable."""
        response = self._request(ask, ask.seconds, is_whole=True)
        return Answer(response.status, response.data)

    def open(self, ask: Ask) -> Stream:
        """An answer that comes bit by bit. Raises Unreachable."""
        return Stream(self._request(ask, SILENCE_SECONDS, is_whole=False))

    def close(self) -> None:
        self._pool.clear()

    def _request(self, ask: Ask, seconds: float, *, is_whole: bool) -> urllib3.BaseHTTPResponse:
        check_url(self.base_url)
        self._drop_stale()
        try:
            return self._pool.request(
                ask.method,
                self.base_url + ask.target,
                body=ask.body,
                headers=ask.headers(self._token),
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
                redirect=False,
                preload_content=is_whole,
            )
        except (HTTPError, OSError, ValueError) as error:
            raise Unreachable(self.base_url, _reason(error)) from error

    def _drop_stale(self) -> None:
        """Begin anew after a pause: the server may end an idle connection at the moment that it is used again."""
        now = time.monotonic()
        with self._lock:
            is_stale, self._used_at = now - self._used_at > IDLE_SECONDS, now
        if is_stale:
            self._pool.clear()


class Stream:
    """The body of an answer, as it comes."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response
        self._chunks: Iterator[bytes] = response.stream()
        self.status = response.status

    def read(self) -> bytes:
        """All of it."""
        return self._response.read()

    def chunk(self) -> bytes:
        """What comes next; nothing: it has ended in order. Raises Cut."""
        try:
            return next(self._chunks, b"")
        except (HTTPError, OSError) as error:
            raise Cut(0) from error

    def close(self) -> None:
        self._response.close()


def _reason(error: Exception) -> str:
    """What the operating system says, below what urllib3 says about it."""
    below = error.__cause__ or error.__context__
    return getattr(error, "strerror", None) or getattr(below, "strerror", None) or str(error) or type(error).__name__
