"""Why a leg ended, as passthrus tell it: a name and a number."""

from __future__ import annotations

from mockserver.domain.call import Call, Leg, LegState
from mockserver.domain.causes import HangupCause

# The platform gave up ringing. Its number is none of Q.850's.
RING_TIMEOUT = ("RING_TIMEOUT", 1003)
_NAMES = {
    HangupCause.NO_ROUTE_TRANSIT_NET: "NO_ROUTE_TO_NETWORK",
    HangupCause.NO_ROUTE_DESTINATION: "NO_ROUTE_TO_DESTINATION",
}
# What the vendor's list has no name for is told as the nearest that it has (assumed).
_NEAREST = {
    HangupCause.ALLOTTED_TIMEOUT: HangupCause.NORMAL_CLEARING,
    HangupCause.BLIND_TRANSFER: HangupCause.NORMAL_CLEARING,
    HangupCause.USER_NOT_REGISTERED: HangupCause.SUBSCRIBER_ABSENT,
}


def leg_cause(call: Call, leg: Leg) -> tuple[str, int]:
    """Name and number of the cause. A leg that lives is told as one that ends well.

    Quirk: who hangs up while it rings leaves a leg that says its ringing has timed out.
    """
    if leg.state is LegState.CANCELED or (leg.state is LegState.NO_ANSWER and _rang_out(call, leg)):
        return RING_TIMEOUT
    known = leg.cause or HangupCause.NORMAL_CLEARING
    cause = _NEAREST.get(known, known)
    return _NAMES.get(cause, cause.value), cause.number or 0


def _rang_out(call: Call, leg: Leg) -> bool:
    """Whether the platform's own time-out ended the ringing, rather than the operator."""
    rang = ((leg.ended_at or leg.updated_at) - leg.dialled_at).total_seconds()
    return rang >= call.order.ring_timeout
