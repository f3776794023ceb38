"""What the engine needs from the outside: a store for each world, a sender, and writers of callbacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from mockserver.domain.applets import Wanted
from mockserver.domain.call import Call
from mockserver.domain.effects import CancelTimers, Input, Notify, StartTimer
from mockserver.domain.order import CallEvent
from mockserver.engine.call_filter import Page, PageRequest
from mockserver.engine.delivery import Delivery, OutboundRequest, Reply

if TYPE_CHECKING:
    from mockserver.engine.world import World


@dataclass(frozen=True, slots=True)
class Retry:
    """The work of a timer that sends a delivery once more."""

    delivery_id: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The work of a timer that lets a stream go on."""

    stream_sid: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Work that is due. Timers fire by (due, sequence)."""

    due: datetime
    sequence: int
    call_sid: str
    work: Input | Retry | Tick


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction writes: the call, its timers (in the order of the effects), new deliveries."""

    call: Call
    timers: tuple[StartTimer | CancelTimers, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a store keeps: so many calls, and settled ones so long after their start."""

    max_calls: int
    max_age: timedelta


@dataclass(frozen=True, slots=True)
class Size:
    """How much a store holds."""

    calls: int
    deliveries: int
    timers: int


class Store(Protocol):
    """One world's calls, timers and deliveries. No method waits; `commit` is one transaction."""

    @property
    def bounds(self) -> Bounds: ...

    def __len__(self) -> int:
        """How many calls it holds."""

    @property
    def size(self) -> Size: ...

    def make_room(self, now: datetime) -> None:
        """Drop what is too old or too much, so that one more call fits. Raises Exhausted if nothing can go."""

    def commit(self, change: Change) -> None:
        """Write a call with its timers and deliveries."""

    def import_settled(self, calls: Iterable[Call]) -> None:
        """Add calls that came about elsewhere, all or none. If that is too many, the oldest settled calls go.

        Raises AlreadyExists if one is known or comes twice.
        """

    def call(self, sid: str) -> Call:
        """Raises UnknownCall."""

    def call_of_serial(self, serial: int) -> Call:
        """Raises UnknownCall."""

    def page(self, request: PageRequest) -> Page: ...

    def holder_of(self, contact_key: str) -> str | None:
        """The sid of the living call that holds a contact, if one does."""

    def next_due(self) -> datetime | None: ...

    def take_due(self, until: datetime) -> Timer | None:
        """Remove and return the first timer that is due at `until` or before."""

    def retry_at(self, due: datetime, delivery: Delivery) -> None:
        """Start the timer of a retry."""

    def tick_at(self, due: datetime, call_sid: str, tick: Tick) -> None:
        """Start the timer of a stream."""

    def delivery(self, delivery_id: str) -> Delivery:
        """Raises UnknownDelivery."""

    def deliveries(self, call_sid: str | None = None) -> list[Delivery]:
        """In the order in which they were created."""

    def put_delivery(self, delivery: Delivery) -> None: ...

    def clear(self) -> int:
        """Forget all calls, timers and deliveries; the number of calls that went."""


class Sender(Protocol):
    """The seam through which everything leaves the process."""

    async def send(self, request: OutboundRequest, timeout_seconds: float) -> Reply:
        """Raises SendFailed or SendBlocked. The time-out is in real seconds."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What an application answered, understood, and what is wrong with it, in words for its developer.

    Without an answer that can be used, `answer` is None.
    """

    answer: Wanted | None
    complaints: tuple[str, ...] = ()


class AnswerReader(Protocol):
    """A provider version's reading of what an application answers to a flow's question of a kind."""

    def __call__(self, event: CallEvent, variant: str, reply: Reply) -> Heard: ...


class CallbackWriter(Protocol):
    """A provider version's wording of a notification."""

    def __call__(self, notification: Notify, call: Call, world: World) -> OutboundRequest: ...
