"""Where a command is for: a running server, and one of its worlds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import msgspec
from cyclopts import Parameter

from mockserver.testing.client.blocking.client import Client
from mockserver.testing.client.blocking.world import World
from mockserver.testing.client.errors import ClientError, ControlError, Misunderstood, Unreachable

_REFUSED = 1


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server that runs.

    Parameters
    ----------
    url
        Base URL of the server.
    token
        Its control token, if it has one.
    """

    url: Annotated[str, Parameter(env_var="MOCKSERVER_URL")] = "http://127.0.0.1:8080"
    token: Annotated[str | None, Parameter(env_var="MOCKSERVER_CONTROL_TOKEN", show_default=False)] = None

    @contextmanager
    def client(self) -> Iterator[Client]:
        with Client(self.url, self.token) as client:
            yield client


@dataclass(frozen=True, kw_only=True)
class WorldTarget(Target):
    """A world of a server that runs.

    Parameters
    ----------
    world
        Account SID of the world.
    json
        Print JSON, for programs.
    """

    world: Annotated[str, Parameter(env_var="MOCKSERVER_ACCOUNT_SID")] = "mock"
    json: Annotated[bool, Parameter(negative=())] = False

    @contextmanager
    def entered(self) -> Iterator[World]:
        """The world, for the time of the block. Raises ClientError."""
        with self.client() as client:
            yield client.world(self.world)


OnServer = Annotated[Target, Parameter(name="*")]
OnWorld = Annotated[WorldTarget, Parameter(name="*")]
USUAL_SERVER = Target()
USUAL_WORLD = WorldTarget()


def told(command: Callable[[], None]) -> int:
    """The exit code of a command; a refusal of the server is one line on stderr, with what to do about it."""
    try:
        command()
    except ClientError as error:
        sys.stderr.write(f"mockserver: {_words(error)}\n")
        return _REFUSED
    return 0


def print_json(value: object) -> None:
    print(msgspec.json.encode(value).decode(), flush=True)


def _words(error: ClientError) -> str:
    if isinstance(error, Unreachable):
        where = f"no server answers at {error.url}: {error.reason}"
        return f"{where}. Start one with mockserver, or say where it is with --url."
    if isinstance(error, Misunderstood):
        return f"{error.url} answers something else than was asked for; is it a mockserver?"
    if isinstance(error, ControlError):
        return f"{error.detail}. {error.hint}".rstrip()
    return str(error)
