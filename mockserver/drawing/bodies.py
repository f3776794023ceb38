"""JSON bodies drawn from the schema of the struct that will read them; tables say what the schema cannot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.drawing.choices import Choices
from mockserver.drawing.documents import Documented, Schema

Draw = Callable[[Choices], Any]
_MOST_ITEMS = 2
_MOST_NUMBER = 600


@dataclass(frozen=True)
class Meaning:
    """What a schema does not say of a body.

    `drawn` maps a dotted path (`to.contact_uri`, items of lists like their list) to what stands there; `needed` are
    paths without which the operation refuses.
    """

    drawn: Mapping[str, Draw] = field(default_factory=dict)
    needed: Collection[str] = ()
    is_lenient: bool = False


def body(choices: Choices, documented: Documented, meaning: Meaning) -> Any:  # noqa: ANN401  any JSON value
    """A body that the operation takes. The simplest holds what is needed and no more."""
    return _drawn(choices, documented, documented.request or {}, "", meaning)


def _drawn(choices: Choices, documented: Documented, schema: Schema, place: str, meaning: Meaning) -> Any:  # noqa: ANN401
    own = meaning.drawn.get(place)
    if own is not None:
        return own(choices)
    schema = documented.resolved(schema)
    if "enum" in schema:
        return choices.one_of(_default_first(schema))
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        is_null = len(kinds) < len(schema["anyOf"]) and place not in meaning.needed and choices.chance()
        return None if is_null else _drawn(choices, documented, choices.one_of(kinds), place, meaning)
    return _of_kind(choices, documented, schema, place, meaning)


def _of_kind(choices: Choices, documented: Documented, schema: Schema, place: str, meaning: Meaning) -> Any:  # noqa: ANN401
    kind = schema.get("type")
    if isinstance(kind, list):
        # Of a lenient operation: the value itself, or its text.
        value = _scalar(choices, kind[0])
        return value if not choices.chance() else str(value).lower()
    if kind == "object":
        return _object(choices, documented, schema, place, meaning)
    if kind == "array":
        return [
            _drawn(choices, documented, schema["items"], place, meaning) for _ in range(choices.whole(0, _MOST_ITEMS))
        ]
    return _scalar(choices, kind or "string")


def _object(choices: Choices, documented: Documented, schema: Schema, place: str, meaning: Meaning) -> dict[str, Any]:
    required = schema.get("required", ())
    found = {}
    for name, inner in schema["properties"].items():
        path = f"{place}.{name}" if place else name
        if name in required or path in meaning.needed or choices.chance():
            found[name] = _drawn(choices, documented, inner, path, meaning)
    return found


def _scalar(choices: Choices, kind: str) -> Any:  # noqa: ANN401  any JSON value
    if kind == "boolean":
        return choices.chance()
    return choices.whole(1, _MOST_NUMBER) if kind == "integer" else choices.text()


def _default_first(schema: Schema) -> list[Any]:
    default = schema.get("default", schema["enum"][0])
    return sorted(schema["enum"], key=lambda value: value != default)
