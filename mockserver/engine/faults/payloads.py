"""The fields of a callback that is worded already: JSON, multipart form or query string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

import msgspec

from mockserver.engine.delivery import OutboundRequest

_EVENT_NAMES = frozenset({"event_type", "EventType"})
# Without these nobody could say what a callback is about: a drawn field is never one of them.
_IDENTITY = _EVENT_NAMES | {"sid", "call_sid", "CallSid"}
_EVENT_NAME_OF_FORMS = "EventType"
_BOUNDARY = re.compile(r'boundary="?([^";]+)')
_PART_NAME = re.compile(rb'name="((?:[^"\\]|\\.)*)"')


class Payload(Protocol):
    """Fields by name; names of nested ones are written with brackets, `call_details[legs][0][id]`."""

    def names(self) -> list[str]: ...

    def without(self, name: str) -> OutboundRequest: ...

    def with_text(self, name: str, text: str) -> OutboundRequest:
        """With another value in a field, or with a further field at the end."""


def payload_of(request: OutboundRequest, subscribed_url: str) -> Payload:
    """The fields of a callback; what is in the query of the subscribed URL itself is none of them."""
    content_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    if request.method == "GET" or not request.body:
        own = urlsplit(subscribed_url).query
        return _Query(request, len(own.split("&")) if own else 0)
    boundary = _BOUNDARY.search(content_type)
    if boundary:
        return _Multipart(request, b"--" + boundary[1].encode())
    return _Json(request)


def found_name(payload: Payload, name: str) -> str | None:
    """The full name of a field that is named in full or by its last part."""
    return next((known for known in payload.names() if name in {known, _last(known)}), None)


def optional_names(payload: Payload) -> list[str]:
    return [name for name in payload.names() if _last(name) not in _IDENTITY]


def with_event(payload: Payload, word: str) -> OutboundRequest:
    """The callback with another event; one that names none gets a field for it."""
    name = next((known for known in payload.names() if _last(known) in _EVENT_NAMES), _EVENT_NAME_OF_FORMS)
    return payload.with_text(name, word)


def corrupted(request: OutboundRequest, count: int, rng: Random) -> OutboundRequest:
    """The callback with `count` bytes that are no UTF-8, in the body or, where there is none, in the query."""
    if request.body:
        start = rng.randrange(max(1, len(request.body) - count + 1))
        rubbish = bytes(rng.randrange(0xF8, 0x100) for _ in request.body[start : start + count])
        return replace(request, body=request.body[:start] + rubbish + request.body[start + count :])
    parts = urlsplit(request.url)
    start = rng.randrange(max(1, len(parts.query) - count + 1))
    rubbish = b"".join(b"%%%02X" % rng.randrange(0xF8, 0x100) for _ in range(count))
    query = parts.query[:start] + rubbish.decode() + parts.query[start + count :]
    return replace(request, url=urlunsplit(parts._replace(query=query)))


def _last(name: str) -> str:
    return name.rpartition("[")[2].removesuffix("]")


def _with_body(request: OutboundRequest, body: bytes) -> OutboundRequest:
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in request.headers
    )
    return replace(request, body=body, headers=headers)


@dataclass(frozen=True, slots=True)
class _Json:
    request: OutboundRequest

    def names(self) -> list[str]:
        return ["[".join((path[0], *(f"{step}]" for step in path[1:]))) for path in _paths(self._decoded())]

    def without(self, name: str) -> OutboundRequest:
        decoded = self._decoded()
        *steps, last = _steps(name)
        del _inner(decoded, steps)[last]
        return _with_body(self.request, msgspec.json.encode(decoded))

    def with_text(self, name: str, text: str) -> OutboundRequest:
        decoded = self._decoded()
        *steps, last = _steps(name)
        _inner(decoded, steps)[last] = text
        return _with_body(self.request, msgspec.json.encode(decoded))

    def _decoded(self) -> Any:  # noqa: ANN401  any JSON value
        try:
            decoded = msgspec.json.decode(self.request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return decoded if isinstance(decoded, dict) else {}


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401  any JSON value
    """The paths of all keys, outer ones before what is in them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, str(index)))


def _steps(name: str) -> list[str]:
    return name.replace("]", "").split("[")


def _inner(value: Any, steps: list[str]) -> Any:  # noqa: ANN401  any JSON value
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@dataclass(frozen=True, slots=True)
class _Multipart:
    request: OutboundRequest
    delimiter: bytes

    def names(self) -> list[str]:
        return [self._name(part) for part in self._parts()]

    def without(self, name: str) -> OutboundRequest:
        return self._joined([part for part in self._parts() if self._name(part) != name])

    def with_text(self, name: str, text: str) -> OutboundRequest:
        parts = self._parts()
        if name not in self.names():
            parts.append(f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n\r\n'.encode())
        return self._joined([self._retold(part, text) if self._name(part) == name else part for part in parts])

    def _parts(self) -> list[bytes]:
        # Before the first delimiter is nothing, behind the last the two dashes of the end.
        return self.request.body.split(self.delimiter)[1:-1]

    def _joined(self, parts: list[bytes]) -> OutboundRequest:
        return _with_body(self.request, b"".join(self.delimiter + part for part in (*parts, b"--\r\n")))

    def _name(self, part: bytes) -> str:
        found = _PART_NAME.search(part.partition(b"\r\n\r\n")[0])
        return found[1].decode() if found else ""

    def _retold(self, part: bytes, text: str) -> bytes:
        return part.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + text.encode() + b"\r\n"


@dataclass(frozen=True, slots=True)
class _Query:
    request: OutboundRequest
    own: int

    def names(self) -> list[str]:
        return [_name_of(pair) for pair in self._pairs()[self.own :]]

    def without(self, name: str) -> OutboundRequest:
        pairs = self._pairs()
        theirs = [pair for pair in pairs[self.own :] if _name_of(pair) != name]
        return self._joined(pairs[: self.own] + theirs)

    def with_text(self, name: str, text: str) -> OutboundRequest:
        pairs, said = self._pairs(), f"{quote(name, safe='')}={quote(text, safe='')}"
        theirs = [said if _name_of(pair) == name else pair for pair in pairs[self.own :]]
        return self._joined(pairs[: self.own] + (theirs if said in theirs else [*theirs, said]))

    def _pairs(self) -> list[str]:
        query = urlsplit(self.request.url).query
        return query.split("&") if query else []

    def _joined(self, pairs: list[str]) -> OutboundRequest:
        url = urlunsplit(urlsplit(self.request.url)._replace(query="&".join(pairs)))
        return replace(self.request, url=url)


def _name_of(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])
