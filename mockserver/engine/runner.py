"""Takes due timers and lets them happen: by itself where time runs, on command in manual time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import anyio
import anyio.lowlevel

from mockserver.domain.errors import BadInput, ClockBusy, ClockNotManual, NotSettled
from mockserver.engine.clock import ClockMode
from mockserver.engine.dispatcher import Dispatcher, Spawn
from mockserver.engine.events import Event
from mockserver.engine.ports import Timer
from mockserver.engine.world import World

_log = logging.getLogger(__name__)
_BREATHER = 64
_LONGEST_ADVANCE = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an advance brought about, in order. `is_met` tells whether the condition of a `run_until` came true."""

    started_at: datetime
    ended_at: datetime
    events: tuple[Event, ...]
    is_met: bool = True


class Traffic(Protocol):
    """What leaves the process, and comes to rest."""

    @property
    def is_quiet(self) -> bool: ...

    @property
    def in_flight_words(self) -> list[str]: ...

    async def until_quiet(self) -> None: ...


class Runner:
    """A world's runner. `fire` carries out one timer; it is given by the engine, which knows the use cases."""

    def __init__(self, world: World, dispatcher: Dispatcher, fire: Callable[[Timer], None], spawn: Spawn) -> None:
        self._world = world
        self._dispatcher = dispatcher
        self._fire = fire
        self._spawn = spawn
        self._wake = anyio.Event()
        self._is_pumping = False
        self._is_advancing = False
        self._sleeps_until: datetime | None = None
        # What has to come to rest before a clock is moved.
        self.traffic: list[Traffic] = [dispatcher]
        dispatcher.on_quiet = self.look_again

    def look_again(self) -> None:
        """Timers or deliveries have changed: run what runs by itself."""
        if self._world.clock.mode is ClockMode.MANUAL:
            return
        if not self._is_pumping:
            if self._world.store.next_due() is not None:
                self._is_pumping = self._spawn(self._pump)
            return
        due = self._world.store.next_due()
        if self._sleeps_until is None or (due is not None and due < self._sleeps_until):
            self._wake.set()

    def clock_changed(self) -> None:
        self._wake.set()
        self.look_again()

    def catch_up(self) -> None:
        """Fire what is overdue, so that whoever reads sees the world as it is now."""
        if self._world.clock.runs_by_itself:
            self._fire_due(self._world.clock.now())

    async def advance(self, seconds: float, cap_seconds: float) -> Receipt:
        """Move a manual clock and settle: all that became due has been carried out when this returns.

        Raises ClockNotManual, ClockBusy, and NotSettled if that takes more than `cap_seconds` of real time.
        """
        return await self._settle(self._moment_in(seconds, "seconds"), None, cap_seconds)

    async def run_until(self, is_met: Callable[[], bool], within_seconds: float, cap_seconds: float) -> Receipt:
        """Move a manual clock from timer to timer until a condition holds, at most `within_seconds` of its time."""
        return await self._settle(self._moment_in(within_seconds, "within_seconds"), is_met, cap_seconds)

    def _moment_in(self, seconds: float, name: str) -> datetime:
        longest = _LONGEST_ADVANCE.total_seconds()
        if not 0 <= seconds <= longest:
            raise BadInput(f"{name} must be between 0 and {longest:.0f}, not {seconds}", where=name)
        return self._world.clock.now() + timedelta(seconds=seconds)

    async def _settle(self, until: datetime, is_met: Callable[[], bool] | None, cap_seconds: float) -> Receipt:
        world = self._world
        if world.clock.mode is not ClockMode.MANUAL:
            message = f"the clock of world {world.sid!r} is {world.clock.mode}, only a manual clock is moved by hand"
            raise ClockNotManual(message)
        if self._is_advancing:
            message = f"the clock of world {world.sid!r} is being moved already"
            raise ClockBusy(message)
        self._is_advancing = True
        started_at = world.clock.now()
        try:
            with world.events.recorded() as events:
                with anyio.move_on_after(cap_seconds) as cap:
                    met = await self._run_timers(until, is_met)
                if cap.cancelled_caught:
                    message = f"not settled after {cap_seconds} real seconds; in flight: {self._in_flight_words()}"
                    raise NotSettled(message)
        finally:
            self._is_advancing = False
            if world.clock.now() != started_at:
                world.events.note(world.clock.now(), "clock.moved", since=started_at.isoformat())
        return Receipt(started_at, world.clock.now(), tuple(events), is_met=met)

    async def _run_timers(self, until: datetime, is_met: Callable[[], bool] | None) -> bool:
        world, fired = self._world, 0
        await self._until_quiet()
        # A callback may have set another mode: then time is no longer ours to move.
        while self._is_manual and not (is_met and is_met()):
            timer = world.store.take_due(until)
            if timer is None:
                if is_met is None:
                    world.clock.move_to(until)
                return is_met is None
            world.clock.move_to(timer.due)
            self._fire(timer)
            await self._until_quiet()
            fired += 1
            if fired % _BREATHER == 0:
                await anyio.lowlevel.checkpoint()
        return True

    @property
    def _is_quiet(self) -> bool:
        return all(one.is_quiet for one in self.traffic)

    async def _until_quiet(self) -> None:
        while not self._is_quiet:
            for one in self.traffic:
                await one.until_quiet()

    def _in_flight_words(self) -> str:
        return ", ".join(words for one in self.traffic for words in one.in_flight_words) or "nothing"

    async def _pump(self) -> None:
        try:
            while (due := self._world.store.next_due()) is not None and not self._is_manual:
                if self._world.clock.mode is ClockMode.JUMP:
                    await self._jump(due)
                else:
                    await self._wait(due)
                    self._fire_due(self._world.clock.now())
        finally:
            self._is_pumping = False
            self._sleeps_until = None

    @property
    def _is_manual(self) -> bool:
        return self._world.clock.mode is ClockMode.MANUAL

    async def _wait(self, due: datetime) -> None:
        seconds = self._world.clock.real_seconds_until(due)
        self._wake, self._sleeps_until = anyio.Event(), due
        if seconds > 0:
            with anyio.move_on_after(seconds):
                await self._wake.wait()
        else:
            await anyio.lowlevel.checkpoint()

    async def _jump(self, due: datetime) -> None:
        if self._dispatcher.has_withheld or not self._is_quiet:
            self._wake, self._sleeps_until = anyio.Event(), None
            await self._wake.wait()
            return
        self._world.clock.move_to(due)
        self._fire_due(due)
        await anyio.lowlevel.checkpoint()

    def _fire_due(self, until: datetime) -> None:
        while (timer := self._world.store.take_due(until)) is not None:
            try:
                self._fire(timer)
            except Exception:  # noqa: BLE001  one call's trouble must not stop the world's clock, and it is logged
                _log.exception("world %s: a timer failed: %s", self._world.sid, timer)
            if self._world.clock.mode is ClockMode.JUMP and not self._is_quiet:
                return
