"""Lets a callback overtake the answer that creates its call, on a clock that only moves when told.

Whoever dials waits for the answer, the answer for the callback, and the callback for the clock: so somebody else has to
move it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from mockserver.testing.client.blocking.world import World
from mockserver.testing.client.errors import ClientError

_MOST_SECONDS = 30.0


class Overtaking:
    """Moves the clock of a world, as soon as a call is placed there, until one callback has been delivered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._has_begun = threading.Event()
        self._feed = world.follow(kind="call.placed", after=0, most=1)
        self._thread = threading.Thread(target=self._move, name="mockserver-overtaking", daemon=True)

    def finish(self) -> None:
        """Wait until it has moved the clock, if it has begun to: one at a time moves it."""
        if self._has_begun.is_set():
            self._thread.join(_MOST_SECONDS)

    def _move(self) -> None:
        # The world may go before a call is placed, and the feed with it.
        with suppress(ClientError), self._feed as placed:
            for _ in placed:
                self._has_begun.set()
                self._world.run_until(deliveries=1)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()
