"""Who may listen: the account itself, or who has a pre-signed URL, as long as it holds."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from mp3_facts import facts_of

DENIED = (403, "Access Denied")


@pytest.mark.parametrize("auth", [None, ("x", "y"), ("acct-key", "wrong"), ("", "")])
def test_without_good_credentials_there_is_no_recording(recorder, refusal, auth):
    """401 with the challenge that clients wait for, the same for calls that are not there."""
    for sid in (recorder.recorded(), "nobody"):
        answer = recorder.fetch(recorder.path(sid), auth=auth)

        assert (401, "Authentication failed. Check your API key and token.") == refusal(answer)
        assert 'Basic realm="Exotel"' == answer.headers["www-authenticate"]


def test_the_account_sid_may_stand_for_the_key(recorder):
    """As some clients send it."""
    path = recorder.path(recorder.recorded())

    assert 200 == recorder.fetch(path, auth=(recorder.account.sid, recorder.account.token)).status_code


def test_two_worlds_have_recordings_of_their_own(new_recorder, refusal):
    """Calls of the same sid, as the same seed makes them, are two recordings; neither account hears the other's."""
    one, other = new_recorder(), new_recorder()
    sids = one.recorded(10), other.recorded(20)

    assert sids[0] == sids[1]
    assert [10, 20] == [facts_of(who.fetch(who.path(sids[0])).content).seconds for who in (one, other)]
    assert 401 == refusal(one.fetch(other.path(sids[0])))[0]
    assert 403 == refusal(other.fetch(one.signed(sids[0]).replace(one.account.sid, other.account.sid)))[0]


@pytest.mark.parametrize("minutes", [5, 60])
def test_a_presigned_url_holds_until_it_expires(recorder, refusal, minutes):
    """No credentials are needed for so many minutes of the world's clock; a second later it is over."""
    url = recorder.signed(recorder.recorded(), minutes)
    answers = []
    for seconds in (0, minutes * 60, 1):
        recorder.account.advance(seconds)
        answers.append(recorder.fetch(url, auth=None))

    assert [200, 200] == [one.status_code for one in answers[:2]]
    assert 31 == facts_of(answers[0].content).seconds
    assert (403, "Request has expired") == refusal(answers[2])
    assert "signs a new URL" in recorder.last_request()["hint"]


def test_a_new_url_holds_when_an_old_one_has_expired(recorder):
    """Each answer signs anew."""
    sid = recorder.recorded()
    recorder.signed(sid)
    recorder.account.advance(3_600)

    assert 200 == recorder.fetch(recorder.signed(sid), auth=None).status_code


def test_the_list_signs_too(recorder):
    """What `RecordingUrlValidity` brings in a list is as good."""
    recorder.recorded()
    path = f"/v1/Accounts/{recorder.account.sid}/Calls.json?RecordingUrlValidity=5"
    [call] = recorder.account.http.request("GET", path, auth=recorder.auth).json()["Calls"]

    assert 200 == recorder.fetch(call["PreSignedRecordingUrl"], auth=None).status_code


@pytest.mark.parametrize(
    "spoil",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("Expires=1", "Expires=2"),
        lambda url: url.partition("&")[0],
        lambda url: url.replace("Expires", "expires"),
        lambda url: url + "%C3%A9",
        lambda url: url.replace("Expires=", "Expires=x"),
        lambda url: url + "&Expires=2000000000",
    ],
)
def test_a_url_that_was_tampered_with_is_denied(recorder, refusal, spoil):
    """Another signature or expiry, or one of them alone; good credentials do not mend it."""
    url = spoil(recorder.signed(recorder.recorded()))

    assert [DENIED] * 2 == [refusal(recorder.fetch(url, auth=auth)) for auth in (None, recorder.auth)]


def test_a_signature_is_for_one_call(recorder, refusal):
    """It does not open the account's other recordings."""
    sids = recorder.recorded(), recorder.recorded()
    url = recorder.signed(sids[0])

    assert DENIED == refusal(recorder.fetch(url.replace(*sids), auth=None))


def test_a_signature_of_nobody_is_denied(recorder, refusal):
    """An account that does not exist has signed nothing."""
    url = recorder.signed(recorder.recorded()).replace(recorder.account.sid, "nobody")

    assert DENIED == refusal(recorder.fetch(url, auth=None))


def test_a_signature_holds_wherever_the_server_is_found(recorder):
    """Signed are account, call and expiry, not the host: a proxy does not break it, nor another version's path."""
    sid = recorder.recorded()
    query = urlsplit(recorder.signed(sid)).query
    path = f"/recordings/exotel-mum1-recordings/{recorder.account.sid}/{sid}.mp3"

    assert {"Expires", "Signature"} == set(parse_qs(query))
    assert 200 == recorder.fetch(f"{path}?{query}", auth=None, headers={"Host": "mock.example"}).status_code


def test_a_url_that_was_signed_for_no_recording_is_none(recorder):
    """Before the call has been processed there is nothing to sign."""
    sid = recorder.record()

    assert recorder.v1(sid, "?RecordingUrlValidity=5")["PreSignedRecordingUrl"] is None
