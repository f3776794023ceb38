"""The use cases: make worlds, place calls, let inputs happen to them, send callbacks again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import anyio
from anyio.abc import TaskGroup

from mockserver.domain.call import Call
from mockserver.domain.errors import AlreadyExists, ContactBusy, Exhausted, UnknownWorld
from mockserver.domain.machine import Input, Notify, Step, begin, step
from mockserver.domain.order import Order
from mockserver.domain.sids import new_sid
from mockserver.domain.states import Trigger
from mockserver.engine.clock import Clock
from mockserver.engine.delivery import Attempt, Delivery, DeliveryState, OutboundRequest
from mockserver.engine.dispatcher import Dispatcher
from mockserver.engine.histories import Histories
from mockserver.engine.journal import Journal
from mockserver.engine.ports import CallbackWriter, Change, Retry, Sender, Timer
from mockserver.engine.runner import Runner
from mockserver.engine.world import World, WorldSpec

_log = logging.getLogger(__name__)
_UNWORDED = "broken: mockserver could not word this callback; its log has the trace"
_DRAIN_SECONDS = 0.2


class _NoRandomness(Random):
    """For a step that draws nothing; one that did would have to get a generator derived for it."""

    def getrandbits(self, k: int, /) -> int:
        raise AssertionError(f"{k} random bits were drawn where none are derived")


_UNUSED_RNG = _NoRandomness()


@dataclass(frozen=True, slots=True)
class _Running:
    """What makes a world move."""

    dispatcher: Dispatcher
    runner: Runner
    histories: Histories


class Engine:
    """All worlds of a server.

    `found` makes a world from its specification; `writers` maps the dialect of a subscription to the wording of its
    callbacks.
    """

    def __init__(
        self,
        sender: Sender,
        writers: Mapping[str, CallbackWriter],
        found: Callable[[WorldSpec], World],
        *,
        max_worlds: int = 10_000,
    ) -> None:
        self._sender = sender
        self._writers = writers
        self._found = found
        self._max_worlds = max_worlds
        self._worlds: dict[str, World] = {}
        self._by_user: dict[str, World] = {}
        self._running: dict[str, _Running] = {}
        self._tasks: TaskGroup | None = None
        # Requests that belong to no world: unknown paths, unknown accounts.
        self.strays = Journal()
        self.wall_clock = Clock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Time passes and callbacks go out while the block is open."""
        async with anyio.create_task_group() as self._tasks:
            for world in self._worlds.values():
                self.runner(world).look_again()
                self.dispatcher(world).start()
            yield
            # What is on the wire may finish, what waits for its time is given up.
            with anyio.move_on_after(_DRAIN_SECONDS):
                for running in tuple(self._running.values()):
                    await running.dispatcher.until_quiet()
            self._tasks.cancel_scope.cancel()
        self._tasks = None
        await self._sender.aclose()

    def _spawn(self, work: Callable[[], Awaitable[None]]) -> bool:
        if self._tasks is None or self._tasks.cancel_scope.cancel_called:
            return False
        self._tasks.start_soon(_guarded, work)
        return True

    # Worlds

    @property
    def worlds(self) -> tuple[World, ...]:
        return tuple(self._worlds.values())

    def create_world(self, spec: WorldSpec) -> World:
        """Raises AlreadyExists if the account SID or key is taken, Exhausted if there are too many worlds."""
        account = spec.account
        if len(self._worlds) >= self._max_worlds:
            message = f"the server holds {len(self._worlds)} worlds, which is its bound"
            raise Exhausted(message, hint="Delete worlds that are done with.")
        for name in (account.sid, account.key):
            if name in self._by_user:
                message = f"a world with account SID or key {name!r} exists already"
                raise AlreadyExists(message, hint="Choose another, or delete that world first.")
        world = self._found(spec)
        dispatcher = Dispatcher(world, self._sender, self._spawn)
        runner = Runner(world, dispatcher, lambda timer: self._fire(world, timer), self._spawn)
        self._worlds[account.sid] = self._by_user[account.sid] = self._by_user[account.key] = world
        self._running[account.sid] = _Running(dispatcher, runner, Histories(world))
        return world

    def world(self, sid: str) -> World:
        try:
            return self._worlds[sid]
        except KeyError:
            message = f"no world {sid!r} on this server"
            raise UnknownWorld(message) from None

    def find_world(self, sid: str) -> World | None:
        """The world of an account SID that came from outside, if it is one."""
        return self._worlds.get(sid)

    def world_of_user(self, user: str) -> World | None:
        """The world that a Basic user name belongs to: its API key, or its account SID as some clients send."""
        return self._by_user.get(user)

    def remove_world(self, sid: str) -> World:
        world = self.world(sid)
        self.forget_calls(world)
        del self._running[sid]
        for name in (sid, world.account.key):
            self._by_user.pop(name, None)
        return self._worlds.pop(sid)

    def runner(self, world: World) -> Runner:
        return self._running[world.sid].runner

    def dispatcher(self, world: World) -> Dispatcher:
        return self._running[world.sid].dispatcher

    def histories(self, world: World) -> Histories:
        return self._running[world.sid].histories

    # Calls

    def place(self, world: World, order: Order) -> Call:
        """Accept a call. Nothing rings and no callback goes out before `answer_sent`.

        Raises ContactBusy if somebody the call would hold is on another, Exhausted if the world is full.
        """
        self.runner(world).catch_up()
        for key in order.holds:
            holder = world.store.holder_of(key)
            if holder is not None:
                message = f"{order.from_party.contact} is on call {holder}"
                raise ContactBusy(message)
        at = world.clock.now()
        world.store.make_room(at)
        rng = world.rng("call", world.next_number("call"))
        sid = new_sid(rng, at.astimezone(world.zone))
        told = world.scenarios.story_for(order, rng)
        self.dispatcher(world).withhold(sid)
        world.events.append(at, "call.placed", sid, story=told.by)
        self._commit(world, begin(sid, order, told.story, at, account_sid=world.sid, pace=world.settings.pace))
        return world.store.call(sid)

    def answer_sent(self, world: World, call_sid: str) -> None:
        """The answer to the request that placed the call has left: its callbacks may follow."""
        if world.sid in self._running:
            self.dispatcher(world).release(call_sid)

    def feed(self, world: World, call_sid: str, event: Input) -> Call:
        """Let something happen to a call now. Raises UnknownCall, IllegalInput."""
        self.runner(world).catch_up()
        return self._step(world, world.store.call(call_sid), event, world.clock.now())

    def redeliver(self, world: World, delivery_id: str) -> Delivery:
        """Send a callback again, as a delivery of its own with the same bytes. Raises UnknownDelivery."""
        original = world.store.delivery(delivery_id)
        again = replace(
            original,
            id=f"d{world.next_number('delivery')}",
            created_at=world.clock.now(),
            state=DeliveryState.PENDING,
            attempts=(),
            redelivers=original.id,
        )
        world.store.put_delivery(again)
        self.dispatcher(world).enqueue(again)
        return again

    def forget_calls(self, world: World) -> int:
        """Drop all calls with their timers and deliveries; the number of calls that went."""
        self.dispatcher(world).clear()
        removed = world.store.clear()
        world.wordings.clear()
        self.histories(world).clear()
        self.runner(world).clock_changed()
        return removed

    def _fire(self, world: World, timer: Timer) -> None:
        if isinstance(timer.work, Retry):
            self.dispatcher(world).enqueue(world.store.delivery(timer.work.delivery_id), is_retry=True)
        else:
            self._step(world, world.store.call(timer.call_sid), timer.work, timer.due)

    def _step(self, world: World, call: Call, event: Input, at: datetime) -> Call:
        # Only a dial draws (the sid of a new leg), and seeding costs more than the step.
        draws = event.trigger is Trigger.DIAL
        rng = world.rng("step", f"{call.sid}/{len(call.legs)}") if draws else _UNUSED_RNG
        result = step(call, event, at, rng)
        world.events.append(at, "call.moved", call.sid, input=str(event), before=call.state, after=result.call.state)
        self._commit(world, result)
        return result.call

    def _commit(self, world: World, result: Step) -> None:
        deliveries = tuple(
            self._delivery(world, effect, result.call) for effect in result.effects if isinstance(effect, Notify)
        )
        timers = tuple(effect for effect in result.effects if not isinstance(effect, Notify))
        world.store.commit(Change(result.call, timers, deliveries))
        for delivery in (one for one in deliveries if not one.state.is_final):
            self.dispatcher(world).enqueue(delivery)
        self.runner(world).look_again()

    def _delivery(self, world: World, notification: Notify, call: Call) -> Delivery:
        subscription = notification.subscription
        state, attempts = DeliveryState.PENDING, tuple[Attempt, ...]()
        try:
            request = self._writers[subscription.dialect](notification, call, world)
        except Exception:  # noqa: BLE001  logged, see below
            # The call goes on, and the callback is on record as what it is: our failure.
            _log.exception("the callback of call %s to %s cannot be worded", call.sid, subscription.url)
            request = OutboundRequest(subscription.method, subscription.url, (), b"")
            state, attempts = DeliveryState.FAILED, (Attempt(1, call.updated_at, 0.0, error=_UNWORDED),)
        return Delivery(
            id=f"d{world.next_number('delivery')}",
            call_sid=call.sid,
            event=subscription.event,
            leg_number=notification.leg_number,
            request=request,
            created_at=call.updated_at,
            state=state,
            attempts=attempts,
        )


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    """A task of one world must not take the server with it."""
    try:
        await work()
    except Exception:  # noqa: BLE001  the last line of defence, and it is logged
        _log.exception("a background task failed")
