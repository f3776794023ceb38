"""The talks with bots: how they went, and how they sounded."""

from __future__ import annotations

from typing import Literal

from mockserver.control.stream_views import StreamDetail, StreamList
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.wire import bytes_of, control_ask, segment


class AsyncStreams(AsyncPart):
    """Streams by sid. All that is measured is in seconds on the world's clock."""

    async def streams(self, *, only_open: bool = False) -> StreamList:
        """The streams of the world, in the order in which they were opened."""
        return await self._ask(StreamList, "GET", "/streams", query={"open": only_open})

    async def call_streams(self, call_sid: str) -> StreamList:
        """The streams of a call."""
        return await self._ask(StreamList, "GET", f"/calls/{segment(call_sid)}/streams")

    async def stream(self, call_sid: str | None = None) -> StreamDetail:
        """The latest talk with a bot, of a call or of all, with its timeline and what was measured of it.

        Raises LookupError if there is none.
        """
        asked = self.streams() if call_sid is None else self.call_streams(call_sid)
        listed = await asked
        if not listed.streams:
            message = "no stream was opened: was the call answered, and does it have a StreamUrl, or streaming.url?"
            raise LookupError(message)
        return await self.get_stream(listed.streams[-1].sid)

    async def get_stream(self, stream_sid: str) -> StreamDetail:
        """A stream with its timeline."""
        return await self._ask(StreamDetail, "GET", f"/streams/{segment(stream_sid)}")

    async def stream_audio(
        self, stream_sid: str, channels: Literal["mono", "dual", "caller", "bot"] | None = None
    ) -> bytes:
        """A WAV file of both parties in one channel, or as `channels` says."""
        path = f"{self._path}/streams/{segment(stream_sid)}/audio"
        ask = control_ask("GET", path, query={"channels": channels})
        return bytes_of(await self._transport.send(ask), self._transport.base_url)
