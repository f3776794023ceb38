"""Words a notification, by the provider version that its subscription came through."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent, Subscription
from mockserver.engine.delivery import Attempt, Delivery, DeliveryState, OutboundRequest
from mockserver.engine.ports import CallbackWriter
from mockserver.engine.world import World

_log = logging.getLogger(__name__)
# The dialect of the webhooks that a world's settings ask for.
WEBHOOKS = "nectardesk"
# The dialect of what flows tell and ask.
APPLETS = "exotel-applets"
_UNWORDED = "broken: mockserver could not word this callback; its log has the trace"


def worded_delivery(writers: Mapping[str, CallbackWriter], world: World, notification: Notify, call: Call) -> Delivery:
    """The delivery of a notification, as the call is now. One that cannot be worded has failed already."""
    subscription = notification.subscription
    state, attempts = DeliveryState.PENDING, tuple[Attempt, ...]()
    try:
        request = writers[subscription.dialect](notification, call, world)
    except Exception:  # noqa: BLE001  logged, see below
        # The call goes on, and the callback is on record as what it is: our failure.
        _log.exception("the callback of call %s to %s cannot be worded", call.sid, subscription.url)
        request = OutboundRequest(subscription.method, subscription.url, (), b"")
        state, attempts = DeliveryState.FAILED, (Attempt(1, call.updated_at, 0.0, error=_UNWORDED),)
    return Delivery(
        id=f"d{world.next_number('delivery')}",
        call_sid=call.sid,
        event=subscription.event,
        leg_number=notification.leg_number,
        request=request,
        created_at=call.updated_at,
        state=state,
        attempts=attempts,
        dialect=subscription.dialect,
        variant=subscription.variant,
    )


def webhooks(world: World, call: Call) -> tuple[Notify, ...]:
    """What the account itself wants to be told of a call that is over, whoever placed it."""
    if not call.is_processed:
        return ()
    urls = world.settings.ended_webhooks
    return tuple(Notify(Subscription(CallEvent.OVER, url, "POST", "application/json", WEBHOOKS)) for url in urls)
