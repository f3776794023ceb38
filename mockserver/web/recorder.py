"""Writes every request and its answer into the journal of the world that it belongs to."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.engine import Engine
from mockserver.engine.journal import REDACTED, Exchange, Journal
from mockserver.engine.telling import tell_answered
from mockserver.operations.trace import Trace, trace_of


class Recorder:
    """Pure ASGI middleware. A request of no world goes into the engine's journal of strays."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace, began, most = trace_of(scope), time.monotonic(), self._engine.strays.max_body
        asked, answered = _Kept(most), _Kept(most)
        start: Message = {"status": 0, "headers": ()}

        async def tapped_receive() -> Message:
            message = await receive()
            asked.keep(message)
            return message

        async def tapped_send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                answered.keep(message)
            await send(message)

        try:
            await self._app(scope, tapped_receive, tapped_send)
        finally:
            self._record(scope, trace, asked, start, answered, time.monotonic() - began)

    def _record(  # noqa: PLR0917  the parts of an exchange
        self, scope: Scope, trace: Trace, asked: _Kept, start: Message, answered: _Kept, seconds: float
    ) -> None:
        world = trace.world
        journal: Journal = world.journal if world else self._engine.strays
        exchange = Exchange(
            id=journal.next_id(),
            at=world.clock.now() if world else self._engine.wall_clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=scope["headers"],
            body=REDACTED.encode() if trace.hides_body else bytes(asked.bytes),
            status=start["status"],
            response_headers=start["headers"],
            response_body=bytes(answered.bytes),
            seconds=seconds,
            operation=trace.operation,
            fault=trace.fault,
            refusal=trace.refusal,
            hint=trace.hint,
            nearest=trace.nearest,
            alarm=_alarm(trace),
            body_size=asked.size,
            response_size=answered.size,
        )
        journal.append(exchange)
        self._engine.tally.requests[exchange.operation, exchange.status] += 1
        exercised = world.exercised if world else self._engine.exercised
        exercised.answered(exchange.operation, exchange.status, trace.code)
        if world:
            world.touch()
            tell_answered(world, exchange)


def _alarm(trace: Trace) -> str | None:
    alarm = trace.world.alarms.of_call(trace.placed) if trace.world and trace.placed else None
    return alarm.id if alarm else None


class _Kept:
    """The first bytes of a body, and how many there were in all."""

    __slots__ = ("_most", "bytes", "size")

    def __init__(self, most: int) -> None:
        self._most = most
        self.bytes = bytearray()
        self.size = 0

    def keep(self, message: Message) -> None:
        body = message.get("body", b"")
        if body:
            if self.size < self._most:
                self.bytes += body[: self._most - self.size]
            self.size += len(body)
