"""The application in this process, and worlds on it that tests command over the control API."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from in_process import Documented, InProcess, in_process

from mockserver.bootstrap import build_app
from mockserver.settings import Settings
from mockserver.tls.authority import new_authority

CONTROL = "/_mock/v1"
AUTHORITY = new_authority().pem


@dataclass(frozen=True)
class Control:
    """The control API. Every answer is held against the document that the server publishes."""

    http: InProcess
    documented: Documented

    @property
    def document(self) -> dict[str, Any]:
        return self.documented.document

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request below the control prefix. What the application fails to handle is raised here."""
        response = self.http.request(method, CONTROL + path, **options)
        answer = self.documented.check(response) or {}
        codes = [error["code"] for error in answer.get("x-errors", ())]
        assert not codes or response.json()["code"] in codes
        return response

    def elsewhere(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to a provider or the outer application."""
        return self.http.request(method, path, **options)


@dataclass(frozen=True)
class World:
    """One world and the ways to command it and to use it."""

    control: Control
    sid: str
    auth: tuple[str, str]

    def ask(self, method: str, path: str = "", body: Any = None, **options: Any) -> httpx.Response:
        return self.control.ask(method, f"/worlds/{self.sid}{path}", json=body, **options)

    def do(self, method: str, path: str = "", body: Any = None) -> Any:
        """What control answers, when it is content."""
        response = self.ask(method, path, body)
        assert response.is_success, response.text
        return response.json()

    def get(self, path: str = "") -> Any:
        return self.do("GET", path)

    def advance(self, seconds: float) -> dict[str, Any]:
        return self.do("POST", "/clock/advance", {"seconds": seconds})

    def place(self, caller: str = "+919811112222", callee: str = "+919833334444", **fields: Any) -> str:
        """The sid of a call placed through v3."""
        response = self.provider("POST", "", json=order(caller, callee, **fields))
        assert 200 == response.status_code, response.text
        return response.json()["response"]["call_details"]["sid"]

    def provider(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request below the account's calls in v3."""
        options.setdefault("auth", self.auth)
        return self.control.elsewhere(method, f"/v3/accounts/{self.sid}/calls{path}", **options)


def order(caller: str = "+919811112222", callee: str = "+919833334444", **fields: Any) -> dict[str, Any]:
    """A body of v3's `POST /calls`."""
    required = {"from": {"contact_uri": caller}, "to": {"contact_uri": callee}, "virtual_number": "+912241499102"}
    return {**required, **fields}


@pytest.fixture(scope="session")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    scenarios = tmp_path_factory.mktemp("scenarios") / "scenarios.toml"
    scenarios.write_text('[engaged]\ndefault = { to = { reaction = "busy" } }\n')
    app = build_app(Settings(clock="manual", scenarios=(str(scenarios),)), authority=AUTHORITY)
    with in_process(app) as http:
        yield Control(http, Documented(http.request("GET", "/openapi/control.json").json()))


@pytest.fixture(scope="session")
def made(control: Control) -> Callable[..., World]:
    """Makes worlds, with what `POST /worlds` takes."""

    def make(**spec: Any) -> World:
        response = control.ask("POST", "/worlds", json=spec)
        assert 201 == response.status_code, response.text
        view = response.json()
        return World(control, view["account_sid"], (view["api_key"], view["api_token"]))

    return make


@pytest.fixture
def new_world(made: Callable[..., World]) -> Iterator[Callable[..., World]]:
    """Makes worlds that go when the test ends."""
    names = (f"world{number}" for number in itertools.count(1))
    worlds = []

    def make(**spec: Any) -> World:
        worlds.append(made(**{"account_sid": next(names), **spec}))
        return worlds[-1]

    yield make
    for world in worlds:
        world.ask("DELETE")


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()


@pytest.fixture(name="order")
def order_fixture() -> Callable[..., dict[str, Any]]:
    return order


@pytest.fixture
def expect_refusal() -> Callable[..., None]:
    """Asserts that an answer is a problem with a status, a code and a hint, and perhaps a place."""

    def check(response: httpx.Response, status: int, code: str, where: str | None = None) -> None:
        assert status == response.status_code, response.text
        assert "application/problem+json" == response.headers["content-type"]
        problem = response.json()
        assert (status, code) == (problem["status"], problem["code"])
        assert problem["detail"]
        assert problem["hint"], f"no hint: {problem}"
        if where is not None:
            assert where == problem["where"]

    return check
