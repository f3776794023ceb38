"""What v3 tells the application: `answered` for each leg, `terminal` when the call has been processed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.world import World
from mockserver.providers.callback_request import callback_request
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.v3.render import CallDetails, call_details

_known = sources.V3_CONNECT.field
_EVENT_TYPES = {CallEvent.ANSWERED: "answered", CallEvent.OVER: "terminal"}


class EventDetails(msgspec.Struct):
    event_type: Annotated[str, _known(enum=list(_EVENT_TYPES.values()))]


class CallbackBody(msgspec.Struct):
    """The body of a status callback. Nothing in it says which leg an `answered` belongs to."""

    event_details: Annotated[EventDetails, _known()]
    call_details: Annotated[CallDetails, _known()]


def write_callback(notification: Notify, call: Call, world: World) -> OutboundRequest:
    subscription = notification.subscription
    body = CallbackBody(EventDetails(_EVENT_TYPES[subscription.event]), call_details(call, world))
    return callback_request(
        subscription.method,
        subscription.url,
        subscription.content_type,
        msgspec.to_builtins(body),
        boundary=f"{call.sid}{subscription.event}{notification.leg_number or ''}",
    )
