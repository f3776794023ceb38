"""Incoming calls and calls from the dashboard in v1's records: how their direction changes what is said of them."""

from __future__ import annotations

import pytest

from mockserver.domain.contact import parse_contact
from mockserver.domain.order import Direction, Order, Party
from mockserver.domain.story import PartyStory, Reaction, Story

CUSTOMER, AGENT, EXOPHONE = "+919811112222", "+919810000001", "+912241499102"
SILENT = Story(PartyStory(), PartyStory(Reaction.NO_ANSWER, ring=6.0))
# Who hangs up while the agent's phone rings.
GIVEN_UP = Story(PartyStory(gives_up_after=4.0), PartyStory(Reaction.NO_ANSWER))


@pytest.fixture
def happened(account):
    """Lets a call of a direction and a story happen, and returns its sid."""

    def happen(direction, story):
        world, engine = account.world, account.service.engine
        parties = [Party(parse_contact(number)) for number in (CUSTOMER, AGENT)]

        async def place():
            world.scenarios.tell_next(story)
            call = engine.place(world, Order(*parties, parse_contact(EXOPHONE), direction=direction))
            engine.answer_sent(world, call.sid)
            return call.sid

        sid = account.service.portal.call(place)
        account.advance(300)
        return sid

    return happen


@pytest.mark.parametrize("direction", Direction)
def test_a_call_is_found_by_its_direction(account, happened, direction):
    """Inbound, outbound-dial and outbound-api are shown, and each is found by its own word only."""
    sid = happened(direction, Story())

    assert direction == account.read(sid)["Direction"]
    assert {word: [sid] if word == direction else [] for word in Direction} == {
        word: account.listed(f"?Direction={word}") for word in Direction
    }


def test_an_incoming_call_reads_from_customer_to_agent(account, happened):
    """From is the customer, To the agent who was reached, PhoneNumberSid the ExoPhone that was called."""
    call = account.read(happened(Direction.INBOUND, Story()))

    assert ("09811112222", "09810000001", "02241499102") == (call["From"], call["To"], call["PhoneNumberSid"])


def test_only_the_leg_that_was_dialled_out_costs(account, happened):
    """The customer pays for the way in: of an incoming call one leg is billed, of others two."""
    prices = [account.read(happened(direction, Story()))["Price"] for direction in Direction]

    assert ["0.750", "1.500", "1.500"] == prices


@pytest.mark.parametrize(
    ("story", "second_leg"),
    [(SILENT, "no-answer"), (GIVEN_UP, "canceled"), (Story(PartyStory(), PartyStory(Reaction.BUSY)), "busy")],
)
def test_an_incoming_call_that_no_agent_takes_is_completed(account, happened, story, second_leg):
    """The customer reached the ExoPhone: leg 1 is completed and so is the call, whatever became of leg 2."""
    sid = happened(Direction.INBOUND, story)
    call = account.read(sid, "?details=true")

    assert ("completed", second_leg) == (call["Details"]["Leg1Status"], call["Details"]["Leg2Status"])
    assert "completed" == call["Status"]
    assert [sid] == account.listed("?Status=completed")


@pytest.mark.parametrize(
    ("story", "status", "second_leg"),
    [(SILENT, "no-answer", "no-answer"), (GIVEN_UP, "failed", "canceled")],
)
def test_an_outgoing_call_has_the_status_of_its_second_leg(account, happened, story, status, second_leg):
    """Of an outgoing call it is the other way round: what became of leg 2 is what became of the call."""
    call = account.read(happened(Direction.OUTBOUND_API, story), "?details=true")

    assert (status, "completed", second_leg) == (
        call["Status"],
        call["Details"]["Leg1Status"],
        call["Details"]["Leg2Status"],
    )
