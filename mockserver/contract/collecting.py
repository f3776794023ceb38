"""The fixtures of one operation: draws under counted seeds, of which those stay that show something new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl

import msgspec
from msgspec.structs import replace

from mockserver.contract.impossible import reason
from mockserver.contract.manifest import Coverage, Entry
from mockserver.contract.shapes import occurring, points
from mockserver.drawing.causes import Cause
from mockserver.drawing.choices import Choices, Impossible, SeededChoices
from mockserver.drawing.documents import Documented, Schema, documented
from mockserver.drawing.refusals import causes_of, fault, refusal, row_of, says
from mockserver.drawing.requests import callback, exchange
from mockserver.drawing.wire import JSON, Callback, Exchange, Request
from mockserver.operations.operation import ErrorRow

_GENERATION = "1"
_LEAST_DRAWS, _MOST_DRAWS = 40, 20_000
_LONGEST_NAME = 40
# What every setup begins with: the world, and the names of its four users.
PRELUDE = 5
# Values of queries and forms that count as shapes: words, not numbers or free text.
_WORD = re.compile(r"[A-Za-z][A-Za-z/:._-]{0,30}")


@dataclass
class Collected:
    """Files by path, their entries, and which points have occurred."""

    one: Documented
    files: dict[str, bytes] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, entry: Entry, content: bytes, what: str, shown: set[str]) -> None:
        known = self.seen.setdefault(kind, set())
        number = 1 + sum(one.kind == kind for one in self.entries)
        suffix = ".xml" if content.startswith(b"<?xml") else ".json"
        folder = f"{self.one.api}/{self.one.name}/{kind}"
        entry.path = f"{folder}/{number:03d}-{_slug(what)}{suffix}"
        entry.covers = sorted(shown - known)
        known |= shown
        self.files[entry.path] = content
        self.entries.append(entry)


def collected(operation_id: str, seeds: Sequence[str] | None = None) -> Collected:
    """All fixtures of an operation.

    `seeds` are those under which something new has been found before; without them, they are searched for.
    """
    found = Collected(documented(operation_id))
    _collect_errors(found)
    _collect_requests_and_responses(found, _numbers(f"{_GENERATION}/{operation_id}/drawn/", seeds))
    if found.one.callback is not None:
        _collect_callbacks(found, found.one.callback, _numbers(f"{_GENERATION}/{operation_id}/callback/", seeds))
    return found


def _numbers(purpose: str, seeds: Sequence[str] | None) -> Iterable[int]:
    if seeds is None:
        return range(_MOST_DRAWS)
    known = {int(seed.removeprefix(purpose)) for seed in seeds if seed.startswith(purpose)}
    # Behind the last there is nothing left to find, which only whoever searches has to see.
    return sorted(known)


def coverage(found: Collected) -> Iterator[Coverage]:
    """How far the shapes of an operation occur."""
    for kind, schema in schemas(found.one).items():
        every = points(found.one, schema)
        # What an envelope is when it carries an error, the errors show.
        seen = found.seen.get(kind, set()) | (found.seen.get("errors", set()) if kind == "responses" else set())
        impossible = {one: reason(found.one.operation.id, kind, one) or "" for one in sorted(every - seen)}
        yield Coverage(
            operation=found.one.operation.id,
            kind=kind,
            points=len(every),
            covered=len(every & seen),
            impossible=impossible,
        )


def schemas(one: Documented) -> dict[str, Schema]:
    """The schemas of an operation by the kind of fixture."""
    known = {"requests": one.request, "responses": one.response, "callbacks": one.callback}
    return {kind: schema for kind, schema in known.items() if schema is not None}


def _collect_requests_and_responses(found: Collected, numbers: Iterable[int]) -> None:
    one = found.one
    asked, told = found.seen.setdefault("requests", set()), found.seen.setdefault("responses", set())
    wanted = (_wanted(one, "requests"), _wanted(one, "responses") - found.seen.get("errors", set()))
    for number in numbers:
        if number >= _LEAST_DRAWS and wanted[0] <= asked and wanted[1] <= told:
            return
        seed = f"{_GENERATION}/{one.operation.id}/drawn/{number}"
        with suppress(Impossible):
            drawn = exchange(SeededChoices(seed), one.operation.id)
            asks, tells = _shown_by_request(one, drawn.request), _shown_by_response(one, drawn)
            if asks - asked:
                _add_request(found, drawn, seed, asks)
            if tells - told:
                _add_response(found, drawn, seed, tells)


def _wanted(one: Documented, kind: str) -> set[str]:
    schema = schemas(one).get(kind)
    every = points(one, schema) if schema is not None else set[str]()
    return {point for point in every if reason(one.operation.id, kind, point) is None}


def _shown_by_request(one: Documented, asked: Request) -> set[str]:
    fields = [*asked.query, *(asked.form or ())]
    shown = {f"field {name}" for name, _ in fields}
    shown |= {f"field {name} = {value}" for name, value in fields if _WORD.fullmatch(value)}
    shown |= {"in the query"} if asked.query else set()
    shown |= {"as a form"} if asked.form else set()
    if one.request is not None and isinstance(asked.json, dict):
        shown |= {"as JSON"} | occurring(one, one.request, asked.json)
    return shown or {"without parameters"}


def _shown_by_response(one: Documented, drawn: Exchange) -> set[str]:
    if drawn.response.media_type == "application/json":
        return {"in JSON"} | drawn.facts | occurring(one, one.response, drawn.response.json())
    # XML says the same in other letters: one for each fact, and one at all.
    return {f"in XML, {fact}" for fact in drawn.facts} or {"in XML"}


def _add_request(found: Collected, drawn: Exchange, seed: str, shown: set[str]) -> None:
    asked = replace(drawn.request, setup=[])
    content = msgspec.json.format(msgspec.json.encode(asked), indent=1)
    entry = _entry(found.one, "requests", drawn.request, seed)
    entry.status, entry.media_type, entry.request = drawn.response.status, "application/json", None
    new = sorted(shown - found.seen["requests"])
    found.add("requests", entry, content, "smallest" if len(asked.content) < 1 else new[0], shown)


def _add_response(found: Collected, drawn: Exchange, seed: str, shown: set[str]) -> None:
    entry = _entry(found.one, "responses", drawn.request, seed)
    entry.status, entry.media_type = drawn.response.status, drawn.response.media_type
    told = [fact.partition(": ")[2] for fact in sorted(drawn.facts)]
    new = sorted(shown - found.seen["responses"])
    found.add("responses", entry, drawn.response.content, " ".join(told) or new[0], shown)


def _collect_errors(found: Collected) -> None:
    """Every row by each of its causes; one that has none by a fault rule."""
    operation_id = found.one.operation.id
    causes = [cause for cause in causes_of(operation_id) if cause.status != 413]  # noqa: PLR2004  too long to keep
    for place, cause in enumerate(causes):
        seed = f"{_GENERATION}/{operation_id}/cause/{place}"
        drawn = _first(partial(_refused, operation_id=operation_id, cause=cause), seed)
        _add_error(found, *drawn, row=row_of(operation_id, cause), by="cause")
    for row in found.one.operation.errors:
        if not any((cause.status, cause.code) == (row.status, row.code) for cause in causes):
            seed = f"{_GENERATION}/{operation_id}/fault/{row.status}/{row.code}"
            drawn = _first(partial(_faulty, operation_id=operation_id, row=row), seed)
            _add_error(found, *drawn, row=row, by="fault rule")


def _refused(choices: Choices, operation_id: str, cause: Cause) -> Exchange:
    return refusal(choices, operation_id, cause)


def _faulty(choices: Choices, operation_id: str, row: ErrorRow) -> Exchange:
    return fault(choices, operation_id, row)


def _add_error(found: Collected, drawn: Exchange, seed: str, *, row: ErrorRow, by: str) -> None:
    if not says(drawn.response, row):
        message = f"{found.one.operation.id}: {drawn.request.target} is answered with {drawn.response}, not with {row}"
        raise ValueError(message)
    entry = _entry(found.one, "errors", drawn.request, seed)
    entry.status, entry.media_type = drawn.response.status, drawn.response.media_type
    entry.error = {"status": row.status, "code": row.code, "description": row.description, "by": by}
    entry.provenance = row.provenance.as_json()
    shown = {f"error {row.status} {row.code} by {by}"}
    shown |= occurring(found.one, found.one.response, drawn.response.json())
    found.add("errors", entry, drawn.response.content, f"{row.status} {row.code or ''} {row.description}", shown)


def _collect_callbacks(found: Collected, schema: Schema, numbers: Iterable[int]) -> None:
    operation_id, wanted = found.one.operation.id, _wanted(found.one, "callbacks")
    known = found.seen.setdefault("callbacks", set())
    for number in numbers:
        if number >= _LEAST_DRAWS and wanted <= known:
            return
        seed = f"{_GENERATION}/{operation_id}/callback/{number}"
        with suppress(Impossible):
            sent = callback(SeededChoices(seed), operation_id)
            is_json = sent.media_type == JSON
            shown = {f"{sent.method} {sent.media_type}"}
            shown |= {*sent.facts, *occurring(found.one, schema, sent.json())} if is_json else set()
            if shown - known:
                _add_callback(found, sent, seed, shown)


def _add_callback(found: Collected, sent: Callback, seed: str, shown: set[str]) -> None:
    """The body as it is where that is JSON; of a form or a query, what an application reads from it."""
    entry = _entry(found.one, "callbacks", Request(method="", path="", setup=list(sent.setup)), seed)
    entry.request, entry.media_type = None, JSON
    entry.sent = {"method": sent.method, "url": sent.url, "media_type": sent.media_type}
    content = sent.content if sent.media_type == JSON else msgspec.json.encode(_fields_of(sent))
    told = [fact.partition(": ")[2] for fact in sorted(sent.facts)]
    found.add("callbacks", entry, content, " ".join([*told, sent.method, sent.media_type.partition("/")[2]]), shown)


def _fields_of(sent: Callback) -> dict[str, str]:
    if sent.method == "GET":
        return dict(parse_qsl(sent.url.partition("?")[2], keep_blank_values=True))
    boundary = dict(sent.headers)["Content-Type"].partition("boundary=")[2].encode()
    parts = sent.content.split(b"--" + boundary)[1:-1]
    heads = (part.partition(b"\r\n\r\n") for part in parts)
    return {head.partition(b'name="')[2].split(b'"')[0].decode(): body[:-2].decode() for head, _, body in heads}


def _entry(one: Documented, kind: str, asked: Request, seed: str) -> Entry:
    setup = asked.setup
    return Entry(
        path="",
        kind=kind,
        sha256="",
        bytes=0,
        operation=one.operation.id,
        strategy=f"{kind}({one.operation.id!r})",
        seed=seed,
        world_seed=setup[0].json["seed"],
        setup=setup[PRELUDE:],
        request=replace(asked, setup=[]),
        provenance=one.operation.provenance.as_json(),
    )


def _first(draw: Callable[[SeededChoices], Exchange], seed: str) -> tuple[Exchange, str]:
    """The first draw that is possible, and its seed."""
    for attempt in range(_MOST_DRAWS):
        with suppress(Impossible):
            return draw(SeededChoices(f"{seed}/{attempt}")), f"{seed}/{attempt}"
    message = f"{seed}: nothing that is possible was drawn"
    raise ValueError(message)


def _slug(what: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")
    return words[:_LONGEST_NAME].rstrip("-") or "any"
