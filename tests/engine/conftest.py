"""An engine without a network: a recording sender, plain wordings, worlds in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import anyio
import anyio.lowlevel
import pytest
from flow_line import Line

from mockserver.domain.applets import Wanted
from mockserver.domain.call import Call
from mockserver.domain.contact import Contact
from mockserver.domain.effects import Notify
from mockserver.domain.order import CALL_EVENTS, CallEvent, Order, Party, Subscription
from mockserver.domain.story import Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import OutboundRequest, Reply
from mockserver.engine.dispatcher import Dispatcher
from mockserver.engine.engine import Engine
from mockserver.engine.journal import Journal
from mockserver.engine.population import populate
from mockserver.engine.ports import Heard
from mockserver.engine.runner import Receipt, Runner
from mockserver.engine.world import Account, World, WorldSettings, WorldSpec
from mockserver.storage.memory import MemoryStore

OK = Reply(200, (), b"")
DEADLINE = 20.0
UNSPEAKABLE = "http://unspeakable/"


class RecordingSender:
    """Remembers what is sent and answers as it is told; nothing leaves the process."""

    def __init__(self) -> None:
        self.sent: list[OutboundRequest] = []
        self.timeouts: list[float] = []
        self.held: dict[str, anyio.Event] = {}
        self.on_send: Callable[[OutboundRequest], anyio.Event | None] = lambda request: None  # noqa: ARG005
        self.is_closed = False
        self._script: dict[str, deque[Reply | Exception]] = {}

    def script(self, url: str, *answers: Reply | Exception) -> None:
        """The next answers of a URL, one each; after them 200."""
        self._script.setdefault(url, deque()).extend(answers)

    def hold(self, url: str) -> anyio.Event:
        """Requests to a URL are answered when the event is set."""
        self.held[url] = anyio.Event()
        return self.held[url]

    @property
    def bodies(self) -> list[str]:
        """What was sent, in words."""
        return [request.body.decode() for request in self.sent]

    async def send(self, request: OutboundRequest, timeout_seconds: float) -> Reply:
        self.sent.append(request)
        self.timeouts.append(timeout_seconds)
        script = self._script.get(request.url)
        answer = script.popleft() if script else OK
        gate = self.on_send(request) or self.held.get(request.url)
        if gate is not None:
            await gate.wait()
        await anyio.lowlevel.checkpoint()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        self.is_closed = True


def word(notification: Notify, call: Call, world: World) -> OutboundRequest:
    """A callback in words: which call of the world, the event, the leg, the call's state."""
    if notification.subscription.url == UNSPEAKABLE:
        message = "no words for it"
        raise RuntimeError(message)
    number = world.numbers_of_calls.setdefault(call.sid, len(world.numbers_of_calls) + 1)
    what = f"{notification.subscription.event} {notification.leg_number}" if notification.leg_number else "over"
    return OutboundRequest("POST", notification.subscription.url, (), f"call {number} {what} {call.state}".encode())


class House:
    """An engine with a world `mock`."""

    def __init__(self, mode: ClockMode = ClockMode.MANUAL, *, speed: float = 1.0, **spec: object) -> None:
        self.sender = RecordingSender()
        # What the answers of applications mean, by body.
        self.meanings: dict[bytes, Wanted] = {}
        self.engine = Engine(self.sender, {"plain": word}, self._found, readers={"plain": self._read})
        self.max_calls = 10_000
        self.world = self.create("mock", clock_mode=mode, speed=speed, **spec)

    def _read(self, _event: CallEvent, _variant: str, reply: Reply) -> Heard:
        meaning = self.meanings.get(reply.body)
        return Heard(meaning, () if meaning else (f"{reply.body!r} means nothing",))

    def _found(self, spec: WorldSpec) -> World:
        world = World(
            spec, store=MemoryStore(self.max_calls), journal=Journal(), public_url="http://mock.test", populate=populate
        )
        world.numbers_of_calls = {}
        return world

    def create(self, sid: str, **spec: object) -> World:
        """One more world; its clock is manual unless told otherwise."""
        account = Account(sid, f"{sid}-key", f"{sid}-token")
        return self.engine.create_world(WorldSpec(account, **{"clock_mode": ClockMode.MANUAL, **spec}))

    def running(self) -> AbstractAsyncContextManager[None]:
        return self.engine.running()

    def order(self, *, url: str = "http://localhost/callback", **changes: object) -> Order:
        """Two outsiders, and callbacks for every answer and the end."""
        subscriptions = tuple(Subscription(event, url, "POST", "application/json", "plain") for event in CALL_EVENTS)
        order = Order(
            from_party=Party(Contact("+919810012345")),
            to_party=Party(Contact("+919820012345")),
            exophone=Contact("+912241499102"),
            subscriptions=subscriptions,
        )
        return replace(order, **changes)

    def place(
        self, story: Story | None = None, *, is_answered: bool = True, world: World | None = None, **order: object
    ) -> Call:
        """Place a call as a provider does; its answer has been sent unless told otherwise."""
        world = world or self.world
        if story is not None:
            world.scenarios.tell_next(story)
        call = self.engine.place(world, self.order(**order))
        world.numbers_of_calls[call.sid] = len(world.numbers_of_calls) + 1
        if is_answered:
            self.engine.answer_sent(world, call.sid)
        return call

    def call(self, sid: str) -> Call:
        return self.world.store.call(sid)

    @property
    def runner(self) -> Runner:
        return self.engine.runner(self.world)

    @property
    def dispatcher(self) -> Dispatcher:
        return self.engine.dispatcher(self.world)

    async def advance(self, seconds: float, *, cap: float = DEADLINE) -> Receipt:
        return await self.runner.advance(seconds, cap)

    def delivered(self) -> list[tuple[str, int]]:
        """The state of every delivery and how often it was tried, in order of creation."""
        return [(str(one.state), len(one.attempts)) for one in self.world.store.deliveries()]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The server runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def make_house() -> Callable[..., House]:
    """Makes an engine with one world, by clock mode and world specification."""
    return House


@pytest.fixture
def house() -> House:
    """An engine with one world whose clock is manual."""
    return House()


@pytest.fixture(scope="session")
def until() -> Callable:
    """Waits until a condition holds, letting all tasks run meanwhile; fails after a deadline of real time."""

    async def wait_until(is_met: Callable[[], object]) -> None:
        with anyio.fail_after(DEADLINE):
            while not is_met():
                await anyio.lowlevel.checkpoint()

    return wait_until


@pytest.fixture(scope="session")
def settle_tasks() -> Callable:
    """Lets all tasks run until each of them waits for something."""

    async def run_all() -> None:
        await anyio.wait_all_tasks_blocked()

    return run_all


@pytest.fixture
def world(house: House) -> World:
    """A world with a manual clock and the sample directory."""
    return house.world


@pytest.fixture(scope="session")
def voiceless() -> WorldSettings:
    """Settings of an account that may not make VoIP calls."""
    return WorldSettings(is_voip_allowed=False)


@pytest.fixture
async def line(house: House) -> AsyncIterator[Line]:
    """Somebody who calls an ExoPhone, in a world whose clock is manual."""
    async with house.running():
        yield Line(house)
