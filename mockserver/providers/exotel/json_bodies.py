"""JSON bodies of v2 and v3, and the values in them that both understand alike."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from mockserver.providers.callback_request import JSON
from mockserver.providers.exotel.envelope_errors import InvalidField, Unparsable, unsupported_content_type
from mockserver.providers.exotel.urls import is_sound_url

# The longest that v1 documents for the same setting; v2 and v3 name it only as the default.
LONGEST_CALL = 14_400
USUAL_RING = 30
MOST_SUBSCRIPTIONS = 20

_CUT_OFF = "Input data was truncated"
_T = TypeVar("_T")


def json_body(content_type: str | None, body: bytes, decoder: msgspec.json.Decoder[_T], *, refuses_unknown: bool) -> _T:
    """A body as its struct. Raises VendorError (another content type), Unparsable, InvalidField (unknown names)."""
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        raise unsupported_content_type(content_type or "")
    try:
        decoded = decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise Unparsable("unexpected EOF" if _is_cut_off(body) else str(error)) from error
    except UnicodeDecodeError as error:
        raise Unparsable("the body is not UTF-8") from error
    except RecursionError as error:
        raise Unparsable("exceeded max depth") from error
    if refuses_unknown:
        # Imported here: few worlds are strict.
        from mockserver.providers.exotel.unknown_names import refuse_unknown  # noqa: PLC0415

        refuse_unknown(msgspec.json.decode(body), decoder.type)
    return decoded


def choice(name: str, value: str | None, choices: dict[str | None, _T] | dict[str, _T]) -> _T:
    """What a word stands for. Raises InvalidField."""
    try:
        return choices[value]  # type: ignore[index]  # None is looked up where it is a choice
    except KeyError:
        message = f"Valid values for {name} are {', '.join(choice for choice in choices if choice)}"
        raise InvalidField(message) from None


def seconds(name: str, given: int | None, usual: int) -> float:
    """Raises InvalidField."""
    value = usual if given is None else given
    if not 0 < value <= LONGEST_CALL:
        message = f"{name} must be between 1 and {LONGEST_CALL} seconds"
        raise InvalidField(message)
    return float(value)


def check_url(name: str, url: str, schemes: frozenset[str]) -> None:
    """Raises InvalidField."""
    if not is_sound_url(url.strip(), schemes):
        message = f"{name} is not a valid URL ({', '.join(sorted(schemes))})"
        raise InvalidField(message)


def check_subscriptions(count: int) -> None:
    """Raises InvalidField for more callbacks than anybody needs."""
    if count > MOST_SUBSCRIPTIONS:
        message = f"status_callback has at most {MOST_SUBSCRIPTIONS} entries"
        raise InvalidField(message)


def _is_cut_off(body: bytes) -> bool:
    """Whether JSON ends too early; the vendor looks at that before it looks at types."""
    try:
        msgspec.json.decode(body)
    except msgspec.MsgspecError as error:
        return str(error) == _CUT_OFF
    except (RecursionError, UnicodeDecodeError):
        return False
    return False
