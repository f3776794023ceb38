"""An account with recorded calls, whose files are fetched as an application does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest

OWN = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Recorder:
    """The ways to make recordings and to get at them."""

    account: Any

    def record(self, story: dict[str, Any] | None = None, **recording: Any) -> str:
        """The sid of a call whose recording was asked for, just placed."""
        if story is not None:
            self.account.control("POST", "/scenarios/next", story)
        return self.account.place(recording={"record": True, **recording})["sid"]

    def recorded(self, talk: float = 31, **recording: Any) -> str:
        """The sid of a call of which everything is known."""
        sid = self.record({"talk": talk}, **recording)
        self.account.advance(20_000)
        return sid

    def v1(self, sid: str, query: str = "") -> dict[str, Any]:
        path = f"/v1/Accounts/{self.account.sid}/Calls/{sid}.json{query}"
        return self.account.http.request("GET", path, auth=self.auth).json()["Call"]

    def v2(self, sid: str) -> dict[str, Any]:
        path = f"/v2/accounts/{self.account.sid}/calls/{sid}"
        return self.account.http.request("GET", path, auth=self.auth).json()["response"]["call_details"]

    @property
    def auth(self) -> tuple[str, str]:
        return self.account.key, self.account.token

    def path(self, sid: str) -> str:
        return f"/recordings/exotelrecordings/{self.account.sid}/{sid}.mp3"

    def fetch(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """By URL or path, with the account's credentials unless others are said."""
        options.setdefault("auth", self.auth)
        parts = urlsplit(url.removeprefix(OWN))
        assert not parts.netloc, f"{url} is not on this server"
        return self.account.http.request(method, url.removeprefix(OWN), **options)

    def signed(self, sid: str, minutes: int = 5) -> str:
        return self.v1(sid, f"?RecordingUrlValidity={minutes}")["PreSignedRecordingUrl"]

    def last_request(self) -> dict[str, Any]:
        """The journal's latest entry."""
        return self.account.control("GET", "/requests?limit=1000")["requests"][-1]


@pytest.fixture
def new_recorder(new_account) -> Callable[..., Recorder]:
    return lambda **spec: Recorder(new_account(**spec))


@pytest.fixture
def recorder(new_recorder) -> Recorder:
    return new_recorder()


@pytest.fixture
def refusal() -> Callable[[httpx.Response], tuple[int, str]]:
    """Status and message of a refusal, which is v1's RestException in XML."""

    def read(response: httpx.Response) -> tuple[int, str]:
        assert "application/xml" == response.headers["content-type"]
        root = ET.fromstring(response.text)  # noqa: S314  our own answers
        assert ("TwilioResponse", "RestException") == (root.tag, root[0].tag)
        assert str(response.status_code) == root[0].findtext("Status")
        return response.status_code, root[0].findtext("Message")

    return read
