"""Worlds that nobody uses any more go: test suites forget theirs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import anyio

from mockserver.engine.engine import Engine
from mockserver.engine.world import World

_log = logging.getLogger(__name__)
_LOOKS = 4


class IdleWorlds:
    """Removes worlds without a request for `seconds` of real time, as `now` tells it (at most a quarter later).

    Worlds that last stay, and so do those that somebody listens to or moves the clock of.
    """

    def __init__(self, engine: Engine, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._seconds = seconds
        self._now = now
        # How much each had been used when that last changed, and when it did: a request just counts.
        self._seen: dict[World, tuple[int, float]] = {}

    def look(self) -> list[World]:
        """Remove what has been idle for too long; what went."""
        now, seen = self._now(), dict[World, tuple[int, float]]()
        idle = []
        for world in self._engine.worlds:
            uses, since = self._seen.get(world, (-1, now))
            if world.lasts or world.events.has_audience or uses != world.uses:
                since = now
            if now - since >= self._seconds:
                idle.append(world)
            else:
                seen[world] = world.uses, since
        self._seen = seen
        for world in idle:
            self._engine.remove_world(world.sid)
            self._engine.tally.expired_worlds += 1
            _log.info("world %s saw no request for %g s and has been removed", world.sid, self._seconds)
        return idle

    async def watch(self) -> None:
        """Look from time to time, for ever."""
        never = anyio.Event()
        while True:
            with anyio.move_on_after(self._seconds / _LOOKS):
                await never.wait()
            self.look()
