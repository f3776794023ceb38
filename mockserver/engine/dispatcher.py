"""Sends a world's callbacks: in order, after the answer, every attempt on record."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import anyio

from mockserver.domain.errors import UnknownDelivery
from mockserver.engine.delivery import Attempt, Delivery, DeliveryState, SendBlocked, SendFailed, rerouted
from mockserver.engine.ports import Sender
from mockserver.engine.world import World

# Starts work beside what runs; False if nothing runs yet, or no more.
Spawn = Callable[[Callable[[], Awaitable[None]]], bool]

_log = logging.getLogger(__name__)
_MOST_IN_FLIGHT = 100
_WHOLE_WORLD = ""


class Dispatcher:
    """Lanes of deliveries. What is in one lane goes out one after another.

    Where time runs by itself, each call has a lane and calls go out side by side. In manual and jumping time the world
    is one lane, so that all deliveries of one instant are in one order. The callbacks of a call wait while the answer
    to the request that placed it is still on its way (`withhold`, `release`).
    """

    def __init__(self, world: World, sender: Sender, spawn: Spawn) -> None:
        self._world = world
        self._sender = sender
        self._spawn = spawn
        self._lanes: dict[str, deque[str]] = {}
        # What each running lane is sending at this moment.
        self._running: dict[str, str | None] = {}
        self._withheld: set[str] = set()
        self._quiet = anyio.Event()
        self._in_flight = anyio.Semaphore(_MOST_IN_FLIGHT)
        self.on_quiet: Callable[[], None] = lambda: None
        # Called with a delivery after each of its attempts.
        self.on_attempt: Callable[[Delivery], None] = lambda _: None

    @property
    def is_quiet(self) -> bool:
        """Nothing is being sent, and nothing waits for its turn (what is withheld does not count)."""
        return not self._running

    @property
    def has_withheld(self) -> bool:
        return bool(self._withheld)

    @property
    def in_flight(self) -> tuple[str, ...]:
        """The ids of the deliveries that are being sent."""
        return tuple(one for one in self._running.values() if one is not None)

    @property
    def in_flight_words(self) -> list[str]:
        deliveries = [self._world.store.delivery(delivery_id) for delivery_id in self.in_flight]
        return [f"{one.id} ({one.event} to {one.request.url})" for one in deliveries]

    def withhold(self, call_sid: str) -> None:
        self._withheld.add(call_sid)

    def release(self, call_sid: str) -> None:
        self._withheld.discard(call_sid)
        self._start(call_sid)
        self._start(_WHOLE_WORLD)
        if not self._withheld:
            self.on_quiet()

    def start(self) -> None:
        """Send what was queued while nothing ran."""
        for name in tuple(self._lanes):
            self._start(name)

    def enqueue(self, delivery: Delivery, *, is_retry: bool = False, behind: Delivery | None = None) -> None:
        """Send a delivery when its turn comes: in the order of its call, or of the call whose delivery it is behind."""
        # A retry must not hold up what happened since, so it has a lane of its own where lanes are per call.
        name = self._lane_of(delivery.id if is_retry else (behind or delivery).call_sid)
        self._lanes.setdefault(name, deque()).append(delivery.id)
        self._start(name)

    def _lane_of(self, own: str) -> str:
        """Where what is under way keeps its lane: a new mode of the clock must not let a call overtake itself."""
        if self._is_open(own):
            return own
        is_one_lane = not self._world.clock.runs_by_itself or self._is_open(_WHOLE_WORLD)
        return _WHOLE_WORLD if is_one_lane else own

    def _is_open(self, name: str) -> bool:
        return name in self._running or bool(self._lanes.get(name))

    async def until_quiet(self) -> None:
        while not self.is_quiet:
            await self._quiet.wait()

    def clear(self) -> None:
        """Forget what is queued; what is being sent at this moment still ends."""
        for lane in self._lanes.values():
            lane.clear()
        self._withheld.clear()

    def _start(self, name: str) -> None:
        if name in self._running or self._next_in(name) is None:
            return
        if not self._spawn(lambda: self._drain(name)):
            return
        if not self._running:
            self._quiet = anyio.Event()
        self._running[name] = None

    def _next_in(self, name: str) -> str | None:
        """The first delivery of a lane that may go: one that is withheld lets those of other calls pass."""
        lane = self._lanes.get(name)
        if not lane:
            self._lanes.pop(name, None)
            return None
        if not self._withheld:
            return lane[0]
        call_of = self._world.store.delivery
        return next((one for one in lane if call_of(one).call_sid not in self._withheld), None)

    async def _drain(self, name: str) -> None:
        try:
            while (delivery_id := self._next_in(name)) is not None:
                self._lanes[name].remove(delivery_id)
                self._running[name] = delivery_id
                async with self._in_flight:
                    await self._attempt(delivery_id)
        finally:
            del self._running[name]
            if not self._running:
                self._quiet.set()
                self.on_quiet()

    async def _attempt(self, delivery_id: str) -> None:
        try:
            delivery = self._world.store.delivery(delivery_id)
        except UnknownDelivery:
            return  # a reset has forgotten it while it waited for its turn
        at, began = self._world.clock.now(), time.monotonic()
        number, settings = len(delivery.attempts) + 1, self._world.settings
        try:
            request = rerouted(delivery.request, settings.hosts) if settings.hosts else delivery.request
            patience = settings.pace.answer_within if delivery.asks else settings.callback_timeout
            reply = await self._sender.send(request, patience)
        except SendBlocked as blocked:
            attempt = Attempt(number, at, time.monotonic() - began, error=str(blocked))
            self._record(delivery, attempt, DeliveryState.BLOCKED)
            return
        except SendFailed as failed:
            attempt = Attempt(number, at, time.monotonic() - began, error=f"{failed.reason}: {failed}")
        except Exception as surprise:  # noqa: BLE001  see below
            # Nothing is lost, whatever goes wrong on the way: it is an attempt on record, and it is logged.
            _log.exception("sending %s failed unexpectedly", delivery_id)
            attempt = Attempt(number, at, time.monotonic() - began, error=f"broken: {surprise!r}")
        else:
            attempt = Attempt(number, at, time.monotonic() - began, reply=reply)
        self._record(delivery, attempt, self._state_after(delivery, attempt))

    def _state_after(self, delivery: Delivery, attempt: Attempt) -> DeliveryState:
        if delivery.is_question:
            # Whatever it says, it is an answer.
            return DeliveryState.DELIVERED if attempt.reply else DeliveryState.FAILED
        if attempt.is_success:
            return DeliveryState.DELIVERED
        has_retry = attempt.number <= len(self._world.settings.retry_after)
        return DeliveryState.RETRYING if has_retry else DeliveryState.FAILED

    def _record(self, delivery: Delivery, attempt: Attempt, state: DeliveryState) -> None:
        world = self._world
        try:
            world.store.delivery(delivery.id)
        except UnknownDelivery:
            return  # a reset has forgotten it while it was on its way
        delivery = replace(delivery, attempts=(*delivery.attempts, attempt), state=state)
        world.store.put_delivery(delivery)
        if state is not DeliveryState.BLOCKED:
            world.exercised.told(delivery.dialect, delivery.event)
        world.events.append(
            attempt.at,
            "delivery.blocked" if state is DeliveryState.BLOCKED else "delivery.attempted",
            delivery.call_sid,
            delivery=delivery.id,
            event=delivery.event,
            leg=delivery.leg_number,
            url=delivery.request.url,
            attempt=attempt.number,
            status=attempt.reply.status if attempt.reply else None,
            # Only the reason: the words of an error hold ports and times, and a receipt is the same in every run.
            error=attempt.error.partition(":")[0] if attempt.error else None,
            state=state,
        )
        self.on_attempt(delivery)
        if state is DeliveryState.RETRYING:
            due = world.clock.now() + timedelta(seconds=world.settings.retry_after[attempt.number - 1])
            world.store.retry_at(due, delivery)
            world.events.append(attempt.at, "delivery.retry", delivery.call_sid, delivery=delivery.id, due=str(due))
            self.on_quiet()
