"""One callback as a receiver sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

_EVENT_NAMES = ("event_type", "EventType")
_CALL_NAMES = ("sid", "call_sid", "CallSid")


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case; None if it did not come."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def json(self) -> Any:  # noqa: ANN401  any JSON value
        """The body as JSON. Raises ValueError if it is not."""
        return json.loads(self.body)

    def query_pairs(self) -> list[tuple[str, str]]:
        """The query's names and values, empty ones too."""
        return parse_qsl(self.query, keep_blank_values=True)

    def fields(self) -> dict[str, Any]:
        """What it says, however it says it: a JSON object, a form, or the query where there is no body.

        Empty if it cannot be read.
        """
        content_type = self.header("content-type") or ""
        try:
            if not self.body:
                return dict(self.query_pairs())
            if content_type.startswith("multipart/form-data"):
                return dict(_parts(content_type, self.body))
            if content_type.startswith("application/x-www-form-urlencoded"):
                return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
            said = self.json()
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def event(self) -> str | None:
        """The event that it tells, in the provider's word; None if it names none."""
        return _found(self.fields(), _EVENT_NAMES)

    @property
    def call_sid(self) -> str | None:
        """The call that it is about; None if it names none."""
        return _found(self.fields(), _CALL_NAMES)


def event_word(event: object) -> str:
    """The event of a callback as the APIs call it: what is over is terminal."""
    return "terminal" if event == "over" else str(event)


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str, str]]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield str(part.get_param("name", header="content-disposition")), payload.decode()


def _found(said: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """A text under one of the names, on the first level or one below."""
    for level in (said, *(inner for inner in said.values() if isinstance(inner, dict))):
        for name in names:
            if isinstance(level.get(name), str):
                return str(level[name])
    return None
