"""What calls somebody wants to read: rows of (field, operator, value), which every store interprets alike."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mockserver.domain.call import Call


class Operator(StrEnum):
    EQ = "eq"
    IN = "in"
    GTE = "gte"
    LTE = "lte"


@dataclass(frozen=True, slots=True)
class Condition:
    """One row; `field` is a name of FIELDS. With IN the value is a frozenset.

    GTE and LTE are for times and numbers, IN is for everything but times: raises ValueError otherwise.
    """

    field: str
    operator: Operator
    value: Any

    def __post_init__(self) -> None:
        is_order = self.operator in {Operator.GTE, Operator.LTE}
        if (is_order and self.field not in {*_MOMENTS, *_AMOUNTS}) or (
            self.operator is Operator.IN and self.field in _MOMENTS
        ):
            raise ValueError(f"{self.field} cannot be compared by {self.operator}")


_MOMENTS = frozenset({"created_at"})
_AMOUNTS = frozenset({"duration", "price"})

CallFilter = tuple[Condition, ...]


@dataclass(frozen=True, slots=True, order=True)
class Keyset:
    """A place in the order of calls."""

    created_at: datetime
    sid: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Up to `size` matching calls in order of (created_at, sid), or its reverse.

    With `after`, those that follow that place in the order asked for; with `before`, those directly in front of it.
    """

    wanted: CallFilter
    size: int
    newest_first: bool = True
    after: Keyset | None = None
    before: Keyset | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts all that match, on all pages."""

    calls: list[Call]
    total: int
    has_previous: bool
    has_next: bool


def place_of(call: Call) -> Keyset:
    return Keyset(call.created_at, call.sid)


def _to_key(call: Call) -> str | None:
    """Under what a call is found is what it shows: one into a flow its only number, one that is only a stream none, one
    that comes in the ExoPhone until an agent is dialled.
    """
    order = call.order
    if order.comes_in and call.called_party is None:
        return order.exophone.key
    party = order.from_party if order.is_into_flow and order.stream is None else call.called_party
    return party.contact.key if party else None


# What a condition on a field compares with. None never matches: duration and price are unknown until they settle, and
# a call that costs nothing has no price.
FIELDS: dict[str, Callable[[Call], Any]] = {
    "sid": lambda call: call.sid,
    "state": lambda call: call.state,
    "outcome": lambda call: call.outcome,
    "result": lambda call: call.result,
    "direction": lambda call: call.order.direction,
    "from": lambda call: call.order.from_party.contact.key,
    "to": _to_key,
    "exophone": lambda call: call.order.exophone.key,
    "created_at": lambda call: call.created_at,
    "duration": lambda call: call.duration_seconds if call.is_settled else None,
    "price": lambda call: (call.price_mills or None) if call.is_settled else None,
}

_OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq,
    Operator.IN: lambda held, wanted: held in wanted,
    Operator.GTE: operator.ge,
    Operator.LTE: operator.le,
}


def matches(call: Call, wanted: CallFilter) -> bool:
    """The meaning of a filter, which stores may reach faster but never differently."""
    return all(_holds(FIELDS[row.field](call), row) for row in wanted)


def _holds(held: object, row: Condition) -> bool:
    return held is not None and _OPERATORS[row.operator](held, row.value)
