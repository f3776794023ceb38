"""A call, its legs and what was asked for: frozen values in one vocabulary, whoever the provider is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from mockserver.domain.applets import NOT_BEGUN, Applet, Progress, Voicemail
from mockserver.domain.causes import HangupCause
from mockserver.domain.order import Direction, Order, Pace, Party
from mockserver.domain.story import Side, Story

MILLS_A_MINUTE = 750


class CallState(StrEnum):
    """Where a call is. The last three are over, with facts still coming in; all others are alive.

    WAITING is a caller in the queue whom nobody is dialled for yet; TRANSFERRING, a party that waits while somebody is
    dialled in place of the other.
    """

    QUEUED = "queued"
    RINGING_FROM = "ringing-from"
    RINGING_TO = "ringing-to"
    TALKING = "talking"
    IN_FLOW = "in-flow"
    WAITING = "waiting"
    TRANSFERRING = "transferring"
    VOICEMAIL = "voicemail"
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
    VOICEMAIL = "voicemail"
    CALLBACK_REQUESTED = "callback-requested"


@dataclass(frozen=True, slots=True)
class Leg:
    """One attempt to reach one party. `number` counts from 1 in the order of dialling; `cause` is known at its end."""

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
    cause: HangupCause | None = None
    is_transfer: bool = False

    @property
    def is_living(self) -> bool:
        return self.ended_at is None

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
class Wrapup:
    """What people note about a call when it is over, or during it; ids are the directory's.

    `original` is the serial of the earlier call that this one derives from.
    """

    disposition_id: int | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    campaign_id: int | None = None
    original: int | None = None


NOTHING_NOTED = Wrapup()


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is at one moment. `serial` numbers the calls of a world from 1 on."""

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
    serial: int = 0
    queued_at: datetime | None = None
    wrapup: Wrapup = NOTHING_NOTED
    progress: Progress = NOT_BEGUN

    @property
    def applet(self) -> Applet | None:
        """The applet that the call is in."""
        return self.order.flow.applet(self.progress.applet) if self.order.flow else None

    @property
    def start_at(self) -> datetime:
        """When the first dial is due, or was done; the end of a call that was withdrawn before.

        A call that comes in starts when it does.
        """
        if self.order.comes_in:
            return self.created_at
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
        """The leg that counts on a side: the latest that was answered, else the latest."""
        latest = None
        for leg in reversed(self.legs):
            if leg.side is side:
                if leg.answered_at is not None:
                    return leg
                latest = latest or leg
        return latest

    def legs_on(self, side: Side) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if leg.side is side)

    @property
    def called_party(self) -> Party | None:
        """Who was to be reached; of a routed call, who was."""
        leg = None if self.order.route is None else self.leg(Side.TO)
        return leg.party if leg else self.order.to_party

    @property
    def talk_started_at(self) -> datetime | None:
        """When the second party first answered, or the flow took the call."""
        side = Side.FROM if self.order.runs_flow else Side.TO
        return next((leg.answered_at for leg in self.legs if leg.side is side and leg.answered_at), None)

    @property
    def talk_seconds(self) -> float:
        """How long both were connected: the sum of all talks that have ended."""
        return sum(_seconds(*talk) for talk in self.talks)

    @property
    def talks(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """When each talk began and ended (None: it goes on). One that is handed over is the same talk."""
        if not self.order.runs_applets or self.order.runs_flow:
            return ((self.talk_started_at, self.ended_at),) if self.talk_started_at else ()
        talks: list[tuple[datetime, datetime | None]] = []
        for leg in self.legs_on(Side.TO):
            if leg.is_transfer and talks:
                talks[-1] = (talks[-1][0], leg.ended_at)
            elif leg.answered_at is not None:
                talks.append((leg.answered_at, leg.ended_at))
        return tuple(talks)

    @property
    def held_keys(self) -> tuple[str, ...]:
        """Keys of the contacts and users that are busy with this call now; agents of a routed call while they ring."""
        if self.is_over:
            return ()
        if self.order.route is None and not any(leg.is_transfer for leg in self.legs):
            return self.order.holds
        gone = {key for leg in self.legs if not leg.is_living for key in leg.party.keys}
        held = (*self.order.holds, *(key for leg in self.legs if leg.is_living for key in leg.party.keys))
        return tuple(key for key in held if key not in gone)

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
        """A recording was asked for and there was something to record, or a message was left."""
        if self.outcome is Outcome.VOICEMAIL:
            return True
        return self.order.recording is not None and self.talk_seconds > 0

    @property
    def recorded_seconds(self) -> float:
        """How long there is something to hear: the talk, or the message that was left; 0.0 before the end."""
        if self.outcome is not Outcome.VOICEMAIL:
            return self.talk_seconds
        return _seconds(self._message_started_at, self.ended_at)

    @property
    def _message_started_at(self) -> datetime:
        """When it was clear that nobody would answer: the last one did not, or there was nobody to dial."""
        unanswered = [leg.ended_at for leg in self.legs_on(Side.TO) if leg.ended_at is not None]
        if isinstance(self.applet, Voicemail) and self.progress.since is not None:
            return self.progress.since + timedelta(seconds=self.applet.says.seconds)
        if unanswered:
            return max(unanswered)
        queue = self.order.route.queue if self.order.route is not None else 0.0
        return (self.queued_at or self.created_at) + timedelta(seconds=queue)

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
        moments.append(("queued", self.queued_at))
        # Ends come last, so that of one instant they are behind what went before them.
        moments += [(f"leg-{leg.number}-ended", leg.ended_at) for leg in self.legs]
        moments += [("ended", self.ended_at), ("processed", self.processed_at), ("settled", self.settled_at)]
        return tuple(sorted((Mark(name, at) for name, at in moments if at is not None), key=lambda mark: mark.at))


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return (end - start).total_seconds() if start is not None and end is not None else 0.0
