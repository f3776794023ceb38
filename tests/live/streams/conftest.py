"""A server, bots, and calls to them through v1 and v3; time is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bots import Bots

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import Client, PartyBody, SuiteWorld, TurnBody

ANSWERS_AT_ONCE = "+919811112222"
OTHER = "+919833334444"


@pytest.fixture(scope="session")
def bots() -> Iterator[Bots]:
    with Bots() as bots:
        yield bots


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    with Server(Settings(port=0, clock="manual")) as server, Client(server.base_url) as client:
        yield client


@pytest.fixture
def world(client) -> Iterator[SuiteWorld]:
    with SuiteWorld.of(client.create_world()) as world:
        yield world


@pytest.fixture
def tell(world):
    """The caller answers at once and says this; the talk lasts so long."""

    def tell(*says: dict, talk: float | None = 5.0) -> None:
        caller = PartyBody(ring=0, says=[TurnBody(**one) for one in says])
        world.tell_default(from_=caller, to=PartyBody(ring=0), talk=talk)

    return tell


@pytest.fixture(params=["v1", "v3"])
def start(request, world):
    """Starts a stream through one version of the API or the other; the sid of the call."""
    if request.param == "v1":
        return lambda url: world.call_bot(url, from_=ANSWERS_AT_ONCE)
    return lambda url: world.call(from_=ANSWERS_AT_ONCE, to=OTHER, stream=url)
