"""An engine whose calls go through flows in Exotel's dialect, and an application that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio.lowlevel
import pytest

from mockserver.bootstrap import FLOW_DIALECTS
from mockserver.domain.applets import Applet
from mockserver.domain.call import Call
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Exophone, Flow, User
from mockserver.domain.story import Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import Delivery, OutboundRequest, Reply
from mockserver.engine.engine import Engine
from mockserver.engine.incoming import Arrival, arrived
from mockserver.engine.journal import Journal
from mockserver.engine.population import populate
from mockserver.engine.runner import Receipt
from mockserver.engine.world import Account, World, WorldSettings, WorldSpec
from mockserver.storage.memory import MemoryStore

DIALECT = FLOW_DIALECTS[0]
CALLER, EXOPHONE, AGENT = "+919999999991", "+919999999980", "+919999999999"
DEADLINE = 20.0


class Application:
    """Answers by URL without its query, one answer after the other and the last one again; 200 by itself."""

    def __init__(self) -> None:
        self.asked: list[OutboundRequest] = []
        self.answers: dict[str, list[Reply | Exception]] = {}

    async def send(self, request: OutboundRequest, timeout_seconds: float) -> Reply:  # noqa: ARG002  the sender port
        self.asked.append(request)
        await anyio.lowlevel.checkpoint()
        script = self.answers.get(request.url.partition("?")[0], [Reply(200, (), b"")])
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        pass


class FlowHouse:
    """A world `mock` with flow 228040 on its ExoPhone, at the moment at which a recorded call began."""

    def __init__(self, start: datetime, settings: WorldSettings) -> None:
        self.application = Application()
        writers, readers = {DIALECT.name: DIALECT.write}, {DIALECT.name: DIALECT.read}
        self.engine = Engine(self.application, writers, self._found, readers=readers)
        spec = WorldSpec(Account("mock", "key", "token"), clock_mode=ClockMode.MANUAL, start=start, settings=settings)
        self.world = self.engine.create_world(spec)
        self.world.directory.add_exophone(Exophone(Contact(EXOPHONE), "Support", flow_id="228040"))
        device = Device(self.world.directory.new_device_id(), Contact(AGENT), "Phone")
        self.world.directory.add_user(User("agent", "Asha", "Rao", "asha.rao@example.com", devices=(device,)))

    def _found(self, spec: WorldSpec) -> World:
        return World(
            spec, store=MemoryStore(1_000), journal=Journal(), public_url="http://mock.test", populate=populate
        )

    def runs(self, *applets: Applet) -> None:
        """Calls to the ExoPhone go through these."""
        self.world.directory.flows["228040"] = Flow("228040", "Support line", applets, DIALECT.name)

    def comes_in(self, story: Story, **changes: Any) -> Call:
        order = arrived(self.world, Arrival(Contact(CALLER), Contact(EXOPHONE), **changes))
        call = self.engine.place(self.world, order, story)
        self.engine.answer_sent(self.world, call.sid)
        return call

    async def advance(self, seconds: float = 2_000.0) -> Receipt:
        return await self.engine.runner(self.world).advance(seconds, DEADLINE)

    def call(self, sid: str) -> Call:
        return self.world.store.call(sid)

    @property
    def deliveries(self) -> list[Delivery]:
        return self.world.store.deliveries()

    @property
    def complaints(self) -> list[str]:
        return [complaint for delivery in self.deliveries for complaint in delivery.complaints]

    def told(self, url: str) -> list[dict[str, str]]:
        """The parameters of every request to a URL, in order."""
        return [parameters(request) for request in self.application.asked if request.url.partition("?")[0] == url]


def parameters(request: OutboundRequest) -> dict[str, str]:
    """Of one request, in the order in which they were sent."""
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The server runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def root() -> Path:
    """Where the repository begins."""
    return Path(__file__).parents[3]


@pytest.fixture(scope="session")
def make_flows() -> Callable[..., FlowHouse]:
    """Makes a house whose clock begins at a moment (IST, as the vendor prints it)."""

    def make(start: str = "2022-02-23T12:31:59+05:30", **settings: Any) -> FlowHouse:
        return FlowHouse(datetime.fromisoformat(start).astimezone(UTC), WorldSettings(**settings))

    return make


@pytest.fixture
def flows(make_flows) -> FlowHouse:
    """A house at the moment of the first recorded call."""
    return make_flows()
