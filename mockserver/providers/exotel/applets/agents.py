"""What is told of the agents whom a connect dials: each that rings, answers and leaves."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call, Leg
from mockserver.domain.errors import UnknownUser
from mockserver.domain.order import CallEvent
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.applets import facts
from mockserver.providers.exotel.times import mail_time, plain_time

_seen = sources.APPLET_RECORDS.field

# By event: its type, and what the agent is from now on.
AGENT_WORDS = {
    CallEvent.AGENT_DIALLED: ("Dial", "busy"),
    CallEvent.AGENT_ANSWERED: ("Answered", "busy"),
    CallEvent.AGENT_LEFT: ("Terminal", "free"),
}


class AgentParameters(msgspec.Struct, rename="pascal", kw_only=True):
    """In the order of a recorded request."""

    call_sid: Annotated[str, _seen()]
    call_from: Annotated[str, _seen("the first leg")]
    call_to: Annotated[str, _seen("the ExoPhone")]
    direction: Annotated[str, _seen(enum=["incoming", "outbound-dial"])]
    created: Annotated[str, _seen("`Wed, 23 Feb 2022 12:31:59`")]
    from_: Annotated[str, _seen("the first leg")] = msgspec.field(name="From")
    to: Annotated[str, _seen("the ExoPhone")]
    current_time: Annotated[str, _seen("`2022-02-23 12:32:02`")]
    dial_whom_number: Annotated[str, _seen("the agent's number, with a leading zero")]
    status: Annotated[str, sources.POPUP.field(enum=["busy", "free"])]
    event_type: Annotated[str, sources.POPUP.field(enum=["Dial", "Answered", "Terminal"])]
    agent_email: Annotated[str, _seen("of the user; empty for numbers of nobody's (assumed)")]


def agent_event(call: Call, leg_number: int | None, event: CallEvent, world: World) -> AgentParameters:
    leg = call.legs[leg_number - 1] if leg_number else facts.dialled_leg(call)
    kind, status = AGENT_WORDS[event]
    return AgentParameters(
        call_sid=call.sid,
        call_from=facts.caller(call),
        call_to=facts.exophone(call),
        direction=facts.DIRECTIONS[call.order.direction],
        created=mail_time(call.created_at, world.zone),
        from_=facts.caller(call),
        to=facts.exophone(call),
        current_time=plain_time(call.updated_at, world.zone),
        dial_whom_number=leg.party.contact.local if leg else "",
        status=status,
        event_type=kind,
        agent_email=_email(leg, world),
    )


def _email(leg: Leg | None, world: World) -> str:
    if leg is None or leg.party.user_id is None:
        return ""
    try:
        return world.directory.user(leg.party.user_id).email
    except UnknownUser:
        return ""  # dismissed meanwhile
