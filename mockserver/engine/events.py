"""What happened in a world, in order: the source of receipts."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is one of call.placed, call.moved, alarm.double-dial, clock.set, and of deliveries
    delivery.attempted, delivery.blocked, delivery.retry, delivery.held and delivery.dropped.
    """

    sequence: int
    at: datetime
    kind: str
    call_sid: str | None
    facts: dict[str, Fact]


class EventLog:
    """The latest events, bounded; and all of them for who records."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._latest: deque[Event] = deque(maxlen=capacity)
        self._recorders: list[list[Event]] = []
        self._sequence = 0

    def append(self, at: datetime, kind: str, call_sid: str | None = None, **facts: Fact) -> None:
        self._sequence += 1
        event = Event(self._sequence, at, kind, call_sid, facts)
        self._latest.append(event)
        for recorder in self._recorders:
            recorder.append(event)

    def latest(self) -> tuple[Event, ...]:
        return tuple(self._latest)

    @contextmanager
    def recorded(self) -> Iterator[list[Event]]:
        """A list that grows by every event until the block is left."""
        recorder: list[Event] = []
        self._recorders.append(recorder)
        try:
            yield recorder
        finally:
            # By identity: two recorders that began together hold equal lists.
            self._recorders = [other for other in self._recorders if other is not recorder]
