"""Faults, quotas and alarms as control shows them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.engine.alarms import Alarm
from mockserver.engine.faults import FaultRule
from mockserver.engine.faults.effects import Error
from mockserver.engine.quotas import Quota

_described = OUR_OWN.field


class FaultMatchView(msgspec.Struct):
    operation: str | None
    method: str | None
    path: str | None
    number: str | None
    event: Annotated[str | None, _described("answered or over")]


class FaultView(msgspec.Struct):
    """`operation`, `status`, `code` and `text` are those of kind error; `parameters` has those of every kind."""

    id: Annotated[str, _described("also in X-Mockserver-Fault and in the journal, wherever it was injected")]
    kind: str
    direction: Annotated[str, _described(enum=["inbound", "outbound"])]
    match: FaultMatchView
    parameters: dict[str, Any]
    operation: str | None
    status: int | None
    code: int | None
    text: str | None
    skip: int
    remaining: Annotated[int | None, _described("how often more; null: until healed")]
    probability: float
    expires_at: Annotated[datetime | None, _described("on the world's clock")]
    matched: Annotated[int, _described("how many requests or callbacks it has been held against and covered")]
    injected: Annotated[int, _described("how many it has hit")]


class FaultList(msgspec.Struct):
    faults: list[FaultView]


class QuotaView(msgspec.Struct):
    operation: Annotated[str | None, _described("null: all operations together")]
    limit: int
    seconds: float
    used: Annotated[int, _described("in the seconds until now")]


class QuotaList(msgspec.Struct):
    quotas: list[QuotaView]


class AlarmView(msgspec.Struct):
    """The same pair was dialled twice, as the answer about the first call was lost."""

    id: str
    first_sid: Annotated[str, _described("the call that the caller never heard of")]
    second_sid: str
    from_: Annotated[str, _described("E.164 or SIP URI")] = msgspec.field(name="from")
    to: Annotated[str | None, _described("null: a flow")]
    fault: Annotated[str, _described("the rule that lost the answer")]
    lost_at: Annotated[datetime, _described("on the world's clock")]
    dialled_at: Annotated[datetime, _described("on the world's clock")]
    window: Annotated[float, _described("seconds")]


class AlarmList(msgspec.Struct):
    alarms: list[AlarmView]


def fault_view(rule: FaultRule) -> FaultView:
    effect, match = rule.effect, rule.match
    error = effect if isinstance(effect, Error) else None
    number = match.contact.key if match.contact else None
    return FaultView(
        id=rule.id,
        kind=effect.kind,
        direction=effect.direction,
        match=FaultMatchView(match.operation, match.method, match.path, number, match.event),
        parameters=asdict(effect),
        operation=match.operation,
        status=error.status if error else None,
        code=error.code if error else None,
        text=error.text if error else None,
        skip=rule.skip,
        remaining=rule.remaining,
        probability=rule.probability,
        expires_at=rule.expires_at,
        matched=rule.matched,
        injected=rule.injected,
    )


def quota_view(quota: Quota, used: int) -> QuotaView:
    return QuotaView(quota.operation, quota.limit, quota.seconds, used)


def alarm_view(alarm: Alarm) -> AlarmView:
    return AlarmView(
        id=alarm.id,
        first_sid=alarm.first_sid,
        second_sid=alarm.second_sid,
        from_=alarm.from_contact,
        to=alarm.to_contact,
        fault=alarm.fault,
        lost_at=alarm.lost_at,
        dialled_at=alarm.dialled_at,
        window=alarm.window,
    )
