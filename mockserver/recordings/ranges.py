"""Which part of a file a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(ValueError):
    """Nothing of the file lies in the range."""


def part_asked_for(header: str | None, size: int) -> range | None:
    """The offsets that a Range header names, of `size` bytes; None for all of them.

    All is also the answer to what is not understood and to several ranges, as the standard allows. Raises
    Unsatisfiable.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), size
        if found[2]:
            if int(found[2]) < start:
                return None
            stop = min(size, int(found[2]) + 1)
    if start >= stop:
        raise Unsatisfiable
    return range(start, stop)
