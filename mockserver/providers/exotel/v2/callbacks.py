"""What v2 tells the application: `answered` for each leg, `terminal` when the call has been processed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.world import World
from mockserver.providers.callback_request import EVENT_TYPES, worded
from mockserver.providers.exotel import recording_urls, sources
from mockserver.providers.exotel.v2 import render

_seen = sources.CLIENTS.field
_known = sources.V2_DETAILS.field
_TYPES = list(EVENT_TYPES.values())


class CallbackEvent(msgspec.Struct):
    event_type: Annotated[str, _seen(enum=_TYPES)]


class CallbackRecording(msgspec.Struct):
    url: Annotated[str, _seen()]


class CallbackDetails(msgspec.Struct):
    """Other names than in call details, and other than in v3."""

    call_sid: Annotated[str, _seen()]
    direction: Annotated[str, _seen(enum=["inbound", "outbound"])]
    virtual_number: Annotated[str, _seen("E.164")]
    call_state: Annotated[str, _seen(enum=["active", "terminal"])]
    call_status: Annotated[str | None, _seen("null until the call is terminal")]
    assigned_agent_details: Annotated[render.AssignedAgent, _seen()]
    customer_details: Annotated[render.CustomerStatus, _seen()]
    total_talk_time: Annotated[int | None, _seen("seconds; null until the call is terminal")]
    total_duration: Annotated[None, _seen("null in what was recorded")]
    recordings: Annotated[list[CallbackRecording] | None, _seen("null without a recording")]
    custom_field: Annotated[str | None, _seen()]


class CallbackBody(msgspec.Struct):
    """The body of a status callback as receivers have seen it. Nothing says whose `answered` it is."""

    event_details: Annotated[CallbackEvent, _seen()]
    call_details: Annotated[CallbackDetails, _seen()]


class FlatCallbackBody(msgspec.Struct):
    """The body as the page on call details lists it; see the reading exotel-v2.callback."""

    call_sid: Annotated[str, _known()]
    event_type: Annotated[str, _known(enum=_TYPES)]
    call_state: Annotated[str, _known(enum=["active", "terminal"])]
    duration: Annotated[int, _known("seconds at the time of the event")]
    recording_url: Annotated[str | msgspec.UnsetType, _known("at the end of a recorded call")] = msgspec.UNSET


def write_callback(notification: Notify, call: Call, world: World) -> OutboundRequest:
    is_flat = render.CALLBACK.chosen(world) == "flat"
    event = notification.subscription.event
    return worded(notification, call, _flat(call, event, world) if is_flat else _nested(call, event, world))


def _nested(call: Call, event: CallEvent, world: World) -> CallbackBody:
    recording = recording_urls.V2.url(call, world)
    details = CallbackDetails(
        call_sid=call.sid,
        direction=render.direction(call),
        virtual_number=call.order.exophone.key,
        call_state=render.call_state(call),
        call_status=render.call_status(call, world),
        assigned_agent_details=render.assigned_agent(call),
        customer_details=render.customer_status(call),
        total_talk_time=round(call.talk_seconds) if call.is_processed else None,
        total_duration=None,
        recordings=[CallbackRecording(recording)] if recording else None,
        custom_field=call.order.custom_field,
    )
    return CallbackBody(CallbackEvent(EVENT_TYPES[event]), details)


def _flat(call: Call, event: CallEvent, world: World) -> FlatCallbackBody:
    # Whole seconds of the clock, as the duration of an ended call is counted.
    elapsed = int(call.updated_at.timestamp()) - int(call.start_at.timestamp())
    return FlatCallbackBody(
        call_sid=call.sid,
        event_type=EVENT_TYPES[event],
        call_state=render.call_state(call),
        duration=call.duration_seconds if call.is_over else max(0, elapsed),
        recording_url=recording_urls.V2.url(call, world) or msgspec.UNSET,
    )
