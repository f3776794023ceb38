"""The composition root: the only file that knows every package."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from starlette.types import ASGIApp

from mockserver.control import routes as control
from mockserver.control.desk import Desk
from mockserver.engine.engine import Engine
from mockserver.engine.journal import Journal
from mockserver.engine.population import populate
from mockserver.engine.world import World, WorldSettings, WorldSpec
from mockserver.operations.openapi import Document
from mockserver.outbound.lazy import LazySender
from mockserver.outbound.policy import CallbackPolicy
from mockserver.providers.exotel.v1 import routes as exotel_v1
from mockserver.providers.exotel.v3 import routes as exotel_v3
from mockserver.providers.provider import Provider
from mockserver.settings import Settings
from mockserver.storage.memory import MemoryStore
from mockserver.web.app import Mounted, web_app

PROVIDERS: tuple[Provider, ...] = (exotel_v3.PROVIDER, exotel_v1.PROVIDER)

_CALLS_KEPT = timedelta(days=190)


def build_app(settings: Settings) -> ASGIApp:
    """The whole server as one ASGI application. Its lifespan runs the engine."""
    engine = build_engine(settings)
    return web_app(
        engine,
        mounts=[
            *(Mounted(provider.prefix, provider.build(engine)) for provider in PROVIDERS),
            Mounted(control.PREFIX, control.build(desk(engine, settings)), is_journalled=False),
        ],
        documents=openapi_documents(),
    )


def desk(engine: Engine, settings: Settings) -> Desk:
    """What the control API may command."""
    return Desk(
        engine=engine,
        defaults=world_settings(settings),
        readings={reading.name: reading.values for provider in PROVIDERS for reading in provider.readings},
        operations=frozenset(one.id for provider in PROVIDERS for one in provider.operations),
        account_paths={provider.name: provider.prefix + provider.account_path for provider in PROVIDERS},
    )


def build_engine(settings: Settings) -> Engine:
    """The engine with the settings' first worlds."""
    engine = Engine(
        sender=LazySender(CallbackPolicy(settings.allow_callbacks)),
        writers={provider.name: provider.write_callback for provider in PROVIDERS},
        found=partial(_found_world, settings),
    )
    for account in settings.accounts:
        engine.create_world(
            WorldSpec(
                account,
                seed=settings.seed,
                clock_mode=settings.clock_mode,
                speed=settings.speed,
                draws_outcomes=settings.outcomes == "random",
                exophones=settings.exophones,
                settings=world_settings(settings),
            )
        )
    return engine


def world_settings(settings: Settings) -> WorldSettings:
    """What every new world begins with."""
    return WorldSettings(
        is_strict=settings.strict,
        retry_after=settings.callback_retries,
        callback_timeout=settings.callback_timeout,
    )


def openapi_documents() -> dict[str, Callable[[], Document]]:
    """The makers of the documents by name: each provider version, and `control`."""
    return {**{provider.name: provider.openapi for provider in PROVIDERS}, "control": control.openapi}


def _found_world(settings: Settings, spec: WorldSpec) -> World:
    return World(
        spec,
        store=MemoryStore(settings.max_calls, _CALLS_KEPT),
        journal=Journal(settings.journal_entries),
        populate=populate,
    )
