"""The portal's JSON examples, each produced by the server."""

from __future__ import annotations

import json
import re

import pytest

NOWHERE = "http://8.8.8.8/"
# The host of recordings as the portal prints it.
LITERAL = {"exotel-v3.recording-url": "vendor"}


def test_the_answer_to_the_example_request(new_account, example):
    """The portal's example request answers with the portal's example answer, but for the random ids."""
    account = new_account(account_sid="Exotel", start="2022-11-02T23:49:51+05:30")

    response = account.post(example("create_call_request"))

    assert 200 == response.status_code
    assert "application/json" == response.headers["content-type"]
    assert text_of(example("create_call_answer")) == text_of(response.json())


def test_the_answer_about_an_active_call(new_account, example):
    """A call that rings at its customer reads as in the portal's example, but for ids and the wait in the queue."""
    account, call_sid = call_of_the_details_example(new_account)

    body = account.v3("GET", f"/{call_sid}").json()

    assert text_of(example("active_call_answer"), "created_time") == text_of(body, "created_time")


def test_the_answer_about_a_terminal_call(new_account, example):
    """The same call after its end reads as in the portal's example, recording and talk time included."""
    account, call_sid = call_of_the_details_example(new_account)
    account.advance(67)

    body = account.v3("GET", f"/{call_sid}").json()

    assert text_of(example("terminal_call_answer"), "created_time") == text_of(body, "created_time")


def test_the_terminal_callback(new_account, example):
    """The callback after eleven seconds of talk has the portal's body, but for ids and the provider's own delays."""
    account = new_account(account_sid="Exotel", start="2022-11-03T00:18:37+05:30", readings=LITERAL)
    account.control("POST", "/scenarios/next", {"from": {"ring": 6}, "to": {"ring": 7}, "talk": 11})
    account.post({**example("create_call_request"), "status_callback": [{"event": "terminal", "url": NOWHERE}]})
    account.advance(26)

    [delivery] = account.control("GET", "/deliveries")["deliveries"]

    body, own_delays = json.loads(delivery["body"]["text"]), ("created_time", "updated_time")
    assert text_of(example("terminal_callback"), *own_delays) == text_of(body, *own_delays)


def test_the_answer_about_legs(new_account, example):
    """Legs of users, agents of a group and outsiders have the keys, order, types and words of the portal's example."""
    account = new_account(account_sid="exotel", start="2020-09-15T11:01:19+05:30")
    sanjay = {"first_name": "Sanjay", "last_name": "Mishra", "devices": [{"contact_uri": "08887123456"}]}
    account.control("POST", "/users", sanjay)
    account.control("POST", "/scenarios/next", {"to": {"reaction": "no-answer"}})
    to_agent = account.place("+919810000001", "sip:agent1002")
    to_user = account.place("+919976123456", "+918887123456")
    account.advance(60)

    first, second = (account.v3("GET", f"/{call['sid']}/legs").json() for call in (to_agent, to_user))

    both = first["response"]["leg_details"]
    both["from"] += second["response"]["leg_details"]["from"]
    both["to"] += second["response"]["leg_details"]["to"]
    assert json.dumps(shape_of(example("legs_answer")), indent=1) == json.dumps(shape_of(first), indent=1)


@pytest.mark.parametrize("name", ["recording", "status_callback", "playback", "streaming"])
def test_the_examples_of_optional_parameters_are_accepted(account, order, example, name):
    """What the portal prints as the example of a parameter is accepted as it stands, empty URLs too."""
    response = account.post(order(**example(f"parameter_{name}")))

    assert 200 == response.status_code


def test_the_examples_of_the_two_numbers_are_accepted(account, order, example):
    """The examples of `from` and `to` are accepted once their masked digits are filled in."""
    text = json.dumps(order(**example("parameter_from"), **example("parameter_to"))).replace("XXXXXXX", "12345678")

    response = account.v3("POST", content=text, headers={"Content-Type": "application/json"})

    assert 200 == response.status_code


def call_of_the_details_example(new_account):
    """An account and the sid of a call whose leg 1 answered a second after its dial, as the example's updates say."""
    account = new_account(account_sid="Exotel", start="2022-11-03T22:54:56+05:30", readings=LITERAL)
    account.control("POST", "/scenarios/next", {"from": {"ring": 1}, "to": {"ring": 7}, "talk": 59})
    body = {
        "from": {"contact_uri": "8516043026"},
        "to": {"contact_uri": "7987616844"},
        "virtual_number": "+911414941199",
        "recording": {"record": True},
    }
    call = account.post(body).json()["response"]["call_details"]
    account.advance(2)
    return account, call["sid"]


def text_of(body, *free):
    """JSON as text; random ids are masked (not their date suffixes), and `free` times show only their format."""
    text = re.sub(r'("request_id": ")[0-9a-f]{32}', r"\1ID", json.dumps(body, indent=1))
    text = re.sub(r"[0-9a-f]{28}(?=[0-9a-z]{4}\b)", "ID", text)
    for name in free:
        text = re.sub(rf'(?<="{name}": ")[^"]*', lambda time: re.sub(r"\d", "0", time[0]), text)
    return text


def shape_of(value):
    """JSON in which strings have become their kind."""
    if isinstance(value, dict):
        return {name: shape_of(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(inner) for inner in value]
    if not isinstance(value, str):
        return value
    kinds = {
        "time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+05:30",
        "id": r"[0-9a-z]{32}",
        "local number": r"0\d{3,10}x*",
        "sip uri": r"sip:\w+",
        "name": r"[A-Z]\w+ [A-Z]\w+|test_group|Support",
    }
    return next((kind for kind, pattern in kinds.items() if re.fullmatch(pattern, value)), value)
