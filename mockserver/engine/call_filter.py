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
    """One row; `field` is a name of FIELDS. With IN the value is a frozenset."""

    field: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Keyset:
    """A place in the order of calls."""

    created_at: datetime
    sid: str


CallFilter = tuple[Condition, ...]


def _to_key(call: Call) -> str | None:
    return call.order.to_party.contact.key if call.order.to_party else None


FIELDS: dict[str, Callable[[Call], Any]] = {
    "sid": lambda call: call.sid,
    "state": lambda call: call.state,
    "outcome": lambda call: call.outcome,
    "direction": lambda call: call.order.direction,
    "from": lambda call: call.order.from_party.contact.key,
    "to": _to_key,
    "exophone": lambda call: call.order.exophone.key,
    "created_at": lambda call: call.created_at,
    "is_over": lambda call: call.is_over,
}

_OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq,
    Operator.IN: lambda held, wanted: held in wanted,
    Operator.GTE: lambda held, wanted: held is not None and held >= wanted,
    Operator.LTE: lambda held, wanted: held is not None and held <= wanted,
}


def matches(call: Call, wanted: CallFilter) -> bool:
    """The meaning of a filter, which stores may reach faster but never differently."""
    return all(_OPERATORS[row.operator](FIELDS[row.field](call), row.value) for row in wanted)
