"""Writes every request and its answer into the journal of the world that it belongs to."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.engine import Engine
from mockserver.engine.journal import Exchange
from mockserver.operations.trace import Trace, trace_of

_KEPT_BODY = 64 * 1024


class Recorder:
    """Pure ASGI middleware. A request of no world goes into the engine's journal of strays."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace, began = trace_of(scope), time.monotonic()
        asked, answered = bytearray(), bytearray()
        start: Message = {"status": 0, "headers": ()}

        async def tapped_receive() -> Message:
            message = await receive()
            _keep(asked, message)
            return message

        async def tapped_send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                _keep(answered, message)
            await send(message)

        try:
            await self._app(scope, tapped_receive, tapped_send)
        finally:
            journal = trace.world.journal if trace.world else self._engine.strays
            journal.append(
                Exchange(
                    id=journal.next_id(),
                    at=trace.world.clock.now() if trace.world else self._engine.wall_clock.now(),
                    method=scope["method"],
                    path=scope["path"],
                    query=scope["query_string"].decode("latin-1"),
                    headers=scope["headers"],
                    body=bytes(asked),
                    status=start["status"],
                    response_headers=start["headers"],
                    response_body=bytes(answered),
                    seconds=time.monotonic() - began,
                    operation=trace.operation,
                    fault=trace.fault,
                    refusal=trace.refusal,
                    hint=trace.hint,
                    alarm=_alarm(trace),
                )
            )


def _alarm(trace: Trace) -> str | None:
    alarm = trace.world.alarms.of_call(trace.placed) if trace.world and trace.placed else None
    return alarm.id if alarm else None


def _keep(kept: bytearray, message: Message) -> None:
    body = message.get("body", b"")
    if body and len(kept) < _KEPT_BODY:
        kept += body[: _KEPT_BODY - len(kept)]
