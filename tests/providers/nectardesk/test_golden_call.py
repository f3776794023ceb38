"""The one example of the vendor's page, told as calls here."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

STARTED = 1_747_839_084
CONTACT = {"number": "+12025550123", "first_name": "John", "last_name": "Doe", "list_ids": [1, 2, 3]}
READINGS = {"nectardesk.external-numbers": "contact", "nectardesk.recording-url": "plivo"}
ALIAS = "Number Alias/Friendly Name"


def shape(value):
    """Keys in order, and types."""
    if isinstance(value, dict):
        return [(name, shape(inner)) for name, inner in value.items()]
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value)


@pytest.fixture
def told(new_centre):
    """An account that has what the example names, and 1233 calls before it. The first dial is a second after a call."""
    centre = new_centre(start="2025-05-21T14:51:23+00:00", readings=READINGS)
    centre.account.control("POST", "/history", {"calls": 1233})
    centre.account.control("PATCH", "/users/u1001", {"first_name": "Agent", "last_name": "Name"})
    centre.account.control("PATCH", "/numbers/+912241499102", {"friendly_name": ALIAS})
    centre.add("contacts", id=4321, **CONTACT)
    centre.add("campaigns", name="Campaign Name")
    centre.add("dispositions", code="Successful Deal")
    centre.add("groups", id=1, name="Ring Group Name", user_ids=["u1001"])
    centre.add("flows", id=1, name="IVR Name")
    return centre


def wrap_up(centre, call):
    centre.note(
        call,
        disposition_id=1,
        note="This is a note for the disposition",
        tags=["tag1", "tag2", "tag3"],
        campaign_id=1,
        original=2,
    )


@pytest.fixture
def outbound(told):
    """The example's call: an agent calls John Doe, who answers and talks for five seconds."""
    call = told.place({"talk": 5}, callee=CONTACT["number"], recording={"record": True})
    told.advance(300)
    wrap_up(told, call)
    return told.read(1234)


@pytest.fixture
def inbound(told):
    """John Doe calls, comes through the flow to the group, and is answered."""
    call = told.come_in({"to": {"ring": 0}, "talk": 5}, CONTACT["number"], group_id=1, flow_id="1", record=True)
    told.advance(300)
    wrap_up(told, call)
    return told.read(1234)


def test_the_example_to_the_value(outbound, vendors_example):
    """All that can be is as in the example.

    Not its numbers, which no one has (ours are possible ones), nor the SIP address, which its page hides; a recording
    has the number of its call; and what calls that come in pass through, a call that goes out does not.
    """
    expected = vendors_example["calls"]
    number = "912241499102"
    expected["contact"] |= {"national_number": "2025550123", "number": "12025550123"}
    expected["external_numbers"][0]["number"] = "12025550123"
    expected["number"] |= {"number": number, "numberWithAlias": f"{number} ({ALIAS})"}
    for leg in (*expected["all_agents"], *expected["answered_agents"]):
        leg["sip"] = "sip:agent43@sip.example.com"
    expected["recordings"] = [
        {"id": 1234, "url": "https://media.plivo.com/v1/Account/{AccountPlivoID}/Recording/1234.mp3"}
    ]
    expected |= {"ring_group": None, "ivr": None}

    assert expected == outbound


def test_the_example_to_key_order_and_type(inbound, vendors_example):
    """A call that comes in has all 25 keys of the example filled, in its order and with its types."""
    assert 25 == len(vendors_example["calls"])
    assert shape(vendors_example["calls"]) == shape(inbound)


def test_the_key_order_is_the_same_either_way(outbound, vendors_example):
    """Of a call that goes out, too."""
    assert list(vendors_example["calls"]) == list(outbound)


@pytest.mark.parametrize("name", ["ring_group", "ivr", "campaign", "disposition", "contact", "tags"])
def test_what_a_call_passes_through_is_named_as_in_the_example(name, inbound, vendors_example):
    """Group, flow, campaign, disposition, contact and tags have the example's ids and names."""
    expected = vendors_example["calls"][name]
    if name == "contact":
        expected |= {"national_number": "2025550123", "number": "12025550123"}

    assert expected == inbound[name]


def test_the_examples_agent_rings_when_the_call_starts(outbound):
    """Its moments are those of the example."""
    assert (STARTED, STARTED) == (outbound["started_at"], outbound["all_agents"][0]["started_at"])


def test_the_example_fits_the_document(vendors_example, call_data_document):
    """The vendor's body is valid by our schema."""
    document = call_data_document.document
    [content] = document["paths"]["/calls/{call_id}"]["get"]["responses"]["200"]["content"].values()
    validator = Draft202012Validator({**content["schema"], "components": document["components"]})

    assert [] == [error.message for error in validator.iter_errors(vendors_example)]
