"""The "Call Ended" webhook: one flat object, with names of its own and rules of its own for what is missing.

Missing texts are empty, missing numbers 0, missing lists `[]`, `number` and `transfer_details` `{}`; `ringGroup`,
`disposition`, `contact` and `agents` are left out (the vendor's second example).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.call import Call, Leg
from mockserver.domain.causes import HangupCause
from mockserver.domain.effects import Notify
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.world import World
from mockserver.providers.callback_request import JSON, callback_request
from mockserver.providers.nectardesk import sources
from mockserver.providers.nectardesk.facts import (
    ABANDONED,
    Facts,
    agent_ids,
    contact_of,
    facts_of,
    seconds_on,
)
from mockserver.providers.nectardesk.render import (
    Named,
    NotedDisposition,
    alias_of,
    call_data,
)

_known = sources.WEBHOOK.field
_ours = sources.UNDOCUMENTED.field


class WebhookNumber(msgspec.Struct, omit_defaults=True):
    """Quirk: with a plus sign here, without one in REST (the vendor's examples)."""

    id: Annotated[int | UnsetType, _known()] = UNSET
    number: Annotated[str | UnsetType, _known("E.164")] = UNSET
    number_with_alias: Annotated[str | UnsetType, _known()] = msgspec.field(name="numberWithAlias", default=UNSET)
    alias: Annotated[str | UnsetType, _known()] = UNSET


class ExternalPhone(msgspec.Struct):
    number: Annotated[str, _known()]
    is_any_transfer: Annotated[bool, _known()]


class TransferDetails(msgspec.Struct):
    """Empty without a transfer."""

    transfer_talk_time: Annotated[int | UnsetType, _known("seconds")] = UNSET
    number: Annotated[str | UnsetType, _known("of the phone outside that took over; empty for an agent")] = UNSET


class WebhookContact(msgspec.Struct, rename="camel"):
    id: Annotated[int, _known()]
    first_name: Annotated[str, _known()]
    last_name: Annotated[str, _known()]
    email: Annotated[str, _known()]
    phone: Annotated[str, _known("E.164")]
    create_date: Annotated[str, _known("as startedDate; empty if unknown")]
    additional_fields: Annotated[dict[str, str] | None, _known("free; null without any")]
    integrations: Annotated[dict[str, Any], _known()]


class WebhookAgent(msgspec.Struct):
    id: Annotated[int, _known()]
    name: Annotated[str, _known()]
    action: Annotated[str, _known("Answered, Contact hangup, or a hang-up cause in words")]
    type: Annotated[str, _known(enum=["Normal call", "Transfer Call"])]


class CallEnded(msgspec.Struct):
    """Quirk: some names are in camel case, some are not, and there is no word for the event (the vendor's examples)."""

    id: Annotated[int, _known("as in REST")]
    type: Annotated[str, _known("the direction", enum=["inbound", "outbound"])]
    started_date: Annotated[str, _known("ISO 8601 with the account's offset")] = msgspec.field(name="startedDate")
    ended_date: Annotated[str, _known("as startedDate")] = msgspec.field(name="endedDate")
    duration: Annotated[int, _known("seconds")]
    talk_time: Annotated[int, _known("seconds")] = msgspec.field(name="talkTime")
    waiting_time: Annotated[int, _known("seconds")] = msgspec.field(name="waitingTime")
    tags: Annotated[list[str], _known()]
    call_type: Annotated[str, _known(enum=["inbound", "inbound_ring_group", "outbound"])]
    call_recordings: Annotated[list[str], _known("URLs without a scheme")]
    number: Annotated[WebhookNumber, _known()]
    campaign: Annotated[str, _known("its name")]
    external_numbers: Annotated[list[ExternalPhone], _known()]
    transfer_details: Annotated[TransferDetails, _known()]
    abandoned: Annotated[int, _known("0 or 1")]
    sub_type: Annotated[str, _known("(ring group)Handled, or Not Answered")]
    ring_group: Annotated[Named | UnsetType, _known()] = msgspec.field(name="ringGroup", default=UNSET)
    disposition: Annotated[NotedDisposition | UnsetType, _known()] = UNSET
    contact: Annotated[WebhookContact | UnsetType, _known()] = UNSET
    agents: Annotated[list[WebhookAgent] | UnsetType, _known()] = UNSET


def write_callback(notification: Notify, call: Call, world: World) -> OutboundRequest:
    payload = msgspec.to_builtins(call_ended(facts_of(call, world)))
    return callback_request("POST", notification.subscription.url, JSON, payload, boundary="")


def call_ended(facts: Facts) -> CallEnded:
    call, rest = facts.call, call_data(facts)
    group = rest.ring_group
    contact = _contact(facts)
    agents = [_agent(leg, facts) for leg in facts.agent_legs]
    handled = f"({group.name})Handled" if group else "Handled"
    return CallEnded(
        id=call.serial,
        type="inbound" if facts.is_inbound else "outbound",
        started_date=_date(call.start_at, facts.world),
        ended_date=_date(call.ended_at, facts.world),
        duration=facts.duration,
        talk_time=facts.talk_time,
        waiting_time=facts.waiting_time,
        tags=list(call.wrapup.tags),
        call_type="outbound" if not facts.is_inbound else "inbound_ring_group" if group else "inbound",
        call_recordings=[one.url.partition("://")[2] for one in rest.recordings],
        number=_number(facts),
        campaign=rest.campaign.name if rest.campaign else "",
        external_numbers=[ExternalPhone(leg.party.contact.key, leg.is_transfer) for leg in facts.outside_legs],
        transfer_details=_transfer(facts),
        abandoned=int(facts.outcome == ABANDONED),
        sub_type=handled if facts.is_answered else "Not Answered",
        ring_group=group or UNSET,
        disposition=rest.disposition or UNSET,
        contact=contact or UNSET,
        agents=agents or UNSET,
    )


def _date(at: datetime | None, world: World) -> str:
    return "" if at is None else at.astimezone(world.zone).isoformat(timespec="seconds")


def _number(facts: Facts) -> WebhookNumber:
    key, alias = facts.call.order.exophone.key, alias_of(facts)
    return WebhookNumber(facts.number_id, key, f"{key} ({alias})" if alias else key, alias)


def _contact(facts: Facts) -> WebhookContact | None:
    contact = contact_of(facts)
    if contact is None:
        return None
    return WebhookContact(
        id=contact.id,
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.contact.key,
        create_date=_date(contact.created_at, facts.world),
        additional_fields=dict(contact.fields) or None,
        integrations={},
    )


def _transfer(facts: Facts) -> TransferDetails:
    legs = [leg for leg in (*facts.agent_legs, *facts.outside_legs) if leg.is_transfer and leg.answered_at]
    if not legs:
        return TransferDetails()
    last = max(legs, key=lambda leg: leg.number)
    return TransferDetails(seconds_on(last), last.party.contact.key if last in facts.outside_legs else "")


def _agent(leg: Leg, facts: Facts) -> WebhookAgent:
    return WebhookAgent(
        id=agent_ids(leg, facts.world)[0],
        name=leg.party.name or "",
        action=_action(leg, facts),
        type="Transfer Call" if leg.is_transfer else "Normal call",
    )


def _action(leg: Leg, facts: Facts) -> str:
    """How it ended for the agent. Assumed but for the two words of the vendor's example."""
    cause = facts.cause_of(leg) or HangupCause.NORMAL_CLEARING
    if not leg.answered_at or not facts.is_answered:
        return cause.replace("_", " ").capitalize()
    is_last = leg.ended_at == facts.call.ended_at
    return "Contact hangup" if is_last and not leg.ended_itself else "Answered"
