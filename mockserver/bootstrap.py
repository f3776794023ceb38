"""The composition root: the only file that knows every package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.resources.abc import Traversable

from starlette.types import ASGIApp

from mockserver.control import PREFIX as CONTROL_PREFIX
from mockserver.control.desk import Desk, Scenario
from mockserver.domain.errors import BadInput
from mockserver.engine.coverage import Known, known_items
from mockserver.engine.engine import Engine
from mockserver.engine.histories import Part
from mockserver.engine.idleness import IdleWorlds
from mockserver.engine.journal import Journal
from mockserver.engine.lines import Lines, StreamDialect
from mockserver.engine.population import populate
from mockserver.engine.quotas import DOCUMENTED, Quota
from mockserver.engine.world import World, WorldSettings, WorldSpec
from mockserver.operations.openapi import Document
from mockserver.operations.routing import nearest_of_many
from mockserver.outbound.lazy import LazyDialler, LazySender
from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.trust import Trust
from mockserver.providers.hosts import HOSTS, RealHost
from mockserver.providers.provider import FlowDialect, Provider, Reading
from mockserver.settings import Settings
from mockserver.storage.memory import MemoryStore
from mockserver.web.app import BuiltWhenAsked, Mounted, Readiness, web_app
from mockserver.web.hosts import Site
from mockserver.web.proxies import Forwarded, RootPath

_EXOTEL = "mockserver.providers.exotel"
PROVIDERS = (
    Provider("exotel-v3", "Exotel v3", "/v3", "/accounts", f"{_EXOTEL}.v3.routes"),
    Provider("exotel-v1", "Exotel v1", "/v1", "/Accounts", f"{_EXOTEL}.v1.routes"),
    Provider("exotel-v2", "Exotel v2", "/v2", "/accounts", f"{_EXOTEL}.v2.routes"),
    Provider("exotel-v2-beta", "Exotel v2_beta", "/v2_beta", "/Accounts", f"{_EXOTEL}.v2_beta.routes"),
    Provider("nectardesk", "NectarDesk", "/calls", None, "mockserver.providers.nectardesk.routes"),
)
# What the answers of those APIs lead to.
RECORDINGS = (
    Provider("exotel-recordings", "Exotel recordings", "/recordings", None, f"{_EXOTEL}.recordings"),
    Provider(
        "nectardesk-recordings",
        "NectarDesk recordings",
        "/api/call/recording",
        None,
        "mockserver.providers.nectardesk.recordings",
    ),
)
SERVED = (*PROVIDERS, *RECORDINGS)
# What the applets of flows say to an application, whichever API the call is seen through.
FLOW_DIALECTS = (FlowDialect("exotel-applets", f"{_EXOTEL}.applets.dialect"),)

_CALLS_KEPT = timedelta(days=190)


def build_app(
    settings: Settings,
    engine: Engine | None = None,
    *,
    readiness: Readiness | None = None,
    tls_url: str | None = None,
    authority: bytes = b"",
) -> ASGIApp:
    """The whole server as one ASGI application. Its lifespan runs the engine, by default a new one.

    `readiness` is what /readyz tells; by default it always is. `tls_url` and `authority` (PEM) are told to who asks,
    where TLS is served.
    """
    engine = engine or build_engine(settings, authority)
    control = partial(_build_control, engine, settings, tls_url, authority)
    app = web_app(
        engine,
        mounts=[
            *(Mounted(_prefix(one, settings), BuiltWhenAsked(partial(_build_version, one, engine))) for one in SERVED),
            Mounted(CONTROL_PREFIX, BuiltWhenAsked(control), is_journalled=False),
        ],
        documents=openapi_documents(),
        nearest=partial(nearest_of_all, settings),
        sites=[_site(host, settings) for host in HOSTS],
        readiness=readiness,
    )
    if settings.root_path:
        app = RootPath(app, settings.root_path)
    return Forwarded(app, settings.trusted_proxies) if settings.trust_proxy else app


def _site(host: RealHost, settings: Settings) -> Site:
    prefixes = {provider.name: _prefix(provider, settings) for provider in SERVED}
    return Site(host.name, tuple(prefixes[name] for name in (*host.apis, host.recordings)), host.is_retired)


def nearest_of_all(settings: Settings, method: str, path: str) -> str:
    """The likest route of all that the server has."""
    from mockserver.control.routes import OPERATIONS  # noqa: PLC0415

    routes = [(_prefix(provider, settings), provider.version.operations) for provider in SERVED]
    return nearest_of_many(method, path, [*routes, (CONTROL_PREFIX, OPERATIONS)])


def desk(engine: Engine, settings: Settings) -> Desk:
    """What the control API may command."""
    return Desk(
        engine=engine,
        defaults=world_settings(settings),
        quotas=world_quotas(settings),
        readings={reading.name: reading.values for reading in readings()},
        operations=frozenset(one.id for provider in SERVED for one in provider.version.operations),
        account_paths={provider.name: account_path(provider, settings) for provider in PROVIDERS},
        scenarios=_named_scenarios(settings),
        settings=settings.shown,
        coverable=_coverable(),
        fixtures=_fixtures(settings),
        token=settings.control_token,
    )


def _coverable() -> Known:
    versions = {provider.name: provider.version for provider in PROVIDERS}
    rows = {
        one.id: [(row.status, row.code) for row in one.errors]
        for version in versions.values()
        for one in version.operations
    }
    told = {name: version.events for name, version in versions.items()}
    return known_items(rows, told | {dialect.name: dialect.words.events for dialect in FLOW_DIALECTS})


def readings() -> tuple[Reading, ...]:
    """All that a world may choose among."""
    of_versions = (reading for provider in PROVIDERS for reading in provider.version.readings)
    return (*of_versions, *(reading for dialect in FLOW_DIALECTS for reading in dialect.words.readings))


def _prefix(provider: Provider, settings: Settings) -> str:
    """The vendor of the one API without accounts in its paths does not say what stands before them."""
    is_open = provider in PROVIDERS and not provider.account_path
    return settings.nectardesk_prefix.rstrip("/") + provider.prefix if is_open else provider.prefix


def account_path(provider: Provider, settings: Settings) -> str:
    """Where an account's operations are, with `{account_sid}` if that stands in the path."""
    account = f"{provider.account_path}/{{account_sid}}" if provider.account_path else ""
    return _prefix(provider, settings) + account


def build_engine(settings: Settings, authority: bytes = b"") -> Engine:
    """The engine with the settings' first worlds. Callbacks trust the `authority` (PEM), too, if there is one."""
    trust = Trust(settings.callback_ca, authority, settings.callback_verify)
    trust.check()
    policy = CallbackPolicy(settings.allow_callbacks)
    engine = Engine(
        sender=LazySender(policy, trust),
        writers={provider.name: provider.write_callback for provider in PROVIDERS}
        | {dialect.name: dialect.write for dialect in FLOW_DIALECTS},
        readers={dialect.name: dialect.read for dialect in FLOW_DIALECTS},
        found=partial(_found_world, settings),
        lines=Lines(LazyDialler(policy, trust), _stream_dialect),
        strays=_journal(settings),
    )
    # Read now, so that a mistake in a file is told before anybody counts on it.
    named = _named_scenarios(settings)
    if settings.fixtures is not None:
        _fixtures(settings)
    if settings.scenario is not None and settings.scenario not in named:
        message = f"--scenario {settings.scenario!r} is in none of the files of --scenarios"
        raise BadInput(message, where="scenario", hint=f"They have: {', '.join(named) or 'none'}.")
    if settings.idle_worlds:
        engine.besides.append(IdleWorlds(engine, settings.idle_worlds).watch)
    for account in settings.accounts:
        world = engine.create_world(
            WorldSpec(
                account,
                seed=settings.seed,
                clock_mode=settings.clock_mode,
                speed=settings.speed,
                draws_outcomes=settings.outcomes == "random",
                exophones=settings.exophones,
                quotas=world_quotas(settings),
                settings=world_settings(settings),
            )
        )
        world.lasts = True
        if settings.scenario is not None:
            named[settings.scenario].apply(world)
        if settings.history:
            engine.histories(world).tell_at_once(Part(settings.history, settings.history_days, settings.seed))
    return engine


def world_settings(settings: Settings) -> WorldSettings:
    """What every new world begins with."""
    return WorldSettings(
        is_strict=settings.strict,
        retry_after=settings.callback_retries,
        callback_timeout=settings.callback_timeout,
    )


def world_quotas(settings: Settings) -> tuple[Quota, ...]:
    """The quotas that a new world begins with."""
    return DOCUMENTED if settings.rate_limit == "documented" else ()


def openapi_documents() -> dict[str, Callable[[], Document]]:
    """The makers of the documents by name: each provider version, and `control`."""
    return {
        **{provider.name: partial(_version_openapi, provider) for provider in SERVED},
        "control": _control_openapi,
    }


# What follows imports an API when it is first asked for: imports are most of the time that a start takes.


def _build_version(provider: Provider, engine: Engine) -> ASGIApp:
    return provider.version.build(engine)


def _version_openapi(provider: Provider) -> Document:
    return provider.version.openapi()


def _build_control(engine: Engine, settings: Settings, tls_url: str | None, authority: bytes) -> ASGIApp:
    from mockserver.control.routes import build  # noqa: PLC0415

    return build(replace(desk(engine, settings), tls_url=tls_url, authority=authority))


def _stream_dialect() -> StreamDialect:
    from mockserver.providers.exotel.agentstream import AgentStream  # noqa: PLC0415

    return AgentStream()


def _named_scenarios(settings: Settings) -> Mapping[str, Scenario]:
    if not settings.scenarios:
        return {}
    from mockserver.control.scenario_files import read_scenarios  # noqa: PLC0415

    return read_scenarios(settings.scenarios)


def _fixtures(settings: Settings) -> Traversable:
    from mockserver.control.fixture_files import fixtures_root  # noqa: PLC0415

    return fixtures_root(settings.fixtures)


def _control_openapi() -> Document:
    from mockserver.control.routes import openapi  # noqa: PLC0415

    return openapi()


def _found_world(settings: Settings, spec: WorldSpec) -> World:
    return World(
        spec,
        store=MemoryStore(settings.max_calls, _CALLS_KEPT),
        journal=_journal(settings),
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        populate=populate,
    )


def _journal(settings: Settings) -> Journal:
    return Journal(settings.journal_entries, settings.journal_bytes, settings.journal_body)
