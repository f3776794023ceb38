"""The awaitable twin of a test's world: it keeps no connection, so that no event loop outlives its owner."""

from __future__ import annotations

from mockserver.testing.client.awaiting.transport import AsyncStream, AsyncTransport
from mockserver.testing.client.awaiting.world import AsyncWorld
from mockserver.testing.client.wire import Answer, Ask
from mockserver.testing.suite_world import SuiteWorld


def awaited(world: SuiteWorld) -> AsyncWorld:
    """The same world; its end is that of the blocking one."""
    return AsyncWorld(_Unkept(world.base_url, world.token), world.view)


class _Unkept(AsyncTransport):
    async def send(self, ask: Ask) -> Answer:
        once = AsyncTransport(self.base_url, self._token)
        try:
            return await once.send(ask)
        finally:
            await once.close()

    async def open(self, ask: Ask) -> AsyncStream:
        once = AsyncTransport(self.base_url, self._token)
        return _Stream(await once.open(ask), once)


class _Stream(AsyncStream):
    def __init__(self, stream: AsyncStream, owner: AsyncTransport) -> None:
        super().__init__(stream._response)  # noqa: SLF001  the same stream
        self._owner = owner

    async def close(self) -> None:
        await super().close()
        await self._owner.close()
