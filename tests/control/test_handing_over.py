"""Talks that are handed over, and what people note about calls."""

from __future__ import annotations

import pytest

CUSTOMER, AGENT, OUTSIDER = "+919822223333", "+919810000001", "+919844445555"
LONG = {"from": {"ring": 1}, "to": {"ring": 1}, "talk": None}


@pytest.fixture
def incoming(world):
    """A customer who talks with u1002."""
    body = {"from": CUSTOMER, "user_ids": ["u1002"], "story": LONG}
    sid = world.do("POST", "/numbers/02241499102/incoming", body)["call"]["sid"]
    world.advance(10)
    return sid


@pytest.fixture
def outgoing(world):
    """u1001, who talks with a customer."""
    world.do("POST", "/scenarios/next", LONG)
    sid = world.place(AGENT, CUSTOMER)
    world.advance(10)
    return sid


def on_the_line(view):
    return [(leg["side"], leg["contact"], leg["state"]) for leg in view["legs"] if leg["ended_at"] is None]


@pytest.mark.parametrize("to", [AGENT, "098444 45555", "tel:+919844445555"])
def test_the_agent_hands_over(world, incoming, to):
    """To another agent or to somebody outside: it rings there, then they talk."""
    contact = AGENT if to == AGENT else OUTSIDER
    ringing = world.do("POST", f"/calls/{incoming}/transfer", {"to": to})
    world.advance(3)
    talking = world.get(f"/calls/{incoming}")

    assert ("transferring", "talking") == (ringing["call"]["state"], talking["call"]["state"])
    assert [("from", CUSTOMER, "answered"), ("to", contact, "ringing")] == on_the_line(ringing)
    assert [("from", CUSTOMER, "answered"), ("to", contact, "answered")] == on_the_line(talking)
    assert [(False, None), (False, "BLIND_TRANSFER"), (True, None)] == [
        (leg["is_transfer"], leg["cause"]) for leg in talking["legs"]
    ]
    assert contact == talking["call"]["to"]


def test_of_a_call_that_goes_out_the_agent_is_first(world, outgoing):
    """Without a side it is the agent who hands over."""
    view = world.do("POST", f"/calls/{outgoing}/transfer", {"to": OUTSIDER})

    assert [("to", CUSTOMER, "answered"), ("from", OUTSIDER, "ringing")] == on_the_line(view)


@pytest.mark.parametrize("side", ["from", "to"])
def test_either_side_can_be_replaced(world, outgoing, side):
    """If it is said which."""
    view = world.do("POST", f"/calls/{outgoing}/transfer", {"to": OUTSIDER, "side": side})

    assert (side, OUTSIDER, "ringing") == on_the_line(view)[-1]


def test_who_took_over_can_hand_over(world, incoming):
    """As often as they like."""
    for contact in (OUTSIDER, AGENT):
        world.do("POST", f"/calls/{incoming}/transfer", {"to": contact})
        world.advance(5)
    view = world.do("POST", f"/calls/{incoming}/hangup", {"side": "to"})

    assert [AGENT, "completed", 4] == [view["call"]["to"], view["call"]["outcome"], len(view["legs"])]


def test_a_magic_number_says_whether_it_takes_over(world, incoming):
    """Who is busy does not, and the talk is over."""
    world.do("POST", f"/calls/{incoming}/transfer", {"to": "+919900020200"})
    world.advance(2)
    view = world.get(f"/calls/{incoming}")

    assert ("ended", "completed", "busy") == (view["call"]["state"], view["call"]["outcome"], view["legs"][-1]["state"])


def test_who_hands_over_is_free_and_who_takes_over_is_not(world, incoming, expect_refusal):
    """Agents are on one call at a time."""
    world.do("POST", f"/calls/{incoming}/transfer", {"to": AGENT})
    second = world.do("POST", "/numbers/02241499102/incoming", {"from": "+919822224444", "story": LONG})["call"]["sid"]
    world.advance(5)

    assert "sip:agent1002" == world.get(f"/calls/{second}")["call"]["to"]
    expect_refusal(world.ask("POST", f"/calls/{second}/transfer", {"to": AGENT}), 409, "contact-busy")
    assert "talking" == world.get(f"/calls/{second}")["call"]["state"]


def test_nobody_takes_over_from_themselves(world, incoming, expect_refusal):
    """An agent who talks is busy, with this call."""
    expect_refusal(world.ask("POST", f"/calls/{incoming}/transfer", {"to": "sip:agent1002"}), 409, "contact-busy")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad-input"),
        ({"to": "nobody"}, "bad-contact"),
        ({"to": OUTSIDER, "side": "left"}, "bad-input"),
        ({"to": OUTSIDER, "leg": 2}, "bad-input"),
        ({"to": None}, "bad-input"),
    ],
)
def test_a_bad_transfer(world, incoming, expect_refusal, body, code):
    """The talk goes on."""
    expect_refusal(world.ask("POST", f"/calls/{incoming}/transfer", body), 400, code)

    assert "talking" == world.get(f"/calls/{incoming}")["call"]["state"]


def test_what_is_no_talk_cannot_be_handed_over(world, incoming, expect_refusal):
    """While it rings, while somebody is dialled already, and when it is over."""
    fresh = world.do("POST", "/numbers/02241499102/incoming", {"from": CUSTOMER, "user_ids": []})["call"]["sid"]
    expect_refusal(world.ask("POST", f"/calls/{fresh}/transfer", {"to": OUTSIDER}), 409, "illegal-input")
    world.do("POST", f"/calls/{incoming}/transfer", {"to": OUTSIDER})
    for word in (None, "hangup"):
        if word:
            world.do("POST", f"/calls/{incoming}/{word}")
        expect_refusal(world.ask("POST", f"/calls/{incoming}/transfer", {"to": AGENT}), 409, "illegal-input")
    expect_refusal(world.ask("POST", "/calls/nothing/transfer", {"to": AGENT}), 404, "unknown-call")


@pytest.fixture
def noted(world):
    """An account with a disposition and a campaign."""
    world.do("POST", "/dispositions", {"code": "Sold"})
    world.do("POST", "/campaigns", {"name": "Spring"})
    return world


@pytest.mark.parametrize("seconds", [0, 60, 1_000])
def test_a_call_is_noted_upon_at_any_time(noted, incoming, seconds):
    """While it goes on, when it is over, when it has settled; nothing else of it changes."""
    noted.do("POST", f"/calls/{incoming}/hangup")
    noted.advance(seconds)
    before = noted.get(f"/calls/{incoming}")
    wrapup = {"disposition_id": 1, "note": "two of them", "tags": ["hot"], "campaign_id": 1}

    assert before == noted.do("PUT", f"/calls/{incoming}/wrapup", wrapup) == noted.get(f"/calls/{incoming}")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"disposition_id": 2}, (404, "unknown-entry")),
        ({"campaign_id": 2}, (404, "unknown-entry")),
        ({"original": 99}, (404, "unknown-call")),
        ({"original": 1}, (400, "bad-input")),
        ({"tags": "hot"}, (400, "bad-input")),
        ({"tags": [1]}, (400, "bad-input")),
        ({"note": None}, (400, "bad-input")),
        ({"disposition": 1}, (400, "bad-input")),
    ],
)
def test_a_bad_note(noted, incoming, expect_refusal, body, refusal):
    """Ids are those of the account; a call derives from an earlier one, not from itself."""
    expect_refusal(noted.ask("PUT", f"/calls/{incoming}/wrapup", body), *refusal)


def test_only_calls_are_noted_upon(noted, expect_refusal):
    """An unknown one is 404 before anything is said about the note."""
    expect_refusal(noted.ask("PUT", "/calls/nothing/wrapup", {"disposition_id": 9}), 404, "unknown-call")


def test_a_call_derives_from_an_earlier_one(noted, incoming, outgoing, expect_refusal):
    """Not the other way round."""
    assert 200 == noted.ask("PUT", f"/calls/{outgoing}/wrapup", {"original": 1}).status_code
    expect_refusal(noted.ask("PUT", f"/calls/{incoming}/wrapup", {"original": 2}), 400, "bad-input", "original")
