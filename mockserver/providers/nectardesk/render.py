"""A call as `GET /calls/{callId}` shows it: 25 keys in the order of the vendor's example."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from mockserver.domain.call import Call, Leg
from mockserver.domain.causes import HangupCause
from mockserver.domain.order import Party
from mockserver.engine.world import World
from mockserver.providers.nectardesk import sources
from mockserver.providers.nectardesk.facts import (
    ABANDONED,
    ANSWERED,
    MISSED,
    VOICEMAIL,
    Facts,
    agent_ids,
    contact_of,
    facts_of,
    number_parts,
)
from mockserver.providers.nectardesk.readings import (
    EXTERNAL_NUMBERS,
    LIVE_DURATION,
    OUTCOMES,
    UNANSWERED_SLA,
    UNSET_OBJECT,
)
from mockserver.providers.nectardesk.recording_urls import recording_url

_known = sources.REST.field
_ours = sources.UNDOCUMENTED.field

_SIP_DOMAIN = "sip.example.com"
# What may be unset, and how that looks by reading; `absent` leaves the key out.
_OPTIONAL = ("contact", "original_call_id", "campaign", "ring_group", "ivr", "disposition")
_UNSET: dict[str, Any] = {"{}": {}, "[]": []}
_TYPES = [None, ANSWERED, MISSED, ABANDONED, VOICEMAIL]


class Contact(msgspec.Struct):
    id: Annotated[int, _known()]
    full_name: Annotated[str, _known()]
    number_country_code: Annotated[str, _known("digits")]
    national_number: Annotated[str, _known("digits")]
    number: Annotated[str, _known("country code and national number, digits only")]
    list_ids: Annotated[list[int], _known()]


class AgentLeg(msgspec.Struct):
    id: Annotated[int, _known("of the agent")]
    user_id: Annotated[int, _known("of the user, from another space")]
    alias: Annotated[str, _known()]
    sip: Annotated[str, _known("sip:user@domain")]
    started_at: Annotated[int, _known("Unix seconds: when it began to ring")]
    type: Annotated[str, _known(enum=["agent"])]
    is_any_transfer: Annotated[bool, _known()]
    hangup_reason: Annotated[
        str | None, _known("FreeSWITCH cause; null while the leg is up", enum=[None, *HangupCause])
    ]


class ExternalNumber(msgspec.Struct):
    number: Annotated[str, _known("digits")]
    is_any_transfer: Annotated[bool, _known()]


class Number(msgspec.Struct):
    id: Annotated[int, _known()]
    number: Annotated[str, _known("digits")]
    number_with_alias: Annotated[str, _known()] = msgspec.field(name="numberWithAlias")
    alias: Annotated[str, _known()]


class Named(msgspec.Struct):
    id: Annotated[int, _known()]
    name: Annotated[str, _known()]


class NotedDisposition(msgspec.Struct):
    id: Annotated[int, _known()]
    code: Annotated[str, _known("the account's own label")]
    note: Annotated[str, _known()]


class RecordingLink(msgspec.Struct):
    id: Annotated[int, _known()]
    url: Annotated[str, _known()]


class CallData(msgspec.Struct):
    """What is unset in a call follows the reading nectardesk.unset-object."""

    id: Annotated[int, _known("grows from call to call")]
    is_inbound: Annotated[bool, _known()]
    is_answered: Annotated[bool, _known("an agent and the contact were connected")]
    is_in_queue: Annotated[bool, _known()]
    contact: Annotated[Contact | None, _known()]
    agents: Annotated[list[int], _known("each agent once")]
    all_agents: Annotated[list[AgentLeg], _known("every attempt, in order")]
    answered_agents: Annotated[list[AgentLeg], _known("those of all_agents that answered")]
    external_numbers: Annotated[list[ExternalNumber], _known()]
    number: Annotated[Number, _known("the account's own")]
    started_at: Annotated[int, _known("Unix seconds")]
    duration: Annotated[int, _known("seconds; outbound from the contact's answer, inbound from the start")]
    talk_time: Annotated[int, _known("seconds")]
    requested_callback: Annotated[bool, _known()]
    is_ended: Annotated[bool, _known()]
    type: Annotated[str | None, _known("answered; other words are ours", enum=_TYPES)]
    is_answered_within_sla: Annotated[bool | None, _known()]
    is_data_cached: Annotated[bool, _ours("as is_ended")]
    original_call_id: Annotated[int | None, _known("of the call that this one derives from")]
    campaign: Annotated[Named | None, _known()]
    ring_group: Annotated[Named | None, _known()]
    ivr: Annotated[Named | None, _known()]
    disposition: Annotated[NotedDisposition | None, _known()]
    recordings: Annotated[list[RecordingLink], _known("a moment after the end")]
    tags: Annotated[list[str], _known()]


class CallAnswer(msgspec.Struct):
    """Quirk: `calls` is one object, not an array (the vendor's example)."""

    calls: Annotated[CallData, _known()]


def call_answer(call: Call, world: World) -> dict[str, Any]:
    """The body of the answer, with what is unset as the world's reading has it."""
    answer: dict[str, Any] = msgspec.to_builtins(CallAnswer(call_data(facts_of(call, world))))
    reading = UNSET_OBJECT.chosen(world)
    if reading != "null":
        data = answer["calls"]
        for name in [name for name in _OPTIONAL if data[name] is None]:
            if reading == "absent":
                del data[name]
            else:
                data[name] = _UNSET[reading]
    return answer


def call_data(facts: Facts) -> CallData:
    call, directory = facts.call, facts.world.directory
    is_live, is_zero = not call.is_over, LIVE_DURATION.chosen(facts.world) == "zero"
    agents = [_agent_leg(leg, facts) for leg in facts.agent_legs]
    answered = {leg.number for leg in facts.answered_legs}
    wrapup, route = call.wrapup, call.order.route
    group = directory.groups.get(route.group_id) if route and route.group_id is not None else None
    campaign = directory.campaigns.get(wrapup.campaign_id) if wrapup.campaign_id is not None else None
    # A call of v1 that is only a stream runs a flow without a number, which is none of the account's.
    flow = call.order.flow
    return CallData(
        id=call.serial,
        is_inbound=facts.is_inbound,
        is_answered=facts.is_answered,
        is_in_queue=facts.is_in_queue,
        contact=_contact(facts),
        agents=list(dict.fromkeys(agent.id for agent in agents)),
        all_agents=agents,
        answered_agents=[agent for leg, agent in zip(facts.agent_legs, agents, strict=True) if leg.number in answered],
        external_numbers=_external_numbers(facts),
        number=_number(facts),
        started_at=facts.started,
        duration=0 if is_live and is_zero else facts.duration,
        talk_time=0 if is_live and is_zero else facts.talk_time,
        requested_callback=facts.has_asked_callback,
        is_ended=call.is_over,
        type=_type(facts),
        is_answered_within_sla=_within_sla(facts),
        is_data_cached=call.is_over,
        original_call_id=wrapup.original,
        campaign=Named(campaign.id, campaign.name) if campaign else None,
        ring_group=Named(group.id, group.name) if group else None,
        ivr=Named(int(flow.id), flow.name) if flow and flow.id.isdecimal() else None,
        disposition=_disposition(facts),
        recordings=[RecordingLink(call.serial, recording_url(call, facts.world))] if facts.has_recording else [],
        tags=list(wrapup.tags),
    )


def _contact(facts: Facts) -> Contact | None:
    contact = contact_of(facts)
    if contact is None:
        return None
    return Contact(contact.id, contact.name, *number_parts(contact.contact), list(contact.list_ids))


def _agent_leg(leg: Leg, facts: Facts) -> AgentLeg:
    agent_id, user_id = agent_ids(leg, facts.world)
    return AgentLeg(
        id=agent_id,
        user_id=user_id,
        alias=leg.party.name or "",
        sip=_sip(leg.party, user_id),
        started_at=int(leg.dialled_at.timestamp()),
        type="agent",
        is_any_transfer=leg.is_transfer,
        hangup_reason=facts.cause_of(leg),
    )


def _sip(party: Party, user_id: int) -> str:
    """Quirk: the vendor's example is scrambled by its page's hiding of e-mail addresses; only the form is known."""
    key = party.contact.key if party.contact.is_sip else f"sip:agent{user_id}"
    return key if "@" in key else f"{key}@{_SIP_DOMAIN}"


def _external_numbers(facts: Facts) -> list[ExternalNumber]:
    outside = [ExternalNumber(number_parts(leg.party.contact)[2], leg.is_transfer) for leg in facts.outside_legs]
    party = facts.contact_party
    if party is None or EXTERNAL_NUMBERS.chosen(facts.world) == "others":
        return outside
    return [ExternalNumber(number_parts(party.contact)[2], is_any_transfer=False), *outside]


def _number(facts: Facts) -> Number:
    digits = number_parts(facts.call.order.exophone)[2]
    alias = alias_of(facts)
    return Number(facts.number_id, digits, f"{digits} ({alias})" if alias else digits, alias)


def alias_of(facts: Facts) -> str:
    """The ExoPhone's friendly name; a number is no alias of itself."""
    exophone = facts.call.order.exophone
    known = next((one for one in facts.world.directory.exophones if one.contact == exophone), None)
    return known.friendly_name if known and known.friendly_name != exophone.local else ""


def _type(facts: Facts) -> str | None:
    is_worded = facts.is_answered or OUTCOMES.chosen(facts.world) == "worded"
    return facts.outcome if is_worded else None


def _within_sla(facts: Facts) -> bool | None:
    if not facts.is_answered and UNANSWERED_SLA.chosen(facts.world) == "null":
        return None
    return facts.is_within_sla


def _disposition(facts: Facts) -> NotedDisposition | None:
    wrapup = facts.call.wrapup
    known = facts.world.directory.dispositions.get(wrapup.disposition_id) if wrapup.disposition_id else None
    return NotedDisposition(known.id, known.code, wrapup.note) if known else None
