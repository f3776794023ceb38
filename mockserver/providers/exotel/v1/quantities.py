"""Numbers that come as text."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.providers.exotel.v1.errors import bad_request

_SHORTEST, _LONGEST = 5, 60


def whole_number(name: str, text: str, lowest: int, highest: int, what: str = "number") -> int:
    """The number, if it is a whole one between the two. Raises V1Error."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(highest))
    if not is_number or not lowest <= int(text) <= highest:
        raise bad_request(f"{name}: {text!r} is not a {what} from {lowest} to {highest}")
    return int(text)


def url_minutes(parameters: Mapping[str, str]) -> int:
    """`RecordingUrlValidity`, how long a pre-signed recording URL is to hold; 0 if it was not asked for."""
    name = "RecordingUrlValidity"
    text = parameters.get(name, "").strip()
    return whole_number(name, text, _SHORTEST, _LONGEST, "number of minutes") if text else 0
