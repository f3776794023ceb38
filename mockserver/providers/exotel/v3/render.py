"""What v3 answers: envelopes, call details and legs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from mockserver.domain.call import Call, Leg, Outcome
from mockserver.domain.errors import NoLegs
from mockserver.domain.order import Direction
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.exotel import recording_urls, sources
from mockserver.providers.exotel.envelope_errors import ErrorData
from mockserver.providers.exotel.leg_words import DETAILED_LEG_STATUSES, LEG_STATUSES
from mockserver.providers.exotel.times import epoch_placeholder, offset_time
from mockserver.providers.provider import Reading

_known = sources.V3_DETAILS.field
_legs = sources.V3_LEGS.field

_NO_CUSTOM_FIELD = "N/A"

DEVICE_OFF = Reading(
    "exotel-v3.device-off",
    ("1012", "10703"),
    "the error for a user's device that is off: 409/1012 or 404/10703",
    sources.UNDOCUMENTED,
)
BUSY_STATUS = Reading(
    "exotel-v3.busy-status",
    ("409", "404"),
    "the HTTP status of 10706, which is documented with both",
    sources.V3_CONNECT,
)
UNSET_CUSTOM_FIELD = Reading(
    "exotel-v3.unset-custom-field",
    ("null", "N/A"),
    "custom_field of a call that was placed without one",
    sources.CLIENTS,
)
TOTAL_DURATION = Reading(
    "exotel-v3.total-duration",
    ("null", "seconds"),
    "total_duration of an ended call: null in every documented example, seconds in the prose",
    sources.V3_DETAILS,
)
LEG_STATUS = Reading(
    "exotel-v3.leg-status",
    ("documented", "detailed"),
    "leg status words: the four documented ones, or also busy and canceled, which clients handle",
    sources.CLIENTS,
)
READINGS = (DEVICE_OFF, BUSY_STATUS, UNSET_CUSTOM_FIELD, TOTAL_DURATION, LEG_STATUS, recording_urls.V3.reading)

_STATUSES = {
    Outcome.COMPLETED: "completed",
    Outcome.FROM_UNANSWERED: "from_leg_unanswered",
    Outcome.TO_UNANSWERED: "to_leg_unanswered",
    Outcome.FROM_CANCELLED: "from_leg_cancelled",
    Outcome.FROM_NOT_DIALLED: "from_leg_no_dial",
    Outcome.TO_NOT_DIALLED: "to_leg_no_dial",
    # Assumed: an incoming call that no agent answered, whatever its caller did then.
    Outcome.VOICEMAIL: "to_leg_unanswered",
    Outcome.CALLBACK_REQUESTED: "to_leg_unanswered",
}

_STATUS_WORDS = tuple(dict.fromkeys(_STATUSES.values()))

# Quirk: the prose lists inbound, outbound-dial and outbound-api; every example says outbound.
_DIRECTIONS = {
    Direction.INBOUND: "inbound",
    Direction.OUTBOUND_API: "outbound",
    Direction.OUTBOUND_DIAL: "outbound",
}


class RecordingUrl(msgspec.Struct):
    url: Annotated[str, _known()]


class CallDetails(msgspec.Struct):
    """A call as v3 shows it. Times are `YYYY-MM-DD HH:MM:SS+05:30` in the account's zone."""

    sid: Annotated[str, _known("28 hexadecimal digits and a date suffix")]
    direction: Annotated[str, _known(enum=["outbound", "inbound"])]
    virtual_number: Annotated[str, _known("local form in the answer to POST, E.164 afterwards")]
    state: Annotated[str, _known(enum=["active", "terminal"])]
    status: Annotated[
        str | None, _known("null until the call is terminal", enum=[None, *dict.fromkeys(_STATUSES.values())])
    ]
    legs: Annotated[str, _known("path of the legs")]
    created_time: Annotated[str, _known()]
    updated_time: Annotated[str, _known()]
    start_time: Annotated[str, _known()]
    end_time: Annotated[str | None, _known("null in the answer to POST; the epoch while the call is active")]
    total_duration: Annotated[int | None, _known("null in every documented example")]
    total_talk_time: Annotated[int | None, _known("seconds; null until the call is terminal")]
    custom_field: Annotated[str | None, _known()]
    app_id: Annotated[str | None, _known()]
    app_name: Annotated[str | None, _known()]
    digits: Annotated[str | None, _known("joined by -")]
    recordings: Annotated[list[RecordingUrl] | None, _known("null without a recording")]


class LegDetails(msgspec.Struct):
    sid: Annotated[str, _legs()]
    name: Annotated[str | None, _legs("the user's name")]
    contact_uri: Annotated[str, _legs("local form, or SIP URI")]
    date_created: Annotated[str, _legs()]
    date_updated: Annotated[str, _legs()]
    status: Annotated[str, _legs(enum=sorted(set(DETAILED_LEG_STATUSES.values())))]


class GroupedLegDetails(LegDetails):
    """A `to` leg: with the group of the user, if it is one."""

    group_id: Annotated[int | None, _legs()]
    group_name: Annotated[str | None, _legs()]


class CallLegs(msgspec.Struct):
    call_sid: Annotated[str, _legs()]
    account_sid: Annotated[str, _legs()]
    from_: Annotated[list[LegDetails], _legs()] = msgspec.field(name="from")
    to: Annotated[list[GroupedLegDetails], _legs()]


class CallResponse(msgspec.Struct):
    code: Annotated[int, _known("the HTTP status again")]
    error_data: Annotated[ErrorData | None, _known()]
    status: Annotated[str, _known(enum=["success", "failure"])]
    call_details: Annotated[CallDetails | None, _known()]


class LegsResponse(msgspec.Struct):
    code: Annotated[int, _legs("the HTTP status again")]
    error_data: Annotated[ErrorData | None, _legs()]
    status: Annotated[str, _legs(enum=["success", "failure"])]
    leg_details: Annotated[CallLegs | None, _legs()]


class CallEnvelope(msgspec.Struct):
    """Every answer about a call, errors too: then `call_details` is null and `error_data` is not."""

    request_id: Annotated[str, _known("32 hexadecimal digits")]
    method: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    metadata: Annotated[None, _known()]
    response: Annotated[CallResponse, _known()]


class LegsEnvelope(msgspec.Struct):
    request_id: Annotated[str, _legs("32 hexadecimal digits")]
    method: Annotated[str, _legs()]
    http_code: Annotated[int, _legs()]
    metadata: Annotated[None, _legs()]
    response: Annotated[LegsResponse, _legs()]


def placed(call: Call, world: World) -> CallDetails:
    """The answer to POST.

    Quirk: it shows the ExoPhone in local form and no end time, where GET shows E.164 and the epoch; and it names the
    start that is still a second ahead (all three in the portal's example).
    """
    details = call_details(call, world)
    details.virtual_number = call.order.exophone.local
    details.end_time = None
    return details


def call_details(call: Call, world: World) -> CallDetails:
    """The answer to GET, and what callbacks carry. Shows only what has been processed."""
    zone, order = world.zone, call.order
    is_over = call.is_processed
    updated_at = call.processed_at or max(call.updated_at, call.start_at)
    return CallDetails(
        sid=call.sid,
        direction=_DIRECTIONS[order.direction],
        virtual_number=order.exophone.key,
        state="terminal" if is_over else "active",
        status=_STATUSES[call.outcome] if is_over and call.outcome else None,
        legs=f"/v3/accounts/{call.account_sid}/calls/{call.sid}/legs",
        created_time=offset_time(call.created_at, zone),
        updated_time=offset_time(updated_at, zone),
        start_time=offset_time(call.start_at, zone),
        # Quirk: an end that has not come is the epoch, not null (portal's example of an active call).
        end_time=offset_time(call.ended_at, zone) if is_over and call.ended_at else epoch_placeholder(zone),
        total_duration=_total_duration(call, world) if is_over else None,
        total_talk_time=round(call.talk_seconds) if is_over else None,
        custom_field=order.custom_field if order.custom_field is not None else _unset_custom_field(world),
        app_id=order.flow.id if order.flow else None,
        app_name=order.flow.name if order.flow else None,
        digits=(call.digits or None) if is_over else None,
        recordings=[RecordingUrl(url)] if (url := recording_urls.V3.url(call, world)) else None,
    )


def legs(call: Call, world: World) -> CallLegs:
    """Raises NoLegs before anybody has been dialled."""
    if not call.legs:
        message = f"nobody has been dialled for call {call.sid}"
        raise NoLegs(message)
    return CallLegs(
        call_sid=call.sid,
        account_sid=call.account_sid,
        from_=[LegDetails(*_leg_values(leg, world)) for leg in call.legs if leg.side is Side.FROM],
        to=[_grouped(leg, world) for leg in call.legs if leg.side is Side.TO],
    )


def call_answer(request_id: str, method: str, details: CallDetails) -> CallEnvelope:
    return CallEnvelope(request_id, method, 200, None, CallResponse(200, None, "success", details))


def legs_answer(request_id: str, method: str, details: CallLegs) -> LegsEnvelope:
    return LegsEnvelope(request_id, method, 200, None, LegsResponse(200, None, "success", details))


def _grouped(leg: Leg, world: World) -> GroupedLegDetails:
    return GroupedLegDetails(*_leg_values(leg, world), group_id=leg.party.group_id, group_name=leg.party.group_name)


def _leg_values(leg: Leg, world: World) -> tuple[str, str | None, str, str, str, str]:
    is_detailed = LEG_STATUS.chosen(world) == "detailed"
    statuses = DETAILED_LEG_STATUSES if is_detailed else LEG_STATUSES
    return (
        leg.sid,
        leg.party.name,
        leg.party.contact.local,
        offset_time(leg.dialled_at, world.zone),
        offset_time(leg.updated_at, world.zone),
        statuses[leg.state],
    )


def _total_duration(call: Call, world: World) -> int | None:
    if TOTAL_DURATION.chosen(world) == "null" or call.ended_at is None:
        return None
    return round(_seconds_between(call.start_at, call.ended_at))


def _unset_custom_field(world: World) -> str | None:
    return _NO_CUSTOM_FIELD if UNSET_CUSTOM_FIELD.chosen(world) == _NO_CUSTOM_FIELD else None


def _seconds_between(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
