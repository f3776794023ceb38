"""Requests that read calls and numbers, each with a world in which there is something to read."""

from __future__ import annotations

from mockserver.drawing import people, scenes
from mockserver.drawing.asking import plain, with_query
from mockserver.drawing.choices import Choices, Impossible
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import Request
from mockserver.providers.exotel.v1.listing import cursor

_MOST_LISTED = 3
_V1_STATUSES = ("completed", "no-answer", "busy", "failed", "queued,ringing,completed", "in-progress,canceled")


def read_call(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return plain(operation_id, stage, call_sid=scenes.call(choices, stage).sid)


def read_legs(choices: Choices, stage: Stage, operation_id: str) -> Request:
    found = scenes.call(choices, stage)
    if not found.legs:
        raise Impossible
    return plain(operation_id, stage, call_sid=found.sid)


def read_v1_call(choices: Choices, stage: Stage, operation_id: str) -> Request:
    asked = plain(operation_id, stage, choices.one_of((".json", "")), call_sid=scenes.call(choices, stage).sid)
    return with_query(asked, _v1_shape(choices))


def read_nectardesk(choices: Choices, stage: Stage, operation_id: str) -> Request:
    scenes.know_contacts(choices, stage)
    if choices.chance():
        # So that there is a call which another may derive from.
        stage.remember(1, 5, 1_000 + choices.whole(0, 999))
    return plain(operation_id, stage, call_id=str(scenes.call(choices, stage).serial))


def list_calls(choices: Choices, stage: Stage, operation_id: str) -> Request:
    if choices.chance():
        stage.remember(5, 20, choices.whole(0, 999))
    for _ in range(choices.whole(0, _MOST_LISTED)):
        scenes.call(choices, stage)
        stage.advance(1.0)
    if choices.chance():
        # Prices and durations come two minutes after the end.
        stage.advance(40_000.0)
    query = _v1_shape(choices) + [
        (name, choices.one_of(values)) for name, values in _FILTERS.items() if choices.chance()
    ]
    if len(stage.world.store) > 1 and choices.chance():
        oldest = cursor(stage.world.store.call_of_serial(1))
        query = [("SortBy", "DateCreated:asc"), ("After", oldest), *_v1_shape(choices)]
    return with_query(plain(operation_id, stage, choices.one_of((".json", ""))), query)


_FILTERS = {
    "Status": _V1_STATUSES,
    "Direction": ("outbound-api", "inbound,outbound-dial"),
    "From": ("+919811112222", "09811112222,+919810000001"),
    "To": ("+919811112222",),
    "PhoneNumber": ("02241499102", "+912241499102,08047112345"),
    "Duration": ("gte:1s", "gte:10s;lte:400s", "30"),
    "Price": ("gte:0.5", "lte:3.000", "1.500"),
    "PageSize": ("2", "1", "100"),
    "SortBy": ("DateCreated:asc", "DateCreated:desc"),
    "DateCreated": ("gte:2025-12-20 00:00:00", "gte:2025-12-20 00:00:00;lte:2026-01-06 23:59:59"),
    "NumbersMetadata": ("true",),
}


def _v1_shape(choices: Choices) -> list[tuple[str, str]]:
    details = [("details", "true")] if choices.one_of((False, True)) else []
    return details + ([("RecordingUrlValidity", choices.one_of(("5", "60")))] if choices.chance() else [])


def list_numbers(choices: Choices, stage: Stage, operation_id: str) -> Request:
    if choices.chance():
        for number in people.EXOPHONES:
            stage.control("DELETE", f"/numbers/{number}")
    return read_v1(choices, stage, operation_id)


def read_v1(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return plain(operation_id, stage, choices.one_of((".json", "")))


def read_number(choices: Choices, stage: Stage, operation_id: str) -> Request:
    mobile = f"+91981{choices.whole(0, 9_999_999):07d}"
    landline = f"0{choices.one_of((22, 80, 11, 44))}{choices.whole(22_000_000, 69_999_999)}"
    return plain(operation_id, stage, choices.one_of((".json", "")), number=choices.one_of((mobile, landline)))
