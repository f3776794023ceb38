"""A server on a real socket, a client of it, and a world for each test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink, Client, World

SCENARIOS = '[evening]\ndefault = { to = { reaction = "busy" } }\n'


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("client") / "scenarios.toml"
    path.write_text(SCENARIOS)
    with Server(Settings(port=0, tls=True, tls_port=0, clock="manual", scenarios=(str(path),))) as server:
        yield server


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[Client]:
    with Client(server.base_url) as client:
        yield client


@pytest.fixture
def world(client: Client) -> Iterator[World]:
    with client.create_world() as world:
        yield world


@pytest.fixture
def sink() -> Iterator[CallbackSink]:
    with CallbackSink() as sink:
        yield sink


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end, within twenty seconds."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(asyncio.wait_for(work, 20))

    return run
