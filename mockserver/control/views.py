"""What control shows: the structs of answers, and how they are made of the house's values."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.domain.call import Call, Leg
from mockserver.domain.directory import Device, Exophone, User
from mockserver.domain.story import PartyStory, Story
from mockserver.engine.callers import user_key
from mockserver.engine.delivery import Attempt, Delivery, Headers
from mockserver.engine.events import Event
from mockserver.engine.faults import FaultRule
from mockserver.engine.journal import Exchange, readable, redacted
from mockserver.engine.runner import Receipt
from mockserver.engine.scenarios import Rule, Scenarios
from mockserver.engine.world import World

_described = OUR_OWN.field


class WorldView(msgspec.Struct):
    account_sid: Annotated[str, _described()]
    api_key: Annotated[str, _described("Basic user")]
    api_token: Annotated[str, _described("Basic password")]
    seed: Annotated[int, _described()]
    zone: Annotated[str, _described()]
    voip: Annotated[bool, _described()]
    strict: Annotated[bool, _described()]
    retry_after: Annotated[list[float], _described("seconds")]
    callback_timeout: Annotated[float, _described("real seconds")]
    readings: Annotated[dict[str, str], _described("every choice, with its present value")]
    paths: Annotated[dict[str, str], _described("path of the account in each provider version")]


class WorldList(msgspec.Struct):
    worlds: list[WorldView]


class ClockView(msgspec.Struct):
    mode: Annotated[str, _described()]
    speed: Annotated[float, _described()]
    now: Annotated[datetime, _described()]
    next_due: Annotated[datetime | None, _described("the next timer")]


class EventView(msgspec.Struct):
    at: Annotated[datetime, _described("on the world's clock")]
    kind: Annotated[str, _described()]
    call_sid: Annotated[str | None, _described()]
    facts: Annotated[dict[str, Any], _described()]


class ReceiptView(msgspec.Struct):
    """What moving the clock brought about, in order. The same requests in the same world give the same receipt."""

    started_at: Annotated[datetime, _described()]
    ended_at: Annotated[datetime, _described()]
    met: Annotated[bool, _described("whether the condition came true; always, without one")]
    events: Annotated[list[EventView], _described()]


class PartyView(msgspec.Struct):
    reaction: str
    ring: float
    digits: str
    is_machine: bool
    gives_up_after: float | None


class StoryView(msgspec.Struct):
    from_: PartyView = msgspec.field(name="from")
    to: PartyView
    talk: float | None
    hangs_up: str


class LegView(msgspec.Struct):
    number: int
    side: str
    sid: str
    contact: str
    name: str | None
    state: str
    dialled_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    digits: str
    is_machine: bool


class MarkView(msgspec.Struct):
    name: str
    at: datetime


class CallSummary(msgspec.Struct):
    sid: Annotated[str, _described()]
    direction: Annotated[str, _described()]
    state: Annotated[str, _described()]
    outcome: Annotated[str | None, _described("known when the call has ended")]
    from_: Annotated[str, _described()] = msgspec.field(name="from")
    to: Annotated[str | None, _described()]
    exophone: Annotated[str, _described()]
    created_at: Annotated[datetime, _described()]
    ended_at: Annotated[datetime | None, _described()]
    talk_seconds: Annotated[float, _described()]


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
    event: Annotated[str, _described("answered or over")]
    leg: Annotated[int | None, _described("the leg that answered")]
    state: Annotated[str, _described(enum=["pending", "retrying", "delivered", "failed", "blocked"])]
    created_at: Annotated[datetime, _described()]
    method: Annotated[str, _described()]
    url: Annotated[str, _described()]
    headers: Annotated[list[tuple[str, str]], _described()]
    body: Annotated[BodyView, _described()]
    attempts: Annotated[list[AttemptView], _described()]
    redelivers: Annotated[str | None, _described("the delivery that this one repeats")]


class DeliveryList(msgspec.Struct):
    deliveries: list[DeliveryView]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


class CallView(msgspec.Struct):
    call: CallSummary
    custom_field: str | None
    story: StoryView
    legs: list[LegView]
    marks: Annotated[list[MarkView], _described("every known moment, in order")]
    deliveries: list[DeliveryView]


class CallList(msgspec.Struct):
    calls: list[CallSummary]
    total: Annotated[int, _described("how many match, on all pages")]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


class NumberView(msgspec.Struct):
    number: Annotated[str, _described("E.164")]
    friendly_name: Annotated[str, _described()]


class NumberList(msgspec.Struct):
    numbers: list[NumberView]


class DeviceView(msgspec.Struct):
    id: int
    contact_uri: str
    type: Annotated[str, _described(enum=["tel", "sip"])]
    name: str
    available: bool
    verified: bool
    status: Annotated[str, _described(enum=["free", "busy"])]


class UserView(msgspec.Struct):
    id: str
    first_name: str
    last_name: str
    email: str
    role: str
    status: Annotated[str, _described(enum=["free", "busy"])]
    devices: list[DeviceView]


class UserList(msgspec.Struct):
    users: list[UserView]


class MatchView(msgspec.Struct):
    from_: str | None = msgspec.field(name="from")
    to: str | None
    exophone: str | None


class RuleView(msgspec.Struct):
    id: str
    match: MatchView
    story: StoryView
    remaining: Annotated[int | None, _described("for how many more calls; null: for all")]
    matched: int


class ScenariosView(msgspec.Struct):
    """In the order in which they are asked: queue, rules, magic numbers, then the default (or a random draw)."""

    next: Annotated[list[StoryView], _described("the next-call queue")]
    rules: list[RuleView]
    default: StoryView
    outcomes: Annotated[str, _described(enum=["story", "random"])]


class FaultView(msgspec.Struct):
    id: str
    operation: str | None
    status: int
    code: int | None
    text: str | None
    remaining: int | None
    injected: int


class FaultList(msgspec.Struct):
    faults: list[FaultView]


class ExchangeView(msgspec.Struct):
    id: Annotated[str, _described()]
    at: Annotated[datetime, _described("on the world's clock")]
    method: Annotated[str, _described()]
    path: Annotated[str, _described()]
    query: Annotated[str, _described()]
    operation: Annotated[str | None, _described()]
    status: Annotated[int, _described("0: the connection ended before an answer")]
    seconds: Annotated[float, _described("real")]
    fault: Annotated[str | None, _described("the fault rule that answered")]
    refusal: Annotated[str | None, _described("why it was not served")]
    hint: Annotated[str | None, _described("what to do about it")]
    headers: Annotated[list[tuple[str, str]], _described("credentials redacted")]
    body: Annotated[BodyView, _described()]
    response_headers: Annotated[list[tuple[str, str]], _described()]
    response_body: Annotated[BodyView, _described()]


class ExchangeList(msgspec.Struct):
    requests: list[ExchangeView]
    dropped: Annotated[int, _described("how many the bounds of the journal have pushed out")]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


class Removed(msgspec.Struct):
    """How many of each kind went."""

    removed: dict[str, int]


def world_view(world: World, readings: Mapping[str, tuple[str, ...]], account_paths: Mapping[str, str]) -> WorldView:
    settings = world.settings
    return WorldView(
        account_sid=world.sid,
        api_key=world.account.key,
        api_token=world.account.token,
        seed=world.seed,
        zone=settings.zone_name,
        voip=settings.is_voip_allowed,
        strict=settings.is_strict,
        retry_after=list(settings.retry_after),
        callback_timeout=settings.callback_timeout,
        readings={name: settings.readings.get(name, values[0]) for name, values in readings.items()},
        paths={name: f"{path}/{world.sid}" for name, path in account_paths.items()},
    )


def clock_view(world: World) -> ClockView:
    clock = world.clock
    return ClockView(clock.mode, clock.speed, clock.now(), world.store.next_due())


def receipt_view(receipt: Receipt) -> ReceiptView:
    events = [event_view(event) for event in receipt.events]
    return ReceiptView(receipt.started_at, receipt.ended_at, receipt.is_met, events)


def event_view(event: Event) -> EventView:
    return EventView(event.at, event.kind, event.call_sid, event.facts)


def story_view(story: Story) -> StoryView:
    return StoryView(_party_view(story.from_party), _party_view(story.to_party), story.talk, story.hangs_up)


def _party_view(party: PartyStory) -> PartyView:
    return PartyView(party.reaction, party.ring, party.digits, party.is_machine, party.gives_up_after)


def call_summary(call: Call) -> CallSummary:
    order = call.order
    return CallSummary(
        sid=call.sid,
        direction=order.direction,
        state=call.state,
        outcome=call.outcome,
        from_=order.from_party.contact.key,
        to=order.to_party.contact.key if order.to_party else None,
        exophone=order.exophone.key,
        created_at=call.created_at,
        ended_at=call.ended_at,
        talk_seconds=call.talk_seconds,
    )


def call_view(call: Call, deliveries: list[Delivery]) -> CallView:
    return CallView(
        call=call_summary(call),
        custom_field=call.order.custom_field,
        story=story_view(call.story),
        legs=[_leg_view(leg) for leg in call.legs],
        marks=[MarkView(mark.name, mark.at) for mark in call.marks],
        deliveries=[delivery_view(delivery) for delivery in deliveries],
    )


def _leg_view(leg: Leg) -> LegView:
    return LegView(
        number=leg.number,
        side=leg.side,
        sid=leg.sid,
        contact=leg.party.contact.key,
        name=leg.party.name,
        state=leg.state,
        dialled_at=leg.dialled_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        digits=leg.digits,
        is_machine=leg.is_machine,
    )


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


def number_view(exophone: Exophone) -> NumberView:
    return NumberView(exophone.contact.key, exophone.friendly_name)


def user_view(user: User, world: World) -> UserView:
    is_busy = world.store.holder_of(user_key(user.id)) is not None
    return UserView(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        role=user.role,
        status=_status(is_busy=is_busy),
        devices=[_device_view(device, world) for device in user.devices],
    )


def _device_view(device: Device, world: World) -> DeviceView:
    is_busy = world.store.holder_of(device.contact.key) is not None
    return DeviceView(
        id=device.id,
        contact_uri=device.contact.key,
        type=device.kind,
        name=device.name,
        available=device.is_available,
        verified=device.is_verified,
        status=_status(is_busy=is_busy),
    )


def _status(*, is_busy: bool) -> str:
    return "busy" if is_busy else "free"


def rule_view(rule: Rule) -> RuleView:
    match = rule.match
    keys = [contact.key if contact else None for contact in (match.from_contact, match.to_contact, match.exophone)]
    return RuleView(rule.id, MatchView(*keys), story_view(rule.story), rule.remaining, rule.matched)


def scenarios_view(scenarios: Scenarios) -> ScenariosView:
    return ScenariosView(
        next=[story_view(story) for story in scenarios.next_stories],
        rules=[rule_view(rule) for rule in scenarios.rules],
        default=story_view(scenarios.default),
        outcomes="random" if scenarios.draws_outcomes else "story",
    )


def fault_view(rule: FaultRule) -> FaultView:
    return FaultView(rule.id, rule.operation, rule.status, rule.code, rule.text, rule.remaining, rule.injected)


def exchange_view(exchange: Exchange) -> ExchangeView:
    return ExchangeView(
        id=exchange.id,
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
        headers=list(readable(exchange.headers)),
        body=_body_view(exchange.body),
        response_headers=list(readable(exchange.response_headers)),
        response_body=_body_view(exchange.response_body),
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(redacted(headers))


def _body_view(body: bytes) -> BodyView:
    try:
        return BodyView(body.decode(), None)
    except UnicodeDecodeError:
        return BodyView(None, base64.b64encode(body).decode())
