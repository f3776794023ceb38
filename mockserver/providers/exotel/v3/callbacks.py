"""What v3 tells the application: `answered` for each leg, `terminal` when the call has been processed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.world import World
from mockserver.providers.callback_request import EVENT_TYPES, worded
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.v3.render import CallDetails, call_details

_known = sources.V3_CONNECT.field


class EventDetails(msgspec.Struct):
    event_type: Annotated[str, _known(enum=list(EVENT_TYPES.values()))]


class CallbackBody(msgspec.Struct):
    """The body of a status callback. Nothing in it says which leg an `answered` belongs to."""

    event_details: Annotated[EventDetails, _known()]
    call_details: Annotated[CallDetails, _known()]


def write_callback(notification: Notify, call: Call, world: World) -> OutboundRequest:
    body = CallbackBody(EventDetails(EVENT_TYPES[notification.subscription.event]), call_details(call, world))
    return worded(notification, call, body)
