"""How a leg is answered and ended, and why it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mockserver.domain.call import Call, Leg, LegState
from mockserver.domain.causes import HangupCause
from mockserver.domain.states import LEG_TABLE, RELEASED_BY, Trigger
from mockserver.domain.story import CAUSES, PartyStory, Reaction, magic_party

_TRANSFERRED_TO = PartyStory(ring=3.0)
_BY_OTHERS = frozenset({Trigger.CANCEL, Trigger.RELEASE, Trigger.RING_OUT})
_USUAL_CAUSES = {
    Trigger.RING_OUT: HangupCause.NO_ANSWER,
    Trigger.BUSY: HangupCause.USER_BUSY,
    Trigger.REJECT: HangupCause.CALL_REJECTED,
    Trigger.FAIL: CAUSES[Reaction.UNREACHABLE][0],
    Trigger.CANCEL: HangupCause.ORIGINATOR_CANCEL,
    Trigger.HANG_UP: HangupCause.NORMAL_CLEARING,
    Trigger.RELEASE: HangupCause.NORMAL_CLEARING,
}


def attempt_of(call: Call, leg: Leg) -> int:
    """The how manieth on its side a leg is, from 0 on."""
    return sum(one.side is leg.side for one in call.legs[: leg.number - 1])


def story_of(call: Call, leg: Leg) -> PartyStory:
    """What the party of a leg does."""
    if leg.is_transfer:
        return magic_party(leg.party.contact, leg.side) or _TRANSFERRED_TO
    return call.story.party(leg.side, attempt_of(call, leg))


def answered(leg: Leg, at: datetime, told: PartyStory) -> Leg:
    # Field by field, here and in `ended`: with `replace`, copying takes most of a step's time.
    kept = (leg.number, leg.side, leg.party, leg.sid, LegState.ANSWERED, leg.dialled_at, at)
    return Leg(*kept, at, is_machine=told.is_machine, is_transfer=leg.is_transfer)


def pressed(leg: Leg, at: datetime, digits: str) -> Leg:
    return replace(leg, digits=leg.digits + digits, updated_at=at)


def ended(leg: Leg, trigger: Trigger, at: datetime, cause: HangupCause | None = None) -> Leg:
    """The leg after what ended it; `cause` where it is another than the trigger's usual one."""
    kept = (leg.number, leg.side, leg.party, leg.sid, LEG_TABLE[leg.state, trigger], leg.dialled_at, at)
    itself = trigger not in _BY_OTHERS
    cause = cause or _USUAL_CAUSES[trigger]
    return Leg(*kept, leg.answered_at, at, leg.digits, leg.is_machine, itself, cause, leg.is_transfer)


def told_cause(trigger: Trigger, told: PartyStory) -> HangupCause | None:
    """The story's cause, where it is the story that comes about."""
    if told.cause is None or trigger in {Trigger.HANG_UP, Trigger.RELEASE, Trigger.CANCEL}:
        return None
    return told.cause if _USUAL_CAUSES[trigger] is CAUSES[told.reaction][0] else None


def released(leg: Leg, at: datetime, cause: HangupCause | None = None) -> Leg:
    """The leg when the call goes on, or ends, without it."""
    trigger = RELEASED_BY.get(leg.state)
    return leg if trigger is None else ended(leg, trigger, at, cause)
