"""Accounts and their ExoPhones; every answer of v2_beta is held against the published document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from in_process import Documented

NEW, NEW_LOCAL = "+918069150000", "08069150000"
FLOW = "http://my.exotel.com/mock/exoml/start_voice/501"


@dataclass(frozen=True)
class Numbers:
    """The ExoPhones of one account."""

    account: Any
    document: Documented

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request below the account."""
        options.setdefault("auth", (self.account.key, self.account.token))
        response = self.account.http.request(method, f"/v2_beta/Accounts/{self.account.sid}{path}", **options)
        self.document.check(response)
        return response

    def owned(self, method: str = "GET", path: str = "", **options: Any) -> httpx.Response:
        return self.ask(method, f"/IncomingPhoneNumbers{path}", **options)

    def page(self, query: str = "") -> dict[str, Any]:
        """A page of the list, read successfully."""
        response = self.owned(path=query)
        assert 200 == response.status_code, response.text
        return response.json()

    def rows(self) -> list[dict[str, Any]]:
        return self.page()["incoming_phone_numbers"]

    def buy(self, number: str = NEW, **fields: str) -> dict[str, Any]:
        """The row of a number that was bought."""
        response = self.owned("POST", data={"PhoneNumber": number, **fields})
        assert 200 == response.status_code, response.text
        return response.json()

    def provider(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to another of the provider's APIs, `{sid}` in the path being the account's."""
        options.setdefault("auth", (self.account.key, self.account.token))
        return self.account.http.request(method, path.format(sid=self.account.sid), **options)

    def stock(self, path: str = "/IN") -> list[dict[str, Any]]:
        """What can be bought."""
        response = self.ask("GET", f"/AvailablePhoneNumbers{path}")
        assert 200 == response.status_code, response.text
        return response.json()

    def journalled(self) -> dict[str, Any]:
        """What the journal says about the account's latest request."""
        return self.account.control("GET", "/requests")["requests"][-1]


@pytest.fixture(scope="session")
def document(http) -> Documented:
    published = http.request("GET", "/openapi/exotel-v2-beta.json").json()
    return Documented(published, spelling=lambda path: path.removesuffix(".json"))


@pytest.fixture
def new_numbers(new_account, document) -> Callable[..., Numbers]:
    """Makes accounts with what `POST /worlds` takes."""
    return lambda **spec: Numbers(new_account(**spec), document)


@pytest.fixture
def numbers(new_numbers) -> Numbers:
    return new_numbers()


@pytest.fixture
def refused() -> Callable[..., None]:
    """Asserts that an answer is a RestException in JSON, to the last key."""

    def check(response: httpx.Response, status: int, message: str) -> None:
        challenge = 'Basic realm="Exotel"' if status == 401 else None

        assert {"RestException": {"Status": status, "Message": message}} == response.json()
        assert status == response.status_code
        assert "application/json" == response.headers["content-type"]
        assert challenge == response.headers.get("www-authenticate")

    return check
