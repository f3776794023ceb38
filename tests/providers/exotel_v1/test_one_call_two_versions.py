"""The same calls, whoever placed them: v1 lists and reads what v3 placed, and the other way round."""

from __future__ import annotations

import pytest


@pytest.fixture
def v3(account):
    """Asks v3 about the account's calls."""

    def ask(method, path="", **options):
        response = account.service.request(
            method, f"/v3/accounts/{account.sid}/calls{path}", auth=(account.key, account.token), **options
        )
        assert 200 == response.status_code, response.text
        return response.json()["response"]

    return ask


ORDER = {
    "from": {"contact_uri": "+919811112222"},
    "to": {"contact_uri": "+919833334444"},
    "virtual_number": "+912241499102",
}


def test_v1_reads_what_v3_placed(account, v3):
    """A call placed through v3 reads in v1 as if v1 had placed it: numbers in national form, direction outbound-api."""
    sid = v3("POST", json={**ORDER, "recording": {"record": True}})["call_details"]["sid"]
    account.advance(300)
    call = account.read(sid)

    assert ("09811112222", "09833334444", "02241499102") == (call["From"], call["To"], call["PhoneNumberSid"])
    assert ("completed", "outbound-api", "25", "1.500") == tuple(
        call[name] for name in ("Status", "Direction", "Duration", "Price")
    )
    assert f"http://127.0.0.1:8080/recordings/exotelrecordings/{account.sid}/{sid}.mp3" == call["RecordingUrl"]


def test_v1_lists_what_v3_placed(account, v3):
    """The list holds the calls of both versions, in the order of time."""
    placed = [account.place()["Sid"], v3("POST", json=ORDER)["call_details"]["sid"]]
    account.advance(60)
    placed.append(account.place()["Sid"])
    account.advance(300)

    assert sorted(placed) == sorted(account.listed())
    assert placed[2] == account.listed()[0]
    assert placed[1:2] == account.listed(f"?Sid={placed[1]}")


def test_v3_reads_what_v1_placed(account, v3):
    """What v1 was told is in v3's words: the custom field as it was, the ExoPhone in E.164, a recording."""
    sid = account.place(CustomField='{"order": 7}', Record="true")["Sid"]
    active = v3("GET", f"/{sid}")["call_details"]
    account.advance(300)
    details = v3("GET", f"/{sid}")["call_details"]

    assert ("active", None) == (active["state"], active["status"])
    assert ("terminal", "completed", 20) == (details["state"], details["status"], details["total_talk_time"])
    assert ('{"order": 7}', "+912241499102") == (details["custom_field"], details["virtual_number"])
    assert 1 == len(details["recordings"])


def test_v3_has_the_legs_of_what_v1_placed(account, v3):
    """Both legs of a v1 call can be read through v3, with the parties' numbers and statuses."""
    account.tell(to={"reaction": "no-answer", "ring": 4})
    sid = account.place()["Sid"]
    account.advance(60)
    legs = v3("GET", f"/{sid}/legs")["leg_details"]

    assert [("09811112222", "completed")] == [(leg["contact_uri"], leg["status"]) for leg in legs["from"]]
    assert [("09833334444", "no-answer")] == [(leg["contact_uri"], leg["status"]) for leg in legs["to"]]


def test_v1_ignores_the_state_of_users(account, v3):
    """v1 checks no device: it rings an agent who is busy on a v3 call, and one whose device is off."""
    v3("POST", json={**ORDER, "from": {"contact_uri": "+919810000001"}})
    answers = [account.connect(From=agent) for agent in ("+919810000001", "+919810000003")]

    assert [200, 200] == [answer.status_code for answer in answers]


def test_calls_of_other_accounts_are_not_seen(account, new_account, refusal):
    """A sid of another account is unknown here, and is not in the list."""
    other = new_account()
    sid = other.place()["Sid"]
    other.advance(300)

    assert (404, f"Call {sid} not found") == refusal(account.v1("GET", f"/Calls/{sid}"))
    assert [] == account.listed(f"?Sid={sid}") == account.listed()
