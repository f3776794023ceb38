"""A server and its worlds."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, Unpack
from urllib.parse import quote

from mockserver.control.bodies import WorldBody
from mockserver.control.config import ConfigView
from mockserver.control.coverage import CoverageView
from mockserver.control.fixture_files import FixtureRow
from mockserver.control.fixtures import FixtureList
from mockserver.control.record_views import ExchangeList
from mockserver.control.scenarios import NamedList, NamedView
from mockserver.control.world_views import Removed, WorldList, WorldView
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.awaiting.transport import AsyncTransport
from mockserver.testing.client.awaiting.world import AsyncWorld
from mockserver.testing.client.errors import Unreachable
from mockserver.testing.client.fields import RequestQuery, WorldFields
from mockserver.testing.client.wire import Ask, control_ask, segment, text_of, understood

_OK = 200


class AsyncClient(AsyncPart):
    """Commands a server, and makes worlds on it.

    `token` is the server's control token, if it has one. Times are real seconds; nothing is tried twice. All that
    fails is a ClientError: Unreachable, or a ControlError with the server's hint.

    >>> async with AsyncClient("http://127.0.0.1:8080") as client, await client.create_world() as world:
    ...     sid = await world.call(from_="+919900000205", to="+919900000310")
    ...     await world.advance(60)
    ...     call = await world.get_call(sid)
    """

    def __init__(self, base_url: str = "http://127.0.0.1:8080", token: str | None = None) -> None:
        super().__init__(AsyncTransport(base_url, token), "")

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._transport.base_url}>"

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connections that are kept."""
        await self._transport.close()

    async def worlds(self) -> list[AsyncWorld]:
        found = await self._ask(WorldList, "GET", "/worlds")
        return [AsyncWorld(self._transport, view) for view in found.worlds]

    async def create_world(self, **settings: Unpack[WorldFields]) -> AsyncWorld:
        """A new world. Names and credentials that are left out are made up; its clock is manual unless told."""
        return AsyncWorld(self._transport, await self._ask(WorldView, "POST", "/worlds", WorldBody(**settings)))

    async def world(self, sid: str) -> AsyncWorld:
        """A world that there is, as it is now. Raises NotFound."""
        return AsyncWorld(self._transport, await self._ask(WorldView, "GET", f"/worlds/{segment(sid)}"))

    async def strays(
        self, *, limit: int | None = None, after: str | None = None, **match: Unpack[RequestQuery]
    ) -> ExchangeList:
        """A page of the requests that belong to no world, oldest first."""
        return await self._ask(ExchangeList, "GET", "/requests", query={**match, "limit": limit, "after": after})

    async def clear_strays(self) -> dict[str, int]:
        """Forget the requests that belong to no world; how many went."""
        return (await self._ask(Removed, "DELETE", "/requests")).removed

    async def named_scenarios(self) -> list[NamedView]:
        """The scenarios of the files that the server was started with."""
        return (await self._ask(NamedList, "GET", "/scenarios")).scenarios

    async def coverage(self) -> CoverageView:
        """What was exercised of all that the emulator knows, also in worlds that have gone."""
        return await self._ask(CoverageView, "GET", "/coverage")

    async def clear_coverage(self) -> dict[str, int]:
        """Begin to count what is exercised anew; how many items went."""
        return (await self._ask(Removed, "DELETE", "/coverage")).removed

    async def config(self) -> ConfigView:
        """Version and settings of the server, secrets redacted."""
        return await self._ask(ConfigView, "GET", "/config")

    async def authority(self) -> str:
        """What clients have to trust for HTTPS, as PEM. Raises NotFound where the server does not serve that."""
        return text_of(await self._transport.send(control_ask("GET", "/ca.pem")), self.base_url)

    async def fixtures(self) -> list[FixtureRow]:
        """The contract fixtures that come with the server."""
        return (await self._ask(FixtureList, "GET", "/fixtures")).fixtures

    async def fixture(self, path: str) -> str:
        """One of them as it is: JSON, XML or TOML. Raises NotFound."""
        return text_of(await self._transport.send(control_ask("GET", f"/fixtures/{quote(path)}")), self.base_url)

    async def is_ready(self) -> bool:
        """Whether the server says so; False, too, if there is none."""
        try:
            return (await self._transport.send(Ask("GET", "/readyz"))).status == _OK
        except Unreachable:
            return False

    async def metrics(self) -> str:
        """What Prometheus is told."""
        return text_of(await self._transport.send(Ask("GET", "/metrics")), self.base_url)

    async def openapi(self, name: str = "control") -> dict[str, Any]:
        """The OpenAPI document of an API: exotel-v3, ..., control."""
        answer = await self._transport.send(Ask("GET", f"/openapi/{segment(name)}.json"))
        return understood(answer, dict[str, Any], self.base_url)
