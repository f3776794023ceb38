"""Names in a body that its struct does not have: a strict world does not overlook them."""

from __future__ import annotations

from typing import Any

from msgspec import inspect

from mockserver.providers.exotel.envelope_errors import InvalidField


def refuse_unknown(value: Any, struct: type) -> None:  # noqa: ANN401  any JSON value
    """Raises InvalidField for the first name, however deep, that no struct has in its place."""
    _refuse(value, inspect.type_info(struct), "")


def _refuse(value: Any, kind: inspect.Type, place: str) -> None:  # noqa: ANN401  any JSON value
    if isinstance(kind, inspect.Metadata):
        _refuse(value, kind.type, place)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            _refuse(value, one, place)
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        for inner in value:
            _refuse(inner, kind.item_type, place)
    elif isinstance(kind, inspect.StructType) and isinstance(value, dict):
        known = {field.encode_name: field.type for field in kind.fields}
        for name, inner in value.items():
            if name not in known:
                raise InvalidField(
                    f"{place}{name} is no parameter", hint=f"The parameters here are {', '.join(known)}."
                )
            _refuse(inner, known[name], f"{place}{name}.")
