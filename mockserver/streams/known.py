"""The streams of a world. Every world has such a list, and few have streams: the rest is imported with the first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from mockserver.domain.errors import UnknownStream

if TYPE_CHECKING:
    from mockserver.streams.record import StreamRecord

_MOST_STREAMS = 1_000
_MOST_AUDIO = 128 * 1024 * 1024


class Streams:
    """The streams of a world, in the order in which they were opened: the latest ones, and so much of their audio."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, StreamRecord] = OrderedDict()
        self.limit_hits = 0

    def __len__(self) -> int:
        return len(self._known)

    def add(self, record: StreamRecord) -> None:
        self._known[record.sid] = record
        closed = [sid for sid, one in self._known.items() if not one.is_open]
        for sid in closed[: max(0, len(self._known) - _MOST_STREAMS)]:
            del self._known[sid]
        room = _MOST_AUDIO - sum(one.tape.size for one in self._known.values())
        for one in self._known.values():
            if room >= 0:
                break
            room += one.tape.size
            one.tape.forget()

    def get(self, sid: str) -> StreamRecord:
        """Raises UnknownStream."""
        try:
            return self._known[sid]
        except KeyError:
            raise UnknownStream(f"no stream {sid!r} in this world") from None

    @property
    def all(self) -> tuple[StreamRecord, ...]:
        return tuple(self._known.values())

    def of_call(self, call_sid: str) -> tuple[StreamRecord, ...]:
        return tuple(one for one in self._known.values() if one.call_sid == call_sid)

    @property
    def active(self) -> int:
        return sum(one.is_open for one in self._known.values())

    def clear(self) -> None:
        self._known.clear()
