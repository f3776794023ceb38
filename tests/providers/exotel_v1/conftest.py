"""The application in this process with its engine at hand, and worlds on it that speak v1."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from in_process import Documented, InProcess, in_process

from mockserver import bootstrap
from mockserver.domain.call import Call
from mockserver.domain.order import Pace
from mockserver.engine import world as engine_world
from mockserver.engine.engine import Engine
from mockserver.engine.ports import Change
from mockserver.settings import Settings

CONTROL = "/_mock/v1/worlds"
CALLER, CALLEE, EXOPHONE = "+919811112222", "+919833334444", "+912241499102"
DATA = Path(__file__).parents[2] / "data" / "exotel_v1"
# The portal masks digits; these stand for what it hides.
UNMASKED = {
    "0XXXXX20000": "09811120000",
    "0XXXXX30240": "09811130240",
    "0XXXXX85175": "09811185175",
    "0XXXXXX4890": "08047114890",
    "<your_sid>": "Exotel",
}


@dataclass(frozen=True)
class Service(InProcess):
    """The application with its engine at hand."""

    engine: Engine


@dataclass(frozen=True)
class Account:
    """A world of its own and its credentials. Every JSON answer of v1 is held against the published document."""

    service: Service
    documented: Documented
    sid: str
    key: str
    token: str

    @property
    def world(self) -> engine_world.World:
        return self.service.engine.world(self.sid)

    def v1(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        """A request below the account, `path` as it is to be sent."""
        options.setdefault("auth", (self.key, self.token))
        response = self.service.request(method, f"/v1/Accounts/{self.sid}{path}", **options)
        if "application/json" == response.headers["content-type"]:
            self.documented.check(response)
        return response

    def connect(self, path: str = "/Calls/connect.json", **fields: Any) -> httpx.Response:
        """A connect request; a field that is None is left out."""
        usual = {"From": CALLER, "To": CALLEE, "CallerId": EXOPHONE}
        data = {name: value for name, value in {**usual, **fields}.items() if value is not None}
        return self.v1("POST", path, data=data)

    def place(self, **fields: Any) -> dict[str, Any]:
        """The record of a call that was accepted."""
        response = self.connect(**fields)
        assert 200 == response.status_code, response.text
        return response.json()["Call"]

    def read(self, call_sid: str, query: str = "") -> dict[str, Any]:
        """The call on its own, read successfully."""
        response = self.v1("GET", f"/Calls/{call_sid}.json{query}")
        assert 200 == response.status_code, response.text
        return response.json()["Call"]

    def page(self, query: str = "") -> dict[str, Any]:
        """A page of the list, read successfully."""
        response = self.v1("GET", f"/Calls.json{query}")
        assert 200 == response.status_code, response.text
        return response.json()

    def listed(self, query: str = "") -> list[str]:
        """The sids of a page, in its order."""
        return [call["Sid"] for call in self.page(query)["Calls"]]

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """What the control API answers about this world, when it is content."""
        response = self.service.request(method, f"{CONTROL}/{self.sid}{path}", json=body)
        assert response.is_success, response.text
        return response.json()

    def tell(self, **story: Any) -> None:
        """The story of the next call."""
        self.control("POST", "/scenarios/next", story)

    def advance(self, seconds: float) -> dict[str, Any]:
        return self.control("POST", "/clock/advance", {"seconds": seconds})

    def pace(self, **seconds: float) -> None:
        """Let the provider's own delays be these."""
        self.world.apply_settings(replace(self.world.settings, pace=Pace(**seconds)))

    def put(self, *calls: Call) -> None:
        """Put calls into the store as if they had happened."""

        async def commit() -> None:
            for call in calls:
                self.world.store.commit(Change(call, (), ()))

        self.service.portal.call(commit)

    def last_request(self) -> dict[str, Any]:
        """The journal's latest entry."""
        return self.control("GET", "/requests?limit=1000")["requests"][-1]


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    settings = Settings(clock="manual")
    engine = bootstrap.build_engine(settings)
    with in_process(bootstrap.build_app(settings, engine)) as http:
        yield Service(http.app, http.portal, http.client, engine)


@pytest.fixture(scope="session")
def documented(service: Service) -> Documented:
    published = service.request("GET", "/openapi/exotel-v1.json").json()
    return Documented(published, spelling=lambda path: path.replace("/Calls.json/", "/Calls/").removesuffix(".json"))


@pytest.fixture(scope="session")
def found_account(service: Service, documented: Documented) -> Callable[..., Account]:
    """Makes worlds with what `POST /worlds` takes; who makes one lets it go with `DELETE`."""
    names = (f"acct-{number}" for number in itertools.count(1))

    def make(**spec: Any) -> Account:
        name = spec.get("account_sid") or next(names)
        world = service.request("POST", CONTROL, json={"account_sid": name, "api_key": f"{name}-key", **spec})
        assert 201 == world.status_code, world.text
        view = world.json()
        return Account(service, documented, view["account_sid"], view["api_key"], view["api_token"])

    return make


@pytest.fixture
def new_account(found_account: Callable[..., Account]) -> Iterator[Callable[..., Account]]:
    """Makes worlds that go when the test ends."""
    made = []

    def make(**spec: Any) -> Account:
        made.append(found_account(**spec))
        return made[-1]

    yield make
    for account in made:
        account.control("DELETE")


@pytest.fixture
def account(new_account: Callable[..., Account]) -> Account:
    return new_account()


@pytest.fixture(scope="session")
def example() -> Callable[[str], str]:
    """Reads one of the portal's examples, with numbers for its masks and an account for its placeholder."""

    def read(name: str) -> str:
        text = (DATA / name).read_text()
        for mask, value in UNMASKED.items():
            text = text.replace(mask, value)
        return text

    return read


@pytest.fixture(scope="session")
def tree() -> Callable[[httpx.Response | str], ET.Element]:
    """Parses XML: a document, or an answer that says it is one."""

    def parse(source: httpx.Response | str) -> ET.Element:
        if isinstance(source, httpx.Response):
            assert "application/xml" == source.headers["content-type"]
            source = source.text
        root = ET.fromstring(source)  # noqa: S314  our own answers and examples
        assert "TwilioResponse" == root.tag
        return root

    return parse


@pytest.fixture(scope="session")
def outline() -> Callable[[ET.Element], Any]:
    """An element as (name, text) or (name, [children]), for comparing order and content."""

    def of(element: ET.Element) -> Any:
        return element.tag, [of(child) for child in element] if len(element) else (element.text or "").strip()

    return of


@pytest.fixture(scope="session")
def refusal(tree) -> Callable[[httpx.Response], tuple[int, str, str]]:
    """The status, message and code of a RestException, which is all that the body holds."""

    def read(response: httpx.Response) -> tuple[int, str]:
        if response.request.url.path.endswith(".json") or ".json/" in response.request.url.path:
            assert "application/json" == response.headers["content-type"]
            (name, fields), *others = response.json().items()
            assert isinstance(fields["Status"], int)
        else:
            (exception, *others) = tree(response)
            name, fields = exception.tag, {one.tag: one.text for one in exception}
        assert ("RestException", []) == (name, others)
        assert ["Status", "Message"] == list(fields)[:2]
        assert response.status_code == int(fields["Status"])
        return response.status_code, fields["Message"]

    return read
