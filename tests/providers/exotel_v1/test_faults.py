"""Faults of v1: what goes wrong on the wire, in its dialect, with its forms."""

from __future__ import annotations

import pytest

REDIAL = ("+919810012345", "09820012345")


@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect", "/Calls.json"])
def test_a_malformed_answer_parses_in_no_format(account, path):
    """JSON and XML alike; the call is placed, and dialling again raises the alarm."""
    account.control("POST", "/faults", {"kind": "malformed"})
    answer = account.service.request(
        "POST",
        f"/v1/Accounts/{account.sid}{path}",
        auth=(account.key, account.token),
        data={"From": REDIAL[0], "To": REDIAL[1], "CallerId": "02241499102"},
    )
    second = account.place(From=REDIAL[0], To=REDIAL[1])["Sid"]
    [alarm] = account.control("GET", "/alarms")["alarms"]

    assert ("f1", 200) == (answer.headers["x-mockserver-fault"], answer.status_code)
    assert answer.content.endswith(b"\xff")
    assert (second, "+919820012345") == (alarm["second_sid"], alarm["to"])


@pytest.mark.parametrize("number", ["9810012345", "+919820012345"])
def test_a_fault_is_for_a_number_of_a_form(account, number):
    """Either party's, in any spelling; other calls are placed."""
    account.control("POST", "/faults", {"status": 503, "match": {"number": number}})

    assert 200 == account.connect().status_code
    assert 503 == account.connect(From=REDIAL[0], To=REDIAL[1]).status_code
    assert 200 == account.connect(From=REDIAL[0], To=REDIAL[1]).status_code


def test_a_fault_is_for_a_path(account):
    """As it was asked for, with the suffix of its format."""
    account.control("POST", "/faults", {"status": 500, "times": None, "match": {"path": "*/Calls.json"}})
    sid = account.place()["Sid"]

    assert 500 == account.v1("GET", "/Calls.json").status_code
    assert 200 == account.v1("GET", f"/Calls/{sid}.json").status_code


@pytest.mark.parametrize(("suffix", "words"), [(".json", '"Status":429'), ("", "<Status>429</Status>")])
def test_a_quota_is_refused_in_both_formats(account, suffix, words):
    """With the status again, and the vendor's words for it."""
    account.control("PUT", "/quotas", {"operation": "exotel-v1.list-calls", "limit": 0})
    answer = account.v1("GET", f"/Calls{suffix}")

    assert 429 == answer.status_code
    assert words in answer.text
    assert "Too Many Requests" in answer.text
