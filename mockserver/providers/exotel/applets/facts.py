"""A call as applets tell of it: the facts that their parameters have in common."""

from __future__ import annotations

import hashlib

from mockserver.domain.call import Call, CallState, Leg, LegState, Outcome
from mockserver.domain.order import Direction
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.exotel.leg_words import DETAILED_LEG_STATUSES

# Quirk: what is not there is this text in some parameters, and empty or left out in others.
ABSENT = "null"
# Quirk: calls that come in are `inbound` in call details.
DIRECTIONS = {
    Direction.INBOUND: "incoming",
    Direction.OUTBOUND_API: "outbound-dial",
    Direction.OUTBOUND_DIAL: "outbound-dial",
}
CALL_TYPES = ("call-attempt", "completed", "client-hangup", "incomplete", "voicemail")
LEG_STATUSES = DETAILED_LEG_STATUSES | {LegState.RINGING: "ringing"}
CALL_STATUSES = ("queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled")
_TENANTS = 10_000, 89_999


def caller(call: Call) -> str:
    """Who is at the end of the first leg, in either direction."""
    return call.order.from_party.contact.local


def exophone(call: Call) -> str:
    return call.order.exophone.local


def shown_number(call: Call) -> str:
    """The number that the latest connect shows to whom it dials."""
    dial = call.order.route.dial if call.order.route else None
    return (dial.caller_id or call.order.exophone).local if dial else exophone(call)


def dialled_legs(call: Call) -> tuple[Leg, ...]:
    """The legs of the latest connect that dialled anybody."""
    legs = call.legs_on(Side.TO)
    return legs[call.order.route.first :] if call.order.route else legs


def dialled_leg(call: Call) -> Leg | None:
    """Of those the one that counts: the latest that was answered, else the latest."""
    legs = dialled_legs(call)
    return next((leg for leg in reversed(legs) if leg.answered_at is not None), legs[-1] if legs else None)


def dialled_number(call: Call) -> str:
    """Empty before anybody was dialled."""
    leg = dialled_leg(call)
    return leg.party.contact.local if leg else ""


def dialled_seconds(call: Call) -> int:
    """From the dial of who answered to the end of the talk: the ringing is included. 0 without a talk."""
    leg = dialled_leg(call)
    if leg is None or leg.answered_at is None or leg.ended_at is None:
        return 0
    return round((leg.ended_at - leg.dialled_at).total_seconds())


def dial_status(call: Call) -> str | None:
    """How the latest connect went: `canceled` when the caller left while it rang. None before the first."""
    leg = dialled_leg(call)
    return LEG_STATUSES[leg.state] if leg else None


def call_type(call: Call) -> str:
    """How far the call has come. Without anybody who was dialled it has ended, or still is, in the flow (assumed)."""
    if call.state is CallState.VOICEMAIL or call.outcome is Outcome.VOICEMAIL:
        return "voicemail"
    legs = call.legs_on(Side.TO)
    if any(leg.answered_at is not None for leg in legs):
        return "completed"
    first = call.leg(Side.FROM)
    if legs and call.is_over and first is not None and first.ended_itself:
        return "client-hangup"
    return "incomplete" if legs else "call-attempt"


def call_status(call: Call) -> str:
    """Of the call as a whole: it is answered while it is in a flow."""
    return "completed" if call.is_over else "in-progress"


def has_talked(call: Call) -> bool:
    return any(leg.answered_at is not None for leg in dialled_legs(call))


def quoted_digits(call: Call) -> str | None:
    """Quirk: the digits of the latest gather stand in double quotes. None without any."""
    return f'"{call.progress.digits}"' if call.progress.digits else None


def tenant_id(world: World) -> str:
    """A number of five digits that stays an account's own."""
    least, count = _TENANTS
    digest = hashlib.blake2b(world.sid.encode(), digest_size=4).digest()
    return str(least + int.from_bytes(digest) % count)
