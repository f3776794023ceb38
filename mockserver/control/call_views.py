"""Calls as control shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.control.record_views import DeliveryView, delivery_view
from mockserver.control.story_views import StoryView, story_view
from mockserver.domain.call import Call, Leg
from mockserver.engine.delivery import Delivery

_described = OUR_OWN.field


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
    is_transfer: bool
    cause: Annotated[str | None, _described("hang-up cause; null while the leg is alive")]


class MarkView(msgspec.Struct):
    name: str
    at: datetime


class CallSummary(msgspec.Struct):
    sid: Annotated[str, _described()]
    serial: Annotated[int, _described("numbers the calls of a world from 1 on")]
    direction: Annotated[str, _described()]
    state: Annotated[str, _described()]
    outcome: Annotated[str | None, _described("known when the call has ended")]
    from_: Annotated[str, _described()] = msgspec.field(name="from")
    to: Annotated[str | None, _described()]
    exophone: Annotated[str, _described()]
    created_at: Annotated[datetime, _described()]
    ended_at: Annotated[datetime | None, _described()]
    talk_seconds: Annotated[float, _described()]


class RecordingView(msgspec.Struct):
    channels: int
    high_quality: bool


class PlaybackView(msgspec.Struct):
    moment: str
    for_both: bool
    url: str


class StreamView(msgspec.Struct):
    url: str
    begins_at: Annotated[str, _described("the side whose connection begins it")]


class CallView(msgspec.Struct):
    call: CallSummary
    custom_field: str | None
    ring_timeout: Annotated[float, _described("seconds")]
    time_limit: Annotated[float, _described("seconds")]
    recording: RecordingView | None
    wait_audio_url: str | None
    playbacks: list[PlaybackView]
    stream: StreamView | None
    story: StoryView
    legs: list[LegView]
    marks: Annotated[list[MarkView], _described("every known moment, in order")]
    deliveries: list[DeliveryView]


class CallList(msgspec.Struct):
    calls: list[CallSummary]
    total: Annotated[int, _described("how many match, on all pages")]
    next: Annotated[str | None, _described("pass as `after` for the next page")]


def call_summary(call: Call) -> CallSummary:
    order = call.order
    return CallSummary(
        sid=call.sid,
        serial=call.serial,
        direction=order.direction,
        state=call.state,
        outcome=call.outcome,
        from_=order.from_party.contact.key,
        to=call.called_party.contact.key if call.called_party else None,
        exophone=order.exophone.key,
        created_at=call.created_at,
        ended_at=call.ended_at,
        talk_seconds=call.talk_seconds,
    )


def call_view(call: Call, deliveries: list[Delivery]) -> CallView:
    order = call.order
    return CallView(
        call=call_summary(call),
        custom_field=order.custom_field,
        ring_timeout=order.ring_timeout,
        time_limit=order.time_limit,
        recording=RecordingView(order.recording.channels, order.recording.is_high_quality) if order.recording else None,
        wait_audio_url=order.wait_audio_url,
        playbacks=[PlaybackView(one.moment, one.is_for_both, one.url) for one in order.playbacks],
        stream=StreamView(order.stream.url, order.stream.begins_at) if order.stream else None,
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
        is_transfer=leg.is_transfer,
        cause=leg.cause,
    )
