"""Faults and quotas of v2: its numbers, its words for too many requests."""

from __future__ import annotations

import pytest

OTHER = {"customer_contact_uri": "+918800654322"}


@pytest.mark.parametrize("number", ["09810000001", "+918800654321"])
def test_a_fault_is_for_the_number_of_an_agent_or_a_customer(center, number):
    """Whatever their fields are called."""
    device = {"contact_uri": "+919810000077"}
    center.account.control("POST", "/users", {"first_name": "Meera", "devices": [device]})
    center.account.control("POST", "/faults", {"status": 500, "code": 1100, "match": {"number": number}})

    assert 200 == center.call(**{"from": {"user_contact_uri": device["contact_uri"]}, "to": OTHER}).status_code
    assert (500, "f1") == seen(center.call())


def seen(answer):
    return answer.status_code, answer.headers.get("x-mockserver-fault")


def test_a_lost_call_dialled_again_raises_the_alarm(center):
    """The agent is busy with the call that nobody heard of; when it is over, the second is the alarm."""
    center.account.control("POST", "/faults", {"kind": "malformed"})
    lost = center.account.http.request(
        "POST",
        f"/v2/accounts/{center.account.sid}/calls",
        json={
            "from": {"user_contact_uri": "+919810000001"},
            "to": {"customer_contact_uri": "+918800654321"},
            "virtual_number": "+911414941199",
        },
        auth=(center.account.key, center.account.token),
    )
    assert (409, 10706) == (center.call().status_code, center.call().json()["response"]["error_data"]["code"])
    center.account.advance(60)
    second = center.place()["call_sid"]
    [alarm] = center.account.control("GET", "/alarms")["alarms"]

    assert (200, "f1") == seen(lost)
    assert second == alarm["second_sid"]


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("POST", "/calls", "Rate limit exceeded"),
        ("GET", "/calls/0123456789abcdef0123456789abcdef", "Rate limit exceeded"),
        ("GET", "/users", "Too Many Requests"),
        ("DELETE", "/users/u1001", "Too Many Requests"),
    ],
)
def test_too_many_requests_are_refused_in_its_own_words(center, method, path, text):
    """429 without a vendor code, as its pages list it."""
    center.account.control("PUT", "/quotas", {"limit": 0})
    answer = center.ask(method, path)
    error = answer.json()["response"]["error_data"]

    assert (429, None, text) == (answer.status_code, error["code"], error["description"])
