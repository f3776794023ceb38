"""Recorded exchanges with a real provider: HAR, or JSON lines of a request and its response."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.errors import BadInput

_HINT = 'Each line is {"request": {"method", "url", "body"}, "response": {"status", "body"}}; HAR files will do, too.'


class _Content(msgspec.Struct, rename="camel"):
    text: str = ""
    encoding: str = ""

    @property
    def body(self) -> str:
        if self.encoding != "base64":
            return self.text
        return base64.b64decode(self.text).decode(errors="replace")


class _HarRequest(msgspec.Struct, rename="camel"):
    method: str
    url: str
    post_data: _Content | None = None


class _HarResponse(msgspec.Struct):
    status: int
    content: _Content = msgspec.field(default_factory=_Content)


class _HarEntry(msgspec.Struct):
    request: _HarRequest
    response: _HarResponse


class _HarLog(msgspec.Struct):
    entries: list[_HarEntry]


class _Har(msgspec.Struct):
    log: _HarLog


class _LineRequest(msgspec.Struct):
    method: str
    url: str | UnsetType = UNSET
    path: str = ""
    body: Any = None


class _LineResponse(msgspec.Struct):
    status: int
    body: Any = None


class _Line(msgspec.Struct):
    request: _LineRequest
    response: _LineResponse


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange. Bodies are JSON values; text where they are something else, None where there is none."""

    number: int
    method: str
    path: str
    status: int
    asked: Any
    answered: Any


def recorded(path: Path) -> Iterator[Recorded]:
    """The exchanges of a file, in order. Raises BadInput that names file, place and mend."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}", where="recorded") from error
    try:
        entries = msgspec.json.decode(content, type=_Har).log.entries
    except (msgspec.MsgspecError, UnicodeDecodeError):
        yield from _lines(path, content)
        return
    for number, one in enumerate(entries, 1):
        asked = _value(one.request.post_data.body) if one.request.post_data else None
        answered = _value(one.response.content.body)
        yield Recorded(number, one.request.method, urlsplit(one.request.url).path, one.response.status, asked, answered)


def _lines(path: Path, content: bytes) -> Iterator[Recorded]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = msgspec.json.decode(line, type=_Line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadInput(f"{path}: line {number}: {error}", where="recorded", hint=_HINT) from error
        url = one.request.path if one.request.url is UNSET else one.request.url
        yield Recorded(
            number,
            one.request.method,
            urlsplit(str(url)).path,
            one.response.status,
            _value(one.request.body),
            _value(one.response.body),
        )


def _value(body: Any) -> Any:  # noqa: ANN401  any JSON value
    if not isinstance(body, str):
        return body
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body or None
