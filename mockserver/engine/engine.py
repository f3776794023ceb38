"""The use cases: make worlds, place calls, let inputs happen to them, send callbacks again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

import anyio
from anyio.abc import TaskGroup

from mockserver.domain.call import Call, Wrapup
from mockserver.domain.effects import CancelTimers, Input, Notify, StartTimer, Step
from mockserver.domain.errors import ContactBusy
from mockserver.domain.machine import begin, step
from mockserver.domain.order import Order
from mockserver.domain.sids import new_sid
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side, Story
from mockserver.engine.audio import fetches
from mockserver.engine.clock import Clock
from mockserver.engine.coverage import Exercised
from mockserver.engine.delivery import Delivery, DeliveryState, Edit
from mockserver.engine.dispatcher import Dispatcher
from mockserver.engine.histories import Histories
from mockserver.engine.incoming import routed
from mockserver.engine.journal import Journal
from mockserver.engine.lines import Lines
from mockserver.engine.outbox import Outbox, Overtaking
from mockserver.engine.ports import AnswerReader, CallbackWriter, Change, Retry, Sender, Tick, Timer
from mockserver.engine.randomness import NO_RANDOMNESS
from mockserver.engine.runner import Runner
from mockserver.engine.running import Outside, Running, set_going
from mockserver.engine.scenarios import Told
from mockserver.engine.snapshots import Snapshots
from mockserver.engine.tally import Tally
from mockserver.engine.telling import tell_created, tell_placed, tell_step
from mockserver.engine.wording import webhooks, worded_delivery
from mockserver.engine.world import World, WorldSpec
from mockserver.engine.worlds import Worlds

_log = logging.getLogger(__name__)
_DRAIN_SECONDS = 0.2


class Engine:
    """All worlds of a server.

    `found` makes a world from its specification; `writers` maps the dialect of a subscription to the wording of its
    callbacks, `readers` to the reading of what is answered to a flow's questions. Without `lines` nothing is streamed.
    """

    def __init__(
        self,
        sender: Sender,
        writers: Mapping[str, CallbackWriter],
        found: Callable[[WorldSpec], World],
        *,
        readers: Mapping[str, AnswerReader] | None = None,
        lines: Lines | None = None,
        max_worlds: int = 10_000,
        strays: Journal | None = None,
    ) -> None:
        self._outside = Outside(sender, writers, readers or {}, lines)
        self._found = found
        self._worlds = Worlds(max_worlds)
        self._running: dict[str, Running] = {}
        self._tasks: TaskGroup | None = None
        # What runs beside the worlds, for ever.
        self.besides: list[Callable[[], Awaitable[None]]] = []
        # Requests that belong to no world: unknown paths, unknown accounts.
        self.strays = strays or Journal()
        self.wall_clock = Clock()
        self.tally = Tally()
        # What was exercised in no world, and in those that have gone.
        self.exercised = Exercised()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Time passes and callbacks go out while the block is open."""
        async with anyio.create_task_group() as self._tasks:
            for world in self.worlds:
                self.runner(world).look_again()
                self.dispatcher(world).start()
            for work in self.besides:
                self._tasks.start_soon(_guarded, work)
            yield
            # What is on the wire may finish, what waits for its time is given up.
            with anyio.move_on_after(_DRAIN_SECONDS):
                for running in tuple(self._running.values()):
                    await running.until_drained()
            self._tasks.cancel_scope.cancel()
        self._tasks = None
        await self._outside.aclose()

    def _spawn(self, work: Callable[[], Awaitable[None]]) -> bool:
        if self._tasks is None or self._tasks.cancel_scope.cancel_called:
            return False
        self._tasks.start_soon(_guarded, work)
        return True

    # Worlds

    @property
    def worlds(self) -> tuple[World, ...]:
        return self._worlds.all

    def create_world(self, spec: WorldSpec) -> World:
        """Raises AlreadyExists if a name of the account is taken, Exhausted if there are too many worlds."""
        self._worlds.check(spec.account)
        world = self._found(spec)
        world.events.observe = self.tally.hear
        self._worlds.add(world)
        self._running[world.sid] = set_going(
            world,
            self._outside,
            self._spawn,
            fire=partial(self._fire, world),
            feed=partial(self.feed, world),
            step=partial(self._step, world),
        )
        return world

    def world(self, sid: str) -> World:
        """Raises UnknownWorld."""
        return self._worlds.get(sid)

    def find_world(self, sid: str) -> World | None:
        return self._worlds.find(sid)

    def world_of_user(self, user: str) -> World | None:
        return self._worlds.of_user(user)

    def world_of_token(self, token: str) -> World | None:
        return self._worlds.of_token(token)

    def remove_world(self, sid: str) -> World:
        world = self.world(sid)
        self.forget_calls(world)
        world.events.close()
        del self._running[sid]
        self._worlds.remove(world)
        self.exercised.add(world.exercised)
        return world

    def runner(self, world: World) -> Runner:
        return self._running[world.sid].runner

    def dispatcher(self, world: World) -> Dispatcher:
        return self._running[world.sid].dispatcher

    def _outbox(self, world: World) -> Outbox:
        return self._running[world.sid].outbox

    def histories(self, world: World) -> Histories:
        return self._running[world.sid].histories

    def snapshots(self, world: World) -> Snapshots:
        return self._running[world.sid].snapshots

    # Calls

    def place(self, world: World, order: Order, story: Story | None = None) -> Call:
        """Accept a call, of which the scenarios tell the story unless it is given. One that is routed comes in now.

        Nothing is dialled and no callback goes out before `answer_sent`.

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
        rng, serial = world.rng("call", world.next_number("call")), world.next_number("serial")
        sid = new_sid(rng, at.astimezone(world.zone))
        told = Told(story, "request") if story else world.scenarios.story_for(order, rng)
        order, story = routed(order, told.story, is_magic=told.by in {"default", "random"})
        self._outbox(world).begin(sid, order)
        tell_placed(world, sid, at, told.by)
        begun = begin(sid, order, story, at, account_sid=world.sid, pace=world.settings.pace, serial=serial)
        self._commit(world, begun if order.route is None else Step(begun.call, ()))
        if order.route is not None:
            self._step(world, begun.call, Input(Trigger.ARRIVE, Side.FROM), at)
        call = world.store.call(sid)
        world.alarms.dialled(call)
        return call

    def note(self, world: World, call_sid: str, wrapup: Wrapup) -> Call:
        """Let a call have this wrap-up, during it or after it. Raises UnknownCall."""
        self.runner(world).catch_up()
        noted = replace(world.store.call(call_sid), wrapup=wrapup)
        world.store.commit(Change(noted))
        return noted

    def answer_sent(self, world: World, call_sid: str) -> None:
        """The answer to the request that placed the call has left: its callbacks may follow."""
        if self._worlds.find(world.sid) is world:
            self._outbox(world).answer_sent(call_sid)

    def overtaking(self, world: World, call_sid: str) -> Overtaking | None:
        """The fault that keeps the answer to the request that placed the call back, until a callback has left."""
        return self._outbox(world).overtaking(call_sid) if self._worlds.find(world.sid) is world else None

    def feed(self, world: World, call_sid: str, event: Input) -> Call:
        """Let something happen to a call now. Raises UnknownCall, IllegalInput."""
        self.runner(world).catch_up()
        return self._step(world, world.store.call(call_sid), event, world.clock.now())

    def redeliver(self, world: World, delivery_id: str, edit: Edit | None = None) -> Delivery:
        """Send a callback again, as a delivery of its own, with the same bytes or edited. Raises UnknownDelivery."""
        original = world.store.delivery(delivery_id)
        again = replace(
            original,
            request=edit.applied_to(original.request) if edit else original.request,
            id=f"d{world.next_number('delivery')}",
            created_at=world.clock.now(),
            state=DeliveryState.PENDING,
            attempts=(),
            redelivers=original.id,
            fault=None,
            is_edited=original.is_edited or edit is not None,
            # Whatever is answered now, the call has gone on.
            asks=0,
            complaints=(),
        )
        world.store.put_delivery(again)
        tell_created(world, again)
        self.dispatcher(world).enqueue(again)
        return again

    def forget_calls(self, world: World) -> int:
        """Drop all calls with their timers and deliveries; the number of calls that went."""
        self._outbox(world).clear()
        self._running[world.sid].switchboard.shut()
        world.streams.clear()
        removed = world.store.clear()
        world.forget_calls()
        self.histories(world).clear()
        self.runner(world).clock_changed()
        world.events.note(world.clock.now(), "calls.forgotten", count=removed)
        return removed

    def _fire(self, world: World, timer: Timer) -> None:
        if isinstance(timer.work, Retry):
            self._outbox(world).due(timer.work.delivery_id, timer.due)
        elif isinstance(timer.work, Tick):
            self._running[world.sid].switchboard.tick(timer.work, timer.due)
        else:
            self._step(world, world.store.call(timer.call_sid), timer.work, timer.due)

    def _step(self, world: World, call: Call, event: Input, at: datetime) -> Call:
        # Only a new leg draws (its sid), and seeding costs more than the step.
        draws = event.trigger in {Trigger.DIAL, Trigger.ARRIVE}
        rng = world.rng("step", f"{call.sid}/{len(call.legs)}") if draws else NO_RANDOMNESS
        result = step(call, event, at, rng)
        tell_step(world, event, call, result.call, at)
        world.exercised.moved(call, result.call)
        besides = () if call.is_processed else webhooks(world, result.call)
        self._commit(world, result, (*besides, *fetches(world, call, event, result.call)))
        running = self._running[world.sid]
        call = running.asking.answered(result, at)
        running.switchboard.follow(result, event)
        return call

    def _commit(self, world: World, result: Step, besides: tuple[Notify, ...] = ()) -> None:
        outbox = self._outbox(world)
        writers = self._outside.writers
        notifications = (*(effect for effect in result.effects if isinstance(effect, Notify)), *besides)
        worded = [(worded_delivery(writers, world, one, result.call), one.subscription) for one in notifications]
        deliveries = outbox.tampered(worded, result.call)
        questions = self._running[world.sid].asking.worded(result)
        timers = tuple(effect for effect in result.effects if isinstance(effect, StartTimer | CancelTimers))
        world.store.commit(Change(result.call, timers, (*deliveries, *questions)))
        for delivery in (*deliveries, *questions):
            tell_created(world, delivery)
        outbox.post(deliveries)
        for question in questions:
            outbox.ask(question)
        self.runner(world).look_again()


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    """A task of one world must not take the server with it."""
    try:
        await work()
    except Exception:  # noqa: BLE001  the last line of defence, and it is logged
        _log.exception("a background task failed")
