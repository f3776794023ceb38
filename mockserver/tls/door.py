"""Accepts connections and shakes hands with whoever is there, as a task of its own, which an end does not wait for."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable

# Who opens a connection and says nothing is not waited for, nor who does not say goodbye.
_HANDSHAKE_SECONDS = 10.0
_GOODBYE_SECONDS = 0.2
# Of more that are at it, the one that has been at it longest goes: who says nothing keeps nobody out.
_MOST_AT_IT = 1_000
# Before the next try, when there are too many connections to accept one more.
_BREATH_SECONDS = 0.1
_log = logging.getLogger(__name__)


class Door:
    """A listening socket for TLS, with the `close` and `wait_closed` of asyncio's servers.

    Those know of no connection before its handshake is over; a loop that is closed on one that hangs there waits.
    """

    def __init__(
        self, listening: socket.socket, context: ssl.SSLContext, protocol: Callable[[], asyncio.BaseProtocol]
    ) -> None:
        listening.settimeout(0)
        self._listening = listening
        self._context = context
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._accepting = self._loop.create_task(self._accept())
        # In the order in which they came.
        self._at_it: dict[asyncio.Task[None], None] = {}

    def close(self) -> None:
        for task in self._all():
            task.cancel()

    async def wait_closed(self) -> None:
        await asyncio.gather(*self._all(), return_exceptions=True)

    def _all(self) -> list[asyncio.Task[None]]:
        return [self._accepting, *self._at_it]

    async def _accept(self) -> None:
        while True:
            try:
                peer, _ = await self._loop.sock_accept(self._listening)
            except OSError as error:
                _log.warning("a connection cannot be accepted: %s", error)
                await self._breathe()
                continue
            if len(self._at_it) >= _MOST_AT_IT:
                longest = next(iter(self._at_it))
                del self._at_it[longest]
                longest.cancel()
            task = self._loop.create_task(self._shake_hands(peer))
            self._at_it[task] = None
            task.add_done_callback(lambda one: self._at_it.pop(one, None))

    async def _shake_hands(self, peer: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._protocol,
                peer,
                ssl=self._context,
                ssl_handshake_timeout=_HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=_GOODBYE_SECONDS,
            )
        except OSError as error:
            # No TLS, no trust, or nobody there any more: the client has heard of it.
            _log.debug("no TLS with a client: %s", error)

    async def _breathe(self) -> None:
        waiting = self._loop.create_future()
        timer = self._loop.call_later(_BREATH_SECONDS, waiting.set_result, None)
        try:
            await waiting
        finally:
            timer.cancel()
