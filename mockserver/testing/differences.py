"""Differences for people: of two lists of lines, and of two values that the control API shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

import msgspec

_MOST = 25
_LONGEST = 120
_NOTHING = "(nothing)"


def side_by_side(expected: Sequence[str], came: Sequence[str], heading: tuple[str, str] = ("expected", "came")) -> str:
    """Two columns, aligned where they agree; a mark where they do not."""
    pairs = [(heading[0], heading[1], " ")]
    for tag, i, j, k, m in SequenceMatcher(None, expected, came, autojunk=False).get_opcodes():
        mark = " " if tag == "equal" else "!"
        pairs += [(left, right, mark) for left, right in zip_longest(expected[i:j], came[k:m], fillvalue=_NOTHING)]
    width = max(len(left) for left, _, _ in pairs)
    return "\n".join(f"  {mark} {left:<{width}}   {right}".rstrip() for left, right, mark in pairs)


def differences(left: object, right: object, at: str = "") -> Iterator[str]:
    """Where two values differ, field by field: `.legs[0].state: 'busy' is not 'answered'`."""
    if type(left) is type(right) and isinstance(left, msgspec.Struct):
        for name in left.__struct_fields__:
            yield from differences(getattr(left, name), getattr(right, name), f"{at}.{name}")
    elif isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        if len(left) != len(right):
            yield f"{at or 'the list'}: {len(left)} is not {len(right)} items"
        for place, (one, other) in enumerate(zip(left, right, strict=False)):
            yield from differences(one, other, f"{at}[{place}]")
    elif left != right:
        yield f"{at or 'the value'}: {_shown(left)} is not {_shown(right)}"


def some_differences(left: object, right: object) -> list[str]:
    """The first of them, and how many more there are."""
    found = list(differences(left, right))
    more = [f"... and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return found[:_MOST] + more


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
