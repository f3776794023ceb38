"""WebSockets to bots, through aiohttp: opened within the policy, bounded in size, closed in order."""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import unquote, urlsplit, urlunsplit

import aiohttp
import anyio
from yarl import URL

from mockserver.engine.delivery import SendBlocked
from mockserver.engine.lines import DialFailed, Gone
from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.resolving import BlockedAddressError, connector
from mockserver.outbound.trust import Trust
from mockserver.streams.setup import Ending

# More than the largest audio that is documented takes in base64.
_LARGEST_MESSAGE = 1024 * 1024
_LARGEST_ANSWER = 64 * 1024
_CLOSES_WITHIN = 1.0
_ROUND_TRIPS = 2
_SOCKET_SCHEMES = frozenset({"ws", "wss"})
_NORMAL, _NO_CODE, _ABNORMAL, _TOO_LARGE = 1000, 1005, 1006, 1009
_OK = 200


class AiohttpDialler:
    """Implements the engine's Dialler port; made inside a running event loop."""

    def __init__(self, policy: CallbackPolicy, trust: Trust) -> None:
        self._policy = policy
        # A redirect could lead past the policy, and the client has no other way to be told not to follow one.
        refusing = aiohttp.TraceConfig()
        refusing.on_request_redirect.append(_refuse_redirect)
        self._session = aiohttp.ClientSession(
            connector=connector(policy, trust), cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[refusing]
        )

    async def dial(self, url: str, timeout_seconds: float) -> AiohttpSocket:
        try:
            with anyio.fail_after(timeout_seconds):
                if urlsplit(url).scheme not in _SOCKET_SCHEMES:
                    url = await self._resolved(url)
                return await self._opened(url)
        except TimeoutError as error:
            raise DialFailed(Ending.UNREACHABLE, f"no handshake within {timeout_seconds:g} s") from error
        except SendBlocked as error:
            raise DialFailed(Ending.BLOCKED, str(error)) from error
        except aiohttp.WSServerHandshakeError as error:
            raise DialFailed(Ending.REFUSED, f"the handshake was answered with {error.status}") from error
        except aiohttp.ClientConnectorError as error:
            raise _unconnected(error) from error
        except aiohttp.ClientResponseError as error:
            raise DialFailed(Ending.REFUSED, f"the answer is no HTTP that is understood: {error.message}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise DialFailed(Ending.UNREACHABLE, str(error) or type(error).__name__) from error
        except ValueError as error:
            raise DialFailed(Ending.BAD_URL, f"{url!r} cannot be dialled: {error}") from error

    async def aclose(self) -> None:
        await self._session.close()

    async def _resolved(self, url: str) -> str:
        """The socket's URL that a web address answers."""
        address, headers = _without_userinfo(url)
        self._policy.check_url(address)
        async with self._session.get(URL(address, encoded=True), headers=headers, allow_redirects=False) as response:
            body = await response.content.read(_LARGEST_ANSWER)
            if response.status != _OK:
                raise DialFailed(Ending.REFUSED, f"{address} answered {response.status}, and no URL of a socket")
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise DialFailed(Ending.BAD_URL, f'{address} answered no JSON such as {{"url": "wss://..."}}') from error
        found = answer.get("url") if isinstance(answer, dict) else None
        if not isinstance(found, str) or urlsplit(found).scheme not in _SOCKET_SCHEMES:
            raise DialFailed(Ending.BAD_URL, f"{address} answered {str(found)[:100]!r}, which is no URL of a socket")
        return found

    async def _opened(self, url: str) -> AiohttpSocket:
        address, headers = _without_userinfo(url)
        parts = urlsplit(address)
        self._policy.check_url(urlunsplit(parts._replace(scheme={"ws": "http", "wss": "https"}[parts.scheme])))
        socket = await self._session.ws_connect(
            URL(address, encoded=True),  # byte for byte: bots check what is signed in it
            headers=headers,
            autoping=False,
            autoclose=False,
            max_msg_size=_LARGEST_MESSAGE,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSES_WITHIN),
        )
        return AiohttpSocket(socket)


class AiohttpSocket:
    """Implements the engine's Socket port."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._pong = anyio.Event()
        self._is_gone = False

    async def send(self, text: str) -> None:
        await self._tried(partial(self._socket.send_str, text))

    async def receive(self) -> str | bytes | Gone:
        while True:
            message = await self._socket.receive()
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    data: str | bytes = message.data
                    return data
                case aiohttp.WSMsgType.PING:
                    await self._tried(partial(self._socket.pong, message.data))
                case aiohttp.WSMsgType.PONG:
                    self._pong.set()
                case _:
                    self._is_gone = True
                    self._pong.set()
                    if message.type is aiohttp.WSMsgType.CLOSE:
                        await self.close(message.data or _NORMAL)
                    return _gone(message, self._socket.close_code)

    async def settle(self) -> None:
        # The first pong says that all has been read; by the second, who was woken by that has had a turn.
        for _ in range(_ROUND_TRIPS):
            self._pong = anyio.Event()
            if not self._is_gone and await self._tried(self._socket.ping):
                await self._pong.wait()

    async def close(self, code: int) -> None:
        await self._tried(partial(self._socket.close, code=code))

    async def _tried(self, send: Callable[[], Awaitable[object]]) -> bool:
        """Whether it could be sent; to whom has gone nothing can."""
        try:
            await send()
        except (ConnectionError, aiohttp.ClientError, RuntimeError):
            return False
        return True


async def _refuse_redirect(_session: object, _context: object, facts: aiohttp.TraceRequestRedirectParams) -> None:
    raise DialFailed(Ending.REFUSED, f"the handshake was answered with {facts.response.status}, which is not followed")


def _gone(message: aiohttp.WSMessage, close_code: int | None) -> Gone:
    match message.type:
        case aiohttp.WSMsgType.CLOSE:
            return Gone(message.data or _NO_CODE, reason=str(message.extra or ""))
        case aiohttp.WSMsgType.ERROR:
            error = message.data
            code = error.code if isinstance(error, aiohttp.WebSocketError) else close_code
            ending = Ending.TOO_LARGE if code == _TOO_LARGE else Ending.UNREADABLE if code else Ending.CONNECTION_LOST
            return Gone(code or _ABNORMAL, ending, str(error))
    return Gone(close_code or _ABNORMAL)


def _unconnected(error: aiohttp.ClientConnectorError) -> DialFailed:
    if isinstance(error.os_error, BlockedAddressError):
        return DialFailed(Ending.BLOCKED, f"blocked by policy: {error.host} {error.os_error}")
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(error.os_error, ssl.SSLError):
        return DialFailed(Ending.TLS_FAILURE, str(error))
    return DialFailed(Ending.UNREACHABLE, str(error))


def _without_userinfo(url: str) -> tuple[str, Mapping[str, str]]:
    """A URL without user and password, and the header that they become."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    user, _, password = userinfo.partition(":")
    credentials = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {credentials}"}
