"""Worlds, clocks and receipts as control shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.domain.call import Outcome
from mockserver.engine.events import Event
from mockserver.engine.histories import Chapter
from mockserver.engine.runner import Receipt
from mockserver.engine.world import World

_described = OUR_OWN.field


class WorldView(msgspec.Struct):
    account_sid: Annotated[str, _described()]
    api_key: Annotated[str, _described("Basic user")]
    api_token: Annotated[str, _described("Basic password")]
    access_token: Annotated[str, _described("for APIs that take a token alone")]
    seed: Annotated[int, _described()]
    zone: Annotated[str, _described()]
    voip: Annotated[bool, _described()]
    strict: Annotated[bool, _described()]
    retry_after: Annotated[list[float], _described("seconds")]
    callback_timeout: Annotated[float, _described("real seconds")]
    alarm_window: Annotated[float, _described("seconds on the world's clock, of the double-dial alarm")]
    readings: Annotated[dict[str, str], _described("every choice, with its present value")]
    paths: Annotated[dict[str, str], _described("path of the account in each provider version")]
    ended_webhooks: Annotated[list[str], _described("told of every call that is over, as NectarDesk does it")]
    hosts: Annotated[dict[str, str], _described("hosts of callbacks that are served elsewhere, with the base URLs")]
    sla_seconds: Annotated[float, _described("within which an incoming call should be answered")]
    answer_within: Annotated[float, _described("seconds on the world's clock for what a flow asks")]
    check_audio: Annotated[bool, _described("audio that is played is fetched, once, and looked at")]
    stream_limit: Annotated[int, _described("how many streams may be open at a time")]


class WorldList(msgspec.Struct):
    worlds: list[WorldView]


class ClockView(msgspec.Struct):
    mode: Annotated[str, _described()]
    speed: Annotated[float, _described()]
    now: Annotated[datetime, _described()]
    next_due: Annotated[datetime | None, _described("the next timer")]


class EventView(msgspec.Struct):
    at: Annotated[datetime, _described("on the world's clock")]
    kind: Annotated[str, _described()]
    call_sid: Annotated[str | None, _described()]
    facts: Annotated[dict[str, Any], _described()]


class ReceiptView(msgspec.Struct):
    """What moving the clock brought about, in order. The same requests in the same world give the same receipt."""

    started_at: Annotated[datetime, _described()]
    ended_at: Annotated[datetime, _described()]
    met: Annotated[bool, _described("whether the condition came true; always, without one")]
    events: Annotated[list[EventView], _described()]


class HistoryView(msgspec.Struct):
    """A history, and the part of it that was told just now."""

    seed: Annotated[int, _described()]
    calls: Annotated[int, _described("in the whole history")]
    since: Annotated[datetime, _described("from then on calls were created")]
    until: Annotated[datetime, _described("and up to then, when the last has settled for sure")]
    next: Annotated[int | None, _described("`first` of the next part; null when all is told")]
    outcomes: Annotated[dict[str, int], _described("how many calls of this part ended how")]


class Removed(msgspec.Struct):
    """How many of each kind went."""

    removed: dict[str, int]


def world_view(world: World, readings: Mapping[str, tuple[str, ...]], account_paths: Mapping[str, str]) -> WorldView:
    settings = world.settings
    return WorldView(
        account_sid=world.sid,
        api_key=world.account.key,
        api_token=world.account.token,
        access_token=world.account.access_token,
        seed=world.seed,
        zone=settings.zone_name,
        voip=settings.is_voip_allowed,
        strict=settings.is_strict,
        retry_after=list(settings.retry_after),
        callback_timeout=settings.callback_timeout,
        alarm_window=settings.alarm_window,
        readings={name: settings.readings.get(name, values[0]) for name, values in readings.items()},
        paths={name: path.replace("{account_sid}", world.sid) for name, path in account_paths.items()},
        ended_webhooks=list(settings.ended_webhooks),
        hosts=dict(settings.hosts),
        sla_seconds=settings.sla_seconds,
        answer_within=settings.pace.answer_within,
        check_audio=settings.checks_audio,
        stream_limit=settings.stream_limit,
    )


def history_view(chapter: Chapter) -> HistoryView:
    plan = chapter.plan
    return HistoryView(
        seed=plan.seed,
        calls=plan.calls,
        since=plan.since,
        until=plan.until,
        next=chapter.end if chapter.end < plan.calls else None,
        outcomes={outcome: chapter.outcomes[outcome] for outcome in Outcome},
    )


def clock_view(world: World) -> ClockView:
    clock = world.clock
    return ClockView(clock.mode, clock.speed, clock.now(), world.store.next_due())


def receipt_view(receipt: Receipt) -> ReceiptView:
    events = [event_view(event) for event in receipt.events]
    return ReceiptView(receipt.started_at, receipt.ended_at, receipt.is_met, events)


def event_view(event: Event) -> EventView:
    return EventView(event.at, event.kind, event.call_sid, event.facts)
