from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from starlette.types import ASGIApp

from mockserver.bootstrap import SERVED, build_engine, desk, nearest_of_all, openapi_documents
from mockserver.control import routes as control
from mockserver.engine.engine import Engine
from mockserver.engine.world import World
from mockserver.settings import Settings
from mockserver.web.app import Mounted, web_app

SETTINGS = Settings(clock="manual")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def engine() -> Engine:
    return build_engine(SETTINGS)


@pytest.fixture
def world(engine) -> World:
    return engine.world("mock")


@pytest.fixture
def app(engine) -> ASGIApp:
    mounts = [
        *(Mounted(provider.prefix, provider.version.build(engine)) for provider in SERVED),
        Mounted(control.PREFIX, control.build(desk(engine, SETTINGS)), is_journalled=False),
    ]
    return web_app(engine, mounts, openapi_documents(), partial(nearest_of_all, SETTINGS))


@pytest.fixture
async def client(app) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock", auth=("key", "token")) as client:
        yield client
