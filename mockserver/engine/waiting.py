"""Waits: something is to come, by a deadline in real time. Events wake them; they hold nothing while they wait."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import anyio

from mockserver.domain.call import Call
from mockserver.domain.errors import UnknownDelivery, UnknownWorld
from mockserver.engine.delivery import Delivery
from mockserver.engine.events import Event
from mockserver.engine.journal import Exchange
from mockserver.engine.matching import Difference, Matcher, Trait
from mockserver.engine.world import World

_T = TypeVar("_T")
_MOST_SHOWN = 10
_BACKLOG = 1_000
_RESTORED = "world.restored"


@dataclass(frozen=True, slots=True)
class Waited(Generic[_T]):
    """How a wait ended: what matched, and if that was too little, what came instead, the closest first."""

    is_met: bool
    matched: Sequence[_T]
    instead: Sequence[tuple[_T, tuple[Difference, ...]]]
    seconds: float


@dataclass(frozen=True, slots=True)
class CallWish:
    """What a call is to come to. `state`: that it is in or has been in; `outcome`; `is_over`: its legs have ended."""

    state: str | None = None
    outcome: str | None = None
    is_over: bool | None = None


class _Watch(Protocol[_T]):
    """What has come that is wished for."""

    @property
    def matched(self) -> list[_T]: ...

    def look(self, events: tuple[Event, ...] | None) -> None:
        """Take note of what has happened; None: of whatever there is."""

    def others(self) -> Iterable[_T]:
        """All that might have been meant."""


class _Requests:
    """Requests behind a number. Each entry of the journal is looked at once."""

    def __init__(self, world: World, matcher: Matcher[Exchange], since: int) -> None:
        self._journal = world.journal
        self._matcher = matcher
        self._since = self._seen = since
        self.matched: list[Exchange] = []

    def look(self, _events: tuple[Event, ...] | None) -> None:
        for entry in self._journal.after(self._seen):
            self._seen = entry.number
            if self._matcher.fits(entry):
                self.matched.append(entry)

    def others(self) -> Iterable[Exchange]:
        return self._journal.after(self._since)


class _Deliveries:
    """Deliveries behind a number. One that has matched stays, whatever becomes of it: who waits has seen it."""

    def __init__(self, world: World, matcher: Matcher[Delivery], since: int) -> None:
        self._store = world.store
        self._matcher = matcher
        self._since = since
        self._matched: dict[str, Delivery] = {}

    @property
    def matched(self) -> list[Delivery]:
        return list(self._matched.values())

    def look(self, events: tuple[Event, ...] | None) -> None:
        for delivery in self.others() if events is None else self._touched(events):
            if delivery.number > self._since and self._matcher.fits(delivery):
                self._matched[delivery.id] = delivery

    def _touched(self, events: Iterable[Event]) -> Iterator[Delivery]:
        for event in events:
            # A reset may have forgotten it.
            with suppress(UnknownDelivery):
                yield self._store.delivery(str(event.facts["delivery"]))

    def others(self) -> Iterable[Delivery]:
        return [one for one in self._store.deliveries() if one.number > self._since]


async def wait_for_requests(
    world: World, matcher: Matcher[Exchange], count: int, seconds: float, since: int = 0
) -> Waited[Exchange]:
    """Until `count` requests match, of those with a number above `since`; also those from before the wait."""
    return await _wait(_woken(world, "request."), _Requests(world, matcher, since), matcher, count, seconds)


async def wait_for_deliveries(
    world: World, matcher: Matcher[Delivery], count: int, seconds: float, since: int = 0
) -> Waited[Delivery]:
    """Until `count` deliveries match, of those with a number above `since`; also those from before the wait."""
    return await _wait(_woken(world, "delivery."), _Deliveries(world, matcher, since), matcher, count, seconds)


async def wait_for_call(world: World, call_sid: str, wish: CallWish, seconds: float) -> Waited[Call]:
    """Until a call is what is wished; not longer than it can still change. Raises UnknownCall."""
    began, states = time.monotonic(), set[str]()
    matcher = _call_matcher(wish, states)
    call = world.store.call(call_sid)
    async with aclosing(_woken(world, "call")) as waking:
        with anyio.move_on_after(seconds):
            async for events in waking:
                call = world.store.call(call_sid)
                moves = world.events.latest() if events is None else events
                states |= {
                    str(one.facts["after"]) for one in moves if one.call_sid == call_sid and "after" in one.facts
                }
                states.add(call.state)
                if matcher.fits(call) or call.is_settled:
                    break
    differences = matcher.differences(call)
    return Waited(not differences, [call], [(call, differences)] if differences else [], time.monotonic() - began)


async def _wait(
    waking: AsyncGenerator[tuple[Event, ...] | None, None],
    watch: _Watch[_T],
    matcher: Matcher[_T],
    count: int,
    seconds: float,
) -> Waited[_T]:
    began = time.monotonic()
    async with aclosing(waking):
        with anyio.move_on_after(seconds):
            async for events in waking:
                watch.look(events)
                if len(watch.matched) >= count:
                    break
    is_met = len(watch.matched) >= count
    instead = [] if is_met else matcher.closest(watch.others(), _MOST_SHOWN)
    return Waited(is_met, watch.matched, instead, time.monotonic() - began)


async def _woken(world: World, kind: str) -> AsyncGenerator[tuple[Event, ...] | None, None]:
    """The events of a kind as they happen; None where everything has to be looked at: first, after a flood, and when
    the world is as it was once.

    Raises UnknownWorld when there is nothing more to wait for.
    """
    while True:
        with world.events.listening(_BACKLOG, lambda event: event.kind.startswith((kind, _RESTORED))) as listener:
            yield None
            while not listener.is_overrun:
                events = await listener.heard()
                if listener.is_closed:
                    message = f"world {world.sid!r} has gone, or the server stops: nothing more will come"
                    raise UnknownWorld(message)
                if any(event.kind == _RESTORED for event in events):
                    yield None
                elif events:
                    yield events


def _call_matcher(wish: CallWish, states: set[str]) -> Matcher[Call]:
    traits: list[Trait[Call]] = []
    if wish.state is not None:
        traits.append(Trait("state", wish.state, lambda _: wish.state in states, lambda call: call.state))
    if wish.outcome is not None:
        traits.append(
            Trait(
                "outcome", wish.outcome, lambda call: call.outcome == wish.outcome, lambda call: call.outcome or "none"
            )
        )
    if wish.is_over is not None:
        wanted = str(wish.is_over).lower()
        traits.append(
            Trait("is_over", wanted, lambda call: call.is_over is wish.is_over, lambda call: str(call.is_over).lower())
        )
    return Matcher(tuple(traits))
