"""Exotel v2 on a real socket: callbacks as they arrive, and a device that is switched off between two calls."""

from __future__ import annotations

import pytest


@pytest.fixture
def ask(world):
    """A request below the account in v2."""

    def send(method, path, body=None):
        return world.http.request(method, f"/v2/accounts/{world.sid}{path}", json=body, auth=world.auth)

    return send


@pytest.fixture
def place(ask):
    """Connects the agent u1001 to a customer who talks for ten seconds."""

    def send(*callbacks, **fields):
        order = {
            "from": {"user_id": "u1001"},
            "to": {"customer_contact_uri": "+919900000310"},
            "virtual_number": "+911414941199",
            "status_callback": list(callbacks),
            **fields,
        }
        return ask("POST", "/calls", order)

    return send


def both(sink):
    return {"event": "answered", "url": sink.url("/v2")}, {
        "event": "terminal",
        "url": sink.url("/v2"),
        "method": "POST",
    }


def test_callbacks_arrive_in_order(world, ask, place, sink):
    """Two answers and the end arrive as JSON POSTs, in this order; the last says what the details say."""
    sid = place(*both(sink), recording=True).json()["response"]["data"]["call_sid"]
    world.advance(60)
    received = sink.received
    details = ask("GET", f"/calls/{sid}").json()["response"]["call_details"]

    lines = [(one.method, one.path, one.header("content-type")) for one in received]
    assert [("POST", "/v2", "application/json")] * 3 == lines
    bodies = [one.json() for one in received]
    assert ["answered", "answered", "terminal"] == [body["event_details"]["event_type"] for body in bodies]
    assert ["active", "active", "terminal"] == [body["call_details"]["call_state"] for body in bodies]
    assert {sid} == {body["call_details"]["call_sid"] for body in bodies}
    last = bodies[-1]["call_details"]
    assert ("completed", 10, [{"url": details["recording_url"]}]) == (
        last["call_status"],
        last["total_talk_time"],
        last["recordings"],
    )


def test_flat_callbacks_arrive_in_order(world, place, sink):
    """A world that reads callbacks flat sends five fields, the recording's URL only at the end."""
    world.do("PATCH", "", {"readings": {"exotel-v2.callback": "flat"}})
    place(*both(sink), recording="true")
    world.advance(60)

    bodies = [one.json() for one in sink.received]
    keys = ["call_sid", "event_type", "call_state", "duration"]
    assert [keys, keys, [*keys, "recording_url"]] == [list(body) for body in bodies]
    assert ["answered", "answered", "terminal"] == [body["event_type"] for body in bodies]


def test_a_device_is_switched_off_between_two_calls(world, ask, place, sink):
    """The switch turns 200 into 409/1012, and back; the refused call is nowhere, its callbacks neither."""
    [tel] = [one for one in ask("GET", "/users/u1001").json()["response"]["data"]["devices"] if one["type"] == "tel"]
    answers = []
    for is_on in (True, False, True):
        switched = ask("PUT", f"/users/u1001/devices/{tel['id']}", {"available": is_on})
        assert 200 == switched.status_code, switched.text
        answers.append(place(*both(sink)))
        world.advance(60)

    assert [200, 409, 200] == [answer.status_code for answer in answers]
    assert 1012 == answers[1].json()["response"]["error_data"]["code"]
    assert ["answered", "answered", "terminal"] * 2 == [
        one.json()["event_details"]["event_type"] for one in sink.received
    ]
    assert 2 == world.get("/calls")["total"]
