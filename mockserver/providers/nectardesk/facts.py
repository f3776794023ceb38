"""A call seen as a contact centre sees it: agents on one side, the contact on the other. For both wordings.

Times are whole seconds, as who subtracts the printed ones gets them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from mockserver.domain.call import Call, CallState, Leg, Outcome
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Customer, user_key
from mockserver.domain.order import Direction, Party
from mockserver.domain.story import Side
from mockserver.engine.world import World
from mockserver.providers.nectardesk.readings import LEG_CAUSE, UNKNOWN_CONTACT

# Quirk: agents have two ids, of different spaces; in the vendor's example agent 1 is user 43.
_USERS_BEFORE = 42
_IN_QUEUE = frozenset({CallState.WAITING, CallState.RINGING_TO})
ANSWERED, MISSED, ABANDONED, VOICEMAIL = "answered", "missed", "abandoned", "voicemail"
_WORDS = {Outcome.VOICEMAIL: VOICEMAIL, Outcome.CALLBACK_REQUESTED: ABANDONED}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of one call at one moment. `agent_legs` are those of the account's users, `outside_legs` of others
    who took an agent's part.
    """

    call: Call
    world: World
    is_inbound: bool
    contact_party: Party | None
    agent_legs: tuple[Leg, ...]
    outside_legs: tuple[Leg, ...]

    @property
    def answered_at(self) -> datetime | None:
        """When contact and agent were first connected."""
        has_agent = any(leg.answered_at for leg in (*self.agent_legs, *self.outside_legs))
        return self.call.talk_started_at if has_agent else None

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def answered_legs(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.agent_legs if leg.answered_at) if self.is_answered else ()

    @property
    def is_in_queue(self) -> bool:
        return self.is_inbound and not self.is_answered and self.call.state in _IN_QUEUE

    @property
    def started(self) -> int:
        return _whole(self.call.start_at)

    @property
    def until(self) -> int:
        """The end, or now."""
        return _whole(self.call.ended_at or max(self.world.clock.now(), self.call.start_at))

    @property
    def talk_time(self) -> int:
        if not self.is_answered:
            return 0
        return sum((_whole(end) if end else self.until) - _whole(start) for start, end in self.call.talks)

    @property
    def duration(self) -> int:
        """From when the platform's own leg is up: at once for who calls in, else from the contact's answer."""
        return self.until - self.started if self.is_inbound else self.talk_time

    @property
    def waiting_time(self) -> int:
        """In the queue (inbound), or until the contact answers; without an answer, all of the time."""
        since = self.call.queued_at if self.call.order.route else self.call.start_at
        if since is None:
            return 0
        return (_whole(self.answered_at) if self.answered_at else self.until) - _whole(since)

    @property
    def is_within_sla(self) -> bool:
        if self.answered_at is None:
            return False
        delay = _whole(self.answered_at) - self.started
        return not self.is_inbound or delay <= self.world.settings.sla_seconds

    @property
    def outcome(self) -> str | None:
        """`answered` is the vendor's word, all others are ours; None while nobody knows."""
        if self.is_answered:
            return ANSWERED
        if self.call.outcome is None:
            return None
        hung_up = self.is_inbound and self.call.outcome is Outcome.FROM_CANCELLED
        return ABANDONED if hung_up else _WORDS.get(self.call.outcome, MISSED)

    @property
    def has_asked_callback(self) -> bool:
        return self.call.outcome is Outcome.CALLBACK_REQUESTED

    @property
    def number_id(self) -> int:
        """Of the account's own number."""
        return self.world.directory.number_of(self.call.order.exophone.key)

    @property
    def has_recording(self) -> bool:
        return self.call.is_processed and self.call.is_recorded and (self.is_answered or self.outcome == VOICEMAIL)

    def cause_of(self, leg: Leg) -> HangupCause | None:
        """Why an agent's leg ended; when an outbound call came to nothing, why the contact was not reached."""
        if self.is_inbound or self.is_answered or LEG_CAUSE.chosen(self.world) == "agent":
            return leg.cause
        if not self.call.is_over:
            return None
        reached = self.call.leg(Side.TO)
        return reached.cause if reached else leg.cause


def facts_of(call: Call, world: World) -> Facts:
    is_inbound = call.order.direction is Direction.INBOUND
    # Whom a flow is connected to is the contact; agents are those whom the flow dials.
    is_turned = is_inbound or call.order.is_into_flow
    agents, contact = (Side.TO, Side.FROM) if is_turned else (Side.FROM, Side.TO)
    legs = call.legs_on(agents)
    party = call.order.party(contact)
    return Facts(
        call,
        world,
        is_inbound,
        party,
        tuple(leg for leg in legs if leg.party.user_id is not None),
        tuple(leg for leg in legs if leg.party.user_id is None),
    )


def agent_ids(leg: Leg, world: World) -> tuple[int, int]:
    """The agent's id, and the id of the user who is the agent."""
    number = world.directory.number_of(user_key(leg.party.user_id or ""))
    return number, number + _USERS_BEFORE


def contact_of(facts: Facts) -> Customer | None:
    """The contact as the address book has it; one that is made from an unknown number, if the reading says so."""
    party = facts.contact_party
    if party is None:
        return None
    known = facts.world.directory.customer_of(party.contact)
    if known is not None or UNKNOWN_CONTACT.chosen(facts.world) == "unset":
        return known
    return Customer(_made_id(party.contact), party.contact, party.name or "")


def _made_id(contact: Contact) -> int:
    """An id for a number that has none: the same each time, and above those that people give."""
    return 1_000_000 + int.from_bytes(hashlib.blake2b(contact.key.encode(), digest_size=3).digest())


def seconds_on(leg: Leg) -> int:
    """From a leg's answer to its end; 0 until both are known."""
    return _whole(leg.ended_at) - _whole(leg.answered_at) if leg.answered_at and leg.ended_at else 0


def number_parts(contact: Contact) -> tuple[str, str, str]:
    """Country code, national number and both of them, in digits; empty for SIP."""
    national = contact.national
    digits = "" if contact.is_sip else contact.key.removeprefix("+")
    return digits.removesuffix(national), national, digits


def _whole(at: datetime) -> int:
    return int(at.timestamp())
