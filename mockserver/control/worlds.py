"""Worlds: make one for each test, look at them, change their settings, reset, throw away."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from mockserver.control import world_views
from mockserver.control.bodies import HistoryBody, SettingsBody, WorldBody
from mockserver.control.desk import Desk, Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.contact import parse_number
from mockserver.domain.errors import BadInput
from mockserver.engine.clock import ClockMode
from mockserver.engine.engine import Engine
from mockserver.engine.histories import Part
from mockserver.engine.quotas import DOCUMENTED
from mockserver.engine.world import Account, World, WorldSettings, WorldSpec
from mockserver.operations.operation import Operation, Parameter

_MOST_RETRIES = 20
_MOST_WEBHOOKS = 10
_LATEST_RETRY = 604_800.0


async def list_worlds(visit: Visit) -> world_views.WorldList:
    return world_views.WorldList([_view(visit.desk, world) for world in visit.engine.worlds])


async def create_world(visit: Visit) -> world_views.WorldView:
    body = await visit.body(WorldBody)
    return _view(visit.desk, visit.engine.create_world(_spec(body, visit.desk)))


async def get_world(visit: Visit) -> world_views.WorldView:
    return _view(visit.desk, visit.world)


async def patch_world(visit: Visit) -> world_views.WorldView:
    world, body = visit.world, await visit.body(SettingsBody)
    world.apply_settings(_settings(body, world.settings, visit.desk))
    return _view(visit.desk, world)


async def delete_world(visit: Visit) -> world_views.WorldView:
    return _view(visit.desk, visit.engine.remove_world(visit.path("account_sid")))


async def reset_world(visit: Visit) -> world_views.Removed:
    world = visit.world
    scopes = (visit.query("scope") or ",".join(_SCOPES)).split(",")
    for scope in scopes:
        if scope not in _SCOPES:
            message = f"scope {scope!r} is none of {', '.join(_SCOPES)}"
            raise BadInput(message, where="scope")
    return world_views.Removed({scope: _SCOPES[scope](visit.engine, world) for scope in scopes})


async def tell_history(visit: Visit) -> world_views.HistoryView:
    body = await visit.body(HistoryBody)
    part = Part(body.calls, body.days, body.seed, body.first, body.count)
    return world_views.history_view(await visit.engine.histories(visit.world).tell(part))


def _view(desk: Desk, world: World) -> world_views.WorldView:
    return world_views.world_view(world, desk.readings, desk.account_paths)


def _spec(body: WorldBody, desk: Desk) -> WorldSpec:
    if body.speed is not None and body.clock != "scaled":
        raise BadInput(f"a {body.clock} clock has no speed", where="speed", hint='Add "clock": "scaled".')
    if body.start is not None and body.start.tzinfo is None:
        message = "start needs an offset, such as 2026-01-05T10:00:00+05:30"
        raise BadInput(message, where="start")
    # Names that nobody chose are random: they must not collide with those of a world that came and went.
    name = secrets.token_hex(6)
    account = Account(
        body.account_sid or f"world-{name}",
        body.api_key or f"key-{name}",
        body.api_token or f"token-{name}",
        body.access_token or "",
    )
    return WorldSpec(
        account,
        seed=body.seed,
        clock_mode=ClockMode(body.clock),
        speed=1.0 if body.speed is None else body.speed,
        start=body.start,
        draws_outcomes=body.outcomes == "random",
        exophones=tuple(parse_number(number) for number in body.exophones),
        quotas=desk.quotas if body.rate_limit is None else DOCUMENTED if body.rate_limit == "documented" else (),
        settings=_settings(body, desk.defaults, desk),
    )


def _settings(body: SettingsBody, present: WorldSettings, desk: Desk) -> WorldSettings:
    return replace(
        present,
        zone_name=present.zone_name if body.zone is None else body.zone,
        is_voip_allowed=present.is_voip_allowed if body.voip is None else body.voip,
        is_strict=present.is_strict if body.strict is None else body.strict,
        retry_after=present.retry_after if body.retry_after is None else _schedule(body.retry_after),
        callback_timeout=present.callback_timeout if body.callback_timeout is None else body.callback_timeout,
        alarm_window=present.alarm_window if body.alarm_window is None else body.alarm_window,
        readings={**present.readings, **_readings(body.readings or {}, desk)},
        ended_webhooks=present.ended_webhooks if body.ended_webhooks is None else _webhooks(body.ended_webhooks),
        hosts=present.hosts if body.hosts is None else _hosts(body.hosts),
        sla_seconds=present.sla_seconds if body.sla_seconds is None else body.sla_seconds,
        pace=present.pace if body.answer_within is None else replace(present.pace, answer_within=body.answer_within),
        checks_audio=present.checks_audio if body.check_audio is None else body.check_audio,
        stream_limit=present.stream_limit if body.stream_limit is None else body.stream_limit,
    )


def _schedule(delays: list[float]) -> tuple[float, ...]:
    if len(delays) > _MOST_RETRIES or not all(0 <= delay <= _LATEST_RETRY for delay in delays):
        message = f"retry_after has at most {_MOST_RETRIES} delays of 0 to {_LATEST_RETRY:.0f} seconds"
        raise BadInput(message, where="retry_after")
    return tuple(delays)


def _webhooks(urls: list[str]) -> tuple[str, ...]:
    for url in urls:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            message = f"{url!r} is not an http(s) URL"
            raise BadInput(message, where="ended_webhooks")
    if len(urls) > _MOST_WEBHOOKS:
        message = f"a world tells at most {_MOST_WEBHOOKS} webhooks of ended calls"
        raise BadInput(message, where="ended_webhooks")
    return tuple(urls)


def _hosts(hosts: dict[str, str]) -> dict[str, str]:
    for host, url in hosts.items():
        if not host or "/" in host:
            message = f"{host!r} is no host such as app.test or app.test:8000"
            raise BadInput(message, where="hosts")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            message = f"{url!r} is no http(s) URL to serve {host} at"
            raise BadInput(message, where="hosts")
    return hosts


def _readings(wanted: dict[str, str], desk: Desk) -> dict[str, str]:
    for name, value in wanted.items():
        values = desk.readings.get(name)
        if values is None:
            message = f"no reading is called {name!r}"
            raise BadInput(message, where="readings", hint=f"The readings are {', '.join(desk.readings)}.")
        if value not in values:
            message = f"{name} cannot be {value!r}"
            raise BadInput(message, where="readings", hint=f"Its values are {', '.join(values)}.")
    return wanted


def _forget_directory(_engine: Engine, world: World) -> int:
    removed = len(world.directory.exophones) + len(world.directory.users)
    world.forget_directory()
    return removed


_SCOPES: dict[str, Callable[[Engine, World], int]] = {
    "calls": lambda engine, world: engine.forget_calls(world),
    "scenarios": lambda _, world: world.scenarios.clear(),
    "faults": lambda _, world: world.faults.clear(),
    "quotas": lambda _, world: world.quotas.reset(),
    "alarms": lambda _, world: world.alarms.clear(),
    "requests": lambda _, world: world.journal.clear(),
    "directory": _forget_directory,
}

_ONE = "/worlds/{account_sid}"

OPERATIONS = (
    Operation("control.list-worlds", "GET", "/worlds", "List the worlds", OUR_OWN, list_worlds, world_views.WorldList),
    Operation(
        "control.create-world",
        "POST",
        "/worlds",
        "Make a world",
        OUR_OWN,
        create_world,
        world_views.WorldView,
        request=WorldBody,
        status=201,
        errors=error_rows(errors.BadContact, errors.AlreadyExists, errors.Exhausted),
    ),
    Operation(
        "control.get-world",
        "GET",
        _ONE,
        "Read a world",
        OUR_OWN,
        get_world,
        world_views.WorldView,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.patch-world",
        "PATCH",
        _ONE,
        "Change a world's settings",
        OUR_OWN,
        patch_world,
        world_views.WorldView,
        request=SettingsBody,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.delete-world",
        "DELETE",
        _ONE,
        "Throw a world away",
        OUR_OWN,
        delete_world,
        world_views.WorldView,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.reset-world",
        "POST",
        f"{_ONE}/reset",
        "Forget a world's calls, scenarios, faults, alarms, requests, changes of quotas or directory",
        OUR_OWN,
        reset_world,
        world_views.Removed,
        errors=error_rows(errors.UnknownWorld),
        parameters=(Parameter("scope", "string", f"comma-separated, of {', '.join(_SCOPES)}; all by default"),),
    ),
    Operation(
        "control.tell-history",
        "POST",
        f"{_ONE}/history",
        "Fill a world with calls that are over, drawn from a documented distribution",
        OUR_OWN,
        tell_history,
        world_views.HistoryView,
        request=HistoryBody,
        errors=error_rows(errors.UnknownWorld, errors.AlreadyExists),
    ),
)
