"""Calls that nothing will happen to any more, packed to a third of their size."""

from __future__ import annotations

import copyreg
import pickle
from functools import lru_cache

from mockserver.domain import call, contact, directory, story
from mockserver.domain.call import Call

# Two bytes instead of a module and a name for each of these. The codes are from the range for private use, and packed
# calls never leave the process.
_FIRST_CODE = 0xF0
_PACKED_CLASSES: tuple[type, ...] = (
    call.Call,
    call.CallState,
    call.Direction,
    call.Leg,
    call.LegState,
    call.Order,
    call.Outcome,
    call.Pace,
    call.Party,
    contact.Contact,
    directory.Flow,
    story.PartyStory,
    story.Reaction,
    story.Side,
    story.Story,
)
for _code, _class in enumerate(_PACKED_CLASSES, _FIRST_CODE):
    copyreg.add_extension(_class.__module__, _class.__name__, _code)

_READ_AGAIN = 4_096


def packed(settled: Call) -> bytes:
    return pickle.dumps(settled, pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=_READ_AGAIN)
def unpacked(data: bytes) -> Call:
    """The call; those that were read lately are still at hand."""
    settled: Call = pickle.loads(data)  # noqa: S301  made by `packed` in this process
    return settled
