"""Calls that nothing will happen to any more, packed to a third of their size."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from io import BytesIO
from operator import attrgetter
from typing import Any

from mockserver.domain import call, contact, directory, order, story
from mockserver.domain.call import Call

_PACKED_CLASSES: tuple[type, ...] = (
    call.Call,
    call.Leg,
    order.Order,
    order.Pace,
    order.Party,
    order.Recording,
    contact.Contact,
    directory.Flow,
    story.PartyStory,
    story.Story,
)
_ENUMS: tuple[type[Enum], ...] = (
    call.CallState,
    order.Direction,
    call.LegState,
    call.Outcome,
    story.Reaction,
    story.Side,
)
_MEMBERS = tuple(member for enum in _ENUMS for member in enum)

_READ_AGAIN = 4_096


def _member(number: int) -> Enum:
    return _MEMBERS[number]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_Made = tuple[Callable[..., Any], tuple[Any, ...]]
_MAKERS: tuple[Callable[..., Any], ...] = (_member, _moment, *_PACKED_CLASSES)

# Two bytes instead of a module and a name for each of these. The codes are from the range for private use, and packed
# calls never leave the process.
_FIRST_CODE = 0xF0
for _code, _maker in enumerate(_MAKERS, _FIRST_CODE):
    copyreg.add_extension(_maker.__module__, _maker.__name__, _code)


def _made_of_fields(kind: type) -> Callable[[Any], _Made]:
    names = [field.name for field in fields(kind)]
    values = attrgetter(*names)
    if len(names) == 1:
        return lambda value: (kind, (values(value),))
    return lambda value: (kind, values(value))


def _made_of_numbers(enum: type[Enum]) -> Callable[[Any], _Made]:
    # A table for each: members of two enums may be equal, as texts.
    return {member: (_member, (number,)) for number, member in enumerate(_MEMBERS) if type(member) is enum}.__getitem__


def _made_of_seconds(at: datetime) -> Any:  # noqa: ANN401  whatever pickle takes
    if at.tzinfo is UTC:
        return _moment, (at.timestamp(),)
    return at.__reduce_ex__(pickle.HIGHEST_PROTOCOL)


class _Packer(pickle.Pickler):
    """Makes values of what they are made of; what `pickle` does by itself takes more than twice as long."""

    dispatch_table = {  # noqa: RUF012  pickle reads it from the class
        **{kind: _made_of_fields(kind) for kind in _PACKED_CLASSES},
        **{enum: _made_of_numbers(enum) for enum in _ENUMS},
        datetime: _made_of_seconds,
    }


def packed(settled: Call) -> bytes:
    data = BytesIO()
    _Packer(data, pickle.HIGHEST_PROTOCOL).dump(settled)
    return data.getvalue()


@lru_cache(maxsize=_READ_AGAIN)
def unpacked(data: bytes) -> Call:
    """The call; those that were read lately are still at hand."""
    settled: Call = pickle.loads(data)  # noqa: S301  made by `packed` in this process
    return settled
