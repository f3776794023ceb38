"""Requests for a vendor's real host find what that host serves, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.operations.trace import trace_of

_ANY_TENANT = b"*."


@dataclass(frozen=True, slots=True)
class Site:
    """A real host, or `*.` and a domain: the prefixes that it serves. The first one's API refuses all else."""

    host: str
    prefixes: tuple[str, ...]
    is_retired: bool = False


class Hosts:
    """Pure ASGI middleware. On all other hosts every API is served, so that nothing has to be configured.

    What is `ours` (control, health, documents) is below no path of a vendor's, and is there on every host: a
    container that is reached by a real name alone has to be commanded and probed by it.
    """

    def __init__(
        self, app: ASGIApp, sites: Iterable[Site], apis: Mapping[str, ASGIApp], ours: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._sites = tuple(sites)
        gates = {site.host.encode(): _Gate(site, apis[site.prefixes[0]], (*site.prefixes, *ours)) for site in sites}
        self._named = {name: gate for name, gate in gates.items() if not name.startswith(_ANY_TENANT)}
        self._tenants = {name[1:]: gate for name, gate in gates.items() if name.startswith(_ANY_TENANT)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = self._gate(scope["headers"]) if scope["type"] == "http" else None
        if gate is None:
            await self._app(scope, receive, send)
            return
        if gate.site.is_retired:
            trace_of(scope).hint = f"{gate.site.host} is retired at the vendor's. {self._instead(gate.site)}"
        if gate.serves(scope["path"]):
            await self._app(scope, receive, send)
            return
        trace_of(scope).elsewhere = self._elsewhere(gate.site, scope["path"])
        # All of the path is root, so that no route of the API is left to match: its own refusal answers.
        await gate.stranger({**scope, "root_path": scope["path"]}, receive, send)

    def _gate(self, headers: Iterable[tuple[bytes, bytes]]) -> _Gate | None:
        for name, value in headers:
            if name == b"host":
                host = _bare(value)
                return self._named.get(host) or self._tenants.get(host[host.find(b".") :])
        return None

    def _elsewhere(self, site: Site, path: str) -> str | None:
        found = [one.host for one in self._sites if not one.is_retired and _is_below(path, one.prefixes)]
        return f"{site.host} does not serve {path}. It is at {', '.join(found)}." if found else None

    def _instead(self, site: Site) -> str:
        found = [one.host for one in self._sites if not one.is_retired and one.prefixes == site.prefixes]
        return f"Use {' or '.join(found)}." if found else ""


class _Gate:
    """What may pass at one host."""

    __slots__ = ("_below", "_whole", "site", "stranger")

    def __init__(self, site: Site, stranger: ASGIApp, prefixes: Iterable[str]) -> None:
        self.site = site
        self.stranger = stranger
        self._whole = frozenset(prefixes)
        self._below = tuple(f"{prefix}/" for prefix in self._whole)

    def serves(self, path: str) -> bool:
        return path.startswith(self._below) or path in self._whole


def _is_below(path: str, prefixes: Iterable[str]) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)


def _bare(value: bytes) -> bytes:
    """A Host header's name: in small letters, without a port, and without the dot that ends a full name."""
    return value.partition(b":")[0].lower().rstrip(b".").strip()
