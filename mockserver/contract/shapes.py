"""The shapes that a schema allows, as points: each value of an enumeration, each choice between null and a value.

| point | it occurs when |
|---|---|
| `status = "busy"` | a value of an enumeration, or a boolean |
| `custom_field: null`, `custom_field: value` | either of the two is there |
| `details: absent`, `details: present` | a name that need not be there |
| `recordings: empty`, `recordings: items` | a list |
| `attempt_time_out: integer`, `attempt_time_out: string` | one of several types |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.drawing.documents import Documented, Schema

_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def points(documented: Documented, schema: Schema) -> set[str]:
    """All points of a schema."""
    return set(_points(documented, schema, ""))


def occurring(documented: Documented, schema: Schema, value: Any) -> set[str]:  # noqa: ANN401  any JSON value
    """Those of them that a value is an example of."""
    return set(_occurring(documented, schema, value, ""))


def _points(documented: Documented, schema: Schema, place: str) -> Iterator[str]:
    schema = documented.resolved(schema)
    if "enum" in schema:
        yield from (_equal(place, one) for one in schema["enum"])
        return
    kinds, is_nullable = kinds_of(schema)
    if is_nullable:
        yield from (f"{place}: null", f"{place}: value")
    for kind in kinds:
        yield from _points_of_kind(documented, documented.resolved(kind), place)


def _points_of_kind(documented: Documented, schema: Schema, place: str) -> Iterator[str]:
    kind = schema.get("type")
    if isinstance(kind, list):
        yield from (f"{place}: {one}" for one in kind)
    elif kind == "boolean":
        yield from (_equal(place, one) for one in (True, False))
    elif kind == "array":
        yield from (f"{place}: empty", f"{place}: items")
        yield from _points(documented, schema["items"], f"{place}[]")
    elif kind == "object":
        for name, inner in schema.get("properties", {}).items():
            path = f"{place}.{name}" if place else name
            if name not in schema.get("required", ()):
                yield from (f"{path}: absent", f"{path}: present")
            yield from _points(documented, inner, path)


def _occurring(documented: Documented, schema: Schema, value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    schema = documented.resolved(schema)
    if "enum" in schema:
        yield _equal(place, value)
        return
    kinds, is_nullable = kinds_of(schema)
    if is_nullable:
        yield f"{place}: null" if value is None else f"{place}: value"
    if value is None:
        return
    for kind in (documented.resolved(one) for one in kinds):
        if fits(kind, value):
            yield from _occurring_of_kind(documented, kind, value, place)
            return


def _occurring_of_kind(documented: Documented, schema: Schema, value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    if isinstance(schema.get("type"), list):
        yield f"{place}: {_JSON_TYPES[type(value)]}"
    elif isinstance(value, bool):
        yield _equal(place, value)
    elif isinstance(value, list):
        yield f"{place}: items" if value else f"{place}: empty"
        for inner in value:
            yield from _occurring(documented, schema["items"], inner, f"{place}[]")
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            path = f"{place}.{name}" if place else name
            if name not in schema.get("required", ()):
                yield f"{path}: present" if name in value else f"{path}: absent"
            if name in value:
                yield from _occurring(documented, inner, value[name], path)


def fits(schema: Schema, value: Any) -> bool:  # noqa: ANN401  any JSON value
    """Whether a value is of the type of a schema, and of its struct, as far as names tell."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    own = _JSON_TYPES.get(type(value), "null")
    if own == "object" and "properties" in schema:
        return set(schema.get("required", ())) <= set(value)
    return kind is None or own in kinds or (own == "integer" and "number" in kinds)


def kinds_of(schema: Schema) -> tuple[list[Schema], bool]:
    """The kinds of value that a schema allows, and whether null is one more."""
    if "anyOf" not in schema:
        return [schema], False
    kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
    return kinds, len(kinds) < len(schema["anyOf"])


def _equal(place: str, value: Any) -> str:  # noqa: ANN401  any JSON value
    return f"{place} = {msgspec.json.encode(value).decode()}"
