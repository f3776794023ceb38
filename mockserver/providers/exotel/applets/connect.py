"""What a connect applet with a dynamic URL asks: whom to dial."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.call import Call
from mockserver.engine.delivery import Headers
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.applets import facts
from mockserver.providers.exotel.applets.dialled import DialledLeg, dialled_legs
from mockserver.providers.exotel.times import plain_epoch, plain_time

_known = sources.CONNECT_URL.field
_other = sources.BY_ANALOGY.field

# Versions of a connect applet: programmable, for contact centers, and the plain one that is told numbers only.
PROGRAMMABLE, CONTACT_CENTER, PLAIN = "1.0", "1.1", "plain"
# Quirk: the contact center's header is in small letters, as the vendor's pages write it.
HEADERS: dict[str, Headers] = {
    PROGRAMMABLE: (("Exotel-Version", "1.0"),),
    CONTACT_CENTER: (("exotel-version", "1.1"),),
    PLAIN: (),
}


class ConnectParameters(msgspec.Struct, rename="pascal", kw_only=True):
    """Times are `2022-02-23 12:31:58`, in all of them; numbers have a leading zero."""

    call_sid: Annotated[str, _known()]
    call_from: Annotated[str, _known("the first leg")]
    call_to: Annotated[str, _known("the ExoPhone")]
    call_status: Annotated[
        str | UnsetType,
        sources.DIAL_WHOM.field("of gathers and plain connects only", enum=list(facts.CALL_STATUSES)),
    ] = UNSET
    direction: Annotated[str, _known(enum=["incoming", "outbound-dial"])]
    # Quirk: passthrus print the same moment in another form.
    created: Annotated[str, _known()]
    dial_call_duration: Annotated[str, _known("seconds of the connect before this one, ringing included")]
    start_time: Annotated[str, _known()]
    end_time: Annotated[str, _known("always the epoch, in the account's zone")]
    dial_call_status: Annotated[str | UnsetType, _other("of the attempts before")] = UNSET
    call_type: Annotated[str, _known(enum=list(facts.CALL_TYPES))]
    dial_whom_number: Annotated[str, _known("who was dialled last, or answered; empty before")]
    flow_id: Annotated[str, _known()] = msgspec.field(name="flow_id")
    tenant_id: Annotated[str, _known("a number of the account")] = msgspec.field(name="tenant_id")
    from_: Annotated[str, _known("the first leg")] = msgspec.field(name="From")
    to: Annotated[str, _known("the ExoPhone")]
    current_time: Annotated[str, _known()]
    outgoing_phone_number: Annotated[str | UnsetType, _other("of the attempts before")] = UNSET
    digits: Annotated[str | UnsetType, _known("of the latest gather, in double quotes")] = msgspec.field(
        name="digits", default=UNSET
    )
    custom_field: Annotated[str | UnsetType, _other("where set")] = UNSET
    legs: Annotated[list[DialledLeg] | UnsetType, _other("who was dialled before")] = UNSET


def connect(call: Call, world: World, *, says_status: bool = False) -> ConnectParameters:
    """The parameters of a connect; with `says_status` those of a plain one, which gathers have, too."""
    zone, flow = world.zone, call.order.flow
    legs, digits = dialled_legs(call, world), facts.quoted_digits(call)
    return ConnectParameters(
        call_sid=call.sid,
        call_from=facts.caller(call),
        call_to=facts.exophone(call),
        call_status=facts.call_status(call) if says_status else UNSET,
        direction=facts.DIRECTIONS[call.order.direction],
        created=plain_time(call.created_at, zone),
        dial_call_duration=str(facts.dialled_seconds(call)),
        start_time=plain_time(call.start_at, zone),
        # Quirk: the call has not ended for the vendor, ever.
        end_time=plain_epoch(zone),
        dial_call_status=facts.dial_status(call) or UNSET,
        call_type=facts.call_type(call),
        dial_whom_number=facts.dialled_number(call),
        flow_id=flow.id if flow else "",
        tenant_id=facts.tenant_id(world),
        from_=facts.caller(call),
        to=facts.exophone(call),
        current_time=plain_time(call.updated_at, zone),
        outgoing_phone_number=facts.shown_number(call) if legs else UNSET,
        digits=digits or UNSET,
        custom_field=call.order.custom_field or UNSET,
        legs=legs or UNSET,
    )
