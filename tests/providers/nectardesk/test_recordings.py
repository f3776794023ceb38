"""The files behind `recordings` and `call_recordings`, which whoever has the URL can fetch."""

from __future__ import annotations

import pytest
from mp3_facts import facts_of

NO = {"reaction": "no-answer"}
OWN = "http://127.0.0.1:8080"


@pytest.fixture
def fetch(centre):
    """A recording by its URL, without any credentials unless they are said."""
    return lambda url, **options: centre.account.http.request("GET", url.removeprefix(OWN), **options)


def seconds(answer):
    assert 200 == answer.status_code, answer.text
    assert "audio/mpeg" == answer.headers["content-type"]
    return facts_of(answer.content).seconds


def test_the_url_plays_without_a_token(centre, fetch):
    """REST and webhook name the same file; the webhook's URL has no scheme."""
    call = centre.place({"talk": 31}, recording={"record": True, "channels": "dual"})
    centre.advance(300)
    [recording], [told] = centre.read(call)["recordings"], centre.told()

    assert [recording["url"]] == [f"http://{url}" for url in told["call_recordings"]]
    assert 31 == seconds(fetch(recording["url"]))
    assert 2 == facts_of(fetch(recording["url"]).content).channels


@pytest.mark.parametrize(
    ("story", "ringing"),
    [
        ({"to": NO, "voicemail": 12}, "parallel"),
        ({"to": NO, "others": [{"reaction": "busy", "ring": 2}], "voicemail": 12}, "parallel"),
        ({"to": NO, "others": [{"reaction": "busy", "ring": 2}], "voicemail": 12}, "sequential"),
        ({"to": {"reaction": "rejects", "ring": 4}, "others": [NO], "voicemail": 12}, "sequential"),
        ({"to": NO, "voicemail": 0}, "parallel"),
    ],
)
def test_a_message_is_as_long_as_it_was(centre, fetch, story, ringing):
    """From the moment when nobody had answered to the caller's hanging up, whoever was tried before, and in any API."""
    call = centre.come_in(story, ringing=ringing)
    centre.advance(300)
    [recording] = centre.read(call)["recordings"]
    by_sid = f"/recordings/exotelrecordings/{centre.account.sid}/{call.sid}.mp3"

    assert story["voicemail"] == seconds(fetch(recording["url"]))
    assert story["voicemail"] == seconds(fetch(by_sid, auth=(centre.account.key, centre.account.token)))


def test_a_message_for_an_empty_desk(centre, fetch):
    """Where there is nobody to dial, the message begins when the queue has been waited through."""
    call = centre.come_in({"voicemail": 9}, user_ids=[], queue=15)
    centre.advance(300)

    assert 9 == seconds(fetch(centre.read(call)["recordings"][0]["url"]))


def test_there_is_none_before_the_call_names_it(centre, fetch):
    """404 in this API's words, while the call runs and until it has been processed."""
    call = centre.place({"talk": 10}, recording={"record": True})
    path = f"/api/call/recording/{call.id}?tenant={centre.account.sid}"
    seen = []
    for _ in range(20):
        answer = fetch(path)
        seen.append((answer.status_code, len(centre.read(call)["recordings"])))
        centre.advance(1)

    assert {(404, 0), (200, 1)} == set(seen)
    assert {"error": "Recording not found"} == fetch(f"/api/call/recording/{call.id}?tenant=nobody").json()


@pytest.mark.parametrize(("recording_id", "status"), [("2", 404), ("x", 404), ("-1", 404), ("9" * 30, 404)])
def test_unknown_ids(centre, fetch, recording_id, status):
    """As unknown calls."""
    assert status == fetch(f"/api/call/recording/{recording_id}?tenant={centre.account.sid}").status_code


def test_a_token_says_whose_it_is(centre, fetch):
    """Who builds the URL from the id alone sends the token; without either nobody can tell whose recording it is."""
    call = centre.place({"talk": 10}, recording={"record": True})
    centre.advance(300)
    path = f"/api/call/recording/{call.id}"

    assert 10 == seconds(fetch(path, headers={"Access-Token": centre.access_token}))
    assert (401, {"error": "Unauthorized"}) == ((answer := fetch(path)).status_code, answer.json())


def test_two_tenants_have_recordings_of_their_own(new_centre, fetch):
    """The same id is another call for each."""
    centres = new_centre(), new_centre()
    calls = [one.place({"talk": talk}, recording={"record": True}) for one, talk in zip(centres, (10, 20), strict=True)]
    for one in centres:
        one.advance(300)
    urls = [one.read(call)["recordings"][0]["url"] for one, call in zip(centres, calls, strict=True)]

    assert calls[0].id == calls[1].id
    assert [10, 20] == [seconds(fetch(url)) for url in urls]


def test_a_part_of_it(centre, fetch):
    """Ranges work as for everybody."""
    call = centre.place({"talk": 10}, recording={"record": True})
    centre.advance(300)
    url = centre.read(call)["recordings"][0]["url"]
    part = fetch(url, headers={"Range": "bytes=100-199"})

    assert (206, fetch(url).content[100:200]) == (part.status_code, part.content)


def test_a_rule_names_the_operation(centre, fetch):
    """A fault rule answers in this API's words."""
    centre.account.control("POST", "/faults", {"operation": "nectardesk.get-recording", "status": 500})
    answer = fetch(f"/api/call/recording/1?tenant={centre.account.sid}")

    assert (500, {"error": "Internal server error"}) == (answer.status_code, answer.json())
