"""One stream as long as it lasts: the conversation, driven by the clock and by what comes through the socket."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import anyio
from anyio.to_thread import run_sync

from mockserver.domain.call import Call
from mockserver.engine.dialling import dialled
from mockserver.engine.lines import DialFailed, Gone, Line, Lines, Socket, Told
from mockserver.engine.ports import Tick
from mockserver.engine.stream_news import tell_stream_ended
from mockserver.engine.world import World
from mockserver.streams import conversation
from mockserver.streams.conversation import Moved
from mockserver.streams.effects import (
    Close,
    Effect,
    HangUp,
    Note,
    PressKeys,
    SendConnected,
    SendDigit,
    SendMark,
    SendMedia,
    SendStart,
    SendStop,
)
from mockserver.streams.received import Kind, Received, Unreadable
from mockserver.streams.record import StreamRecord
from mockserver.streams.setup import BYTES_A_SAMPLE, MICROS, Ending, Setup

_MICROSECOND = timedelta(microseconds=1)
# Frames that may wait for a bot.
_MOST_WAITING = 600
_NORMAL, _GOING_AWAY, _TRY_LATER = 1000, 1001, 1013


class Session:
    """A stream of a call, from dialling the bot to the end."""

    def __init__(
        self, world: World, lines: Lines, *, call: Call, record: StreamRecord, setup: Setup, told: Told
    ) -> None:
        self.record = record
        self._world = world
        self._dialler, self._dialect = lines.dialler, lines.dialect()
        self._call = call
        self._line = Line(world, call, record)
        self._setup = setup
        self._told = told
        self._outbox: deque[str] = deque()
        self._wake = anyio.Event()
        self._planned: datetime | None = None
        self._close_code: int | None = None
        self._is_slow = False
        self._sound: Any = None
        self.is_quiet = False

    # What happens to it

    async def run(self) -> None:
        """Dial, talk, close. Returns when all is over."""
        try:
            # In a thread, so that requests go on being answered: what sound is made of takes long to import.
            self._sound = await run_sync(import_module, "mockserver.streams.sound")
            socket = await dialled(self._dialler, self._world, self.record)
            if isinstance(socket, DialFailed):
                self.record.reason = str(socket)
                self._end(socket.ending)
            else:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._write, socket)
                    self._began()
                    await self._read(socket)
        finally:
            self._end(Ending.SHUT)
            self._rest(is_over=True)

    def tick(self, due: datetime) -> None:
        """A moment has come that was planned."""
        if self._planned is not None and due >= self._planned:
            self._planned = None
        if self.record.talk is not None and self.record.is_open:
            self._apply(conversation.wake(self.record.talk, self._offset(due)))

    def pressed(self, digits: str) -> None:
        """The caller has pressed keys."""
        if self.record.talk is not None and self.record.is_open:
            self._apply(conversation.pressed(self.record.talk, self._now, digits))

    def close(self) -> None:
        """The call is over."""
        self._end(Ending.CALL_OVER, _NORMAL)

    def shut(self) -> None:
        """The world goes, or begins anew."""
        self._end(Ending.SHUT, _GOING_AWAY)

    # Opening

    def _began(self) -> None:
        record = self.record
        if record.is_open:
            record.began_at = self._world.clock.now()
            record.note(Note(0, "started"))
            self._world.events.append(record.began_at, "stream.opened", record.call_sid, stream=record.sid)
            self._apply(conversation.begin(self._setup))
        else:  # the call ended while the bot was dialled
            self._close_code = self._close_code or _NORMAL
            self._wake.set()

    # What comes from the bot

    async def _read(self, socket: Socket) -> None:
        while True:
            message = await socket.receive()
            if isinstance(message, Gone):
                self.record.close_code = message.code if self.record.is_open else None
                self.record.reason = self.record.reason or message.reason
                lost = Ending.CONNECTION_LOST if message.code == 1006 else Ending.BOT_CLOSED  # noqa: PLR2004
                self._end(message.ending or lost)
                self._wake.set()
                return
            if self.record.is_open:
                self._heard(message)

    def _heard(self, message: str | bytes) -> None:
        try:
            received = self._dialect.read(message, self._line)
        except Unreadable as unreadable:
            self.record.counts["bot.unreadable"] += 1
            self._odd(str(unreadable))
            if self._setup.is_strict:
                self.record.reason = str(unreadable)
                self._end(Ending.UNREADABLE, unreadable.code)
            return
        self.record.counts[f"bot.{received.kind}"] += 1
        if not self._setup.is_two_way:
            return
        for oddity in received.oddities:
            self._odd(oddity)
        if not (received.is_void and self._setup.is_strict):
            self._understood(received)

    def _understood(self, received: Received) -> None:
        talk, at = self.record.talk, self._now
        if talk is None:
            return
        match received.kind:
            case Kind.MEDIA:
                self._said(talk, at, received.audio)
            case Kind.MARK:
                self._apply(conversation.marked(talk, at, received.name))
            case Kind.CLEAR:
                self._apply(conversation.cleared(talk, at))
            case Kind.OTHER:
                self._apply(conversation.answered(talk, at))

    def _said(self, talk: conversation.Conversation, at: int, audio: bytes) -> None:
        lasts, rate = self._setup.lasts(len(audio)), self._setup.rate
        self._apply(conversation.said(talk, at, lasts, self._sound.voices(audio, rate)))
        if self.record.talk is not None and self.record.is_open:
            self.record.tape.bot(self.record.talk.plays_until - lasts, audio)

    def _odd(self, oddity: str) -> None:
        """Name what the provider would stumble over: each kind of it once; how often is counted."""
        kind = oddity.partition(":")[0]
        self.record.counts[f"oddity.{kind}"] += 1
        if self.record.counts[f"oddity.{kind}"] == 1:
            self.record.note(Note(self._now, "oddity", oddity))
            at = self._world.clock.now()
            self._world.events.note(at, "stream.oddity", self._call.sid, stream=self.record.sid, oddity=oddity)

    # What goes to the bot

    async def _write(self, socket: Socket) -> None:
        is_over = False
        while not is_over:
            await self._wake.wait()
            is_over = not self.record.is_open
            self._wake = anyio.Event()
            within = self._world.settings.callback_timeout
            with anyio.move_on_after(within) as cap:
                while self._outbox:
                    await socket.send(self._outbox.popleft())
            if cap.cancelled_caught:
                self._outbox.clear()
                self._end(Ending.STALLED, _TRY_LATER)
            elif self.record.is_open and not (self._world.clock.runs_by_itself or self._is_slow):
                await self._settle(socket, within)
            self._rest()
        if self._close_code is not None:
            await socket.close(self._close_code)

    async def _settle(self, socket: Socket, within: float) -> None:
        with anyio.move_on_after(within) as cap:
            await socket.settle()
        if cap.cancelled_caught:
            # Waiting as long for each frame to come would take longer than anybody waits.
            self._is_slow = True
            self._odd(f"slow: no pong within {within:g} real seconds; its moments are no longer waited for")

    def _rest(self, *, is_over: bool = False) -> None:
        """Nothing is under way; where the stream is over, the bot has said goodbye, too."""
        if is_over or (self.record.is_open and not self._outbox):
            self.is_quiet = True
            self._told.quiet()

    # The conversation's effects

    @property
    def _now(self) -> int:
        return self._offset(self._world.clock.now())

    def _offset(self, at: datetime) -> int:
        began, talk = self.record.began_at, self.record.talk
        return max(talk.at if talk else 0, (at - began) // _MICROSECOND) if began else 0

    def _end(self, ending: Ending, code: int | None = None) -> None:
        record = self.record
        if not record.is_open:
            return
        if record.talk is None:
            self._ended(Close(0, code, ending))
        else:
            self._apply(conversation.over(record.talk, self._now, ending, code))

    def _apply(self, moved: Moved) -> None:
        self.record.talk = moved.conversation
        for effect in moved.effects:
            self._perform(effect)
        due = conversation.next_due(moved.conversation) if self.record.is_open else None
        if due is not None and self.record.began_at is not None:
            at = self.record.began_at + timedelta(microseconds=due)
            if self._planned is None or at < self._planned:
                self._planned = at
                self._world.store.tick_at(at, self._call.sid, Tick(self.record.sid))
                self._told.planned()

    def _perform(self, effect: Effect) -> None:
        self.record.enter(effect)
        match effect:
            case Close():
                self._ended(effect)
            case PressKeys():
                self._told.press(effect.digits)
            case HangUp():
                self._told.hang_up()
            case Note(kind="oddity"):
                self._odd(effect.detail)
            case SendMedia():
                self._send_audio(effect)
            case SendConnected() | SendStart() | SendDigit() | SendMark() | SendStop():
                self._post(self._dialect.write(effect, self._line, b""))

    def _send_audio(self, media: SendMedia) -> None:
        record, setup = self.record, self._setup
        audio = bytes(setup.frame_bytes)
        if media.turn is not None:
            start, count = media.into * setup.rate // MICROS, setup.frame_bytes // BYTES_A_SAMPLE
            audio = self._sound.turn_audio(setup.script[media.turn], setup.rate, start, count)
        record.tape.caller(media.start, audio)
        self._post(self._dialect.write(media, self._line, audio))

    def _post(self, text: str) -> None:
        self.is_quiet = False
        self._outbox.append(text)
        self._wake.set()
        if len(self._outbox) > _MOST_WAITING and self.record.is_open:
            self._outbox.clear()
            self._end(Ending.STALLED, _TRY_LATER)

    def _ended(self, close: Close) -> None:
        record = self.record
        record.ending, record.ended_at = close.ending, self._world.clock.now()
        record.note(Note(close.at, "ended", close.ending))
        self._close_code = close.code
        self._wake.set()
        self.is_quiet = False
        tell_stream_ended(self._world, record)
        self._told.over(record)
