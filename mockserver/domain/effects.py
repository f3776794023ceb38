"""What goes into a step of the machine, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mockserver.domain.call import Call
from mockserver.domain.order import Party, Subscription
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side


@dataclass(frozen=True, slots=True)
class Input:
    """Something that happens to a call; with a `side`, to a leg on that side, and with its number, to that leg.

    A side without a number is the first leg there to which the thing can happen. What happens to the call as a whole
    may have a side, too: whose doing it is. `party` is who is dialled in a transfer.
    """

    trigger: Trigger
    side: Side | None = None
    digits: str = ""
    leg: int | None = None
    party: Party | None = None

    def __str__(self) -> str:
        return f"{self.trigger} ({self.side})" if self.side else str(self.trigger)


# Named tuples from here on: each step makes a handful of them, and they are made twice as fast.


class StartTimer(NamedTuple):
    """`input` is due at `due`, unless cancelled."""

    due: datetime
    input: Input


class CancelTimers(NamedTuple):
    """Cancel the call's timers for one leg, for one side, or all of them."""

    side: Side | None = None
    leg: int | None = None

    def covers(self, event: Input) -> bool:
        return self.side in {None, event.side} and self.leg in {None, event.leg}


class Notify(NamedTuple):
    """Tell one subscriber, with the call as it is at this step."""

    subscription: Subscription
    leg_number: int | None = None


Effect = StartTimer | CancelTimers | Notify


class Step(NamedTuple):
    call: Call
    effects: tuple[Effect, ...]
