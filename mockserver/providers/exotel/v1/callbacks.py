"""What v1 tells the application: four fields after the call, or a fuller body for each event."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.domain.story import Side
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.world import World
from mockserver.providers.callback_request import EVENT_TYPES, JSON, worded
from mockserver.providers.exotel import recording_urls, sources
from mockserver.providers.exotel.times import plain_epoch, plain_time
from mockserver.providers.exotel.v1.records import DIRECTIONS, leg_seconds, leg_status, status_of
from mockserver.providers.exotel.v1.wire import ONLY_THE_END

_known = sources.V1_CALLBACK.field


class CallbackLeg(msgspec.Struct, rename="pascal"):
    on_call_duration: Annotated[int, _known("seconds")]
    status: Annotated[str, _known()]


class EndCallback(msgspec.Struct, rename="pascal"):
    """Without `StatusCallbackEvents`: one request after the call."""

    call_sid: Annotated[str, _known()]
    status: Annotated[str, _known()]
    recording_url: Annotated[str, _known("empty without a recording")]
    date_updated: Annotated[str, _known()]


class EventCallback(msgspec.Struct, rename="pascal"):
    """With `StatusCallbackEvents`: one request for each event. Numbers are in E.164 here."""

    call_sid: Annotated[str, _known()]
    event_type: Annotated[str, _known(enum=list(EVENT_TYPES.values()))]
    date_created: Annotated[str, _known()]
    date_updated: Annotated[str, _known()]
    status: Annotated[str, _known()]
    to: Annotated[str, _known()]
    from_: Annotated[str, _known()] = msgspec.field(name="From")
    phone_number_sid: Annotated[str, _known()]
    start_time: Annotated[str, _known()]
    end_time: Annotated[str, _known("the epoch while the call is alive")]
    direction: Annotated[str, _known()]
    recording_url: Annotated[str, _known("empty without a recording")]
    conversation_duration: Annotated[int, _known("seconds")]
    custom_field: Annotated[str, _known("empty where unset")]
    legs: Annotated[list[CallbackLeg], _known("without ids, unlike in call details")]


def write_callback(notification: Notify, call: Call, world: World) -> OutboundRequest:
    subscription = notification.subscription
    is_json = subscription.content_type == JSON
    body: EndCallback | EventCallback = (
        _end(call, world)
        if subscription.variant == ONLY_THE_END
        else _event(call, world, subscription.event, is_json=is_json)
    )
    return worded(notification, call, body)


def _end(call: Call, world: World) -> EndCallback:
    updated = plain_time(call.updated_at, world.zone)
    return EndCallback(call.sid, status_of(call), recording_urls.V1.url(call, world) or "", updated)


def _event(call: Call, world: World, event: CallEvent, *, is_json: bool) -> EventCallback:
    zone, order = world.zone, call.order
    return EventCallback(
        call_sid=call.sid,
        event_type=EVENT_TYPES[event],
        date_created=plain_time(call.created_at, zone),
        date_updated=plain_time(call.updated_at, zone),
        status=status_of(call),
        to=(order.to_party or order.from_party).contact.key,
        from_=order.from_party.contact.key,
        phone_number_sid=order.exophone.key,
        start_time=plain_time(call.start_at, zone),
        end_time=plain_time(call.ended_at, zone) if call.ended_at else plain_epoch(zone),
        direction=DIRECTIONS[order.direction],
        recording_url=recording_urls.V1.url(call, world) or "",
        conversation_duration=round(call.talk_seconds),
        custom_field=order.custom_field or "",
        legs=[CallbackLeg(leg_seconds(call, side), _status(call, side, is_json=is_json)) for side in Side],
    )


def _status(call: Call, side: Side, *, is_json: bool) -> str:
    """Quirk: a leg that has not been answered yet is empty in a form, and a widely used call screen moves on that;
    receivers of JSON have never seen an empty one.
    """
    return leg_status(call, side) or ("queued" if is_json else "")
