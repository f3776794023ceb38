"""`GET /calls/{call_sid}`: the portal's example, calls that run, and parties that are nobody's users."""

from __future__ import annotations

import pytest

JOHN = {
    "id": "agent_uuid_001",
    "first_name": "John",
    "last_name": "Agent",
    "email": "john@company.com",
    "devices": [{"contact_uri": "+919900123456"}],
}


def masked(value):
    """A body as the portal prints it, with digits masked."""
    if isinstance(value, dict):
        return {name: masked(inner) for name, inner in value.items()}
    if isinstance(value, str):
        return value.replace("+919900123456", "+919900XXXXXX").replace("+918800654321", "+918800XXXXXX")
    return value


def keys(value):
    """All keys of a body, in their order."""
    return [(name, keys(inner)) for name, inner in value.items()] if isinstance(value, dict) else None


@pytest.fixture
def john(new_center):
    """The portal's agent, a second before the portal's call begins."""
    center = new_center(start="2024-06-15T10:29:59+05:30", readings={"exotel-v2.recording-url": "vendor"})
    center.account.control("POST", "/users", JOHN)
    return center


def test_the_portals_example(john, v2_example):
    """A call of 295 seconds answers as the example does, key by key, but for ids and the folder of the recording."""
    expected = v2_example("call_details_answer")
    john.account.control("POST", "/scenarios/next", {"from": {"ring": 7}, "to": {"ring": 10}, "talk": 295})
    sid = john.place(**{"from": {"user_id": JOHN["id"]}}, recording=True, custom_field="agent_id=A001")["call_sid"]
    john.account.advance(600)

    body = john.ask("GET", f"/calls/{sid}").json()
    folder, end = expected["response"]["call_details"]["recording_url"].split("/...")
    details = body["response"]["call_details"]
    assert details["recording_url"].startswith(folder)
    assert details["recording_url"].endswith(end)
    assert keys(expected) == keys(body)
    expected["request_id"] = body["request_id"]
    expected["response"]["call_details"] |= {"call_sid": sid, "recording_url": details["recording_url"]}
    assert expected == masked(body)


def test_an_active_call(john):
    """While the call is active, what is not known yet is null, and there is no recording."""
    sid = john.place(**{"from": {"user_id": JOHN["id"]}}, recording=True)["call_sid"]

    details = john.details(sid)
    unknown = ("call_status", "end_time", "duration", "talk_time", "custom_field")
    assert ("active", "2024-06-15T10:30:00+05:30") == (details["call_state"], details["start_time"])
    assert [None] * 5 == [details[name] for name in unknown]
    assert "recording_url" not in details


def test_a_call_is_active_until_it_has_been_processed(center):
    """Between its end and its processing a second later, a call shows no end and no recording yet."""
    sid = center.place(recording=True)["call_sid"]

    center.account.advance(26.5)
    before = center.details(sid)
    center.account.advance(1)
    after = center.details(sid)

    assert ("active", None, False) == (before["call_state"], before["end_time"], "recording_url" in before)
    assert ("terminal", 20, True) == (after["call_state"], after["talk_time"], "recording_url" in after)


@pytest.mark.parametrize(
    ("recording", "story", "is_there"),
    [
        (True, {}, True),
        (False, {}, False),
        (None, {}, False),
        (True, {"to": {"reaction": "no-answer"}}, False),
    ],
)
def test_a_recording_has_a_url_where_there_is_one(center, recording, story, is_there):
    """The URL is absent, not null, where recording was not asked for or nobody talked."""
    assert is_there == ("recording_url" in center.over(story, recording=recording))


def test_a_recording_is_on_this_server(center):
    """By default the path is the portal's, and the host this server."""
    details = center.over(recording=True)

    path = f"exotel-recordings/{center.account.sid}/{details['call_sid']}/recording.mp3"
    assert f"http://127.0.0.1:8080/recordings/{path}" == details["recording_url"]


def test_a_caller_who_is_no_user(center):
    """A call that v3 placed for an outsider has an agent without values and the customer's number."""
    sid = center.account.place("+919811112222", "+919833334444")["sid"]
    center.account.advance(100)

    details = center.details(sid)
    assert {"user_id": None, "name": None, "email": None} == details["agent_details"]
    assert {"number": "+919833334444"} == details["customer_details"]
    assert ("completed", "+919811112222") == (details["call_status"], details["from"])


def test_an_agent_without_an_address(center):
    """A user without email has none in the details, rather than an empty one."""
    user = center.hire()
    center.verify(user)
    center.data("PUT", f"/users/{user['id']}/devices/{user['devices'][0]['id']}", {"available": True})

    agent = center.over(**{"from": {"user_id": user["id"]}})["agent_details"]
    assert {"user_id": user["id"], "name": "Asha Rao", "email": None} == agent


def test_an_agent_who_has_left(center):
    """The call keeps the id and name of a user who was removed since."""
    sid = center.place()["call_sid"]
    name = center.details(sid)["agent_details"]["name"]
    center.data("DELETE", "/users/u1001")

    assert {"user_id": "u1001", "name": name, "email": None} == center.details(sid)["agent_details"]


@pytest.mark.parametrize("sid", ["x", "0" * 31, "0" * 33, "-" * 32, "0" * 31 + "%00", "0" * 31 + "é", "a" * 5000])
def test_what_cannot_be_a_sid_is_400(center, refused, sid):
    """Bad characters or a wrong length are a bad request."""
    refused(center.ask("GET", f"/calls/{sid}"), 400, None, "Bad Request", "Invalid parameters")


@pytest.mark.parametrize("sid", ["0ed3bd4755078e1f9f64d2de75ce16b3", "Z" * 32])
def test_an_unknown_call_is_404(center, refused, sid):
    """What could be a sid and is none of the account's is not found."""
    refused(center.ask("GET", f"/calls/{sid}"), 404, None, "Not Found", "call_sid does not exist for this account")


def test_another_accounts_call_is_404(new_center, refused):
    """Calls of another account do not exist for this one."""
    sid = new_center().place()["call_sid"]

    text = "call_sid does not exist for this account"
    refused(new_center().ask("GET", f"/calls/{sid}"), 404, None, "Not Found", text)
