"""The portal's answers, key by key: the same names in the same order, the same types, the same values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mockserver.domain.call import Call, CallState, Leg, LegState, Outcome
from mockserver.domain.contact import parse_contact
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction, Order, Pace, Party
from mockserver.domain.story import Side, Story

SIDS = {
    "list_answer.json": "b6cfaf5f5cef3ca0fc937749ef960e25",
    "list_answer.xml": "b6cfaf5f5cef3ca0fc937749ef960e25",
    "details_answer.json": "b6cfaf5f5cef3ca0fc937749ef960e25",
    "details_answer.xml": "b6cfaf5f5cef3ca0fc937749ef96d245",
}

# The host of recordings as the portal prints it.
LITERAL = {"exotel-v1.recording-url": "vendor"}


@dataclass(frozen=True)
class Told:
    """What an example says of its call. Seconds of a leg are those from its answer to its end."""

    start_after: int
    end_after: int
    updated_after: int
    leg_seconds: tuple[int, int]
    created: str = "2016-11-29 15:58:45"
    direction: Direction = Direction.OUTBOUND_API
    to: str = "09811120000"
    caller: str = "09811130240"
    second_leg: LegState = LegState.COMPLETED


TOLD = {
    "list_answer.json": Told(25, 42, 84, (15, 10)),
    "list_answer.xml": Told(0, 17, 89, (17, 10), created="2017-02-17 14:16:03", direction=Direction.INBOUND),
    # Doctored by the portal: a leg that was not answered and yet talked for 33 seconds.
    "details_answer.json": Told(25, 72, 84, (43, 33), second_leg=LegState.NO_ANSWER),
    # Doctored too: the first leg was on the call for longer than the call lasted.
    "details_answer.xml": Told(25, 42, 84, (21, 8), to="09811130240", caller="09811185175"),
}


def made(name: str) -> Call:
    """The call of an example, as it would lie in the store."""
    told = TOLD[name]
    created = datetime.fromisoformat(told.created).replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    start, end, updated = (
        created + timedelta(seconds=seconds) for seconds in (told.start_after, told.end_after, told.updated_after)
    )
    parties = {Side.FROM: Party(parse_contact(told.caller)), Side.TO: Party(parse_contact(told.to))}
    states = {Side.FROM: LegState.COMPLETED, Side.TO: told.second_leg}
    legs = tuple(
        Leg(
            number,
            side,
            parties[side],
            f"{number:032x}",
            states[side],
            start,
            end,
            end - timedelta(seconds=lasted),
            end,
        )
        for number, (side, lasted) in enumerate(zip(Side, told.leg_seconds, strict=True), start=1)
    )
    order = Order(
        parties[Side.FROM],
        parties[Side.TO],
        parse_contact("08047114890"),
        direction=told.direction,
        recording=Recording(),
    )
    return Call(
        sid=SIDS[name],
        account_sid="Exotel",
        order=order,
        story=Story(),
        pace=Pace(dial_after=told.start_after),
        state=CallState.SETTLED,
        created_at=created,
        updated_at=updated,
        legs=legs,
        outcome=Outcome.COMPLETED,
        ended_at=end,
        processed_at=updated,
        settled_at=updated,
    )


@pytest.fixture
def exotel(new_account):
    """The examples' account on the evening of an example's day, with that example's call."""

    def make(name):
        account = new_account(account_sid="Exotel", start=f"{TOLD[name].created[:10]}T20:00:00+05:30", readings=LITERAL)
        account.put(made(name))
        return account

    return make


@pytest.mark.parametrize(("name", "query"), [("list_answer.json", ""), ("details_answer.json", "?details=true")])
def test_the_json_record_is_the_example(exotel, example, name, query):
    """The record is the example's in every key, value and type, and in their order."""
    (expected,) = json.loads(example(name))["Calls"]
    (record,) = exotel(name).page(query)["Calls"]

    assert json.dumps(expected, indent=1) == json.dumps(record, indent=1)


@pytest.mark.parametrize("name", ["list_answer.xml", "details_answer.xml"])
def test_the_xml_record_is_the_example(exotel, example, tree, outline, name):
    """The record is the example's in every element and text, and in their order; `Details` has an order of its own."""
    expected = outline(tree(example(name).replace("&", "&amp;")).find("Call"))
    query = "?details=true" if "details" in name else ""

    assert expected == outline(tree(exotel(name).v1("GET", f"/Calls{query}")).find("Call"))


def shape(value: Any) -> Any:
    """Keys in order and types, without values."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


@pytest.mark.parametrize(("name", "query"), [("list_answer.json", ""), ("details_answer.json", "&details=true")])
def test_the_whole_json_answer_has_the_shape_of_the_example(exotel, example, name, query):
    """From the top down the answer has the example's keys in its order, with its types."""
    account = exotel(name)
    in_the_middle = account.place()["Sid"]
    account.advance(300)
    account.place()
    account.advance(300)
    link = account.page("?PageSize=1")["Metadata"]["NextPageUri"].partition("?")[2]
    page = account.page(f"?{link}{query}")

    assert [in_the_middle] == [call["Sid"] for call in page["Calls"]]
    assert shape(json.loads(example(name))) == shape(page)


@pytest.mark.parametrize(("name", "query"), [("list_answer.xml", ""), ("details_answer.xml", "?details=true")])
def test_the_whole_xml_answer_has_the_elements_of_the_example(exotel, example, tree, name, query):
    """The elements are the example's in their order: `Call` stands directly below the root, beside `Metadata`."""
    expected = [one.tag for one in tree(example(name).replace("&", "&amp;")).iter()]

    assert expected == [one.tag for one in tree(exotel(name).v1("GET", f"/Calls{query}")).iter()]


def test_several_calls_stand_beside_each_other(account, tree):
    """There is no element around the calls of an XML list."""
    for _ in range(3):
        account.place()
    account.advance(60)

    assert ["Metadata", "Call", "Call", "Call"] == [one.tag for one in tree(account.v1("GET", "/Calls"))]


def test_empty_elements_have_two_tags(exotel):
    """What is empty in a list is written as in the example, `<ParentCallSid></ParentCallSid>`."""
    text = exotel("list_answer.xml").v1("GET", "/Calls").text

    assert '<?xml version="1.0" encoding="UTF-8"?>' == text.partition("\n")[0]
    for name in ("ParentCallSid", "ForwardedFrom", "CallerName"):
        assert f"<{name}></{name}>" in text


def test_ampersands_are_escaped(exotel, tree):
    """The portal prints the ampersands of the links bare, which no XML parser would read; here they are escaped."""
    response = exotel("list_answer.xml").v1("GET", "/Calls?PageSize=2&details=true")

    assert "PageSize=2&amp;SortBy=DateCreated:desc&amp;details=true" in response.text
    assert tree(response).findtext("Metadata/FirstPageUri").endswith("?PageSize=2&SortBy=DateCreated:desc&details=true")


def test_a_story_leads_to_the_example(new_account, example):
    """A call of the example's times, told and lived through, reads like it: 43 and 33 seconds, 47 in all, 1.500."""
    account = new_account(
        account_sid="Exotel", start="2016-11-29T15:58:45+05:30", exophones=["08047114890"], readings=LITERAL
    )
    account.pace(dial_after=25, settle_after=12)
    account.tell(**{"from": {"ring": 4}, "to": {"ring": 10}, "talk": 33})
    placed = account.place(From="09811130240", To="09811120000", CallerId="08047114890", Record="true")
    account.advance(300)
    (record,) = account.page("?details=true")["Calls"]
    (expected,) = json.loads(example("details_answer.json").replace(SIDS["details_answer.json"], placed["Sid"]))[
        "Calls"
    ]
    expected["Details"]["Leg2Status"] = "completed"

    assert json.dumps(expected, indent=1) == json.dumps(record, indent=1)


def test_the_connect_answer_has_the_shape_of_the_example(new_account, example):
    """The answer to a connect request has the portal's keys in its order, with null where it has null."""
    account = new_account(start="2024-01-15T10:30:00+05:30")
    (expected,) = json.loads(example("connect_answer.json")).values()
    record = account.place()
    known = {name: value for name, value in expected.items() if value is None or name in {"Status", "Direction"}}

    assert shape(expected) == shape(record)
    assert known == {name: record[name] for name in known}
    assert expected["DateCreated"] == record["DateCreated"]
    assert expected["Uri"] == record["Uri"].replace(account.sid, "<sid>").replace(record["Sid"], "<CallSid>")
