"""A world as test suites like it: URLs and credentials as attributes, a sink, routes, assertions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from mockserver.control.feed import FeedEvent
from mockserver.control.record_views import DeliveryView, ExchangeView
from mockserver.control.world_views import ReceiptView, WorldView
from mockserver.domain.call import Outcome
from mockserver.domain.order import Direction
from mockserver.engine.population import SAMPLE_EXOPHONES
from mockserver.engine.world import Account
from mockserver.testing.asgi import AsgiListener
from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.blocking.world import World
from mockserver.testing.differences import side_by_side
from mockserver.testing.environment import variables
from mockserver.testing.ladder import Ladder
from mockserver.testing.orders import Order
from mockserver.testing.overtaking import Overtaking
from mockserver.testing.received import event_word
from mockserver.testing.sink import CallbackSink

_PAGE = 1_000
_MINUTE = 60.0
_HOUR = 3_600.0
_MOST_DRAWN = 10


class Api(NamedTuple):
    """Where an application finds the account in one API, and how it comes in: `auth` is Basic, key and token."""

    url: str
    auth: tuple[str, str]
    access_token: str


class SuiteWorld(World):
    """A World, and what a test wants besides.

    `allowed` are the names of the checks that its end passes over.
    """

    def __init__(self, transport: Transport, view: WorldView) -> None:
        super().__init__(transport, view)
        self.allowed: set[str] = set()
        self._resources = ExitStack()
        self._overtaking: Overtaking | None = None

    @classmethod
    def of(cls, world: World) -> Self:
        """The same world, with what a test wants besides."""
        return cls(world._transport, world.view)  # noqa: SLF001  a base class's part

    def __repr__(self) -> str:
        return f"<SuiteWorld {self.sid} of {self.base_url}>"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._resources:
            super().__exit__(kind, error, trace)

    # Where it is

    @property
    def base_url(self) -> str:
        """Of the server."""
        return self._transport.base_url

    @property
    def exotel_v1(self) -> Api:
        return self.api("exotel-v1")

    @property
    def exotel_v2(self) -> Api:
        return self.api("exotel-v2")

    @property
    def exotel_v2_beta(self) -> Api:
        return self.api("exotel-v2-beta")

    @property
    def exotel_v3(self) -> Api:
        return self.api("exotel-v3")

    @property
    def nectardesk(self) -> Api:
        return self.api("nectardesk")

    def api(self, name: str) -> Api:
        """By the name of the API: exotel-v1, exotel-v2, exotel-v2-beta, exotel-v3, nectardesk."""
        return Api(self.base_urls[name], self.auth, self.view.access_token)

    @property
    def token(self) -> str | None:
        """The control token of the server, if it has one."""
        return self._transport._token  # noqa: SLF001  what commands the server in its name needs it

    @property
    def access_token(self) -> str:
        return self.view.access_token

    @property
    def env(self) -> dict[str, str]:
        """The environment of an application that is to use this world: MOCKSERVER_EXOTEL_V3_URL and so on."""
        view = self.view
        account = Account(view.account_sid, view.api_key, view.api_token, view.access_token)
        return variables(self.base_url, account, SAMPLE_EXOPHONES[0], self.base_urls, self.token)

    # Where callbacks go

    @cached_property
    def sink(self) -> CallbackSink:
        """A receiver of callbacks of its own, from the first use to the end of the world."""
        return self._resources.enter_context(CallbackSink())

    @property
    def has_sink(self) -> bool:
        """Whether `sink` has been used."""
        return "sink" in self.__dict__

    def route(self, host: str, app: Any) -> str:  # noqa: ANN401  ASGI applications have no common type
        """Let callbacks to a host (`http://app.test`) go to an ASGI application in this process; its real URL.

        It is served on a loopback port, on a thread with an event loop of its own, until the world ends.
        """
        listener = self._resources.enter_context(AsgiListener(app))
        name = urlsplit(host).netloc if "//" in host else host
        self.configure(hosts={**self.view.hosts, name: listener.url})
        return listener.url

    # Time

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, cap_seconds: float = 30.0
    ) -> ReceiptView:
        """Move the manual clock and settle: `advance(90)`, `advance(minutes=45)`."""
        self._let_overtake()
        return super().advance(seconds + minutes * _MINUTE + hours * _HOUR, cap_seconds=cap_seconds)

    def settle(self) -> ReceiptView:
        """Move the manual clock until nothing is left to happen: calls, callbacks, what faults have held back."""
        self._let_overtake()
        return self.run_until(idle=True)

    def disorder(self, order: Order) -> None:
        """Let the callbacks of the next call come in another order than they should."""
        for kind, fields in order.faults():
            self.add_fault(kind, **fields)
        if order.overtakes:
            self._overtaking = self._resources.enter_context(Overtaking(World(self._transport, self.view)))

    def _let_overtake(self) -> None:
        if self._overtaking is not None:
            self._overtaking.finish()

    # What happened

    def all_events(self, *, kind: str | None = None, call_sid: str | None = None) -> Iterator[FeedEvent]:
        """All that happened and is kept, page by page."""
        after: int | None = 0
        while after is not None:
            page = self.events(kind=kind, call_sid=call_sid, limit=_PAGE, after=after)
            yield from page.events
            after = page.next

    def all_deliveries(self) -> Iterator[DeliveryView]:
        after: str | None = None
        while True:
            page = self.deliveries(limit=_PAGE, after=after)
            yield from page.deliveries
            after = page.next
            if after is None:
                return

    def all_requests(self) -> Iterator[ExchangeView]:
        after: str | None = None
        while True:
            page = self.requests(limit=_PAGE, after=after)
            yield from page.requests
            after = page.next
            if after is None:
                return

    def ladder(self, call_sid: str | None = None) -> str:
        """What happened to a call, or to each of the latest ones, drawn row by row."""
        sids = [one.sid for one in reversed(self.calls(limit=_MOST_DRAWN).calls)] if call_sid is None else [call_sid]
        return "\n\n".join(map(self._drawn, sids))

    def _drawn(self, call_sid: str) -> str:
        call = self.get_call(call_sid).call
        drawing = Ladder(call.from_, call.to or "flow", comes_in=call.direction == Direction.INBOUND)
        rows = [row for event in self.all_events(call_sid=call_sid) for row in drawing.rows(event)]
        return "\n".join([f"call {call_sid}, placed at {call.created_at:%H:%M:%S}", drawing.head(), *rows])

    def callbacks(self, call_sid: str | None = None) -> list[str]:
        """The events of the callbacks that were answered well, in the order in which they arrived."""
        arrived = self.all_events(kind="delivery.attempted", call_sid=call_sid)
        return [event_word(one.facts["event"]) for one in arrived if one.facts["state"] == "delivered"]

    # What should have happened

    def allow(self, *names: str) -> None:
        """Let the end of the test pass over undelivered, server-errors, double-dials, unmatched or disliked-answers."""
        for name in names:
            check_name(name)
        self.allowed.update(names)

    def assert_callbacks(self, expected: Sequence[str], call_sid: str | None = None) -> None:
        """That these events arrived, in this order: `["answered", "answered", "terminal"]`."""
        __tracebackhide__ = True
        arrived = self.callbacks(call_sid)
        if list(expected) != arrived:
            table = side_by_side(expected, arrived, ("expected", "arrived"))
            raise AssertionError(f"other callbacks arrived than expected\n{table}")

    def assert_requests(self, expected: Sequence[str]) -> None:
        """That the application made these requests: operations, or `exotel-v3.create-call 200` with the status."""
        __tracebackhide__ = True
        made = [f"{one.operation or f'{one.method} {one.path}'} {one.status}" for one in self.all_requests()]
        wanted = [one if " " in one else _like(one, made, place) for place, one in enumerate(expected)]
        if wanted != made:
            raise AssertionError(f"other requests came than expected\n{side_by_side(wanted, made)}")

    def assert_outcome(self, call_sid: str, outcome: Outcome | str) -> None:
        """That a call is over and went so: completed, to-unanswered, ..."""
        __tracebackhide__ = True
        call = self.get_call(call_sid).call
        if call.outcome != outcome:
            how = call.outcome or f"not over, but {call.state}"
            raise AssertionError(f"call {call_sid} is {how}, not {outcome}")


CHECKS = ("undelivered", "server-errors", "double-dials", "unmatched", "disliked-answers")


def check_name(name: str) -> str:
    """Raises ValueError if there is no check of that name."""
    if name not in CHECKS:
        message = f"{name!r} cannot be allowed; what can is {', '.join(CHECKS)}"
        raise ValueError(message)
    return name


def _like(operation: str, made: Sequence[str], place: int) -> str:
    """An operation that was named without a status takes the one that came."""
    came = made[place] if place < len(made) else ""
    return came if came.partition(" ")[0] == operation else operation
