"""A callback on its way: what is sent, every attempt, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from mockserver.domain.order import CallEvent

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """An HTTP request exactly as it goes over the wire; headers in order, none is added on the way."""

    method: str
    url: str
    headers: Headers
    body: bytes


def rerouted(request: OutboundRequest, hosts: Mapping[str, str]) -> OutboundRequest:
    """The request as it goes over the wire where its host is served elsewhere: at a base URL, by host or host:port.

    The receiver still reads the host that was asked for.
    """
    parts = urlsplit(request.url)
    base = hosts.get(parts.netloc) or hosts.get(parts.hostname or "")
    if base is None:
        return request
    url = base.rstrip("/") + urlunsplit(parts._replace(scheme="", netloc=""))
    return replace(request, url=url, headers=(("Host", parts.netloc), *request.headers))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered; `is_truncated` when the body was longer than we keep."""

    status: int
    headers: Headers
    body: bytes
    is_truncated: bool = False


class SendFailed(Exception):
    """No answer came. `reason` is one of timeout, refused, tls, closed, broken."""

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

    `redelivers` is the delivery that this one repeats; `is_edited` when somebody has changed what is sent.
    `fault` is the rule that changed, held up, repeated or dropped it; `dialect` the provider version that worded it, in
    its `variant`. Question number `asks` of the call waits for the answer (0: nobody does); `complaints` are what is
    wrong with that answer.
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
    dialect: str = ""
    is_edited: bool = False
    variant: str = ""
    asks: int = 0
    complaints: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether what is answered counts, not only that there is an answer. Nobody asks twice."""
        return self.asks > 0 or self.event is CallEvent.AUDIO

    @property
    def number(self) -> int:
        """The place in the order of creation."""
        return int(self.id[1:])


@dataclass(frozen=True, slots=True)
class Edit:
    """What is sent instead. A header without a value is left out; None leaves things as they are."""

    body: bytes | None = None
    headers: Mapping[str, str | None] | None = None
    url: str | None = None

    def applied_to(self, request: OutboundRequest) -> OutboundRequest:
        """The edited request; Host and Content-Length follow URL and body unless they are edited themselves."""
        body = request.body if self.body is None else self.body
        headers = list(request.headers)
        if self.url is not None:
            _put(headers, "Host", urlsplit(self.url).netloc.rpartition("@")[2])
        if self.body is not None:
            _put(headers, "Content-Length", str(len(body)))
        for name, value in (self.headers or {}).items():
            _put(headers, name, value)
        return OutboundRequest(request.method, request.url if self.url is None else self.url, tuple(headers), body)


def _put(headers: list[tuple[str, str]], name: str, value: str | None) -> None:
    """Replace a header where it stands, or add it at the end; None removes it."""
    places = [place for place, (known, _) in enumerate(headers) if known.lower() == name.lower()]
    for place in reversed(places[0 if value is None else 1 :]):
        del headers[place]
    if value is None:
        return
    if places:
        headers[places[0]] = (headers[places[0]][0], value)
    else:
        headers.append((name, value))
