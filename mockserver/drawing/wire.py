"""Requests and answers as they are written down: plain enough for a program in any language to send them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.control import PREFIX

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One HTTP request; `path` is encoded and has no query.

    Its body is `json`, or the fields of `form`, or `text`. `setup` are the requests to be sent before it, in order, to
    a server that has no world of the account's name; the first one makes it.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    json: Any = UNSET
    form: list[tuple[str, str]] | UnsetType = UNSET
    text: str | UnsetType = UNSET
    setup: list[Request] = []

    @property
    def target(self) -> str:
        """Path and query, as in the first line of a request."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def content(self) -> bytes:
        if self.json is not UNSET:
            return msgspec.json.encode(self.json)
        if not isinstance(self.form, UnsetType):
            return urlencode(self.form).encode()
        return b"" if isinstance(self.text, UnsetType) else self.text.encode()


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answered; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:  # noqa: ANN401  any JSON value
        return msgspec.json.decode(self.content)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer. `facts` say what was there to be told of, such as `state: talking`."""

    request: Request
    response: Response
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Callback:
    """What the server sends by itself: exactly as it goes over the wire, with the setup that leads to it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes
    setup: tuple[Request, ...]
    facts: frozenset[str] = frozenset()

    @property
    def media_type(self) -> str:
        known = dict(self.headers)
        return known.get("Content-Type", "").partition(";")[0]

    def json(self) -> Any:  # noqa: ANN401  any JSON value
        return msgspec.json.decode(self.content)


@dataclass(frozen=True, slots=True)
class Access:
    """An account and its credentials."""

    account_sid: str
    api_key: str
    api_token: str

    @property
    def control(self) -> str:
        """Path of the account's world in the control API."""
        return f"{PREFIX}/worlds/{self.account_sid}"

    @property
    def access_token(self) -> str:
        return f"{self.account_sid}-token"

    @property
    def basic(self) -> dict[str, str]:
        return basic(self.api_key, self.api_token)

    @property
    def token(self) -> dict[str, str]:
        return {"Access-Token": self.access_token}


def basic(user: str, password: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


SAMPLE = Access("sample", "sample-key", "sample-secret")
