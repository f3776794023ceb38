"""What happened in a world, in order: the source of receipts, of the feed, and of what wakes those who wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import anyio

Fact = str | int | float | bool | None

KINDS = (
    "call.placed",
    "call.moved",
    "calls.forgotten",
    "leg.moved",
    "request.answered",
    "delivery.created",
    "delivery.attempted",
    "delivery.blocked",
    "delivery.retry",
    "delivery.held",
    "delivery.dropped",
    "flow.entered",
    "agent.passed-over",
    "answer.disliked",
    "alarm.double-dial",
    "stream.opened",
    "stream.oddity",
    "stream.ended",
    "clock.set",
    "clock.moved",
    "world.restored",
)


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is one of KINDS. Sequences count from 1."""

    sequence: int
    at: datetime
    kind: str
    call_sid: str | None
    facts: dict[str, Fact]


class Listener:
    """Hears of events as they happen, and keeps them until they are fetched: at most `capacity`.

    One that falls behind further is overrun and hears no more: who happens never waits for who listens.
    """

    def __init__(self, capacity: int, wants: Callable[[Event], bool]) -> None:
        self._capacity = capacity
        self._wants = wants
        self._pending: deque[Event] = deque()
        self._wake = anyio.Event()
        self.is_overrun = False
        self.is_closed = False
        self.on_overrun: Callable[[], None] = lambda: None

    def hear(self, event: Event) -> None:
        if self.is_overrun or not self._wants(event):
            return
        if len(self._pending) >= self._capacity:
            self.is_overrun = True
            self._pending.clear()
            self.on_overrun()
        else:
            self._pending.append(event)
        self._wake.set()

    def close(self) -> None:
        """Nothing more will happen."""
        self.is_closed = True
        self._wake.set()

    async def heard(self) -> tuple[Event, ...]:
        """What has happened since the last time; waits for something. Nothing: it is overrun or closed."""
        await self._wake.wait()
        events = tuple(self._pending)
        self._pending.clear()
        if not (self.is_overrun or self.is_closed):
            self._wake = anyio.Event()
        return events


class EventLog:
    """The latest events, bounded; all of them for who records or listens. `observe` is told of each, at once."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._latest: deque[Event] = deque(maxlen=capacity)
        self._recorders: list[list[Event]] = []
        self._listeners: list[Listener] = []
        self._is_closed = False
        self.observe: Callable[[Event], None] = lambda event: None  # noqa: ARG005
        self.sequence = 0

    def append(self, at: datetime, kind: str, call_sid: str | None = None, **facts: Fact) -> None:
        event = self._tell(at, kind, call_sid, facts)
        for recorder in self._recorders:
            recorder.append(event)

    def note(self, at: datetime, kind: str, call_sid: str | None = None, **facts: Fact) -> None:
        """Append what is no part of receipts: it comes from outside, or says in detail what another event says."""
        self._tell(at, kind, call_sid, facts)

    def _tell(self, at: datetime, kind: str, call_sid: str | None, facts: dict[str, Fact]) -> Event:
        self.sequence += 1
        event = Event(self.sequence, at, kind, call_sid, facts)
        self._latest.append(event)
        self.observe(event)
        for listener in self._listeners:
            listener.hear(event)
        return event

    def __len__(self) -> int:
        return len(self._latest)

    @property
    def has_audience(self) -> bool:
        """Whether somebody records or listens at this moment."""
        return bool(self._recorders or self._listeners)

    def latest(self) -> tuple[Event, ...]:
        return tuple(self._latest)

    def after(self, sequence: int) -> tuple[Event, ...]:
        """The events behind a sequence, as far as they are kept.

        A sequence that is still to come is one of another log, from before a restart: then all is behind it.
        """
        if sequence > self.sequence:
            return self.latest()
        return tuple(event for event in self._latest if event.sequence > sequence)

    def close(self) -> None:
        """End everybody's listening: the world goes, or the server stops."""
        self._is_closed = True
        for listener in self._listeners:
            listener.close()

    @contextmanager
    def listening(
        self,
        capacity: int = 1_000,
        wants: Callable[[Event], bool] = lambda event: True,  # noqa: ARG005
    ) -> Iterator[Listener]:
        """A listener that hears of what happens until the block is left."""
        listener = Listener(capacity, wants)
        if self._is_closed:
            listener.close()
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    @contextmanager
    def recorded(self) -> Iterator[list[Event]]:
        """A list that grows by every event but notes until the block is left."""
        recorder: list[Event] = []
        self._recorders.append(recorder)
        try:
            yield recorder
        finally:
            # By identity: two recorders that began together hold equal lists.
            self._recorders = [other for other in self._recorders if other is not recorder]
