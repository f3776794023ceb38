"""The events of a world, as they happen."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Self

import msgspec

from mockserver.control.feed import FeedEvent
from mockserver.testing.client.awaiting.transport import AsyncStream, AsyncTransport
from mockserver.testing.client.errors import Cut
from mockserver.testing.client.frames import Frame, Frames
from mockserver.testing.client.wire import Answer, Ask, refused

_OK = 200


class AsyncFeed:
    """Events to iterate over. From the moment that the block is entered, nothing is missed.

    `missed` is how many of those to be replayed the server did not keep. Raises Cut where the connection breaks.
    """

    def __init__(self, transport: AsyncTransport, ask: Ask) -> None:
        self._transport = transport
        self._ask = ask
        self._frames = Frames()
        self._pending: deque[FeedEvent] = deque()
        self._stream: AsyncStream | None = None
        self._last = 0
        self.missed = 0

    async def __aenter__(self) -> Self:
        stream = self._stream = await self._transport.open(self._ask)
        if stream.status != _OK:
            answer = Answer(stream.status, await stream.read())
            await stream.close()
            raise refused(answer, self._transport.base_url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            await self._stream.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> FeedEvent:
        while not self._pending:
            if not await self._has_more():
                raise StopAsyncIteration
        event = self._pending.popleft()
        self._last = event.id
        return event

    async def _has_more(self) -> bool:
        if self._stream is None:
            message = "a feed is read inside of its with block"
            raise RuntimeError(message)
        try:
            chunk = await self._stream.chunk()
        except Cut as error:
            raise Cut(self._last) from error
        for frame in self._frames.take(chunk):
            self._take(frame)
        return bool(chunk)

    def _take(self, frame: Frame) -> None:
        if frame.event == "missed":
            self.missed += msgspec.json.decode(frame.data, type=dict[str, int])["missed"]
        else:
            self._pending.append(msgspec.json.decode(frame.data, type=FeedEvent))
