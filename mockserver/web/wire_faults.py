"""Faults of the wire: answers that come late, in pieces, cut short, as rubbish, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.domain.errors import UnknownCall
from mockserver.engine.engine import Engine
from mockserver.engine.faults import effects
from mockserver.engine.outbox import FAULT_HEADER
from mockserver.operations.connection import CONNECTION
from mockserver.operations.trace import Trace, trace_of

_LABEL = FAULT_HEADER.lower().encode()


class Connection(Protocol):
    """The ways to end a connection that ASGI lacks: our server puts them into the scope's extensions, as CONNECTION."""

    def reset(self) -> None:
        """End it at once; the peer sees a reset."""

    def close(self) -> None:
        """End it when all that was sent is out; the peer sees an end in the middle."""


class ConnectionCut(ConnectionResetError):
    """Raised to whoever calls the application in its own process, where there is no connection to cut."""


class WireFaults:
    """Pure ASGI middleware around an API. Callbacks of a call wait until what is left of its answer has left."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(trace_of(scope), self._engine, scope, receive, send)
        await self._app(scope, receive, answer.send)
        if not answer.is_cut:
            return
        if answer.connection is None:
            message = f"fault {answer.trace.fault} cuts the connection of {scope['method']} {scope['path']}"
            raise ConnectionCut(message)
        # Who returns without an answer while the connection is there gets one from the server.
        await _peer_gone(receive)


class _Answer:
    """An answer on its way through the fault that the request has met, if any."""

    def __init__(self, trace: Trace, engine: Engine, scope: Scope, receive: Receive, send: Send) -> None:
        self.trace = trace
        self.is_cut = False
        self.connection: Connection | None = scope.get("extensions", {}).get(CONNECTION)
        self._engine = engine
        self._receive = receive
        self._send = send
        self._is_held = False
        self._start: Message = {}
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """An ASGI send. Without a fault it hands on; with one it holds the answer until all of it is there."""
        if message["type"] == "http.response.start":
            self._is_held = self.trace.injection is not None or self._is_overtaken()
            self._start = message
        if not self._is_held:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._leave()

    def _is_overtaken(self) -> bool:
        trace = self.trace
        return (
            trace.placed is not None
            and trace.world is not None
            and self._engine.overtaking(trace.world, trace.placed) is not None
        )

    async def _leave(self) -> None:
        await self._let_overtake()
        injection, body = self.trace.injection, bytes(self._body)
        match injection.effect if injection else None:
            case effects.Reset() | effects.LostAnswer():
                self._note_lost()
                self._cut(lambda connection: connection.reset())
            case effects.Latency() as latency if injection:
                await self._whole([body], latency.draw(injection.rng))
            case effects.Drip(rate, chunk):
                await self._drip(body, chunk, chunk / rate)
            case effects.Malformed() as malformed:
                self._note_lost()
                await self._whole([malformed.spoil(body)])
            case effects.Truncated() as truncated:
                self._note_lost()
                await self._send_start(len(body))
                await self._send({"type": "http.response.body", "body": truncated.cut(body), "more_body": True})
                self._cut(lambda connection: connection.close())
            case _:
                await self._whole([body])

    async def _let_overtake(self) -> None:
        trace = self.trace
        if trace.world is None or trace.placed is None:
            return
        overtaking = self._engine.overtaking(trace.world, trace.placed)
        if overtaking is None:
            return
        trace.fault = f"{trace.fault}, {overtaking.fault}" if trace.fault else overtaking.fault
        with anyio.move_on_after(overtaking.seconds):
            async with anyio.create_task_group() as waiting:
                waiting.start_soon(self._watch_peer, waiting.cancel_scope)
                await overtaking.has_left.wait()
                waiting.cancel_scope.cancel()

    async def _watch_peer(self, waiting: anyio.CancelScope) -> None:
        await _peer_gone(self._receive)
        self._note_lost()
        waiting.cancel()

    async def _drip(self, body: bytes, chunk: int, seconds: float) -> None:
        await self._whole([body[start : start + chunk] for start in range(0, len(body), chunk)] or [b""], 0.0, seconds)

    async def _whole(self, pieces: list[bytes], first_pause: float = 0.0, pause: float = 0.0) -> None:
        """Send all, with real seconds before the head and before each further piece, as long as somebody is there."""
        is_gone = first_pause > 0 and await self._pause(first_pause)
        await self._send_start(sum(map(len, pieces)))
        for number, piece in enumerate(pieces):
            is_gone = is_gone or (number > 0 and pause > 0 and await self._pause(pause))
            if is_gone:
                self._note_lost()
            is_last = is_gone or number == len(pieces) - 1
            await self._send({"type": "http.response.body", "body": piece, "more_body": not is_last})
            if is_last:
                return

    async def _pause(self, seconds: float) -> bool:
        """Wait; whether the peer has gone meanwhile."""
        with anyio.move_on_after(seconds):
            await _peer_gone(self._receive)
            return True
        return False

    async def _send_start(self, length: int) -> None:
        headers = [
            (name, b"%d" % length if name.lower() == b"content-length" else value)
            for name, value in self._start["headers"]
            if name.lower() != _LABEL
        ]
        await self._send({**self._start, "headers": [*headers, (_LABEL, (self.trace.fault or "").encode())]})

    def _cut(self, how: Callable[[Connection], None]) -> None:
        self.is_cut = True
        if self.connection is not None:
            how(self.connection)

    def _note_lost(self) -> None:
        """The caller does not learn of the call that it has placed."""
        world, placed, fault = self.trace.world, self.trace.placed, self.trace.fault
        if world is None or placed is None:
            return
        with suppress(UnknownCall):  # a reset may have forgotten it
            world.alarms.unheard(world.store.call(placed), fault or "")


async def _peer_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
