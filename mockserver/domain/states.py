"""Every transition there is, as data: one table for a leg, one for the call, one for what the clock does to a call.

The machine looks up rows here and nowhere else; the diagram in .github/ARCHITECTURE.md and the tables in the tests are
made from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.story import Side


class Trigger(StrEnum):
    """What can happen. The first group happens to a leg, the second to the call as a whole, the third to its flow.

    An incoming call ARRIVEs, is ENQUEUEd, finds NOBODY; its caller hears the BEEP of the voicemail, or asks to be
    called back. A flow PROCEEDs to its next applet, is TOLD what the application answers or is left UNHEARD, CONNECTs
    to whom it was told, and is FINISHed. BOT_LEFT: the stream is over that somebody was alone with.
    """

    DIAL = "dial"
    SKIP = "skip"
    ANSWER = "answer"
    RING_OUT = "ring-out"
    BUSY = "busy"
    REJECT = "reject"
    FAIL = "fail"
    CANCEL = "cancel"
    PRESS = "press"
    HANG_UP = "hang-up"
    RELEASE = "release"
    ARRIVE = "arrive"

    ENQUEUE = "enqueue"
    NOBODY = "nobody"
    BEEP = "beep"
    CALL_BACK = "call-back"
    TIME_LIMIT = "time-limit"
    PROCESS = "process"
    SETTLE = "settle"
    BOT_LEFT = "bot-left"

    PROCEED = "proceed"
    TOLD = "told"
    UNHEARD = "unheard"
    CONNECT = "connect"
    FINISH = "finish"


class LegRow(NamedTuple):
    source: LegState
    trigger: Trigger
    target: LegState


class CallRow(NamedTuple):
    """A leg on `side` has come to `leg`: the call goes from `source` to `target`.

    Where a call that runs applets ends without an outcome here, that is how far it has come.
    """

    source: CallState
    side: Side
    leg: LegState
    target: CallState
    outcome: Outcome | None = None


class ClockRow(NamedTuple):
    source: CallState
    trigger: Trigger
    target: CallState
    outcome: Outcome | None = None


LEG_ROWS = (
    LegRow(LegState.IDLE, Trigger.DIAL, LegState.RINGING),
    LegRow(LegState.IDLE, Trigger.SKIP, LegState.NOT_DIALLED),
    LegRow(LegState.IDLE, Trigger.ARRIVE, LegState.ANSWERED),
    LegRow(LegState.RINGING, Trigger.ANSWER, LegState.ANSWERED),
    LegRow(LegState.RINGING, Trigger.RING_OUT, LegState.NO_ANSWER),
    LegRow(LegState.RINGING, Trigger.BUSY, LegState.BUSY),
    LegRow(LegState.RINGING, Trigger.REJECT, LegState.REJECTED),
    LegRow(LegState.RINGING, Trigger.FAIL, LegState.UNREACHABLE),
    LegRow(LegState.RINGING, Trigger.CANCEL, LegState.CANCELED),
    LegRow(LegState.ANSWERED, Trigger.PRESS, LegState.ANSWERED),
    LegRow(LegState.ANSWERED, Trigger.HANG_UP, LegState.COMPLETED),
    LegRow(LegState.ANSWERED, Trigger.RELEASE, LegState.COMPLETED),
)

UNANSWERED = (LegState.NO_ANSWER, LegState.BUSY, LegState.REJECTED, LegState.UNREACHABLE, LegState.CANCELED)

CALL_ROWS = (
    CallRow(CallState.QUEUED, Side.FROM, LegState.RINGING, CallState.RINGING_FROM),
    CallRow(CallState.QUEUED, Side.FROM, LegState.NOT_DIALLED, CallState.ENDED, Outcome.FROM_NOT_DIALLED),
    CallRow(CallState.RINGING_FROM, Side.FROM, LegState.ANSWERED, CallState.RINGING_TO),
    *(
        CallRow(CallState.RINGING_FROM, Side.FROM, result, CallState.ENDED, Outcome.FROM_UNANSWERED)
        for result in UNANSWERED
    ),
    CallRow(CallState.RINGING_TO, Side.FROM, LegState.ANSWERED, CallState.RINGING_TO),
    CallRow(CallState.RINGING_TO, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.FROM_CANCELLED),
    CallRow(CallState.RINGING_TO, Side.TO, LegState.RINGING, CallState.RINGING_TO),
    CallRow(CallState.RINGING_TO, Side.TO, LegState.ANSWERED, CallState.TALKING),
    CallRow(CallState.RINGING_TO, Side.TO, LegState.NOT_DIALLED, CallState.ENDED, Outcome.TO_NOT_DIALLED),
    *(CallRow(CallState.RINGING_TO, Side.TO, result, CallState.ENDED, Outcome.TO_UNANSWERED) for result in UNANSWERED),
    CallRow(CallState.TALKING, Side.FROM, LegState.ANSWERED, CallState.TALKING),
    CallRow(CallState.TALKING, Side.TO, LegState.ANSWERED, CallState.TALKING),
    CallRow(CallState.TALKING, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.COMPLETED),
    CallRow(CallState.TALKING, Side.TO, LegState.COMPLETED, CallState.ENDED, Outcome.COMPLETED),
)

# Of a call that runs a flow instead of dialling a second party.
FLOW_ROWS = (
    CallRow(CallState.RINGING_FROM, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.COMPLETED),
)

# Of a call that comes in and is routed to agents.
ROUTE_ROWS = (
    CallRow(CallState.QUEUED, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.FROM_CANCELLED),
    CallRow(CallState.WAITING, Side.FROM, LegState.ANSWERED, CallState.WAITING),
    CallRow(CallState.WAITING, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.FROM_CANCELLED),
    CallRow(CallState.WAITING, Side.TO, LegState.RINGING, CallState.RINGING_TO),
    *(CallRow(CallState.RINGING_TO, Side.TO, result, CallState.RINGING_TO) for result in UNANSWERED),
    CallRow(CallState.VOICEMAIL, Side.FROM, LegState.ANSWERED, CallState.VOICEMAIL),
    CallRow(CallState.VOICEMAIL, Side.FROM, LegState.COMPLETED, CallState.ENDED, Outcome.VOICEMAIL),
)

# Of a call that goes through the applets of a flow, from either end.
APPLET_ROWS = (
    CallRow(CallState.QUEUED, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.RINGING_FROM, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.ANSWERED, CallState.IN_FLOW),
    CallRow(CallState.IN_FLOW, Side.FROM, LegState.COMPLETED, CallState.ENDED),
    CallRow(CallState.WAITING, Side.FROM, LegState.ANSWERED, CallState.WAITING),
    CallRow(CallState.WAITING, Side.FROM, LegState.COMPLETED, CallState.ENDED),
    CallRow(CallState.WAITING, Side.TO, LegState.RINGING, CallState.RINGING_TO),
    CallRow(CallState.RINGING_TO, Side.FROM, LegState.COMPLETED, CallState.ENDED),
    *(CallRow(CallState.RINGING_TO, Side.TO, result, CallState.RINGING_TO) for result in UNANSWERED),
    CallRow(CallState.TALKING, Side.TO, LegState.COMPLETED, CallState.IN_FLOW),
    CallRow(CallState.VOICEMAIL, Side.FROM, LegState.ANSWERED, CallState.VOICEMAIL),
    CallRow(CallState.VOICEMAIL, Side.FROM, LegState.COMPLETED, CallState.ENDED),
)

# Of somebody who is dialled in place of one of two that talk.
TRANSFER_ROWS = tuple(
    row
    for side in Side
    for row in (
        CallRow(CallState.TALKING, side, LegState.RINGING, CallState.TRANSFERRING),
        CallRow(CallState.TRANSFERRING, side, LegState.ANSWERED, CallState.TALKING),
        CallRow(CallState.TRANSFERRING, side, LegState.COMPLETED, CallState.ENDED, Outcome.COMPLETED),
        *(CallRow(CallState.TRANSFERRING, side, result, CallState.ENDED, Outcome.COMPLETED) for result in UNANSWERED),
    )
)

CLOCK_ROWS = (
    ClockRow(CallState.TRANSFERRING, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.RINGING_TO, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.TO_UNANSWERED),
    ClockRow(CallState.TALKING, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.IN_FLOW, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.IN_FLOW, Trigger.BOT_LEFT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.ENDED, Trigger.PROCESS, CallState.PROCESSED),
    ClockRow(CallState.PROCESSED, Trigger.SETTLE, CallState.SETTLED),
)

_UNREACHED = (CallState.IN_FLOW, CallState.WAITING, CallState.RINGING_TO)

# Of a call that comes in and is routed; where somebody is alone with a flow it differs from one that only runs a flow.
ROUTE_CLOCK_ROWS = (
    ClockRow(CallState.IN_FLOW, Trigger.ENQUEUE, CallState.WAITING),
    ClockRow(CallState.WAITING, Trigger.NOBODY, CallState.ENDED, Outcome.TO_NOT_DIALLED),
    ClockRow(CallState.RINGING_TO, Trigger.NOBODY, CallState.ENDED, Outcome.TO_UNANSWERED),
    *(ClockRow(state, Trigger.BEEP, CallState.VOICEMAIL) for state in _UNREACHED),
    *(ClockRow(state, Trigger.CALL_BACK, CallState.ENDED, Outcome.CALLBACK_REQUESTED) for state in _UNREACHED),
    ClockRow(CallState.IN_FLOW, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.TO_NOT_DIALLED),
    ClockRow(CallState.WAITING, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.TO_NOT_DIALLED),
    ClockRow(CallState.VOICEMAIL, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.VOICEMAIL),
)

# Of a call that goes through applets; whoever is still dialled or talked to when it proceeds is let go.
APPLET_CLOCK_ROWS = (
    *(
        ClockRow(CallState.IN_FLOW, trigger, CallState.IN_FLOW)
        for trigger in (Trigger.PROCEED, Trigger.TOLD, Trigger.UNHEARD, Trigger.BOT_LEFT)
    ),
    ClockRow(CallState.IN_FLOW, Trigger.CONNECT, CallState.WAITING),
    *(
        ClockRow(state, Trigger.PROCEED, CallState.IN_FLOW)
        for state in (CallState.WAITING, CallState.RINGING_TO, CallState.TALKING)
    ),
    ClockRow(CallState.IN_FLOW, Trigger.BEEP, CallState.VOICEMAIL),
    ClockRow(CallState.IN_FLOW, Trigger.FINISH, CallState.ENDED),
    *(ClockRow(state, Trigger.CALL_BACK, CallState.ENDED) for state in _UNREACHED),
    *(ClockRow(state, Trigger.TIME_LIMIT, CallState.ENDED) for state in (*_UNREACHED, CallState.VOICEMAIL)),
)

TERMINAL = CallState.SETTLED

LEG_TABLE = {(row.source, row.trigger): row.target for row in LEG_ROWS}
_TOGETHER = (CallState.RINGING_TO, CallState.TALKING, CallState.TRANSFERRING)


def _by_leg(rows: Iterable[CallRow]) -> dict[tuple[CallState, Side, LegState], CallRow]:
    return {(row.source, row.side, row.leg): row for row in rows}


CALL_TABLE = _by_leg((*CALL_ROWS, *TRANSFER_ROWS))
FLOW_TABLE = CALL_TABLE | _by_leg(FLOW_ROWS)
# Nobody dials who calls in; from the ringing of an agent on, a routed call goes on like any other.
ROUTE_TABLE = _by_leg(row for row in CALL_TABLE.values() if row.source in _TOGETHER) | _by_leg(ROUTE_ROWS)
APPLET_TABLE = CALL_TABLE | _by_leg(APPLET_ROWS)
CLOCK_TABLE = {(row.source, row.trigger): row for row in CLOCK_ROWS}
ROUTE_CLOCK_TABLE = CLOCK_TABLE | {(row.source, row.trigger): row for row in ROUTE_CLOCK_ROWS}
APPLET_CLOCK_TABLE = CLOCK_TABLE | {(row.source, row.trigger): row for row in APPLET_CLOCK_ROWS}
OF_THE_CALL = frozenset(row.trigger for row in (*CLOCK_ROWS, *ROUTE_CLOCK_ROWS, *APPLET_CLOCK_ROWS))

# What becomes of the other legs when the call ends.
RELEASED_BY = {LegState.RINGING: Trigger.CANCEL, LegState.ANSWERED: Trigger.RELEASE}
