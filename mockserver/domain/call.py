"""A call, its legs and what was asked for: frozen values in one vocabulary, whoever the provider is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from mockserver.domain.order import Direction, Order, Pace, Party
from mockserver.domain.story import Side, Story

MILLS_A_MINUTE = 750


class CallState(StrEnum):
    """Where a call is. The first five are alive; the last three are over, with facts still coming in."""

    QUEUED = "queued"
    RINGING_FROM = "ringing-from"
    RINGING_TO = "ringing-to"
    TALKING = "talking"
    IN_FLOW = "in-flow"
    ENDED = "ended"
    PROCESSED = "processed"
    SETTLED = "settled"


class LegState(StrEnum):
    IDLE = "idle"
    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELED = "canceled"
    NOT_DIALLED = "not-dialled"


class Outcome(StrEnum):
    """How a call went, known when it has ended."""

    COMPLETED = "completed"
    FROM_UNANSWERED = "from-unanswered"
    TO_UNANSWERED = "to-unanswered"
    FROM_CANCELLED = "from-cancelled"
    FROM_NOT_DIALLED = "from-not-dialled"
    TO_NOT_DIALLED = "to-not-dialled"


@dataclass(frozen=True, slots=True)
class Leg:
    """One attempt to reach one party. `number` counts from 1 in the order of dialling."""

    number: int
    side: Side
    party: Party
    sid: str
    state: LegState
    dialled_at: datetime
    updated_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    digits: str = ""
    is_machine: bool = False
    ended_itself: bool = False

    @property
    def seconds_on_call(self) -> float:
        """From its answer to its end; 0.0 until both are known."""
        return _seconds(self.answered_at, self.ended_at)


@dataclass(frozen=True, slots=True)
class Mark:
    """A named moment of a call."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is at one moment."""

    sid: str
    account_sid: str
    order: Order
    story: Story
    pace: Pace
    state: CallState
    created_at: datetime
    updated_at: datetime
    legs: tuple[Leg, ...] = ()
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    processed_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def start_at(self) -> datetime:
        """When the first dial is due, or was done; the end of a call that was withdrawn before."""
        due = self.created_at + timedelta(seconds=self.pace.dial_after)
        return due if self.ended_at is None else min(due, self.ended_at)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_processed(self) -> bool:
        return self.processed_at is not None

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None

    def leg(self, side: Side) -> Leg | None:
        """The latest leg on a side."""
        return next((leg for leg in reversed(self.legs) if leg.side is side), None)

    @property
    def talk_started_at(self) -> datetime | None:
        """When the second party answered, or the flow took the call."""
        leg = self.leg(Side.FROM if self.order.runs_flow else Side.TO)
        return leg.answered_at if leg else None

    @property
    def talk_seconds(self) -> float:
        """How long both were connected; 0.0 without a conversation or before its end."""
        return _seconds(self.talk_started_at, self.ended_at)

    @property
    def result(self) -> LegState | None:
        """How the leg that decided the outcome ended; None while the call is alive."""
        if self.outcome is None:
            return None
        if self.order.direction is Direction.INBOUND and self.legs:
            # Who called in was answered by the platform, whoever else was reached.
            return LegState.COMPLETED
        if self.outcome in {Outcome.FROM_NOT_DIALLED, Outcome.TO_NOT_DIALLED}:
            return LegState.NOT_DIALLED
        if self.outcome is Outcome.COMPLETED:
            return LegState.COMPLETED
        if self.outcome is Outcome.FROM_CANCELLED:
            return LegState.CANCELED
        leg = self.leg(Side.FROM if self.outcome is Outcome.FROM_UNANSWERED else Side.TO)
        # The time limit may have struck before the second leg was dialled.
        return leg.state if leg else LegState.CANCELED

    @property
    def duration_seconds(self) -> int:
        """Whole seconds on the clock from the start to the end, as who subtracts the two printed times; 0 before."""
        if self.ended_at is None:
            return 0
        return max(0, int(self.ended_at.timestamp()) - int(self.start_at.timestamp()))

    @property
    def price_mills(self) -> int:
        """What the call costs, in thousandths of the currency; 0 if nobody answered.

        Assumed from the portal's examples: 0.750 for each begun minute of each leg that was dialled out.
        """
        billed = (leg for leg in self.legs if leg.side is Side.TO or self.order.direction is not Direction.INBOUND)
        return sum(MILLS_A_MINUTE * ceil(leg.seconds_on_call / 60) for leg in billed)

    @property
    def is_recorded(self) -> bool:
        """A recording was asked for and there was something to record."""
        return self.order.recording is not None and self.talk_seconds > 0

    @property
    def digits(self) -> str:
        """DTMF digits of all legs, joined by `-` as in the provider's call reports."""
        return "-".join(leg.digits for leg in self.legs if leg.digits)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every moment that is known, in order."""
        moments: list[tuple[str, datetime | None]] = [("created", self.created_at)]
        for leg in self.legs:
            moments += [(f"leg-{leg.number}-dialled", leg.dialled_at), (f"leg-{leg.number}-answered", leg.answered_at)]
        # Ends come last, so that of one instant they are behind what went before them.
        moments += [(f"leg-{leg.number}-ended", leg.ended_at) for leg in self.legs]
        moments += [("ended", self.ended_at), ("processed", self.processed_at), ("settled", self.settled_at)]
        return tuple(sorted((Mark(name, at) for name, at in moments if at is not None), key=lambda mark: mark.at))


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return (end - start).total_seconds() if start is not None and end is not None else 0.0
