"""Holds the JSON of an answer against a struct, and says all that is wrong with it in words for its developer."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from mockserver.providers.exotel.applets.replies import shown

_Shape = TypeVar("_Shape", bound=msgspec.Struct)


def understood(value: object, shape: type[_Shape], place: str = "") -> tuple[_Shape | None, list[str]]:
    """A JSON object as the struct, and what is wrong with it; without a struct if that is too much.

    `place` is where the object stands. Each field's description says what it has to be. Names that the struct does not
    have are told; they make the object unusable if the struct forbids them, and are overlooked else.
    """
    if not isinstance(value, dict):
        return None, [f"{place or 'the body'} is {shown(value)}; it has to be an object with {_listed(shape)}"]
    prefix = f"{place}." if place else ""
    fields, complaints, taken = _fields(shape), list[str](), dict[str, Any]()
    is_sound = True
    for name, field in fields.items():
        if value.get(name) is None:
            if field.is_required:
                is_sound = False
                complaints.append(f"{prefix}{name} is missing; it has to be {field.wanted}")
            continue
        taken[name], found, is_usable = _taken(value[name], field, prefix + name)
        complaints += found
        is_sound = is_sound and is_usable
    strangers = [name for name in value if name not in fields]
    forbids = shape.__struct_config__.forbid_unknown_fields
    complaints += [_stranger(name, fields, prefix, forbids=forbids) for name in strangers]
    if not is_sound or (strangers and forbids):
        return None, complaints
    return shape(**taken), complaints


class _Field(msgspec.Struct, frozen=True):
    """What a field holds: `part` for an object of its own."""

    type: Any
    wanted: str
    is_required: bool
    part: Any = None


def _taken(value: object, field: _Field, place: str) -> tuple[Any, list[str], bool]:
    if field.part is not None:
        part, complaints = understood(value, field.part, place)
        return part, complaints, part is not None
    try:
        return msgspec.convert(value, field.type), [], True
    except msgspec.ValidationError:
        return None, [f"{place} is {shown(value)}; it has to be {field.wanted}"], False


def _stranger(name: str, fields: dict[str, _Field], prefix: str, *, forbids: bool) -> str:
    near = get_close_matches(name, fields, n=1)
    mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(fields)}"
    fate = "which is not allowed here" if forbids else "so it was overlooked"
    return f"{prefix}{name[:100]} is unknown, {fate}; {mend}"


def _listed(shape: type[msgspec.Struct]) -> str:
    return ", ".join(_fields(shape))


@cache
def _fields(shape: type[msgspec.Struct]) -> dict[str, _Field]:
    hints = get_type_hints(shape, include_extras=True)
    return {one.encode_name: _field(hints[one.name], one) for one in msgspec.structs.fields(shape)}


def _field(hint: Any, one: msgspec.structs.FieldInfo) -> _Field:  # noqa: ANN401  any annotation
    inner, *metas = get_args(hint)
    wanted = next(meta.description or "" for meta in metas if isinstance(meta, msgspec.Meta))
    structs = [one for one in (inner, *get_args(inner)) if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    return _Field(hint, wanted, one.required, structs[0] if structs else None)
