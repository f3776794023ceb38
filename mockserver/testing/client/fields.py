"""The keyword arguments of methods that take many: the fields of the control API's bodies, by their names.

A test holds each against the struct that it stands for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict

from mockserver.control.bodies import ClockModeName, DeviceBody, PartyBody, StoryBody
from mockserver.control.fault_bodies import FaultMatchBody
from mockserver.domain.order import CallEvent
from mockserver.domain.story import Side
from mockserver.engine.delivery import DeliveryState
from mockserver.engine.faults.effects import Distribution, Swapped

Role = Literal["admin", "supervisor", "user"]


class SettingsFields(TypedDict, total=False):
    zone: str | None
    voip: bool | None
    strict: bool | None
    retry_after: list[float] | None
    callback_timeout: float | None
    alarm_window: float | None
    readings: dict[str, str] | None
    ended_webhooks: list[str] | None
    hosts: dict[str, str] | None
    sla_seconds: float | None
    answer_within: float | None
    check_audio: bool | None
    stream_limit: int | None


class WorldFields(SettingsFields, total=False):
    account_sid: str | None
    api_key: str | None
    api_token: str | None
    access_token: str | None
    seed: int
    clock: ClockModeName
    speed: float | None
    start: datetime | None
    outcomes: Literal["story", "random"]
    rate_limit: Literal["off", "documented"] | None
    exophones: list[str]


class StoryFields(TypedDict, total=False):
    from_: PartyBody | None
    to: PartyBody | None
    talk: float | None
    hangs_up: Side
    others: list[PartyBody]
    voicemail: float | None
    asks_callback_after: float | None


class UserFields(TypedDict, total=False):
    last_name: str
    id: str | None
    email: str
    role: Role
    devices: list[DeviceBody]


class UserChanges(TypedDict, total=False):
    first_name: str | None
    last_name: str | None
    email: str | None
    role: Role | None
    devices: list[DeviceBody] | None


class DeviceChanges(TypedDict, total=False):
    contact_uri: str | None
    name: str | None
    available: bool | None
    verified: bool | None


class ContactFields(TypedDict, total=False):
    id: int | None
    last_name: str
    email: str
    list_ids: list[int]
    created_at: datetime | None
    fields: dict[str, str]


class IncomingFields(TypedDict, total=False):
    group_id: int | None
    user_ids: list[str] | None
    flow_id: str | None
    ringing: Literal["parallel", "sequential"]
    menu: float
    queue: float
    record: bool
    channels: Literal["single", "dual"]
    custom_field: str | None
    story: StoryBody | None


class WrapupFields(TypedDict, total=False):
    disposition_id: int | None
    note: str
    tags: list[str]
    campaign_id: int | None
    original: int | None


class FaultParameters(TypedDict, total=False):
    operation: str | None
    skip: int
    times: int | None
    probability: float
    expires_after: float | None
    status: int | None
    code: int | None
    text: str | None
    distribution: Distribution | None
    seconds: float | None
    low: float | None
    high: float | None
    median: float | None
    sigma: float | None
    keep: int | None
    share: float | None
    body: str | None
    bytes_per_second: float | None
    chunk: int | None
    copies: int | None
    behind: Swapped | None
    count: int | None
    word: str | None
    field: str | None


class FaultFields(FaultParameters, total=False):
    match: FaultMatchBody


class RequestQuery(TypedDict, total=False):
    operation: str | None
    method: str | None
    path: str | None
    status: str | None
    refused: bool
    unmatched: bool
    fault: str | None
    since: datetime | None
    until: datetime | None
    number: str | None
    contains: str | None


class RequestFields(RequestQuery, total=False):
    headers: dict[str, str] | None
    json: dict[str, Any] | None


class DeliveryQuery(TypedDict, total=False):
    call_sid: str | None
    state: DeliveryState | None
    event: CallEvent | None
    url: str | None
    status: str | None
    since: datetime | None
    until: datetime | None
    number: str | None
    contains: str | None


class DeliveryFields(DeliveryQuery, total=False):
    json: dict[str, Any] | None
