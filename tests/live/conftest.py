"""A server on a real socket, worlds on it, and a receiver of callbacks."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink

CONTROL = "/_mock/v1/worlds"
SECONDS = 20.0


@dataclass(frozen=True)
class World:
    """One world of a running server, its credentials, and the ways to use and to command it."""

    http: httpx.Client
    sid: str
    auth: tuple[str, str]

    def ask(self, method: str, path: str = "", body: Any = None) -> httpx.Response:
        """A request to the control API about this world."""
        return self.http.request(method, f"{CONTROL}/{self.sid}{path}", json=body)

    def do(self, method: str, path: str = "", body: Any = None) -> Any:
        """What the control API answers, when it is content."""
        response = self.ask(method, path, body)
        assert response.is_success, response.text
        return response.json()

    def get(self, path: str = "") -> Any:
        return self.do("GET", path)

    def advance(self, seconds: float) -> dict[str, Any]:
        return self.do("POST", "/clock/advance", {"seconds": seconds})

    def post(self, body: dict[str, Any]) -> httpx.Response:
        return self.http.post(f"/v3/accounts/{self.sid}/calls", json=body, auth=self.auth)

    def place(self, *callbacks: dict[str, Any], talk: int = 10, **fields: Any) -> str:
        """The sid of an accepted call: leg 1 answers after two seconds, leg 2 after three, they talk."""
        order = {
            "from": {"contact_uri": "+919900000200"},
            "to": {"contact_uri": f"+9199000003{talk:02}"},
            "virtual_number": "+912241499102",
            "status_callback": list(callbacks),
            **fields,
        }
        response = self.post(order)
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]["sid"]

    def details(self, call_sid: str) -> dict[str, Any]:
        """The call as v3 shows it."""
        response = self.http.get(f"/v3/accounts/{self.sid}/calls/{call_sid}", auth=self.auth)
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, clock="manual")) as server:
        yield server


@pytest.fixture(scope="session")
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, timeout=SECONDS) as client:
        yield client


@pytest.fixture(scope="session")
def made(http: httpx.Client) -> Callable[..., World]:
    """Makes worlds on the server, or on another if its client is given."""
    names = (f"live{number}" for number in itertools.count(1))

    def make(client: httpx.Client = http, **spec: Any) -> World:
        response = client.post(CONTROL, json={"account_sid": next(names), "clock": "manual", **spec})
        assert 201 == response.status_code, response.text
        view = response.json()
        return World(client, view["account_sid"], (view["api_key"], view["api_token"]))

    return make


@pytest.fixture
def new_world(made: Callable[..., World]) -> Iterator[Callable[..., World]]:
    """Makes worlds that go when the test ends."""
    worlds = []

    def make(**spec: Any) -> World:
        worlds.append(made(**spec))
        return worlds[-1]

    yield make
    for world in worlds:
        world.ask("DELETE")


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()


@pytest.fixture
def sink() -> Iterator[CallbackSink]:
    with CallbackSink() as sink:
        yield sink


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Looks again and again until it sees something true, for ten seconds at most."""

    def wait(look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 10
        while not (seen := look()):
            assert time.monotonic() < deadline, "it did not come"
        return seen

    return wait
