"""Names are resolved within the policy."""

from __future__ import annotations

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.trust import Trust


def connector(policy: CallbackPolicy, trust: Trust) -> aiohttp.TCPConnector:
    """Connects to where the policy allows, without a limit, each time anew."""
    return aiohttp.TCPConnector(limit=0, resolver=_PolicyResolver(policy), force_close=True, ssl=trust.context())


class BlockedAddressError(OSError):
    """A name resolved to no address that the policy allows."""


class _PolicyResolver(AbstractResolver):
    """Checks the very addresses that are connected to, so that a name cannot change its mind in between."""

    def __init__(self, policy: CallbackPolicy) -> None:
        self._policy = policy
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._policy.allows_name(host):
            return await self._inner.resolve(host, port, family)
        try:
            found = await self._inner.resolve(host, port, family)
        except OSError as error:
            raise BlockedAddressError("does not resolve to an address here") from error
        allowed = [result for result in found if self._policy.allows_address(result["host"])]
        if not allowed:
            raise BlockedAddressError("is neither on this machine nor in a private network")
        return allowed

    async def close(self) -> None:
        await self._inner.close()
