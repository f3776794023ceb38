"""What v2 answers about calls: the details, and the answer to placing one."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.call import Call, Outcome
from mockserver.domain.errors import UnknownUser
from mockserver.domain.order import Direction, Party
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.exotel import recording_urls, sources
from mockserver.providers.exotel.envelope_errors import ErrorData
from mockserver.providers.exotel.leg_words import DETAILED_LEG_STATUSES
from mockserver.providers.exotel.times import iso_time, offset_time
from mockserver.providers.provider import Reading

_known = sources.V2_DETAILS.field
_placed = sources.V2_CONNECT.field
_seen = sources.CLIENTS.field
_ours = sources.UNDOCUMENTED.field
_generic = sources.GENERIC_ERRORS.field

NO_DIAL_STATUS = Reading(
    "exotel-v2.no-dial-status",
    ("failed", "no_dial"),
    "call_status where a party was never dialled: the page on call details has failed only, another guide "
    "agent_no_dial and customer_no_dial",
    sources.V2_DETAILS,
)
CALLBACK = Reading(
    "exotel-v2.callback",
    ("nested", "flat"),
    "the body of status callbacks: nested as receivers have seen it, or flat as the page on call details lists it",
    sources.V2_DETAILS,
)
READINGS = (NO_DIAL_STATUS, CALLBACK, recording_urls.V2.reading)

_OUTBOUND = {
    Outcome.COMPLETED: "completed",
    Outcome.FROM_UNANSWERED: "agent_unanswered",
    Outcome.TO_UNANSWERED: "customer_unanswered",
    Outcome.FROM_CANCELLED: "agent_cancelled",
    Outcome.FROM_NOT_DIALLED: "failed",
    Outcome.TO_NOT_DIALLED: "failed",
    Outcome.VOICEMAIL: "agent_unanswered",
    Outcome.CALLBACK_REQUESTED: "agent_unanswered",
}
# The agent is the one who is called here. Nothing is listed for a customer who gives up waiting.
_INBOUND = {
    **_OUTBOUND,
    Outcome.FROM_UNANSWERED: "customer_unanswered",
    Outcome.TO_UNANSWERED: "agent_unanswered",
    Outcome.FROM_CANCELLED: "agent_unanswered",
}
_NOT_DIALLED = ("agent_no_dial", "customer_no_dial")
_STATUSES = [*dict.fromkeys(_OUTBOUND.values()), *_NOT_DIALLED]


class AgentDetails(msgspec.Struct):
    """All null where the party is no user of the account (our reading)."""

    user_id: Annotated[str | None, _known()]
    name: Annotated[str | None, _known()]
    email: Annotated[str | None, _known("null for a user without one")]


class CustomerNumber(msgspec.Struct):
    number: Annotated[str, _known("E.164")]


class CallDetails(msgspec.Struct, kw_only=True):
    """A call as v2 shows it. What is not known while the call is active is null (our reading)."""

    call_sid: Annotated[str, _known()]
    call_state: Annotated[str, _known(enum=["active", "terminal"])]
    call_status: Annotated[str | None, _known("null until the call is terminal", enum=[None, *_STATUSES])]
    direction: Annotated[str, _known(enum=["inbound", "outbound"])]
    virtual_number: Annotated[str, _known("E.164")]
    from_: Annotated[str, _known("E.164, or SIP URI")] = msgspec.field(name="from")
    to: Annotated[str, _known("E.164; the ExoPhone where nobody else was called")]
    start_time: Annotated[str, _known("ISO 8601 in the account's zone")]
    end_time: Annotated[str | None, _known("null until the call is terminal")]
    duration: Annotated[int | None, _known("seconds from dial to disconnect; null until the call is terminal")]
    talk_time: Annotated[int | None, _known("seconds; null until the call is terminal")]
    recording_url: Annotated[str | msgspec.UnsetType, _known("absent without a recording")] = msgspec.UNSET
    custom_field: Annotated[str | None, _known()]
    agent_details: Annotated[AgentDetails, _known()]
    customer_details: Annotated[CustomerNumber, _known()]


class DetailsResponse(msgspec.Struct):
    code: Annotated[int, _known("the HTTP status again")]
    status: Annotated[str, _known(enum=["success"])]
    call_details: Annotated[CallDetails, _known()]


class DetailsEnvelope(msgspec.Struct):
    """Quirk: without the `method`, `metadata` and `error_data` of its neighbours (the portal's example)."""

    request_id: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    response: Annotated[DetailsResponse, _known()]


class AssignedAgent(msgspec.Struct):
    user_id: Annotated[str | None, _placed()]
    user_name: Annotated[str | None, _placed()]


class CustomerStatus(msgspec.Struct):
    contact_uri: Annotated[str, _seen("E.164")]
    status: Annotated[
        str | None, _seen("of the customer's leg", enum=[None, *sorted({*DETAILED_LEG_STATUSES.values()})])
    ]


class PlacedCall(msgspec.Struct):
    call_sid: Annotated[str, _placed()]
    call_state: Annotated[str, _placed(enum=["active"])]
    call_status: Annotated[None, _placed()]
    direction: Annotated[str, _placed(enum=["outbound"])]
    virtual_number: Annotated[str, _placed("E.164")]
    assigned_agent_details: Annotated[AssignedAgent, _placed()]
    customer_details: Annotated[CustomerStatus, _seen()]
    custom_field: Annotated[str | None, _placed()]
    created_time: Annotated[str, _ours("`YYYY-MM-DD HH:MM:SS+05:30`, as v3 prints it")]


class PlacedResponse(msgspec.Struct):
    code: Annotated[int, _seen("the HTTP status again")]
    error_data: Annotated[None, _seen()]
    status: Annotated[str, _seen(enum=["success"])]
    data: Annotated[PlacedCall, _seen("guides leave this level out; clients read it")]


class PlacedEnvelope(msgspec.Struct):
    request_id: Annotated[str, _seen("32 hexadecimal digits")]
    method: Annotated[str, _generic()]
    http_code: Annotated[int, _seen()]
    response: Annotated[PlacedResponse, _seen()]


class Failure(msgspec.Struct):
    code: Annotated[int, _generic("the HTTP status again")]
    error_data: Annotated[ErrorData, _generic()]
    status: Annotated[str, _generic(enum=["failure"])]
    data: Annotated[None, _generic()]


class FailureEnvelope(msgspec.Struct):
    request_id: Annotated[str, _generic("32 hexadecimal digits")]
    method: Annotated[str, _generic()]
    http_code: Annotated[int, _generic()]
    response: Annotated[Failure, _generic()]


class DetailsFailure(msgspec.Struct):
    """Which keys this page's errors have is not documented: the family's, around the record's own name."""

    code: Annotated[int, _ours("the HTTP status again")]
    error_data: Annotated[ErrorData, _ours()]
    status: Annotated[str, _ours(enum=["failure"])]
    call_details: Annotated[None, _ours()]


class DetailsFailureEnvelope(msgspec.Struct):
    request_id: Annotated[str, _ours("32 hexadecimal digits")]
    method: Annotated[str, _ours()]
    http_code: Annotated[int, _ours()]
    response: Annotated[DetailsFailure, _ours()]


def details_answer(request_id: str, _method: str, details: CallDetails) -> DetailsEnvelope:
    return DetailsEnvelope(request_id, 200, DetailsResponse(200, "success", details))


def placed_answer(request_id: str, method: str, placed: PlacedCall) -> PlacedEnvelope:
    return PlacedEnvelope(request_id, method, 200, PlacedResponse(200, None, "success", placed))


def placed_call(call: Call, world: World) -> PlacedCall:
    return PlacedCall(
        call_sid=call.sid,
        call_state="active",
        call_status=None,
        direction=direction(call),
        virtual_number=call.order.exophone.key,
        assigned_agent_details=assigned_agent(call),
        customer_details=CustomerStatus(_customer(call), None),
        custom_field=call.order.custom_field,
        created_time=offset_time(call.created_at, world.zone),
    )


def call_details(call: Call, world: World) -> CallDetails:
    """Shows only what has been processed."""
    zone, order = world.zone, call.order
    is_over = call.is_processed
    return CallDetails(
        call_sid=call.sid,
        call_state=call_state(call),
        call_status=call_status(call, world),
        direction=direction(call),
        virtual_number=order.exophone.key,
        from_=order.from_party.contact.key,
        to=(called.contact if (called := call.called_party) else order.exophone).key,
        start_time=iso_time(call.start_at, zone),
        end_time=iso_time(call.ended_at, zone) if is_over and call.ended_at else None,
        duration=call.duration_seconds if is_over else None,
        talk_time=round(call.talk_seconds) if is_over else None,
        recording_url=recording_urls.V2.url(call, world) or msgspec.UNSET,
        custom_field=order.custom_field,
        agent_details=_agent_details(call, world),
        customer_details=CustomerNumber(_customer(call)),
    )


def call_state(call: Call) -> str:
    return "terminal" if call.is_processed else "active"


def call_status(call: Call, world: World) -> str | None:
    if not call.is_processed or call.outcome is None:
        return None
    is_inbound = call.order.direction is Direction.INBOUND
    is_undialled = call.outcome in {Outcome.FROM_NOT_DIALLED, Outcome.TO_NOT_DIALLED}
    if is_undialled and NO_DIAL_STATUS.chosen(world) == "no_dial":
        return _NOT_DIALLED[(call.outcome is Outcome.FROM_NOT_DIALLED) is is_inbound]
    return (_INBOUND if is_inbound else _OUTBOUND)[call.outcome]


def direction(call: Call) -> str:
    return "inbound" if call.order.direction is Direction.INBOUND else "outbound"


def assigned_agent(call: Call) -> AssignedAgent:
    agent = _agent(call)
    return AssignedAgent(agent.user_id, agent.name) if agent else AssignedAgent(None, None)


def customer_status(call: Call) -> CustomerStatus:
    leg = call.leg(_customer_side(call))
    return CustomerStatus(_customer(call), DETAILED_LEG_STATUSES[leg.state] if leg else None)


def _agent_details(call: Call, world: World) -> AgentDetails:
    agent = _agent(call)
    if agent is None or agent.user_id is None:
        return AgentDetails(None, None, None)
    try:
        email = world.directory.user(agent.user_id).email
    except UnknownUser:
        # The user has been deleted since.
        email = ""
    return AgentDetails(agent.user_id, agent.name, email or None)


def _customer_side(call: Call) -> Side:
    is_first = call.order.direction is Direction.INBOUND or call.order.to_party is None
    return Side.FROM if is_first else Side.TO


def _customer(call: Call) -> str:
    party = _party(call, _customer_side(call))
    return (party.contact if party else call.order.exophone).key


def _agent(call: Call) -> Party | None:
    """Who is on the other side of the customer, if that is a user of the account."""
    party = _party(call, _customer_side(call).other)
    return party if party and party.user_id else None


def _party(call: Call, side: Side) -> Party | None:
    return call.order.from_party if side is Side.FROM else call.called_party
