"""The Call Ended webhook, key for key. Worlds begin at 10:00:00 in India."""

from __future__ import annotations

import pytest

NO = {"reaction": "no-answer"}
KEYS = [
    "id",
    "type",
    "startedDate",
    "endedDate",
    "duration",
    "talkTime",
    "waitingTime",
    "tags",
    "call_type",
    "call_recordings",
    "number",
    "campaign",
    "external_numbers",
    "transfer_details",
    "abandoned",
    "sub_type",
    "ringGroup",
    "disposition",
    "contact",
    "agents",
]
LEFT_OUT = {"ringGroup", "disposition", "contact", "agents"}
NUMBER = {"id": 1, "number": "+912241499102", "numberWithAlias": "+912241499102", "alias": ""}


@pytest.fixture
def named(new_centre):
    """An account whose two agents have names."""
    centre = new_centre()
    centre.account.control("PATCH", "/users/u1001", {"first_name": "Asha", "last_name": "Rao"})
    centre.account.control("PATCH", "/users/u1002", {"first_name": "Ila", "last_name": "Sen"})
    return centre


def agent(number, action, kind="Normal call"):
    return {"id": number, "name": {1: "Asha Rao", 2: "Ila Sen"}[number], "action": action, "type": kind}


def only(bodies, *names):
    """Some fields of the one webhook."""
    [body] = bodies
    return {name: body[name] for name in names}


def test_an_answered_call_in_full(named):
    """A call that came in, was answered, noted upon and recorded: every key and value."""
    named.account.control("PATCH", "/numbers/+912241499102", {"friendly_name": "Service"})
    named.add("campaigns", name="Spring")
    named.add("dispositions", id=7, code="Sold")
    named.add(
        "contacts",
        id=31,
        number="+919833334444",
        first_name="John",
        last_name="Doe",
        email="john@example.com",
        created_at="2025-12-31T20:00:00+00:00",
        fields={"tier": "gold"},
    )
    call = named.come_in({"others": [{"ring": 9}]}, menu=4, queue=3, record=True)
    named.advance(15)
    named.note(call, disposition_id=7, note="two of them", tags=["hot", "new"], campaign_id=1)
    named.advance(300)

    [body] = named.told()
    assert {
        "id": 1,
        "type": "inbound",
        "startedDate": "2026-01-05T10:00:00+05:30",
        "endedDate": "2026-01-05T10:00:30+05:30",
        "duration": 30,
        "talkTime": 20,
        "waitingTime": 6,
        "tags": ["hot", "new"],
        "call_type": "inbound_ring_group",
        "call_recordings": [f"127.0.0.1:8080/api/call/recording/1?tenant={named.account.sid}"],
        "number": {**NUMBER, "numberWithAlias": "+912241499102 (Service)", "alias": "Service"},
        "campaign": "Spring",
        "external_numbers": [],
        "transfer_details": {},
        "abandoned": 0,
        "sub_type": "(Support)Handled",
        "ringGroup": {"id": 123456, "name": "Support"},
        "disposition": {"id": 7, "code": "Sold", "note": "two of them"},
        "contact": {
            "id": 31,
            "firstName": "John",
            "lastName": "Doe",
            "email": "john@example.com",
            "phone": "+919833334444",
            "createDate": "2026-01-01T01:30:00+05:30",
            "additionalFields": {"tier": "gold"},
            "integrations": {},
        },
        "agents": [agent(1, "Answered"), agent(2, "Lose race")],
    } == body
    assert list(body) == KEYS


def test_a_call_of_which_little_is_known(new_centre):
    """Missing texts are empty, numbers 0, lists `[]`, a transfer `{}`; four keys are left out."""
    centre = new_centre(readings={"nectardesk.unknown-contact": "unset"})
    centre.place({"from": {"reaction": "not-dialled"}})
    centre.advance(60)

    [body] = centre.told()
    assert [key for key in KEYS if key not in LEFT_OUT] == list(body)
    assert {
        "id": 1,
        "type": "outbound",
        "startedDate": "2026-01-05T10:00:01+05:30",
        "endedDate": "2026-01-05T10:00:01+05:30",
        "duration": 0,
        "talkTime": 0,
        "waitingTime": 0,
        "tags": [],
        "call_type": "outbound",
        "call_recordings": [],
        "number": NUMBER,
        "campaign": "",
        "external_numbers": [],
        "transfer_details": {},
        "abandoned": 0,
        "sub_type": "Not Answered",
    } == body


def test_a_call_that_goes_out(named):
    """Ringing is waiting; the contact's hanging up is told of the agent who had answered."""
    named.place()
    named.advance(60)

    assert {
        "type": "outbound",
        "duration": 20,
        "talkTime": 20,
        "waitingTime": 5,
        "call_type": "outbound",
        "sub_type": "Handled",
        "agents": [agent(1, "Contact hangup")],
    } == only(named.told(), "type", "duration", "talkTime", "waitingTime", "call_type", "sub_type", "agents")


@pytest.mark.parametrize(
    ("to", "action"),
    [
        ({"reaction": "busy"}, "User busy"),
        (NO, "No answer"),
        ({"reaction": "rejects"}, "Call rejected"),
        ({"reaction": "unreachable", "cause": "UNALLOCATED_NUMBER"}, "Unallocated number"),
    ],
)
def test_an_agent_who_was_not_answered_is_told_why(named, to, action):
    """The hang-up cause, as a person would write it."""
    named.place({"to": to})
    named.advance(60)

    told = only(named.told(), "sub_type", "abandoned", "agents")
    assert {"sub_type": "Not Answered", "abandoned": 0, "agents": [agent(1, action)]} == told


@pytest.mark.parametrize(("hangs_up", "action"), [("from", "Contact hangup"), ("to", "Answered")])
def test_who_hung_up_on_a_call_that_came_in(named, hangs_up, action):
    """The agent, or the contact."""
    named.come_in({"hangs_up": hangs_up}, user_ids=["u1002"])
    named.advance(60)

    assert {"agents": [agent(2, action)], "call_type": "inbound", "sub_type": "Handled"} == only(
        named.told(), "agents", "call_type", "sub_type"
    )


def test_a_call_without_a_ring_group(centre):
    """Its key is left out; the word for it is ours."""
    centre.come_in(user_ids=["u1002"])
    centre.advance(60)

    assert "ringGroup" not in centre.told()[0]


def test_an_abandoned_call(named):
    """The caller gave up: all of the time was waiting, and the flag is 1."""
    named.come_in({"from": {"gives_up_after": 8}, "to": NO, "others": [NO]})
    named.advance(60)

    assert {
        "duration": 8,
        "talkTime": 0,
        "waitingTime": 8,
        "abandoned": 1,
        "sub_type": "Not Answered",
        "agents": [agent(1, "Originator cancel"), agent(2, "Originator cancel")],
    } == only(named.told(), "duration", "talkTime", "waitingTime", "abandoned", "sub_type", "agents")


def test_who_asks_to_be_called_back_abandons(named):
    """There is no word of its own for it."""
    named.come_in({"asks_callback_after": 8, "to": NO, "others": [NO]})
    named.advance(60)

    assert {"abandoned": 1, "duration": 8} == only(named.told(), "abandoned", "duration")


def test_a_missed_call_is_not_abandoned(named):
    """Nobody came to the telephone."""
    named.come_in({"to": NO, "others": [NO]})
    named.advance(60)

    assert {"abandoned": 0, "duration": 30, "waitingTime": 30} == only(
        named.told(), "abandoned", "duration", "waitingTime"
    )


def test_a_voicemail(named):
    """A message is a recording that nobody asked for; it was not handled by anybody."""
    named.come_in({"to": NO, "others": [NO], "voicemail": 12})
    named.advance(60)

    assert {
        "abandoned": 0,
        "duration": 42,
        "talkTime": 0,
        "sub_type": "Not Answered",
        "call_recordings": [f"127.0.0.1:8080/api/call/recording/1?tenant={named.account.sid}"],
    } == only(named.told(), "abandoned", "duration", "talkTime", "sub_type", "call_recordings")


def test_a_call_handed_over_to_an_agent(named):
    """The second agent's leg is a transfer, with its own talk time and no number; the first one answered."""
    call = named.come_in(user_ids=["u1002"])
    named.advance(10)
    named.play(call, "transfer", to="+919810000001")
    named.advance(60)

    assert {
        "duration": 33,
        "talkTime": 30,
        "transfer_details": {"transfer_talk_time": 20, "number": ""},
        "external_numbers": [],
        "agents": [agent(2, "Answered"), agent(1, "Answered", "Transfer Call")],
    } == only(named.told(), "duration", "talkTime", "transfer_details", "external_numbers", "agents")


def test_a_call_handed_over_to_a_phone_outside(named):
    """Its number stands in both places, with a plus sign; it is no agent."""
    call = named.come_in(user_ids=["u1002"])
    named.advance(10)
    named.play(call, "transfer", to="+919844445555")
    named.advance(60)

    assert {
        "transfer_details": {"transfer_talk_time": 20, "number": "+919844445555"},
        "external_numbers": [{"number": "+919844445555", "is_any_transfer": True}],
        "agents": [agent(2, "Answered")],
    } == only(named.told(), "transfer_details", "external_numbers", "agents")


def test_a_transfer_that_nobody_took(named):
    """It is no transfer, though somebody was rung for it."""
    call = named.come_in(user_ids=["u1002"])
    named.advance(10)
    named.play(call, "transfer", to="+919810000001")
    named.advance(1)
    named.play(call, "reject")
    named.advance(60)

    assert {
        "talkTime": 8,
        "transfer_details": {},
        "agents": [agent(2, "Answered"), agent(1, "Call rejected", "Transfer Call")],
    } == only(named.told(), "talkTime", "transfer_details", "agents")


def test_seconds_are_those_between_the_printed_times(new_centre):
    """A call whose moments are fractions of seconds adds up all the same."""
    centre = new_centre(start="2026-01-05T04:30:00.700+00:00")
    call = centre.come_in({"to": {"ring": 1.4}, "talk": 2.5}, user_ids=["u1002"])
    centre.advance(2)
    centre.play(call, "transfer", to="+919844445555")
    centre.advance(60)
    data = centre.read(call)

    [body] = centre.told()
    # From .7 to 2.1 it rings, from 2.7 to 5.7 the phone outside does, until 8.2 they talk.
    assert ("2026-01-05T10:00:00+05:30", "2026-01-05T10:00:08+05:30") == (body["startedDate"], body["endedDate"])
    assert (8, 6, 2) == (body["duration"], body["talkTime"], body["waitingTime"])
    assert 3 == body["transfer_details"]["transfer_talk_time"]
    assert (8, 6) == (data["duration"], data["talk_time"])


def test_dates_are_in_the_accounts_zone(new_centre):
    """With its offset, in summer and in winter."""
    centre = new_centre(zone="Europe/Berlin", start="2026-07-01T12:00:00+00:00")
    centre.come_in()
    centre.advance(60)

    assert {"startedDate": "2026-07-01T14:00:00+02:00"} == only(centre.told(), "startedDate")


def test_what_is_noted_after_the_webhook_is_not_in_it(centre):
    """It was sent with the call as it was then; REST shows the call as it is, also long after its end."""
    centre.add("dispositions", code="Sold")
    call = centre.come_in()
    centre.advance(10_000)
    centre.note(call, disposition_id=1, note="late", tags=["a"])

    [body] = centre.told()
    data = centre.read(call)
    assert ([], False) == (body["tags"], "disposition" in body)
    assert (["a"], {"id": 1, "code": "Sold", "note": "late"}) == (data["tags"], data["disposition"])
    assert "settled" == centre.seen(call)["call"]["state"]


def test_what_is_left_out_of_a_note_is_taken_away(centre):
    """A wrap-up is put as a whole."""
    centre.add("campaigns", name="Spring")
    call = centre.come_in()
    centre.note(call, tags=["a"], campaign_id=1)
    centre.note(call, note="only this")
    data = centre.read(call)

    assert ([], None, None) == (data["tags"], data["campaign"], data["disposition"])


def test_every_call_of_the_account_is_told_once(centre):
    """Whoever placed it, also through an API that asks for callbacks of its own."""
    hook = [{"event": "terminal", "url": "http://8.8.8.8/v3"}]
    centre.place(caller="+919811112222", callee="+919822220000", status_callback=hook)
    centre.come_in()
    centre.advance(10_000)

    assert [1, 2] == sorted(body["id"] for body in centre.told())


def test_a_history_is_not_told(centre):
    """Calls that were over before anybody listened end silently."""
    centre.account.control("POST", "/history", {"calls": 5})
    centre.advance(10_000)

    assert [] == centre.told()


def test_no_webhook_unless_asked_for(new_centre):
    """A new world tells nobody."""
    centre = new_centre(ended_webhooks=[])
    centre.come_in()
    centre.advance(10_000)

    assert [] == centre.told()
