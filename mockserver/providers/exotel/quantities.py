"""Numbers that come as text."""

from __future__ import annotations

from mockserver.providers.exotel.rest_exceptions import bad_request


def whole_number(name: str, text: str, lowest: int, highest: int, what: str = "number") -> int:
    """The number, if it is a whole one between the two. Raises RestError."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(highest))
    if not is_number or not lowest <= int(text) <= highest:
        raise bad_request(f"{name}: {text!r} is not a {what} from {lowest} to {highest}")
    return int(text)
