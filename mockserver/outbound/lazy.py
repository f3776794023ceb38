"""Opens the real sender, and the real dialler of sockets, when the first is needed: aiohttp takes longer to import than
the server to start.
"""

from __future__ import annotations

import anyio
from anyio.to_thread import run_sync

from mockserver.engine.delivery import OutboundRequest, Reply
from mockserver.engine.lines import Dialler, Socket
from mockserver.engine.ports import Sender
from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.trust import Trust

_USUAL = Trust()


class LazySender:
    """Implements the engine's Sender port."""

    def __init__(self, policy: CallbackPolicy, trust: Trust = _USUAL) -> None:
        self._policy = policy
        self._trust = trust
        self._sender: Sender | None = None
        self._opening = anyio.Lock()

    async def send(self, request: OutboundRequest, timeout_seconds: float) -> Reply:
        # What the policy refuses at sight needs no client.
        self._policy.check_url(request.url)
        sender = self._sender or await self._open()
        return await sender.send(request, timeout_seconds)

    async def aclose(self) -> None:
        if self._sender is not None:
            await self._sender.aclose()
            self._sender = None

    async def _open(self) -> Sender:
        async with self._opening:
            if self._sender is None:
                await run_sync(_import_client)  # in a thread, so that requests go on being answered
                from mockserver.outbound.http_sender import HttpSender  # noqa: PLC0415

                self._sender = HttpSender(self._policy, self._trust)
            return self._sender


class LazyDialler:
    """Implements the engine's Dialler port."""

    def __init__(self, policy: CallbackPolicy, trust: Trust = _USUAL) -> None:
        self._policy = policy
        self._trust = trust
        self._dialler: Dialler | None = None
        self._opening = anyio.Lock()

    async def dial(self, url: str, timeout_seconds: float) -> Socket:
        dialler = self._dialler or await self._open()
        return await dialler.dial(url, timeout_seconds)

    async def aclose(self) -> None:
        if self._dialler is not None:
            await self._dialler.aclose()
            self._dialler = None

    async def _open(self) -> Dialler:
        async with self._opening:
            if self._dialler is None:
                await run_sync(_import_client)
                from mockserver.outbound.sockets import AiohttpDialler  # noqa: PLC0415

                self._dialler = AiohttpDialler(self._policy, self._trust)
            return self._dialler


def _import_client() -> None:
    import aiohttp  # noqa: F401, PLC0415
