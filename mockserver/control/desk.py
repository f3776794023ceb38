"""What a control handler works with: the engine, the request, and the world that the path names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any, Protocol, TypeVar

import msgspec
from starlette.requests import Request

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.errors import BadInput
from mockserver.engine.coverage import Known
from mockserver.engine.engine import Engine
from mockserver.engine.quotas import Quota
from mockserver.engine.world import World, WorldSettings

_T = TypeVar("_T")

DEFAULT_LIMIT = 100
MOST_LISTED = 1_000


class Scenario(Protocol):
    """Something with a name that a world can be brought into."""

    def size(self) -> dict[str, int]:
        """How many things of each kind it brings."""

    def apply(self, world: World) -> dict[str, int]:
        """Bring them; how many there were. Raises what its parts raise."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that control may command.

    `quotas` are those that a world begins with, `readings` the choices of the providers with their values,
    `operations` the ids that a fault or a quota may name, `account_paths` what stands before an account SID in each
    provider version, `scenarios` those that have a name, `settings` what the server was
    started with, secrets redacted, `coverable` all that can be exercised, `fixtures` the folder of those that are
    served. With TLS, `tls_url` is where that is served, and `authority` what clients have to trust, as PEM. Without a
    `token` everybody may command.
    """

    engine: Engine
    defaults: WorldSettings
    quotas: tuple[Quota, ...]
    readings: Mapping[str, tuple[str, ...]]
    operations: frozenset[str]
    account_paths: Mapping[str, str]
    scenarios: Mapping[str, Scenario]
    settings: Mapping[str, Any]
    coverable: Known
    fixtures: Traversable
    tls_url: str | None = None
    authority: bytes = b""
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """One control request."""

    desk: Desk
    request: Request

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    @property
    def world(self) -> World:
        """The world of the path, as it is now. Raises UnknownWorld."""
        world = self.engine.world(self.path("account_sid"))
        world.touch()
        self.engine.runner(world).catch_up()
        return world

    def path(self, name: str) -> str:
        value: str = self.request.path_params[name]
        return value

    def contact(self, name: str) -> Contact:
        return parse_contact(self.path(name))

    def check_operation(self, name: str | None, where: str) -> None:
        """Raises BadInput with those that exist, if no operation of a provider is called so."""
        if name is not None and name not in self.desk.operations:
            hint = f"The operations are {', '.join(sorted(self.desk.operations))}."
            raise BadInput(f"no operation is called {name!r}", where=where, hint=hint)

    async def body(self, kind: type[_T]) -> _T:
        """The request body as a struct; an empty body is an empty object. Raises BadInput."""
        text = await self.request.body() or b"{}"
        try:
            return msgspec.json.decode(text, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            message = f"the body does not fit: {error}"
            raise BadInput(message, hint="/openapi/control.json has the schema of every body.") from error

    def query(self, name: str) -> str | None:
        return self.request.query_params.get(name)

    def query_number(self, name: str, default: int) -> int:
        text = self.query(name)
        if text is None:
            return default
        if not text.isdecimal() or len(text) > len(str(MOST_LISTED)) or not 0 < int(text) <= MOST_LISTED:
            message = f"{name} must be a whole number from 1 to {MOST_LISTED}, not {text!r}"
            raise BadInput(message, where=name)
        return int(text)

    def query_time(self, name: str) -> datetime | None:
        text = self.query(name)
        if text is None:
            return None
        try:
            at = msgspec.convert(text.replace(" ", "+"), datetime)  # a + that was not escaped arrives as a blank
        except msgspec.ValidationError:
            at = None
        if at is None or at.tzinfo is None:
            message = f"{name} must be a time with its offset such as 2026-01-05T10:00:00+05:30, not {text!r}"
            raise BadInput(message, where=name)
        return at
