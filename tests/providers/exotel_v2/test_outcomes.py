"""How every outcome reads in v2."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from mockserver.domain.call import Call, CallState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.order import DEFAULT_PACE, Direction, Order, Party
from mockserver.domain.story import DEFAULT_STORY
from mockserver.engine.world import WorldSettings
from mockserver.providers.exotel.v2.render import call_status, customer_status, direction

# Story -> call_status (and as no_dial reads it), the customer's status in callbacks, seconds of talk.
OUTCOMES = {
    "completed": ({}, "completed", "completed", "completed", 20),
    "agent-no-answer": ({"from": {"reaction": "no-answer"}}, "agent_unanswered", "agent_unanswered", None, 0),
    "agent-busy": ({"from": {"reaction": "busy"}}, "agent_unanswered", "agent_unanswered", None, 0),
    "agent-rejects": ({"from": {"reaction": "rejects"}}, "agent_unanswered", "agent_unanswered", None, 0),
    "agent-unreachable": ({"from": {"reaction": "unreachable"}}, "agent_unanswered", "agent_unanswered", None, 0),
    "no-answer": ({"to": {"reaction": "no-answer"}}, "customer_unanswered", "customer_unanswered", "no-answer", 0),
    "busy": ({"to": {"reaction": "busy"}}, "customer_unanswered", "customer_unanswered", "busy", 0),
    "rejects": ({"to": {"reaction": "rejects"}}, "customer_unanswered", "customer_unanswered", "busy", 0),
    "unreachable": ({"to": {"reaction": "unreachable"}}, "customer_unanswered", "customer_unanswered", "failed", 0),
    "agent-gives-up": (
        {"from": {"ring": 1, "gives_up_after": 2}, "to": {"reaction": "no-answer"}},
        "agent_cancelled",
        "agent_cancelled",
        "canceled",
        0,
    ),
    "agent-not-dialled": ({"from": {"reaction": "not-dialled"}}, "failed", "agent_no_dial", None, 0),
    "not-dialled": ({"to": {"reaction": "not-dialled"}}, "failed", "customer_no_dial", None, 0),
}
HOOK = [{"event": "terminal", "url": "http://8.8.8.8/"}]


AT = datetime(2026, 1, 5, tzinfo=UTC)
ORDER = Order(
    Party(Contact("+919811112222")), Party(Contact("+919810000001"), "Asha Rao", "u1"), Contact("+911414941199")
)
CALL = Call(
    "c" * 32, "a", ORDER, DEFAULT_STORY, DEFAULT_PACE, CallState.PROCESSED, AT, AT, ended_at=AT, processed_at=AT
)


@pytest.fixture
def a_call():
    """A call of a direction that came to an outcome, and its world."""

    def make(way, outcome):
        call = replace(CALL, order=replace(ORDER, direction=way), outcome=outcome)
        return call, SimpleNamespace(settings=WorldSettings())

    return make


@pytest.mark.parametrize("reading", ["failed", "no_dial", None])
@pytest.mark.parametrize("name", OUTCOMES)
def test_the_details_and_the_callback_tell_the_outcome(new_center, name, reading):
    """Status and talk of an ended call, in its details and in its callback, are those of the outcome table."""
    story, usual, no_dial, customer, talk = OUTCOMES[name]
    center = new_center(readings={"exotel-v2.no-dial-status": reading} if reading else {})

    details = center.over(story, status_callback=HOOK)
    [callback] = center.callbacks()

    status = no_dial if reading == "no_dial" else usual
    told = callback["call_details"]
    assert ("terminal", status, talk) == (details["call_state"], details["call_status"], details["talk_time"])
    assert (status, talk) == (told["call_status"], told["total_talk_time"])
    assert {"contact_uri": "+918800654321", "status": customer} == told["customer_details"]


@pytest.mark.parametrize(
    ("outcome", "usual", "no_dial"),
    [
        (Outcome.COMPLETED, "completed", "completed"),
        (Outcome.TO_UNANSWERED, "agent_unanswered", "agent_unanswered"),
        (Outcome.FROM_CANCELLED, "agent_unanswered", "agent_unanswered"),
        (Outcome.FROM_UNANSWERED, "customer_unanswered", "customer_unanswered"),
        (Outcome.VOICEMAIL, "agent_unanswered", "agent_unanswered"),
        (Outcome.CALLBACK_REQUESTED, "agent_unanswered", "agent_unanswered"),
        (Outcome.TO_NOT_DIALLED, "failed", "agent_no_dial"),
        (Outcome.FROM_NOT_DIALLED, "failed", "customer_no_dial"),
    ],
)
def test_an_incoming_call_has_its_agent_on_the_other_side(a_call, outcome, usual, no_dial):
    """Of a call from outside the customer is the first party, and the agent who is called."""
    call, world = a_call(Direction.INBOUND, outcome)

    assert ("inbound", "+919811112222") == (direction(call), customer_status(call).contact_uri)
    assert usual == call_status(call, world)
    world.settings = WorldSettings(readings={"exotel-v2.no-dial-status": "no_dial"})
    assert no_dial == call_status(call, world)
