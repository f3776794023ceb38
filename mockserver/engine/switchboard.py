"""The open streams of a world: opened when a call says so, closed with it, and heard by it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import anyio

from mockserver.domain.call import Call
from mockserver.domain.effects import CloseStreams, Input, OpenStream, Step
from mockserver.domain.errors import MockserverError
from mockserver.domain.states import Trigger
from mockserver.engine.dispatcher import Spawn
from mockserver.engine.lines import Lines, Told
from mockserver.engine.ports import Tick
from mockserver.engine.world import World

if TYPE_CHECKING:
    from mockserver.engine.session import Session
    from mockserver.streams.record import StreamRecord


class Switchboard:
    """`feed` lets something happen to a call of the world, by its sid."""

    def __init__(self, world: World, lines: Lines | None, spawn: Spawn, feed: Callable[[str, Input], object]) -> None:
        self._world = world
        self._lines = lines
        self._spawn = spawn
        self._feed = feed
        self._sessions: dict[str, Session] = {}
        self._quiet = anyio.Event()
        self.on_quiet: Callable[[], None] = lambda: None
        # Called when a timer has been started.
        self.on_planned: Callable[[], None] = lambda: None

    @property
    def is_quiet(self) -> bool:
        """Every bot has what is due to it, and could answer."""
        return all(one.is_quiet for one in self._sessions.values())

    @property
    def in_flight_words(self) -> list[str]:
        return [f"stream {sid} to {one.record.url}" for sid, one in self._sessions.items() if not one.is_quiet]

    async def until_quiet(self) -> None:
        while not self.is_quiet:
            self._quiet = anyio.Event()
            await self._quiet.wait()

    async def until_empty(self) -> None:
        while self._sessions:
            self._quiet = anyio.Event()
            await self._quiet.wait()

    def follow(self, stepped: Step, event: Input) -> None:
        """Open and close what a step wants opened and closed, and pass on keys that were pressed."""
        call = stepped.call
        if event.trigger is Trigger.PRESS:
            for session in self._of_call(call.sid):
                if event.side in {None, session.record.side}:
                    session.pressed(event.digits)
        for effect in stepped.effects:
            if isinstance(effect, OpenStream):
                self._open(call, effect)
            elif isinstance(effect, CloseStreams):
                for session in self._of_call(call.sid):
                    session.close()

    def tick(self, tick: Tick, due: datetime) -> None:
        session = self._sessions.get(tick.stream_sid)
        if session is not None:
            session.tick(due)

    def shut(self) -> None:
        """Close all streams: the world is about to be another one, or to go."""
        for session in tuple(self._sessions.values()):
            session.shut()

    def _of_call(self, call_sid: str) -> list[Session]:
        return [one for one in self._sessions.values() if one.record.call_sid == call_sid]

    def _open(self, call: Call, effect: OpenStream) -> None:
        if self._lines is None:
            return
        # Imported with the first stream: most servers have none, and all of them are waited for.
        from mockserver.engine.opening import opened  # noqa: PLC0415

        told = Told(
            press=lambda digits: self._tell(call.sid, Input(Trigger.PRESS, effect.side, digits)),
            hang_up=lambda: self._tell(call.sid, Input(Trigger.HANG_UP, effect.side)),
            over=lambda record: self._leave(record, effect),
            quiet=self._rested,
            planned=self.on_planned,
        )
        session = opened(self._world, self._lines, call, effect, told)
        if session is None:
            return
        self._sessions[session.record.sid] = session
        if not self._spawn(partial(self._run, session)):
            session.shut()
            del self._sessions[session.record.sid]

    async def _run(self, session: Session) -> None:
        try:
            await session.run()
        finally:
            self._sessions.pop(session.record.sid, None)
            self._rested()

    def _rested(self) -> None:
        if self.is_quiet:
            self._quiet.set()
            self.on_quiet()

    def _leave(self, record: StreamRecord, effect: OpenStream) -> None:
        """A stream is over: a call that was alone with the bot goes on, or ends with it."""
        if effect.holds and record.was_left:
            self._tell(record.call_sid, Input(Trigger.BOT_LEFT))

    def _tell(self, call_sid: str, event: Input) -> None:
        with suppress(MockserverError):  # a call that has gone on meanwhile is none of the bot's business
            self._feed(call_sid, event)
