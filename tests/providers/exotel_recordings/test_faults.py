"""Recordings are requests like all others: fault rules and quotas know them, and the journal has them."""

from __future__ import annotations

import httpx
import pytest

V1, V3 = "exotel-v1.get-recording", "exotel-v3.get-recording"


def test_the_journal_has_them(recorder):
    """With their operation and size, and of the body as much as is kept of any."""
    recorder.fetch(recorder.path(recorder.recorded()))
    entry = recorder.last_request()

    assert (V1, 200, 62_496) == (entry["operation"], entry["status"], entry["response_size"])


def test_a_rule_names_the_operation_of_one_version(recorder, refusal):
    """The same recording under another version's path is not hit."""
    sid = recorder.recorded()
    recorder.account.control("POST", "/faults", {"operation": V1, "status": 503, "times": None})
    other = recorder.account.get(sid)["recordings"][0]["url"]

    assert (503, "Service Unavailable; ") == refusal(recorder.fetch(recorder.path(sid)))
    assert 200 == recorder.fetch(other).status_code


def test_a_rule_hits_who_has_a_presigned_url(recorder, refusal):
    """Whoever is admitted passes the gate."""
    url = recorder.signed(recorder.recorded())
    recorder.account.control("POST", "/faults", {"operation": V1, "status": 500})

    assert 500 == refusal(recorder.fetch(url, auth=None))[0]


def test_an_answer_is_spoilt(recorder):
    """A fault of the wire takes the file for what any answer is."""
    path = recorder.path(recorder.recorded())
    recorder.account.control("POST", "/faults", {"kind": "malformed", "operation": V1, "body": "no audio"})
    answer = recorder.fetch(path)

    assert (200, b"no audio") == (answer.status_code, answer.content)


def test_an_answer_ends_too_early(recorder):
    """In this process a cut connection is an exception."""
    path = recorder.path(recorder.recorded())
    recorder.account.control("POST", "/faults", {"kind": "truncated", "operation": V1, "share": 0.5})

    with pytest.raises((ConnectionError, httpx.HTTPError)):
        recorder.fetch(path)


def test_a_quota_counts_them(recorder, refusal):
    """A quota of the operation is answered with 429 when it is used up."""
    path = recorder.path(recorder.recorded())
    recorder.account.control("PUT", "/quotas", {"operation": V1, "limit": 1, "seconds": 60})

    assert 200 == recorder.fetch(path).status_code
    assert (429, "Too Many Requests") == refusal(recorder.fetch(path))


def test_a_rule_may_name_a_number(recorder, refusal):
    """The call in the path says whom it is about."""
    sid = recorder.recorded()
    recorder.account.control("POST", "/faults", {"match": {"number": "9833334444", "operation": V1}, "status": 404})

    assert 404 == refusal(recorder.fetch(recorder.path(sid)))[0]
