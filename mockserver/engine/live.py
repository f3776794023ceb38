"""Words of a person who plays one of the parties, and the inputs that they are in the call's present state."""

from __future__ import annotations

from enum import StrEnum

from mockserver.domain.call import Call, CallState, Leg, LegState
from mockserver.domain.effects import Input
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side


class Word(StrEnum):
    ANSWER = "answer"
    REJECT = "reject"
    HANG_UP = "hangup"
    PRESS = "digits"


def live_input(
    call: Call, word: Word, side: Side | None = None, digits: str = "", leg_number: int | None = None
) -> Input:
    """The input that a word means now.

    Without a side, the one for which the word makes sense: who rings, answers or rejects; who was dialled first, hangs
    up. Hanging up what has not been answered means that the call is withdrawn (first leg) or rejected (second leg).
    Whether the input is possible is for the machine to say. With `leg_number`, it is meant for that one of several.
    """
    named = next((leg for leg in call.legs if leg.number == leg_number), None)
    side = named.side if named else side
    if word is Word.ANSWER:
        return Input(Trigger.ANSWER, side or _ringing(call), leg=leg_number)
    if word is Word.REJECT:
        return Input(Trigger.REJECT, side or _ringing(call), leg=leg_number)
    if word is Word.PRESS:
        return Input(Trigger.PRESS, side or Side.TO, digits, leg_number)
    return _hang_up(call, side or Side.FROM, named)


def _hang_up(call: Call, side: Side, named: Leg | None) -> Input:
    if call.state is CallState.QUEUED:
        return Input(Trigger.SKIP, side)
    leg, number = named or call.leg(side), named.number if named else None
    if leg is not None and leg.state is LegState.RINGING:
        return Input(Trigger.CANCEL if side is Side.FROM else Trigger.REJECT, side, leg=number)
    return Input(Trigger.HANG_UP, side, leg=number)


def _ringing(call: Call) -> Side:
    ringing = (leg.side for leg in call.legs if leg.state is LegState.RINGING)
    return next(ringing, Side.FROM)
