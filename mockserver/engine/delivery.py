"""A callback on its way: what is sent, every attempt, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mockserver.domain.order import CallEvent

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """An HTTP request exactly as it goes over the wire; headers in order, none is added on the way."""

    method: str
    url: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered; `is_truncated` when the body was longer than we keep."""

    status: int
    headers: Headers
    body: bytes
    is_truncated: bool = False


class SendFailed(Exception):
    """No answer came. `reason` is one of timeout, refused, closed, broken."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SendBlocked(Exception):
    """The callback policy does not let the request leave."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    FAILED = "failed"
    BLOCKED = "blocked"
    DROPPED = "dropped"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.DROPPED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `at` on the world's clock, `seconds` in real time; `error` is None when a reply came."""

    number: int
    at: datetime
    seconds: float
    reply: Reply | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.reply is not None and 200 <= self.reply.status < 300  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback of one call to one subscriber, with the body as it was worded when the event happened.

    `fault` is the rule that changed, held up, repeated or dropped it.
    """

    id: str
    call_sid: str
    event: CallEvent
    leg_number: int | None
    request: OutboundRequest
    created_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: tuple[Attempt, ...] = ()
    redelivers: str | None = None
    fault: str | None = None
