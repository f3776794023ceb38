"""Requests and deliveries as control shows them."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.engine.delivery import Attempt, Delivery, DeliveryState, Headers
from mockserver.engine.journal import Exchange, readable, redacted
from mockserver.engine.world import World

_described = OUR_OWN.field


class BodyView(msgspec.Struct):
    """Bytes: as text if they are UTF-8, else in base64."""

    text: str | None
    base64: str | None


class AttemptView(msgspec.Struct):
    number: int
    at: datetime
    seconds: Annotated[float, _described("real")]
    status: int | None
    headers: list[tuple[str, str]]
    body: BodyView
    is_truncated: bool
    error: str | None


class DeliveryView(msgspec.Struct):
    id: Annotated[str, _described()]
    call_sid: Annotated[str, _described()]
    event: Annotated[str, _described("answered, over, or what a flow tells and asks, such as passthru and connect")]
    leg: Annotated[int | None, _described("the leg that it is about")]
    state: Annotated[str, _described(enum=list(DeliveryState))]
    created_at: Annotated[datetime, _described()]
    method: Annotated[str, _described()]
    url: Annotated[str, _described()]
    headers: Annotated[list[tuple[str, str]], _described()]
    body: Annotated[BodyView, _described()]
    attempts: Annotated[list[AttemptView], _described()]
    redelivers: Annotated[str | None, _described("the delivery that this one repeats")]
    fault: Annotated[str | None, _described("the fault rule that changed, held up, repeated or dropped it")]
    is_edited: Annotated[bool, _described("sent otherwise than it was worded when the event happened")]
    is_question: Annotated[bool, _described("the call waits for the answer")]
    complaints: Annotated[list[str], _described("what is wrong with the answer to a question, and what to do about it")]


class DeliveryList(msgspec.Struct):
    deliveries: list[DeliveryView]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


class ExchangeView(msgspec.Struct):
    id: Annotated[str, _described()]
    world: Annotated[str | None, _described("account SID; null: it belongs to none")]
    at: Annotated[datetime, _described("on the world's clock")]
    method: Annotated[str, _described()]
    path: Annotated[str, _described()]
    query: Annotated[str, _described()]
    operation: Annotated[str | None, _described()]
    status: Annotated[int, _described("0: the connection ended before an answer")]
    seconds: Annotated[float, _described("real")]
    fault: Annotated[
        str | None, _described("the fault rule that it met; two, with a comma, where another held up the answer")
    ]
    refusal: Annotated[str | None, _described("why it was not served")]
    hint: Annotated[str | None, _described("what to do about it")]
    alarm: Annotated[str | None, _described("the double-dial alarm that it raised")]
    nearest: Annotated[str | None, _described("the likest route, where none matched")]
    headers: Annotated[list[tuple[str, str]], _described("credentials redacted")]
    body: Annotated[BodyView, _described()]
    body_size: Annotated[int, _described("bytes that came; the body is kept up to a bound")]
    response_headers: Annotated[list[tuple[str, str]], _described()]
    response_body: Annotated[BodyView, _described()]
    response_size: Annotated[int, _described("bytes that were answered; the body is kept up to a bound")]


class ExchangeList(msgspec.Struct):
    requests: list[ExchangeView]
    dropped: Annotated[int, _described("how many the bounds of the journal have pushed out")]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


class Count(msgspec.Struct):
    count: int


def delivery_view(delivery: Delivery) -> DeliveryView:
    request = delivery.request
    return DeliveryView(
        id=delivery.id,
        call_sid=delivery.call_sid,
        event=delivery.event,
        leg=delivery.leg_number,
        state=delivery.state,
        created_at=delivery.created_at,
        method=request.method,
        url=request.url,
        headers=_pairs(request.headers),
        body=_body_view(request.body),
        attempts=[_attempt_view(attempt) for attempt in delivery.attempts],
        redelivers=delivery.redelivers,
        fault=delivery.fault,
        is_edited=delivery.is_edited,
        is_question=bool(delivery.asks),
        complaints=list(delivery.complaints),
    )


def _attempt_view(attempt: Attempt) -> AttemptView:
    reply = attempt.reply
    return AttemptView(
        number=attempt.number,
        at=attempt.at,
        seconds=attempt.seconds,
        status=reply.status if reply else None,
        headers=_pairs(reply.headers) if reply else [],
        body=_body_view(reply.body if reply else b""),
        is_truncated=reply.is_truncated if reply else False,
        error=attempt.error,
    )


def exchange_view(exchange: Exchange, world: World | None) -> ExchangeView:
    return ExchangeView(
        id=exchange.id,
        world=world.sid if world else None,
        at=exchange.at,
        method=exchange.method,
        path=exchange.path,
        query=exchange.query,
        operation=exchange.operation,
        status=exchange.status,
        seconds=exchange.seconds,
        fault=exchange.fault,
        refusal=exchange.refusal,
        hint=exchange.hint,
        alarm=exchange.alarm,
        nearest=exchange.nearest,
        headers=list(readable(exchange.headers)),
        body=_body_view(exchange.body),
        body_size=exchange.body_size,
        response_headers=list(readable(exchange.response_headers)),
        response_body=_body_view(exchange.response_body),
        response_size=exchange.response_size,
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(redacted(headers))


def _body_view(body: bytes) -> BodyView:
    try:
        return BodyView(body.decode(), None)
    except UnicodeDecodeError as error:
        # A text that was cut to be kept may end within a letter.
        if error.reason == "unexpected end of data":
            return BodyView(body[: error.start].decode(), None)
        return BodyView(None, base64.b64encode(body).decode())
