"""Behind a proxy: a path before ours, and what the proxy says of the client."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network


class RootPath:
    """What stands before every path may stand there or not: some proxies take it away, some leave it."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = root_path
        self._raw = root_path.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == self._root or path.startswith(f"{self._root}/"):
            raw = scope.get("raw_path") or b""
            scope["path"] = path.removeprefix(self._root) or "/"
            scope["raw_path"] = raw.removeprefix(self._raw) or b"/"
        await self._app(scope, receive, send)


class Forwarded:
    """Takes client, scheme and host from X-Forwarded-For, -Proto and -Host of a proxy that is trusted.

    Of several, the last is what the nearest proxy has seen: further left anybody may have written.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_trusted(scope.get("client")):
            said = {name: value.rpartition(b",")[2].strip() for name, value in scope["headers"]}
            if client := said.get(b"x-forwarded-for"):
                scope["client"] = (client.decode("latin-1"), 0)
            if (scheme := said.get(b"x-forwarded-proto")) in {b"http", b"https"}:
                scope["scheme"] = scheme.decode()
            if host := said.get(b"x-forwarded-host"):
                scope["headers"] = [(b"host", host), *(one for one in scope["headers"] if one[0] != b"host")]
        await self._app(scope, receive, send)

    def _is_trusted(self, client: tuple[str, int] | None) -> bool:
        if not client:
            return False
        address = ip_address(client[0].partition("%")[0])
        # So a socket for both families sees clients of the older one.
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._trusted)
