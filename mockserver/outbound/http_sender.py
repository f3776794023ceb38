"""The sender: aiohttp, with our own eyes on what is sent, where to, and how much comes back."""

from __future__ import annotations

import ssl

import aiohttp
from yarl import URL

from mockserver.engine.delivery import OutboundRequest, Reply, SendFailed
from mockserver.outbound.policy import CallbackPolicy, blocked
from mockserver.outbound.resolving import BlockedAddressError, connector
from mockserver.outbound.trust import Trust

_USUAL = Trust()
_LARGEST_REPLY = 64 * 1024
_OWN_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class HttpSender:
    """Implements the engine's Sender port; made inside a running event loop.

    Redirects are not followed: following one could lead past the policy.
    """

    def __init__(self, policy: CallbackPolicy, trust: Trust = _USUAL) -> None:
        self._policy = policy
        self._session = aiohttp.ClientSession(
            # A connection of its own for each attempt: one that was kept may be closed by the receiver at the very
            # moment that it is used again, and then nobody knows whether the callback arrived.
            connector=connector(policy, trust),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        # aiohttp sends a GET a second time, unasked, when the receiver closes the connection. An attempt is one
        # request, and there is no public way to say so.
        self._session._retry_connection = False  # noqa: SLF001

    async def send(self, request: OutboundRequest, timeout_seconds: float) -> Reply:
        self._policy.check_url(request.url)
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),  # byte for byte: receivers sign their query strings
                headers=request.headers,
                data=request.body or None,
                skip_auto_headers=_OWN_HEADERS,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_seconds),
            ) as response:
                return await _reply(response)
        except TimeoutError as error:
            raise SendFailed("timeout", f"no complete answer within {timeout_seconds:g} s") from error
        except aiohttp.ClientSSLError as error:
            raise SendFailed("tls", _not_trusted(error)) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, BlockedAddressError):
                raise blocked(error.host, str(error.os_error)) from error
            raise SendFailed("refused", str(error)) from error
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, aiohttp.ClientOSError) as error:
            raise SendFailed("closed", str(error)) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise SendFailed("broken", str(error)) from error

    async def aclose(self) -> None:
        await self._session.close()


def _not_trusted(error: aiohttp.ClientSSLError) -> str:
    cause = error.os_error
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return f"no TLS with {error.host}:{error.port}: {cause}. Does it serve HTTPS there?"
    mend = "Trust its authority with --callback-ca FILE, or any certificate with --no-callback-verify."
    return f"the certificate of {error.host}:{error.port} is not trusted: {cause.verify_message}. {mend}"


async def _reply(response: aiohttp.ClientResponse) -> Reply:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LARGEST_REPLY:
            response.close()
            break
    headers = tuple((str(name), value) for name, value in response.headers.items())
    return Reply(response.status, headers, bytes(body[:_LARGEST_REPLY]), is_truncated=len(body) > _LARGEST_REPLY)
