"""What of all that the emulator knows somebody has exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from mockserver.domain.call import Call, CallState, LegState
from mockserver.domain.order import CallEvent, Direction
from mockserver.domain.states import CALL_TABLE, CLOCK_TABLE, LEG_ROWS, ROUTE_CLOCK_TABLE, ROUTE_TABLE
from mockserver.domain.story import Side

_LOWEST_REFUSAL = 400


class Kind(StrEnum):
    """What is counted.

    Operations that were served, errors by operation with status and vendor code, outcomes by the direction of the call,
    results of legs by side, events of callbacks by dialect.
    """

    OPERATIONS = "operations"
    ERRORS = "errors"
    OUTCOMES = "outcomes"
    LEGS = "legs"
    EVENTS = "events"


Known = Mapping[Kind, tuple[str, ...]]


class Exercised:
    """How often which item of which kind came about. Items are names for people, unique within their kind."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Kind, str]] = Counter()

    def answered(self, operation: str | None, status: int, code: int | str | None) -> None:
        """A request has been answered; status 0 is none."""
        if operation is None or not status:
            return
        if status < _LOWEST_REFUSAL:
            self.counts[Kind.OPERATIONS, operation] += 1
        else:
            self.counts[Kind.ERRORS, error_name(operation, status, code)] += 1

    def moved(self, before: Call, after: Call) -> None:
        """A call has moved, and with it some of its legs."""
        if after.state is CallState.ENDED and before.state is not CallState.ENDED:
            self.counts[Kind.OUTCOMES, f"{after.order.direction} {after.outcome}"] += 1
        if after.legs is before.legs:
            return
        for place, leg in enumerate(after.legs):
            has_ended = place < len(before.legs) and not before.legs[place].is_living
            if not leg.is_living and not has_ended:
                self.counts[Kind.LEGS, f"{leg.side} {leg.state}"] += 1

    def told(self, dialect: str, event: CallEvent) -> None:
        """A callback has reached the wire."""
        self.counts[Kind.EVENTS, f"{dialect} {event}"] += 1

    def add(self, other: Exercised) -> None:
        self.counts.update(other.counts)

    def clear(self) -> int:
        """Forget all; how many items there were."""
        removed = len(self.counts)
        self.counts.clear()
        return removed


def error_name(operation: str, status: int, code: int | str | None) -> str:
    return f"{operation} {status}" if code is None else f"{operation} {status} {code}"


def known_items(
    errors: Mapping[str, Iterable[tuple[int, int | str | None]]], events: Mapping[str, Iterable[CallEvent]]
) -> Known:
    """All there is to exercise: what providers have (errors by operation, events by dialect), and what calls can do."""
    return {
        Kind.OPERATIONS: tuple(errors),
        # Some rows differ in nothing but their text.
        Kind.ERRORS: tuple(dict.fromkeys(error_name(one, *row) for one, rows in errors.items() for row in rows)),
        Kind.OUTCOMES: _outcomes(),
        Kind.LEGS: tuple(f"{side} {state}" for side in Side for state in _LEG_ENDS),
        Kind.EVENTS: tuple(f"{dialect} {event}" for dialect, known in events.items() for event in known),
    }


_LIVING = frozenset({LegState.RINGING, LegState.ANSWERED})
_LEG_ENDS = tuple(dict.fromkeys(row.target for row in LEG_ROWS if row.target not in _LIVING))


def _outcomes() -> tuple[str, ...]:
    """Of calls that are placed over an API, and of calls that come in: the two that an application can bring about."""
    reached = (
        *((Direction.OUTBOUND_API, row.outcome) for row in CALL_TABLE.values()),
        *((Direction.OUTBOUND_API, clocked.outcome) for clocked in CLOCK_TABLE.values()),
        *((Direction.INBOUND, row.outcome) for row in ROUTE_TABLE.values()),
        *((Direction.INBOUND, clocked.outcome) for clocked in ROUTE_CLOCK_TABLE.values()),
    )
    return tuple(dict.fromkeys(f"{direction} {outcome}" for direction, outcome in reached if outcome is not None))
