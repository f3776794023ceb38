"""Every request that came in, with its answer; bounded by entries and bytes, credentials never shown."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from mockserver.domain.errors import UnknownExchange
from mockserver.engine.delivery import Headers

_HEADERS_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_SECRET_HEADERS = _HEADERS_WITH_SCHEME | {"cookie", "set-cookie", "access-token"}
REDACTED = "<redacted>"


def redacted(headers: Headers) -> Headers:
    """The headers with secrets replaced; an authentication scheme stays."""
    return tuple((name, _redacted_value(name.lower(), value)) for name, value in headers)


def _redacted_value(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, _, secret = value.partition(" ")
    return f"{scheme} {REDACTED}" if secret and name in _HEADERS_WITH_SCHEME else REDACTED


RawHeaders = Collection[tuple[bytes, bytes]]


def readable(headers: RawHeaders) -> Headers:
    """Headers as text, secrets redacted."""
    return redacted(tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `at` on the world's clock, `seconds` real.

    Bodies are kept up to a bound; `body_size` and `response_size` are what came and went over the wire.
    Headers are kept as they came and made readable when somebody reads: that costs more than all the rest, and most
    entries are never looked at. `refusal` says why the request was not served, in words for the developer; `hint` what
    to do about it; `nearest` the likest route, if none matched. `alarm` is the double-dial alarm that it raised.
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
    nearest: str | None = None
    body_size: int = 0
    response_size: int = 0

    @property
    def number(self) -> int:
        """The place in the order of its journal."""
        return int(self.id[1:])

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        headers = sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in self.headers)
        answered = sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in self.response_headers)
        words = len(self.path) + len(self.query) + len(self.refusal or "") + len(self.hint or "")
        return _OVERHEAD + words + headers + answered + len(self.body) + len(self.response_body)


_OVERHEAD = 512
_HEADER_OVERHEAD = 128  # two objects and what holds them
DEFAULT_ENTRIES, DEFAULT_BYTES, DEFAULT_BODY = 1_000, 8_000_000, 65_536


class Journal:
    """The latest exchanges of one world: at most `max_entries`, and `max_bytes` of memory.

    `max_body` bytes of each body are for whoever records to keep.
    """

    def __init__(
        self, max_entries: int = DEFAULT_ENTRIES, max_bytes: int = DEFAULT_BYTES, max_body: int = DEFAULT_BODY
    ) -> None:
        # Each with its size: to add up the parts a second time, when it goes, would cost as much as the first time.
        self._entries: deque[tuple[Exchange, int]] = deque()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._ids = itertools.count(1)
        self.max_body = max_body
        self.bytes = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._entries)

    def next_id(self) -> str:
        return f"q{next(self._ids)}"

    def append(self, exchange: Exchange) -> None:
        size = exchange.size
        self._entries.append((exchange, size))
        self.bytes += size
        while len(self._entries) > self._max_entries or (self.bytes > self._max_bytes and len(self._entries) > 1):
            self.bytes -= self._entries.popleft()[1]
            self.dropped += 1

    def entries(self) -> tuple[Exchange, ...]:
        return tuple(entry for entry, _ in self._entries)

    def after(self, number: int) -> tuple[Exchange, ...]:
        """The entries behind a number, oldest first; it looks at no others."""
        newer = itertools.takewhile(lambda entry: entry[0].number > number, reversed(self._entries))
        return tuple(entry for entry, _ in newer)[::-1]

    def get(self, exchange_id: str) -> Exchange:
        """Raises UnknownExchange."""
        for entry, _ in self._entries:
            if entry.id == exchange_id:
                return entry
        message = f"no request {exchange_id!r} is in the journal"
        raise UnknownExchange(message)

    def clear(self) -> int:
        removed = len(self._entries)
        self._entries.clear()
        self.bytes = 0
        return removed
