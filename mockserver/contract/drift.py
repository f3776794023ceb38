"""Where a recorded exchange is not of the shape that we serve, field by field; values are scrubbed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from mockserver.contract.recordings import Recorded
from mockserver.contract.shapes import fits, kinds_of
from mockserver.contract.times import Times, elements, is_time
from mockserver.drawing.documents import Documented, Schema, documented, operation_ids

_REQUEST, _RESPONSE = "request", "response"


class Drift(msgspec.Struct, frozen=True):
    """One difference: in which exchange of the file, at which place, and what is there instead."""

    exchange: int
    operation: str
    place: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a recording. `unmatched` are exchanges with no operation of ours, as `POST /v9/...`."""

    matched: int
    unmatched: Sequence[str]
    drifts: Sequence[Drift]


@dataclass(frozen=True, slots=True)
class _Ours:
    """What an exchange is held against."""

    known: Documented
    times: Times


# Place, kind and detail of a difference.
_Row = tuple[str, str, str]


def compare(exchanges: Iterable[Recorded], times: Times) -> Compared:
    """Hold exchanges against the operations that they are of. `times` are the formats that we print."""
    matched, unmatched, drifts = 0, [], []
    for one in exchanges:
        operation = _operation_of(one.method, one.path)
        if operation is None:
            unmatched.append(f"{one.method} {scrubbed_path(one.path)}")
        else:
            matched += 1
            drifts += list(dict.fromkeys(_drifts(one, documented(operation), times)))
    return Compared(matched, unmatched, drifts)


def scrubbed_path(path: str) -> str:
    """Segments that name somebody or something become `*`; so does what has a digit but is no version."""
    words = ("" if not part else part if _WORD.fullmatch(part) else "*" for part in path.split("/"))
    return "/".join(words)


_WORD = re.compile(r"v\d(?:_beta)?|(?:[Aa]ccounts|[Cc]alls|legs|users|devices|password|connect|Numbers)(?:\.json)?")


def _operation_of(method: str, path: str) -> str | None:
    plain = path.replace(".json", "")
    return next((name for verb, pattern, name in _routes() if verb == method and pattern.search(plain)), None)


@cache
def _routes() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Method, path and id of each operation; the longest paths first, then those with the fewest names."""
    rows = [(documented(name), name) for name in operation_ids()]
    rows.sort(key=lambda row: (-(row[0].prefix + row[0].operation.path).count("/"), row[0].operation.path.count("{")))
    return tuple(
        (
            one.operation.method,
            re.compile(one.prefix + re.sub(r"{\w+}", "[^/]+", one.operation.path) + "/?$"),
            name,
        )
        for one, name in rows
    )


def _drifts(one: Recorded, known: Documented, times: Times) -> Iterator[Drift]:
    operation_id, ours = known.operation.id, _Ours(known, times)
    if known.request is not None and isinstance(one.asked, dict):
        for place, kind, detail in _unlike(ours, known.request, one.asked, _REQUEST):
            yield Drift(one.number, operation_id, place, kind, detail)
    schema = _schema_of(one.status, known)
    if schema is None:
        yield Drift(one.number, operation_id, _RESPONSE, "unknown status", str(one.status))
    elif isinstance(one.answered, str) and one.answered.lstrip().startswith("<"):
        yield from (Drift(one.number, operation_id, *row) for row in _unlike_xml(one.answered, times.xml(operation_id)))
    elif one.answered is not None:
        for place, kind, detail in _unlike(ours, schema, one.answered, _RESPONSE):
            yield Drift(one.number, operation_id, place, kind, detail)
        yield from _unknown_error(one, known)


def _schema_of(status: int, known: Documented) -> Schema | None:
    if status == known.operation.status:
        return known.response
    return known.error(status) if any(row.status == status for row in known.operation.errors) else None


def _unknown_error(one: Recorded, known: Documented) -> Iterator[Drift]:
    inner = one.answered.get("response") if isinstance(one.answered, dict) else None
    error = inner.get("error_data") if isinstance(inner, dict) else None
    if isinstance(error, dict) and (one.status, error.get("code")) not in {
        (row.status, row.code) for row in known.operation.errors
    }:
        found = f"{one.status} with {error.get('code')}"
        yield Drift(one.number, known.operation.id, "response.response.error_data.code", "unknown error", found)


def _unlike(ours: _Ours, schema: Schema, value: Any, place: str) -> Iterator[_Row]:  # noqa: ANN401
    schema = ours.known.resolved(schema)
    if "enum" in schema:
        if value not in schema["enum"]:
            yield place, "unknown value", scrubbed_word(value)
        return
    kinds, is_nullable = kinds_of(schema)
    kinds = [ours.known.resolved(one) for one in kinds]
    if value is None:
        if not is_nullable and not any(one.get("type") == "null" for one in kinds):
            yield place, "null", "it is never null here"
        return
    fitting = next((one for one in kinds if fits(one, value)), None)
    if fitting is None and not (len(kinds) == 1 and isinstance(value, dict) and kinds[0].get("type") == "object"):
        wanted = " or ".join(str(one.get("type")) for one in kinds)
        yield place, "other type", f"{_type_name(value)}, not {wanted}"
        return
    yield from _unlike_inside(ours, fitting or kinds[0], value, place)


def _unlike_inside(ours: _Ours, schema: Schema, value: Any, place: str) -> Iterator[_Row]:  # noqa: ANN401
    if isinstance(value, dict):
        named = schema.get("properties")
        if named is None:
            return
        yield from ((f"{place}.{name}", "missing key", "") for name in schema.get("required", ()) if name not in value)
        yield from ((f"{place}.{name}", "extra key", _type_name(value[name])) for name in value if name not in named)
        for name in (name for name in named if name in value):
            yield from _unlike(ours, named[name], value[name], f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _unlike(ours, schema["items"], inner, f"{place}[]")
    elif isinstance(value, str):
        wanted, theirs = ours.times.formats(ours.known.operation.id, place), is_time(value)
        if wanted and value and theirs not in wanted:
            yield place, "other format", f"{theirs or scrubbed(value)}, not {' or '.join(sorted(wanted))}"


def _unlike_xml(text: str, ours: Sequence[frozenset[str]]) -> Iterator[_Row]:
    """By the names of elements alone: XML has no types."""
    try:
        found = frozenset(elements(ET.fromstring(text)))  # noqa: S314  the user's own recording
    except ET.ParseError as error:
        yield _RESPONSE, "no XML", str(error)
        return
    every, always = frozenset[str]().union(*ours), frozenset[str]().union(*ours[:1]).intersection(*ours)
    yield from ((f"{_RESPONSE}.{place}", "extra key", "element") for place in sorted(found - every))
    yield from ((f"{_RESPONSE}.{place}", "missing key", "") for place in sorted(always - found))


def scrubbed(value: str) -> str:
    """A text of which only the form is left: digits are 0, letters x."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "0", value[:40]))


def scrubbed_word(value: Any) -> str:  # noqa: ANN401  any JSON value
    """A word of an enumeration may be shown, anything else only in its form."""
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode() if value is None or isinstance(value, bool) else _type_name(value)
    return repr(value) if re.fullmatch(r"[A-Za-z][A-Za-z _-]{0,30}", value) else repr(scrubbed(value))


def _type_name(value: Any) -> str:  # noqa: ANN401  any JSON value
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
