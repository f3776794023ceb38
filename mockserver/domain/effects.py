"""What goes into a step of the machine, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mockserver.domain.applets import Answer
from mockserver.domain.call import Call
from mockserver.domain.media import Stream
from mockserver.domain.order import Party, Subscription
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side


@dataclass(frozen=True, slots=True)
class Input:
    """Something that happens to a call; with a `side`, to a leg on that side, and with its number, to that leg.

    A side without a number is the first leg there to which the thing can happen. What happens to the call as a whole
    may have a side, too: whose doing it is. `party` is who is dialled in a transfer. `answer` is what the application
    has answered to the flow's question number `ask`; None if that was nothing that can be used.
    """

    trigger: Trigger
    side: Side | None = None
    digits: str = ""
    leg: int | None = None
    party: Party | None = None
    ask: int = 0
    answer: Answer | None = None

    def __str__(self) -> str:
        return f"{self.trigger} ({self.side})" if self.side else str(self.trigger)


# Named tuples from here on: each step makes a handful of them, and they are made twice as fast.


class StartTimer(NamedTuple):
    """`input` is due at `due`, unless cancelled."""

    due: datetime
    input: Input


class CancelTimers(NamedTuple):
    """Cancel the call's timers for one leg, for one side, for one thing to happen, or all of them."""

    side: Side | None = None
    leg: int | None = None
    trigger: Trigger | None = None

    def covers(self, event: Input) -> bool:
        is_what = self.trigger in {None, event.trigger}
        return is_what and self.side in {None, event.side} and self.leg in {None, event.leg}


class Notify(NamedTuple):
    """Tell one subscriber, with the call as it is at this step."""

    subscription: Subscription
    leg_number: int | None = None


class Ask(NamedTuple):
    """Ask the application, which has to answer; question number `number` of the call.

    Without a subscription it is for the platform itself: who of those that the applet dials is free.
    """

    number: int
    subscription: Subscription | None


class OpenStream(NamedTuple):
    """Open a stream for whoever is on a side; with `holds`, the call waits for its end."""

    stream: Stream
    side: Side
    holds: bool = False


class CloseStreams(NamedTuple):
    """Close the call's streams: it is over."""


Effect = StartTimer | CancelTimers | Notify | Ask | OpenStream | CloseStreams


class Step(NamedTuple):
    call: Call
    effects: tuple[Effect, ...]
