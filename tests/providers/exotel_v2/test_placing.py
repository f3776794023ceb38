"""`POST /calls`: who is connected to whom, what is asked for besides, and what it is refused for."""

from __future__ import annotations

import json
import re

import pytest

HOOK = "http://8.8.8.8/hook"
INVALID = "Invalid request body,failed parsing :  "
NEVER_HANGS_UP = "+919900080000"


@pytest.fixture
def refused_as_invalid(refused):
    """Asserts a 10725 with a text."""

    def check(response, description):
        refused(response, 400, 10725, INVALID + description, INVALID + description)

    return check


def test_the_answer(new_center):
    """The record stands under `response.data`, with the user who was found, the customer and a time as v3 prints it."""
    center = new_center(start="2024-06-15T10:30:00+05:30")
    [user] = [one for one in center.account.control("GET", "/users")["users"] if one["id"] == "u1001"]
    response = center.call(custom_field="x")
    body = response.json()
    record = body["response"]["data"]

    assert ["request_id", "method", "http_code", "response"] == list(body)
    assert ("POST", 200) == (body["method"], body["http_code"])
    assert {"code": 200, "error_data": None, "status": "success", "data": record} == body["response"]
    assert ["code", "error_data", "status", "data"] == list(body["response"])
    assert re.fullmatch("[0-9a-f]{28}186f", record["call_sid"])
    expected = {
        "call_sid": record["call_sid"],
        "call_state": "active",
        "call_status": None,
        "direction": "outbound",
        "virtual_number": "+911414941199",
        "assigned_agent_details": {"user_id": "u1001", "user_name": f"{user['first_name']} {user['last_name']}"},
        "customer_details": {"contact_uri": "+918800654321", "status": None},
        "custom_field": "x",
        "created_time": "2024-06-15 10:30:00+05:30",
    }
    assert expected == record
    assert list(expected) == list(record)


@pytest.mark.parametrize(
    "agent",
    [
        {"user_contact_uri": "+919810000001"},
        {"user_contact_uri": "09810000001"},
        {"user_contact_uri": " 98100-00001 "},
        {"user_id": "u1001"},
        {"user_id": "u1001", "user_contact_uri": ""},
        {"user_id": "u1001", "user_contact_uri": "+919810000001"},
        {"user_id": None, "user_contact_uri": "+919810000001"},
    ],
)
def test_the_user_is_found(center, agent):
    """By the device in any spelling, by id, or by both."""
    record = center.place(**{"from": agent})

    assert "u1001" == record["assigned_agent_details"]["user_id"]
    assert "+919810000001" == center.details(record["call_sid"])["from"]


def test_a_user_is_found_by_a_sip_device(center):
    """A SIP URI is a device like any other."""
    sid = center.place(**{"from": {"user_contact_uri": "sip:agent1002"}})["call_sid"]

    assert ("u1002", "sip:agent1002") == (center.details(sid)["agent_details"]["user_id"], center.details(sid)["from"])


@pytest.mark.parametrize("key", ["customer_contact_uri", "contact_uri", "number"])
def test_the_customer_has_three_names(center, key):
    """What clients send, what the error text says, and what a guide says are the same thing."""
    assert "+918800654321" == center.place(to={key: "08800654321"})["customer_details"]["contact_uri"]


def test_what_clients_send_goes_first(center):
    """With two of the names, the observed one counts."""
    to = {"number": "+918800000002", "customer_contact_uri": "+918800000001"}

    assert "+918800000001" == center.place(to=to)["customer_details"]["contact_uri"]


@pytest.mark.parametrize("to", [None, {}, {"uri": "+918800654321"}, {"number": "nobody"}, {"contact_uri": ""}])
def test_no_customer_is_10725(center, refused_as_invalid, to):
    """Without a number under a known name, or with what is none, the answer is the documented text."""
    refused_as_invalid(center.call(to=to), "to to.contact_uri is invalid")


@pytest.mark.parametrize("agent", [None, {}, {"contact_uri": "+919810000001"}, {"user_contact_uri": "nobody"}])
def test_no_user_is_10725(center, refused_as_invalid, agent):
    """The same for the user."""
    refused_as_invalid(center.call(**{"from": agent}), "from from.user_contact_uri is invalid")


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"virtual_number": None}, "virtual_number is mandatory"),
        ({"recording_channels": "stereo"}, "Valid values for recording_channels are single, dual"),
        ({"max_time_limit": 0}, "max_time_limit must be between 1 and 14400 seconds"),
        ({"max_time_limit": 14_401}, "max_time_limit must be between 1 and 14400 seconds"),
        ({"attempt_time_out": -1}, "attempt_time_out must be between 1 and 14400 seconds"),
        ({"wait_audio_url": "x.wav"}, "wait_audio_url is not a valid URL (http, https)"),
        ({"status_callback": [{"event": "answered"}]}, "status_callback.url is mandatory"),
        ({"status_callback": [{"url": "nowhere"}]}, "status_callback.url is not a valid URL (http, https)"),
        (
            {"status_callback": [{"url": HOOK, "event": "ringing"}]},
            "Valid values for status_callback.event are terminal, answered",
        ),
        ({"status_callback": [{"url": HOOK, "method": "GET"}]}, "Valid values for status_callback.method are POST"),
        ({"status_callback": [{"url": HOOK}] * 21}, "status_callback has at most 20 entries"),
        ({"max_time_limit": "soon"}, "Expected `int | null`, got `str` - at `$.max_time_limit`"),
    ],
)
def test_a_value_that_is_none_is_10725(center, refused_as_invalid, fields, description):
    """What cannot be understood in the body is a 10725 that says what."""
    refused_as_invalid(center.call(**fields), description)


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "unexpected EOF"), (b'{"from": ', "unexpected EOF"), (b'"\xff"', None), (b"[]", None), (b"[" * 9999, None)],
)
def test_a_body_that_is_no_json_is_10725(center, refused_as_invalid, body, reason):
    """A body that cannot be parsed is a 10725, too."""
    response = center.ask("POST", "/calls", content=body, headers={"Content-Type": "application/json"})

    assert (400, 10725) == (response.status_code, response.json()["response"]["error_data"]["code"])
    if reason is not None:
        refused_as_invalid(response, reason)


def test_another_content_type_is_415(center, refused):
    """Only JSON is understood."""
    response = center.ask("POST", "/calls", data={"virtual_number": "x"})

    kind = "application/x-www-form-urlencoded"
    refused(response, 415, 1011, "unsupported content type", kind)


def test_a_large_body_is_413(center):
    """Bodies have a bound, and the refusal is in the dialect."""
    response = center.call(custom_field="x" * 300_000)

    assert (413, 1007) == (response.status_code, response.json()["response"]["error_data"]["code"])


@pytest.mark.parametrize(
    "fields",
    [
        {"recording": True, "recording_channels": "dual", "max_time_limit": 60, "attempt_time_out": 10},
        {"recording": "true", "recording_channels": "dual", "max_time_limit": "60", "attempt_time_out": "10"},
    ],
)
def test_options_are_taken_as_strings_too(center, fields):
    """Recording, channels and time-outs reach the call, whether they are JSON values or texts."""
    sid = center.place(to={"number": NEVER_HANGS_UP}, wait_audio_url="http://example.com/a.wav", **fields)["call_sid"]
    center.account.advance(300)

    # The limit counts from the agent's answer; the customer answers at once.
    assert 60 == center.details(sid)["talk_time"]
    assert "recording_url" in center.details(sid)


def test_the_ringing_time_is_kept(center):
    """Nobody rings longer than `attempt_time_out`."""
    details = center.over({"from": {"reaction": "no-answer"}}, attempt_time_out=11)

    assert ("agent_unanswered", 11) == (details["call_status"], details["duration"])


def test_the_custom_field_comes_back_unchanged(center):
    """Text that is JSON stays the same text."""
    text = json.dumps({"id": 1, "नाम": "अ"})
    sid = center.place(custom_field=text)["call_sid"]

    assert text == center.details(sid)["custom_field"]


def test_the_user_is_busy_while_the_call_lasts(center, refused):
    """A second call from any device of the user is 10706 until the first is over."""
    center.place()
    text = "User device is currently busy"

    refused(center.call(), 409, 10706, text, text)
    refused(center.call(**{"from": {"user_id": "u1001"}}), 409, 10706, text, text)
    center.account.advance(60)
    assert 200 == center.call().status_code


def test_v3_sees_who_is_busy(center):
    """The directory is one: who talks in v2 is busy in v3."""
    center.place()
    body = {
        "from": {"contact_uri": "+919810000001"},
        "to": {"contact_uri": "+918800654321"},
        "virtual_number": "+911414941199",
    }

    assert 409 == center.account.post(body).status_code


def test_a_device_is_switched_off_and_on(center, refused):
    """A device that is switched off between two calls turns 200 into 1012, and back."""
    [device] = [one for one in center.data("GET", "/users/u1001")["devices"] if one["type"] == "tel"]
    text = "User device is unavailable"

    def switch(*, is_on):
        center.data("PUT", f"/users/u1001/devices/{device['id']}", {"available": is_on})

    answers = []
    for is_on in (True, False, True):
        switch(is_on=is_on)
        answers.append(center.call())
        center.account.advance(100)

    assert [200, 409, 200] == [answer.status_code for answer in answers]
    refused(answers[1], 409, 1012, text, text)


def test_a_strict_world_refuses_unknown_names(new_center, refused_as_invalid):
    """A misspelt parameter is overlooked unless the world is strict."""
    lenient, strict = new_center(), new_center(strict=True)
    misspelt = {"status_callback": [{"url": HOOK, "events": "terminal"}]}

    assert 200 == lenient.call(**misspelt).status_code
    refused_as_invalid(strict.call(**misspelt), "status_callback.events is no parameter")
    assert 200 == strict.call().status_code


def test_the_same_requests_have_the_same_answers(new_center):
    """With the same seed, two worlds answer alike to the byte."""
    answers = []
    for _ in range(2):
        center = new_center(account_sid="twin", seed=5)
        answers.append([center.call().content, center.ask("GET", "/users").content])
        center.account.control("DELETE")

    assert answers[0] == answers[1]


def test_v3_reads_the_same_call(center):
    """A call of v2 is the account's call: v3 shows it with its own words for the same moments."""
    sid = center.place()["call_sid"]
    center.account.advance(100)
    details, v3 = center.details(sid), center.account.get(sid)

    assert ("completed", "completed") == (details["call_status"], v3["status"])
    assert details["end_time"].replace("T", " ") == v3["end_time"]
    assert details["talk_time"] == v3["total_talk_time"]
