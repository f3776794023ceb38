"""The application in this process, and accounts on it through which tests place calls."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from in_process import Documented, InProcess, in_process

from mockserver.bootstrap import build_app
from mockserver.settings import Settings

CONTROL = "/_mock/v1/worlds"


@dataclass(frozen=True)
class Account:
    """A world of its own and its credentials. Every answer of v3 is held against the published document."""

    http: InProcess
    documented: Documented
    sid: str
    key: str
    token: str

    def v3(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        """A request below the account's calls."""
        options.setdefault("auth", (self.key, self.token))
        response = self.http.request(method, f"/v3/accounts/{self.sid}/calls{path}", **options)
        self.documented.check(response)
        return response

    def post(self, body: Any, **options: Any) -> httpx.Response:
        return self.v3("POST", json=body, **options)

    def get(self, call_sid: str) -> dict[str, Any]:
        """The call's details, read successfully."""
        response = self.v3("GET", f"/{call_sid}")
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]

    def legs(self, call_sid: str) -> dict[str, Any]:
        """The call's legs, read successfully."""
        response = self.v3("GET", f"/{call_sid}/legs")
        assert 200 == response.status_code, response.text
        return response.json()["response"]["leg_details"]

    def place(self, caller: str = "+919811112222", callee: str = "+919833334444", **fields: Any) -> dict[str, Any]:
        """The details of a call that was accepted."""
        response = self.post(order(caller, callee, **fields))
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """What the control API answers about this world, when it is content."""
        response = self.http.request(method, f"{CONTROL}/{self.sid}{path}", json=body)
        assert response.is_success, response.text
        return response.json()

    def advance(self, seconds: float) -> dict[str, Any]:
        return self.control("POST", "/clock/advance", {"seconds": seconds})


def order(caller: str = "+919811112222", callee: str = "+919833334444", **fields: Any) -> dict[str, Any]:
    """The smallest body of `POST /calls`, and more fields."""
    required = {"from": {"contact_uri": caller}, "to": {"contact_uri": callee}, "virtual_number": "+912241499102"}
    return {**required, **fields}


@pytest.fixture(scope="session")
def http() -> Iterator[InProcess]:
    with in_process(build_app(Settings(clock="manual"))) as http:
        yield http


@pytest.fixture(scope="session")
def documented(http: InProcess) -> Documented:
    return Documented(http.request("GET", "/openapi/exotel-v3.json").json())


@pytest.fixture
def new_account(http: InProcess, documented: Documented) -> Iterator[Callable[..., Account]]:
    """Makes worlds, with what `POST /worlds` takes; they go when the test ends."""
    names = (f"acct-{number}" for number in itertools.count(1))
    made = []

    def make(**spec: Any) -> Account:
        name = spec.get("account_sid") or next(names)
        world = http.request("POST", CONTROL, json={"account_sid": name, "api_key": f"{name}-key", **spec})
        assert 201 == world.status_code, world.text
        view = world.json()
        made.append(Account(http, documented, view["account_sid"], view["api_key"], view["api_token"]))
        return made[-1]

    yield make
    for account in made:
        http.request("DELETE", f"{CONTROL}/{account.sid}")


@pytest.fixture
def account(new_account: Callable[..., Account]) -> Account:
    return new_account()


@pytest.fixture(name="order")
def order_fixture() -> Callable[..., dict[str, Any]]:
    return order


@pytest.fixture(scope="session")
def example() -> Callable[[str], Any]:
    """Reads one of the portal's JSON examples by name."""
    folder = Path(__file__).parents[1] / "data" / "exotel_v3"
    return lambda name: json.loads((folder / f"{name}.json").read_text())


@pytest.fixture
def refused() -> Callable[..., None]:
    """Asserts that an answer is v3's refusal, in v3's envelope to the last key."""

    def check(response: httpx.Response, status: int, code: int | None, message: str, description: str) -> None:
        error = {"code": code, "message": message, "description": description}
        body = response.json()
        record = "leg_details" if response.request.url.path.endswith("/legs") else "call_details"
        inner = {"code": status, "error_data": error, "status": "failure", record: None}
        envelope = {"method": response.request.method, "http_code": status, "metadata": None, "response": inner}

        assert status == response.status_code
        assert "application/json" == response.headers["content-type"]
        assert re.fullmatch("[0-9a-f]{32}", body["request_id"])
        assert {"request_id": body["request_id"], **envelope} == body
        assert ["request_id", *envelope] == list(body)
        assert list(inner) == list(body["response"])
        assert list(error) == list(body["response"]["error_data"])

    return check
