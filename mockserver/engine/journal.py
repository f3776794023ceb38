"""Every request that came in, with its answer; bounded by entries and bytes, credentials never shown."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mockserver.engine.delivery import Headers

_HEADERS_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_SECRET_HEADERS = _HEADERS_WITH_SCHEME | {"cookie", "set-cookie", "access-token"}
_REDACTED = "<redacted>"


def redacted(headers: Headers) -> Headers:
    """The headers with secrets replaced; an authentication scheme stays."""
    return tuple((name, _redacted_value(name.lower(), value)) for name, value in headers)


def _redacted_value(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, _, secret = value.partition(" ")
    return f"{scheme} {_REDACTED}" if secret and name in _HEADERS_WITH_SCHEME else _REDACTED


RawHeaders = Iterable[tuple[bytes, bytes]]


def readable(headers: RawHeaders) -> Headers:
    """Headers as text, secrets redacted."""
    return redacted(tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `at` on the world's clock, `seconds` real. Bodies are kept up to a bound.

    Headers are kept as they came and made readable when somebody reads: that costs more than all the rest, and most
    entries are never looked at. `refusal` says why the request was not served, in words for the developer; `hint` what
    to do about it. `alarm` is the double-dial alarm that it raised.
    """

    id: str
    at: datetime
    method: str
    path: str
    query: str
    headers: RawHeaders
    body: bytes
    status: int
    response_headers: RawHeaders
    response_body: bytes
    seconds: float
    operation: str | None = None
    fault: str | None = None
    refusal: str | None = None
    hint: str | None = None
    alarm: str | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.response_body) + _OVERHEAD


_OVERHEAD = 1024


class Journal:
    """The latest exchanges of one world."""

    def __init__(self, max_entries: int = 1_000, max_bytes: int = 8_000_000) -> None:
        self._entries: deque[Exchange] = deque()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._ids = itertools.count(1)
        self.dropped = 0

    def next_id(self) -> str:
        return f"q{next(self._ids)}"

    def append(self, exchange: Exchange) -> None:
        self._entries.append(exchange)
        self._bytes += exchange.size
        while len(self._entries) > self._max_entries or (self._bytes > self._max_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size
            self.dropped += 1

    def entries(self) -> tuple[Exchange, ...]:
        return tuple(self._entries)

    def clear(self) -> int:
        removed = len(self._entries)
        self._entries.clear()
        self._bytes = 0
        return removed
