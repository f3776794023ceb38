"""Every transition there is, as data: one table for a leg, one for the call, one for what the clock does to a call.

The machine looks up rows here and nowhere else; the diagram in .github/ARCHITECTURE.md and the tables in the tests are
made from the same rows.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.story import Side


class Trigger(StrEnum):
    """What can happen. The first group happens to a leg, the second to the call as a whole."""

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

    TIME_LIMIT = "time-limit"
    PROCESS = "process"
    SETTLE = "settle"


class LegRow(NamedTuple):
    source: LegState
    trigger: Trigger
    target: LegState


class CallRow(NamedTuple):
    """A leg on `side` has come to `leg`: the call goes from `source` to `target`."""

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

CLOCK_ROWS = (
    ClockRow(CallState.RINGING_TO, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.TO_UNANSWERED),
    ClockRow(CallState.TALKING, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.IN_FLOW, Trigger.TIME_LIMIT, CallState.ENDED, Outcome.COMPLETED),
    ClockRow(CallState.ENDED, Trigger.PROCESS, CallState.PROCESSED),
    ClockRow(CallState.PROCESSED, Trigger.SETTLE, CallState.SETTLED),
)

TERMINAL = CallState.SETTLED

LEG_TABLE = {(row.source, row.trigger): row.target for row in LEG_ROWS}
CALL_TABLE = {(row.source, row.side, row.leg): row for row in CALL_ROWS}
FLOW_TABLE = CALL_TABLE | {(row.source, row.side, row.leg): row for row in FLOW_ROWS}
CLOCK_TABLE = {(row.source, row.trigger): row for row in CLOCK_ROWS}

# What becomes of the other legs when the call ends.
RELEASED_BY = {LegState.RINGING: Trigger.CANCEL, LegState.ANSWERED: Trigger.RELEASE}
