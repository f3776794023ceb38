"""Whom a connect dialled, leg by leg, as the parameters behind it tell."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.call import Call, Leg, LegState
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.applets import facts
from mockserver.providers.exotel.applets.leg_causes import leg_cause
from mockserver.providers.provider import Reading

_known = sources.PASSTHRU.field
_seen = sources.APPLET_RECORDS.field
_met = sources.CLIENTS.field

LEGS = Reading(
    "exotel-applets.legs",
    ("plain", "insights"),
    "the legs in passthrus: with the keys of recorded requests, or also with DisconnectedBy and Insights, which some "
    "accounts have",
    sources.CLIENTS,
)


class Insights(msgspec.Struct, rename="pascal"):
    status: Annotated[str, _met()]
    detailed_status: Annotated[str, _met("only CALL_COMPLETED and FAILED_UNKNOWN_ERROR have been seen")]
    ringing_duration: Annotated[str, _met("seconds, two decimals")]


class DialledLeg(msgspec.Struct, rename="pascal"):
    number: Annotated[str, _seen("with a leading zero")]
    type: Annotated[str, _seen("`single`")]
    on_call_duration: Annotated[str, _seen("seconds from the answer on")]
    caller_id: Annotated[str, _seen("what was shown: the ExoPhone")]
    # Quirk: the name of a cause is its code, and the number the cause.
    cause_code: Annotated[str, _known("the name: NORMAL_CLEARING, NO_ANSWER, RING_TIMEOUT, USER_BUSY and more")]
    cause: Annotated[str, _known("the number: 16, 19, 1003, 17 and more")]
    disconnected_by: Annotated[str | UnsetType, _met("see the reading exotel-applets.legs; values assumed")] = UNSET
    insights: Annotated[Insights | UnsetType, _met("see the reading exotel-applets.legs")] = UNSET


def dialled_legs(call: Call, world: World) -> list[DialledLeg]:
    """Every leg on the called side, in the order of dialling."""
    has_insights = LEGS.chosen(world) == "insights"
    return [_leg(call, leg, has_insights=has_insights) for leg in call.legs_on(Side.TO)]


def _leg(call: Call, leg: Leg, *, has_insights: bool) -> DialledLeg:
    name, number = leg_cause(call, leg)
    told = DialledLeg(
        number=leg.party.contact.local,
        type="single",
        on_call_duration=str(round(leg.seconds_on_call)),
        caller_id=facts.shown_number(call),
        cause_code=name,
        cause=str(number),
    )
    if has_insights:
        told.disconnected_by = "Callee" if leg.ended_itself else "Caller"
        told.insights = _insights(leg)
    return told


def _insights(leg: Leg) -> Insights:
    has_completed = leg.state is LegState.COMPLETED
    rang = ((leg.answered_at or leg.ended_at or leg.updated_at) - leg.dialled_at).total_seconds()
    detailed = "CALL_COMPLETED" if has_completed else "FAILED_UNKNOWN_ERROR"
    return Insights(facts.LEG_STATUSES[leg.state], detailed, f"{rang:.2f}")
