"""A call as v1 shows it: in lists with empty texts, alone with nulls."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.call import Call, LegState
from mockserver.domain.order import Direction
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.exotel import agentstream, recording_urls, sources
from mockserver.providers.exotel.times import plain_time
from mockserver.providers.provider import Reading

_known = sources.V1_BULK.field
_seen = sources.CLIENTS.field

CUSTOM_FIELD = Reading(
    "exotel-v1.bulk-custom-field",
    ("absent", "present"),
    "CustomField in lists, N/A where unset: real accounts have it, the documentation has not",
    sources.CLIENTS,
)
PHONE_NUMBER = Reading(
    "exotel-v1.bulk-phone-number",
    ("absent", "present"),
    "PhoneNumber in lists: in the documentation's table, in none of its examples",
    sources.V1_BULK,
)
READINGS = (CUSTOM_FIELD, PHONE_NUMBER, recording_urls.V1.reading, *agentstream.READINGS)

STATUSES = {
    LegState.COMPLETED: "completed",
    LegState.NO_ANSWER: "no-answer",
    LegState.BUSY: "busy",
    LegState.REJECTED: "busy",
    LegState.UNREACHABLE: "failed",
    # Quirk: who hangs up while the other rings leaves a failed call with a canceled leg (seen in recorded exchanges).
    LegState.CANCELED: "failed",
    LegState.NOT_DIALLED: "failed",
}
LEG_STATUSES = {
    LegState.ANSWERED: "in-progress",
    LegState.COMPLETED: "completed",
    LegState.NO_ANSWER: "no-answer",
    LegState.BUSY: "busy",
    LegState.REJECTED: "busy",
    LegState.UNREACHABLE: "failed",
    LegState.CANCELED: "canceled",
}
IN_PROGRESS = "in-progress"
DIRECTIONS = {direction: direction.value for direction in Direction}


class LegDuration(msgspec.Struct, rename="pascal"):
    id: Annotated[int, _known()]
    on_call_duration: Annotated[int, _known("seconds")]


class WrappedLeg(msgspec.Struct, rename="pascal"):
    leg: LegDuration


class Details(msgspec.Struct, rename="pascal"):
    """Both legs; zero seconds until the record has settled."""

    conversation_duration: Annotated[int, _known("seconds")]
    legs: Annotated[list[WrappedLeg], _known("each wrapped in `Leg`, in JSON only")]
    leg1_status: Annotated[str | None, _known("null until the leg was answered or has ended")]
    leg2_status: Annotated[str | None, _known("null for a leg that was never dialled")]


class StreamUris(msgspec.Struct, rename="pascal"):
    notifications: Annotated[str, _seen()]
    stream: Annotated[str, _seen()]


class CallRecord(msgspec.Struct, rename="pascal"):
    """Times are local, `YYYY-MM-DD HH:MM:SS`; durations and prices are texts. Empty or null where unknown."""

    sid: Annotated[str, _known()]
    parent_call_sid: Annotated[str | None, _known()]
    date_created: Annotated[str, _known()]
    date_updated: Annotated[str, _known()]
    account_sid: Annotated[str, _known()]
    to: Annotated[str | None, _known("with a leading zero for Indian numbers")]
    from_: Annotated[str, _known("with a leading zero for Indian numbers")] = msgspec.field(name="From")
    phone_number_sid: Annotated[str, _known("the ExoPhone")]
    status: Annotated[str, _known(enum=[IN_PROGRESS, *dict.fromkeys(STATUSES.values())])]
    start_time: Annotated[str, _known()]
    end_time: Annotated[str | None, _known("about two minutes after the end")]
    duration: Annotated[str | None, _known("seconds, about two minutes after the end")]
    price: Annotated[str | None, _known("three decimals, about two minutes after the end")]
    direction: Annotated[str, _known(enum=list(DIRECTIONS.values()))]
    answered_by: Annotated[str | None, _known(enum=["human", "machine", "", None])]
    forwarded_from: Annotated[str | None, _known()]
    caller_name: Annotated[str | None, _known()]
    uri: Annotated[str, _known()]
    recording_url: Annotated[str | None, _known()]
    phone_number: Annotated[str | UnsetType, _known("see the reading exotel-v1.bulk-phone-number")] = UNSET
    custom_field: Annotated[str | UnsetType, _seen("see the reading exotel-v1.bulk-custom-field")] = UNSET
    pre_signed_recording_url: Annotated[
        str | UnsetType | None, sources.PRESIGNED.field("only with RecordingUrlValidity")
    ] = UNSET
    sub_resource_uris: Annotated[StreamUris | UnsetType, _seen("when a call that is only a stream is placed")] = UNSET
    details: Annotated[Details | UnsetType, _known("only with details=true")] = UNSET


class Shape(msgspec.Struct, frozen=True):
    """How a record is to look. `url_minutes` is the validity of a pre-signed recording URL; 0 is none."""

    is_json: bool
    has_details: bool = False
    url_minutes: int = 0


def placed_record(call: Call, world: World, shape: Shape) -> CallRecord:
    """The answer to a connect request.

    Quirk: the three times are one (recorded exchanges), although the first dial is still ahead.
    """
    record = single_record(call, world, shape)
    record.date_updated = record.start_time = record.date_created
    if _is_only_a_stream(call):
        own = f"/v1/Accounts/{call.account_sid}/Calls/{call.sid}"
        record.sub_resource_uris = StreamUris(f"{own}/Notifications", f"{own}/Stream")
    return record


def single_record(call: Call, world: World, shape: Shape) -> CallRecord:
    """One call on its own: unknown is null.

    Quirk: its Uri has `.json` in the middle, in JSON (the portal's example).
    """
    record = _record(call, world, shape, None)
    if shape.is_json:
        record.uri = f"/v1/Accounts/{call.account_sid}/Calls.json/{call.sid}"
    return record


def bulk_record(call: Call, world: World, shape: Shape) -> CallRecord:
    """A call in a list: unknown is empty text."""
    record = _record(call, world, shape, "")
    if PHONE_NUMBER.chosen(world) == "present":
        record.phone_number = call.order.exophone.key
    if CUSTOM_FIELD.chosen(world) == "present":
        record.custom_field = call.order.custom_field or "N/A"
    return record


def status_of(call: Call) -> str:
    return STATUSES[call.result] if call.result else IN_PROGRESS


def leg_status(call: Call, side: Side) -> str | None:
    leg = call.leg(side)
    return LEG_STATUSES.get(leg.state) if leg else None


def leg_seconds(call: Call, side: Side) -> int:
    leg = call.leg(side)
    return round(leg.seconds_on_call) if leg else 0


def _record(call: Call, world: World, shape: Shape, absent: str | None) -> CallRecord:
    zone, order = world.zone, call.order
    return CallRecord(
        sid=call.sid,
        parent_call_sid=absent,
        date_created=plain_time(call.created_at, zone),
        date_updated=plain_time(call.updated_at, zone),
        account_sid=call.account_sid,
        to=_to(call),
        from_=order.from_party.contact.local,
        phone_number_sid=order.exophone.local,
        status=status_of(call),
        start_time=plain_time(call.start_at, zone),
        end_time=plain_time(call.ended_at, zone) if call.is_settled and call.ended_at else absent,
        duration=str(call.duration_seconds) if call.is_settled else absent,
        price=_price(call) or absent,
        direction=DIRECTIONS[order.direction],
        answered_by=_answered_by(call) or absent,
        forwarded_from=absent,
        caller_name=absent,
        uri=f"/v1/Accounts/{call.account_sid}/Calls/{call.sid}",
        recording_url=recording_urls.V1.url(call, world) or absent,
        pre_signed_recording_url=_pre_signed(call, world, shape.url_minutes, absent),
        details=_details(call) if shape.has_details else UNSET,
    )


def _to(call: Call) -> str:
    """Quirk: a call into a flow shows the first party twice, one that is only a stream an empty text (recorded).

    A call that comes in shows the ExoPhone until an agent is dialled.
    """
    if _is_only_a_stream(call):
        return ""
    if call.order.comes_in and call.called_party is None:
        return call.order.exophone.local
    party = None if call.order.is_into_flow else call.called_party
    return (party or call.order.from_party).contact.local


def _is_only_a_stream(call: Call) -> bool:
    return call.order.to_party is None and call.order.stream is not None


def _price(call: Call) -> str | None:
    if not call.is_settled or call.price_mills == 0:
        return None
    return f"{call.price_mills // 1000}.{call.price_mills % 1000:03d}"


def _answered_by(call: Call) -> str | None:
    leg = call.leg(Side.FROM if call.order.runs_flow else Side.TO)
    if leg is None or leg.answered_at is None or not call.is_over:
        return None
    return "machine" if leg.is_machine else "human"


def xml_form(record: CallRecord) -> dict[str, Any]:
    """A record as XML has it.

    Quirk: the leg statuses come before the legs, and a leg is not wrapped twice (the portal's example).
    """
    form: dict[str, Any] = msgspec.to_builtins(record)
    details = form.get("Details")
    if details is not None:
        legs = {"Leg": [wrapped["Leg"] for wrapped in details.pop("Legs")]}
        form["Details"] = {**details, "Legs": legs}
    return form


def _details(call: Call) -> Details:
    is_settled = call.is_settled
    durations = [
        LegDuration(number, leg_seconds(call, side) if is_settled else 0) for number, side in enumerate(Side, start=1)
    ]
    talk = round(call.talk_seconds) if is_settled else 0
    statuses = leg_status(call, Side.FROM), leg_status(call, Side.TO)
    return Details(talk, [WrappedLeg(duration) for duration in durations], *statuses)


def _pre_signed(call: Call, world: World, minutes: int, absent: str | None) -> str | UnsetType | None:
    if not minutes:
        return UNSET
    url = recording_urls.V1.url(call, world)
    return absent if url is None else recording_urls.presigned(url, call, world, minutes)
