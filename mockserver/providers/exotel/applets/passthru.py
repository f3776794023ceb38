"""The passthru applet: what it tells of a call, and which way its answer leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.applets import Branch
from mockserver.domain.call import Call
from mockserver.engine.delivery import Reply
from mockserver.engine.ports import Heard
from mockserver.engine.world import World
from mockserver.providers.exotel import recording_urls, sources
from mockserver.providers.exotel.applets import facts
from mockserver.providers.exotel.applets.dialled import DialledLeg, dialled_legs
from mockserver.providers.exotel.times import mail_time, plain_epoch, plain_time

_known = sources.PASSTHRU.field
_seen = sources.APPLET_RECORDS.field
_RECORDING_TAKES = timedelta(minutes=5)
_FIRST_WAY, _SECOND_WAY = 200, 302


class PassthruParameters(msgspec.Struct, rename="pascal", kw_only=True):
    """In the order of recorded requests. Numbers have a leading zero; what is absent is `null` or left out."""

    call_sid: Annotated[str, _known()]
    call_from: Annotated[str, _known("the first leg")]
    call_to: Annotated[str, _known("the ExoPhone")]
    call_status: Annotated[str | UnsetType, _known("before anybody is dialled", enum=list(facts.CALL_STATUSES))] = UNSET
    direction: Annotated[str, _known(enum=["incoming", "outbound-dial"])]
    forwarded_from: Annotated[str, _seen("`null`")] = facts.ABSENT
    created: Annotated[str, _seen("`Wed, 23 Feb 2022 12:31:59`")]
    dial_call_duration: Annotated[str, _known("seconds from the dial to the end of the talk, ringing included")]
    recording_url: Annotated[str | UnsetType, _seen("left out when nobody answered, `null` without a recording")] = (
        UNSET
    )
    start_time: Annotated[str, _known("`2022-02-23 12:31:58`")]
    end_time: Annotated[str, _known("always the epoch, in the account's zone")]
    dial_call_status: Annotated[str, _known("`null` before anybody is dialled")]
    call_type: Annotated[str, _known(enum=list(facts.CALL_TYPES))]
    dial_whom_number: Annotated[str, _known("who was dialled last, or answered; empty before")]
    process_status: Annotated[str, _seen("`null`")] = facts.ABSENT
    flow_id: Annotated[str, _known()] = msgspec.field(name="flow_id")
    tenant_id: Annotated[str, _known("a number of the account")] = msgspec.field(name="tenant_id")
    from_: Annotated[str, _known("the first leg")] = msgspec.field(name="From")
    to: Annotated[str, _known("the ExoPhone")]
    recording_available_by: Annotated[str | UnsetType, _seen("5 minutes from now, with a recording")] = UNSET
    current_time: Annotated[str, _known()]
    outgoing_phone_number: Annotated[str | UnsetType, _seen("what was shown to whom was dialled")] = UNSET
    digits: Annotated[str | UnsetType, _known("of the latest gather, in double quotes")] = msgspec.field(
        name="digits", default=UNSET
    )
    custom_field: Annotated[str | UnsetType, _known("where set")] = UNSET
    legs: Annotated[list[DialledLeg] | UnsetType, _seen("who was dialled")] = UNSET


def passthru(call: Call, world: World) -> PassthruParameters:
    zone, flow = world.zone, call.order.flow
    legs, digits = dialled_legs(call, world), facts.quoted_digits(call)
    recording = _recording(call, world)
    available = mail_time(call.updated_at + _RECORDING_TAKES, zone)
    return PassthruParameters(
        call_sid=call.sid,
        call_from=facts.caller(call),
        call_to=facts.exophone(call),
        # Quirk: it is documented, and in none of the requests that were recorded behind a connect.
        call_status=UNSET if legs else facts.call_status(call),
        direction=facts.DIRECTIONS[call.order.direction],
        created=mail_time(call.created_at, zone),
        dial_call_duration=str(facts.dialled_seconds(call)),
        recording_url=recording,
        start_time=plain_time(call.start_at, zone),
        # Quirk: the call has not ended for the vendor, ever.
        end_time=plain_epoch(zone),
        dial_call_status=facts.dial_status(call) or facts.ABSENT,
        call_type=facts.call_type(call),
        dial_whom_number=facts.dialled_number(call),
        flow_id=flow.id if flow else "",
        tenant_id=facts.tenant_id(world),
        from_=facts.caller(call),
        to=facts.exophone(call),
        recording_available_by=available if recording not in {UNSET, facts.ABSENT} else UNSET,
        current_time=plain_time(call.updated_at, zone),
        outgoing_phone_number=facts.shown_number(call) if legs else UNSET,
        digits=digits or UNSET,
        custom_field=call.order.custom_field or UNSET,
        legs=legs or UNSET,
    )


def _recording(call: Call, world: World) -> str | UnsetType:
    """Quirk: it is left out where nobody answered, and `null` where nobody asked for a recording."""
    if not facts.has_talked(call):
        return UNSET
    return facts.ABSENT if call.order.recording is None else recording_urls.V1.address(call, world)


def read_passthru(reply: Reply) -> Heard:
    """200 is the first way and 302 the second; what follows any other status is assumed to be the second, too."""
    if reply.status in {_FIRST_WAY, _SECOND_WAY}:
        return Heard(Branch(is_first=reply.status == _FIRST_WAY))
    complaint = (
        f"status {reply.status}: a passthru understands 200 (first way) and 302 (second way), and this call took the "
        "second; answer with one of the two"
    )
    return Heard(Branch(is_first=False), (complaint,))
