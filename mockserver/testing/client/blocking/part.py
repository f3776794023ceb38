# Made of ../awaiting by tests/support/blocking.py: change it there.
"""What the client and its worlds have in common: one way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.wire import control_ask, understood

_T = TypeVar("_T")


class Part:
    """Something that the control API knows, at `path` below its prefix."""

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport = transport
        self._path = path

    def _ask(
        self,
        kind: type[_T],
        method: str,
        path: str,
        body: msgspec.Struct | None = None,
        *,
        query: Mapping[str, object] | None = None,
        seconds: float = 0.0,
    ) -> _T:
        """What control answers. `seconds` are those that it may take by itself. Raises ClientError."""
        ask = control_ask(method, self._path + path, body, query, seconds)
        return understood(self._transport.send(ask), kind, self._transport.base_url)
