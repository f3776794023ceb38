"""A call centre of one account; every answer of NectarDesk is held against the published document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from in_process import Documented

AGENT, CUSTOMER, EXOPHONE = "+919810000001", "+919833334444", "+912241499102"
DATA = Path(__file__).parents[2] / "data" / "nectardesk"
WEBHOOK = "http://8.8.8.8/ended"


@dataclass(frozen=True)
class Placed:
    """A call by both its names: the serial that NectarDesk calls id, and the sid of everybody else."""

    id: int
    sid: str


@dataclass(frozen=True)
class CallCentre:
    """The ways to use the account, and to make calls for it."""

    account: Any
    documented: Documented
    access_token: str

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to NectarDesk, with the access token unless other headers are said."""
        options.setdefault("headers", {"Access-Token": self.access_token})
        response = self.account.http.request(method, path, **options)
        self.documented.check(response)
        return response

    def read(self, call: Placed | int) -> dict[str, Any]:
        """The call's data."""
        response = self.ask("GET", f"/calls/{call if isinstance(call, int) else call.id}")
        assert 200 == response.status_code, response.text
        assert ["calls"] == list(response.json())
        return response.json()["calls"]

    def place(
        self, story: dict[str, Any] | None = None, caller: str = AGENT, callee: str = CUSTOMER, **fields: Any
    ) -> Placed:
        """A call that an agent makes, through v3."""
        if story is not None:
            self.account.control("POST", "/scenarios/next", story)
        return self._placed(self.account.place(caller, callee, **fields)["sid"])

    def come_in(self, story: dict[str, Any] | None = None, caller: str = CUSTOMER, **fields: Any) -> Placed:
        """A call that a customer makes."""
        told = {} if story is None else {"story": story}
        view = self.account.control("POST", f"/numbers/{EXOPHONE}/incoming", {"from": caller, **told, **fields})
        return Placed(view["call"]["serial"], view["call"]["sid"])

    def _placed(self, sid: str) -> Placed:
        return Placed(self.seen(sid)["call"]["serial"], sid)

    def seen(self, call: Placed | str) -> dict[str, Any]:
        """The call as control shows it."""
        return self.account.control("GET", f"/calls/{call if isinstance(call, str) else call.sid}")

    def play(self, call: Placed, word: str, **body: Any) -> dict[str, Any]:
        """Somebody answers, rejects, hangs up, or hands over."""
        return self.account.control("POST", f"/calls/{call.sid}/{word}", body)

    def note(self, call: Placed, **wrapup: Any) -> dict[str, Any]:
        return self.account.control("PUT", f"/calls/{call.sid}/wrapup", wrapup)

    def add(self, kind: str, **entry: Any) -> dict[str, Any]:
        """A new entry of the directory."""
        return self.account.control("POST", f"/{kind}", entry)

    def advance(self, seconds: float) -> None:
        self.account.advance(seconds)

    def told(self) -> list[dict[str, Any]]:
        """The bodies of all Call Ended webhooks, as they are on record."""
        deliveries = self.account.control("GET", "/deliveries?limit=1000")["deliveries"]
        return [json.loads(one["body"]["text"]) for one in deliveries if one["url"].startswith(WEBHOOK)]


@pytest.fixture(scope="session")
def call_data_document(http) -> Documented:
    return Documented(http.request("GET", "/openapi/nectardesk.json").json())


@pytest.fixture
def new_centre(new_account, call_data_document) -> Callable[..., CallCentre]:
    """Makes accounts with what `POST /worlds` takes; they have one webhook."""

    def make(**spec: Any) -> CallCentre:
        account = new_account(**{"ended_webhooks": [WEBHOOK], **spec})
        return CallCentre(account, call_data_document, account.control("GET")["access_token"])

    return make


@pytest.fixture
def centre(new_centre) -> CallCentre:
    return new_centre()


@pytest.fixture
def vendors_example() -> dict[str, Any]:
    """The body of the vendor's page."""
    return json.loads((DATA / "call_data.json").read_text())
