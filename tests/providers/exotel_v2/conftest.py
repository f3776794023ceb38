"""A contact center of one account; every answer of v2 is held against the published document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from in_process import Documented

AGENT, CUSTOMER, EXOPHONE = "+919810000001", "+918800654321", "+911414941199"
DATA = Path(__file__).parents[2] / "data" / "exotel_v2"


@dataclass(frozen=True)
class Center:
    """The ways to use the account."""

    account: Any
    documented: Documented

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request below the account."""
        options.setdefault("auth", (self.account.key, self.account.token))
        response = self.account.http.request(method, f"/v2/accounts/{self.account.sid}{path}", **options)
        self.documented.check(response)
        return response

    def data(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The record of an answer that is a success."""
        response = self.ask(method, path, json=body, **options)
        assert 200 == response.status_code, response.text
        return response.json()["response"]["data"]

    def call(self, **fields: Any) -> httpx.Response:
        """`POST /calls` with usual parties; a field that is None is left out."""
        usual = {
            "from": {"user_contact_uri": AGENT},
            "to": {"customer_contact_uri": CUSTOMER},
            "virtual_number": EXOPHONE,
        }
        body = {name: value for name, value in {**usual, **fields}.items() if value is not None}
        return self.ask("POST", "/calls", json=body)

    def place(self, **fields: Any) -> dict[str, Any]:
        """The record of a call that was accepted."""
        response = self.call(**fields)
        assert 200 == response.status_code, response.text
        return response.json()["response"]["data"]

    def details(self, call_sid: str) -> dict[str, Any]:
        response = self.ask("GET", f"/calls/{call_sid}")
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]

    def over(self, story: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """The details of a call that has run its course."""
        if story is not None:
            self.account.control("POST", "/scenarios/next", story)
        sid = self.place(**fields)["call_sid"]
        self.account.advance(20_000)
        return self.details(sid)

    def callbacks(self) -> list[Any]:
        """The bodies of all callbacks, as they are on record."""
        deliveries = self.account.control("GET", "/deliveries?limit=1000")["deliveries"]
        return [json.loads(delivery["body"]["text"]) for delivery in deliveries]

    def hire(self, **fields: Any) -> dict[str, Any]:
        """A user that was created."""
        usual = {"first_name": "Asha", "last_name": "Rao", "device_contact_uri": "+919820000001"}
        return self.data("POST", "/users", {**usual, **fields})

    def users(self, query: str = "") -> list[dict[str, Any]]:
        """The users of a page."""
        response = self.ask("GET", f"/users{query}")
        assert 200 == response.status_code, response.text
        return [row["data"] for row in response.json()["response"]]

    def verify(self, user: dict[str, Any]) -> None:
        """The user answers the vendor's verification call."""
        path = f"/users/{user['id']}/devices/{user['devices'][0]['id']}"
        self.account.control("PATCH", path, {"verified": True})


@pytest.fixture(scope="session")
def center_document(http) -> Documented:
    return Documented(http.request("GET", "/openapi/exotel-v2.json").json())


@pytest.fixture
def new_center(new_account, center_document) -> Callable[..., Center]:
    """Makes accounts with what `POST /worlds` takes."""
    return lambda **spec: Center(new_account(**spec), center_document)


@pytest.fixture
def center(new_center) -> Center:
    return new_center()


@pytest.fixture(scope="session")
def v2_example() -> Callable[[str], Any]:
    """Reads one of the recorded or documented bodies by name."""
    return lambda name: json.loads((DATA / f"{name}.json").read_text())


@pytest.fixture
def refused() -> Callable[..., None]:
    """Asserts that an answer is v2's refusal, in v2's envelope to the last key."""

    def check(response: httpx.Response, status: int, code: int | None, message: str, description: str) -> None:
        error = {"code": code, "message": message, "description": description}
        is_details = re.search(r"/calls/[^/]+$", response.request.url.path) and response.request.method == "GET"
        inner = {"code": status, "error_data": error, "status": "failure"}
        inner["call_details" if is_details and code != 1000 else "data"] = None
        body = response.json()
        envelope = {"method": response.request.method, "http_code": status, "response": inner}

        assert status == response.status_code, response.text
        assert "application/json" == response.headers["content-type"]
        assert re.fullmatch("[0-9a-f]{32}", body["request_id"])
        assert {"request_id": body["request_id"], **envelope} == body
        assert ["request_id", *envelope] == list(body)
        assert list(inner) == list(body["response"])
        assert list(error) == list(body["response"]["error_data"])
        assert ('Basic realm="Exotel"' if status == 401 else None) == response.headers.get("www-authenticate")

    return check
