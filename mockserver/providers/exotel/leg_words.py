"""What v2 and v3 call the states of a leg."""

from __future__ import annotations

from mockserver.domain.call import LegState

LEG_STATUSES = {
    LegState.RINGING: "in-progress",
    LegState.ANSWERED: "in-progress",
    LegState.COMPLETED: "completed",
    LegState.NO_ANSWER: "no-answer",
    LegState.BUSY: "no-answer",
    LegState.REJECTED: "no-answer",
    LegState.UNREACHABLE: "failed",
    LegState.CANCELED: "no-answer",
}
# With the words that clients handle, too.
DETAILED_LEG_STATUSES = LEG_STATUSES | {
    LegState.BUSY: "busy",
    LegState.REJECTED: "busy",
    LegState.CANCELED: "canceled",
}
