"""Requests and answers as bytes, whoever carries them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from mockserver.control import PREFIX
from mockserver.control.problems import Problem
from mockserver.control.waiting import Unmet
from mockserver.testing.client.errors import ClientError, Misunderstood, Unreachable, refusal

_T = TypeVar("_T")

# Real seconds. The server's own caps come on top where a request says one.
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 5.0
# The server says every 15 s that it is still there.
SILENCE_SECONDS = 60.0
MOST_CONNECTIONS = 64
# The server ends a connection after five idle seconds; one that is younger is alive when it is used again.
IDLE_SECONDS = 3.0

_UNMET = 408
_LOWEST_REFUSAL = 400
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `target` is path and query, `seconds` the real time in which an answer is to come."""

    method: str
    target: str
    body: bytes | None = None
    seconds: float = ANSWER_SECONDS
    authorization: str | None = None

    def headers(self, token: str | None) -> dict[str, str]:
        """With the control token, unless the request has an authorization of its own."""
        headers = {} if self.body is None else {"Content-Type": "application/json"}
        authorization = self.authorization or (f"Bearer {token}" if token else None)
        return headers if authorization is None else {**headers, "Authorization": authorization}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes


def control_ask(
    method: str, path: str, body: object = None, query: Mapping[str, object] | None = None, seconds: float = 0.0
) -> Ask:
    """A request to the control API. `seconds` are those that the server itself may take."""
    content = None if body is None else _encode(body)
    return Ask(method, f"{PREFIX}{path}{query_string(query or {})}", content, ANSWER_SECONDS + seconds)


def check_url(base_url: str) -> None:
    """Raises Unreachable for what is no URL."""
    if not base_url.startswith(("http://", "https://")):
        raise Unreachable(base_url, "a base URL begins with http://")


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def segment(text: object) -> str:
    """A value as one segment of a path."""
    return quote(str(text), safe="")


def query_string(query: Mapping[str, object]) -> str:
    """The query with its question mark; what is None or False is left out."""
    pairs = [
        (name.rstrip("_"), _text(value)) for name, value in query.items() if value is not None and value is not False
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "true" if value is True else str(value)


def understood(answer: Answer, kind: type[_T], url: str) -> _T:
    """The answer as what was asked for. Raises ControlError and Misunderstood."""
    if answer.status >= _LOWEST_REFUSAL:
        raise refused(answer, url)
    return _decoded(answer, kind, url)


def bytes_of(answer: Answer, url: str) -> bytes:
    """The answer as it is. Raises ControlError and Misunderstood."""
    if answer.status >= _LOWEST_REFUSAL:
        raise refused(answer, url)
    return answer.content


def text_of(answer: Answer, url: str) -> str:
    """The answer as text. Raises ControlError and Misunderstood."""
    if answer.status >= _LOWEST_REFUSAL:
        raise refused(answer, url)
    return answer.content.decode()


def refused(answer: Answer, url: str) -> ClientError:
    """What a refusal is raised as."""
    try:
        return refusal(_decoded(answer, Unmet if answer.status == _UNMET else Problem, url))
    except Misunderstood as error:
        return error


def _decoded(answer: Answer, kind: type[_T], url: str) -> _T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Misunderstood(url, f"status {answer.status}: {error}") from error
