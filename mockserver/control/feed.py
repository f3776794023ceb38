"""The events of a world: to list, and as Server-Sent Events while they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any

import anyio
import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockserver.control.desk import DEFAULT_LIMIT, Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.errors import BadInput
from mockserver.engine.engine import Engine
from mockserver.engine.events import KINDS, Event, Listener
from mockserver.engine.world import World
from mockserver.operations.connection import reset_connection
from mockserver.operations.operation import Operation, Parameter

_described = OUR_OWN.field
_encode = msgspec.json.Encoder().encode
_BACKLOG = 1_000
_IN_A_CHUNK = 64
_HEARTBEAT_SECONDS = 15.0
_LONGEST_ID = 18
_EVENT_STREAM = "text/event-stream"


class FeedEvent(msgspec.Struct):
    id: Annotated[int, _described("counts from 1")]
    at: Annotated[datetime, _described("on the world's clock")]
    kind: Annotated[str, _described(f"one of {', '.join(KINDS)}")]
    call_sid: Annotated[str | None, _described()]
    facts: Annotated[dict[str, Any], _described()]


class EventList(msgspec.Struct):
    events: list[FeedEvent]
    missed: Annotated[int, _described("how many behind `after` are kept no more")]
    next: Annotated[int | None, _described("pass as `after` for the next page")]


async def list_events(visit: Visit) -> EventList:
    log, limit = visit.world.events, visit.query_number("limit", DEFAULT_LIMIT)
    after, wants = _sequence(visit.query("after"), "after") or 0, _wanted(visit)
    kept = log.after(after)
    found = [event for event in kept if wants(event)]
    following = found[limit - 1].sequence if len(found) > limit else None
    return EventList([_view(event) for event in found[:limit]], _missed(after, kept), following)


async def stream_events(visit: Visit) -> Response:
    last, after = visit.request.headers.get("last-event-id"), visit.query("after")
    # A browser that connects again sends both: the header knows better.
    begins = _sequence(after, "after") if last is None else _sequence(last, "Last-Event-ID")
    most = None if visit.query("most") is None else visit.query_number("most", 1)
    return Feed(visit.engine, visit.world, begins, _wanted(visit), most=most)


class Feed(Response):
    """A world's events as they happen, those behind `after` first (None: only new ones).

    A reader that falls too far behind loses its connection: nothing here waits for it.
    """

    def __init__(
        self,
        engine: Engine,
        world: World,
        after: int | None,
        wants: Callable[[Event], bool],
        *,
        most: int | None = None,
        backlog: int = _BACKLOG,
        heartbeat: float = _HEARTBEAT_SECONDS,
    ) -> None:
        super().__init__(
            headers={"Content-Type": _EVENT_STREAM, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        del self.headers["content-length"]
        self._tally = engine.tally
        self._world = world
        self._after = after
        self._wants = wants
        self._most = most
        self._backlog = backlog
        self._heartbeat = heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._tally.readers += 1
        try:
            with self._world.events.listening(self._backlog, self._wants) as listener:
                overrun = anyio.Event()
                # Only a signal: whoever made the event that was too much has nothing to do with it.
                listener.on_overrun = overrun.set
                async with anyio.create_task_group() as tasks:

                    async def drop() -> None:
                        await overrun.wait()
                        self._tally.dropped_readers += 1
                        reset_connection(scope)
                        tasks.cancel_scope.cancel()

                    async def watch_client() -> None:
                        while (await receive())["type"] != "http.disconnect":
                            pass
                        tasks.cancel_scope.cancel()

                    tasks.start_soon(drop)
                    tasks.start_soon(watch_client)
                    await self._send_all(listener, send)
                    if not listener.is_overrun:
                        tasks.cancel_scope.cancel()
        finally:
            self._tally.readers -= 1

    async def _send_all(self, listener: Listener, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await _send_chunk(send, b": this world's events\n\n")
        left = self._most
        async for events in self._batches(listener, send):
            sent = [event for event in events if self._wants(event)][:left]
            for start in range(0, len(sent), _IN_A_CHUNK):
                await _send_chunk(send, b"".join(map(_frame, sent[start : start + _IN_A_CHUNK])))
            left = None if left is None else left - len(sent)
            if left == 0:
                break
        if not listener.is_overrun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _batches(self, listener: Listener, send: Send) -> AsyncIterator[tuple[Event, ...]]:
        """Events in their order, each once: what is kept behind `after`, then what happens."""
        log, last = self._world.events, 0
        if self._after is not None:
            # What happens while this is sent, the listener has heard.
            kept, last = log.after(self._after), log.sequence
            missed = _missed(self._after, kept)
            if missed:
                await _send_chunk(send, b'event: missed\ndata: {"missed":%d}\n\n' % missed)
            yield kept
        while not (listener.is_overrun or listener.is_closed):
            events: tuple[Event, ...] | None = None
            with anyio.move_on_after(self._heartbeat):
                events = await listener.heard()
            if events is None:
                await _send_chunk(send, b": still here\n\n")
            else:
                yield tuple(event for event in events if event.sequence > last)


async def _send_chunk(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


def _frame(event: Event) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.sequence, event.kind.encode(), _encode(_view(event)))


def _view(event: Event) -> FeedEvent:
    return FeedEvent(event.sequence, event.at, event.kind, event.call_sid, event.facts)


def _missed(after: int, kept: tuple[Event, ...]) -> int:
    """How many events there were between what somebody has and what is left."""
    return max(0, kept[0].sequence - after - 1) if kept else 0


def _wanted(visit: Visit) -> Callable[[Event], bool]:
    kind, call_sid = visit.query("kind"), visit.query("call_sid")
    subjects = {one.partition(".")[0] for one in KINDS}
    if kind is not None and kind not in KINDS and kind not in subjects:
        message = f"kind {kind!r} is none of {', '.join([*KINDS, *sorted(subjects)])}"
        raise BadInput(message, where="kind")

    def wants(event: Event) -> bool:
        return (kind is None or event.kind == kind or event.kind.startswith(f"{kind}.")) and (
            call_sid is None or event.call_sid == call_sid
        )

    return wants


def _sequence(text: str | None, where: str) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_ID:
        message = f"{where} must be the id of an event, not {text!r}"
        raise BadInput(message, where=where)
    return int(text)


_FILTERS = (
    Parameter("kind", "string", "such as call.moved, or call for all about calls"),
    Parameter("call_sid", "string", "of one call"),
)
_ON_WORLD = error_rows(errors.UnknownWorld)

OPERATIONS = (
    Operation(
        "control.list-events",
        "GET",
        "/worlds/{account_sid}/events",
        "List what happened, oldest first",
        OUR_OWN,
        list_events,
        EventList,
        errors=_ON_WORLD,
        parameters=(
            *_FILTERS,
            Parameter("limit", "integer", "at most 1000, 100 by default"),
            Parameter("after", "integer", "`next` of the page before, or the last id that you have"),
        ),
    ),
    Operation(
        "control.stream-events",
        "GET",
        "/worlds/{account_sid}/events/stream",
        "Follow what happens, as Server-Sent Events; Last-Event-ID takes up where a connection broke",
        OUR_OWN,
        stream_events,
        str,
        media_type=_EVENT_STREAM,
        errors=_ON_WORLD,
        parameters=(
            *_FILTERS,
            Parameter("after", "integer", "replay the events behind this id first; without it only new ones"),
            Parameter("most", "integer", "end after so many events, at most 1000"),
        ),
    ),
)
