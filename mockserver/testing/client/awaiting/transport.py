"""Requests over connections that are kept, by aiohttp."""

from __future__ import annotations

import aiohttp
from yarl import URL

from mockserver.testing.client.errors import Cut, Unreachable
from mockserver.testing.client.wire import (
    CONNECT_SECONDS,
    IDLE_SECONDS,
    MOST_CONNECTIONS,
    SILENCE_SECONDS,
    Answer,
    Ask,
    check_url,
)


class AsyncTransport:
    """To one server. Nothing is tried twice: who asks twice places two calls."""

    def __init__(self, base_url: str, token: str | None) -> None:
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def send(self, ask: Ask) -> Answer:
        """Raises Unreachable."""
        limits = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=ask.seconds)
        try:
            async with await self._request(ask, limits) as response:
                return Answer(response.status, await response.read())
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def open(self, ask: Ask) -> AsyncStream:
        """An answer that comes bit by bit. Raises Unreachable."""
        limits = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
        try:
            return AsyncStream(await self._request(ask, limits))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _request(self, ask: Ask, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        check_url(self.base_url)
        if self._session is None:
            self._session = _session()
        return await self._session.request(
            ask.method,
            URL(self.base_url + ask.target, encoded=True),
            data=ask.body,
            headers=ask.headers(self._token),
            timeout=limits,
            allow_redirects=False,
        )

    def _unreachable(self, error: Exception) -> Unreachable:
        cause = getattr(error, "os_error", error)
        return Unreachable(self.base_url, getattr(cause, "strerror", None) or str(cause) or type(cause).__name__)


class AsyncStream:
    """The body of an answer, as it comes."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status

    async def read(self) -> bytes:
        """All of it."""
        return await self._response.read()

    async def chunk(self) -> bytes:
        """What comes next; nothing: it has ended in order. Raises Cut."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            raise Cut(0) from error

    async def close(self) -> None:
        self._response.close()


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # Unasked, aiohttp sends a GET again whose connection ends, and there is no public way to say that it should not.
    session._retry_connection = False  # noqa: SLF001
    return session
