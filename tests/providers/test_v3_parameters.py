"""What each parameter of `POST /calls` brings about."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

ANSWERS_AT_ONCE = "+919900000005"
NEVER_HANGS_UP = "+919900080000"
NEVER_ANSWERS = "+919900010000"


def seconds(leg):
    """How long a leg lasted, by its own times."""
    return (datetime.fromisoformat(leg["date_updated"]) - datetime.fromisoformat(leg["date_created"])).total_seconds()


@pytest.mark.parametrize("limit", [1, 60, "75", 4000])
def test_max_time_limit_cuts_the_call(account, limit):
    """A call that nobody ends is cut so many seconds after leg 1 answered."""
    call = account.place(ANSWERS_AT_ONCE, NEVER_HANGS_UP, max_time_limit=limit)
    account.advance(1 + int(limit))
    before = account.get(call["sid"])
    account.advance(1)
    after = account.get(call["sid"])

    assert "active" == before["state"]
    assert ("completed", int(limit)) == (after["status"], after["total_talk_time"])


def test_max_time_limit_is_four_hours_by_default(account):
    """Without a limit a call lasts four hours."""
    call = account.place(ANSWERS_AT_ONCE, NEVER_HANGS_UP)
    account.advance(20_000)

    assert 14_400 == account.get(call["sid"])["total_talk_time"]


def test_max_time_limit_runs_while_leg_2_rings(account):
    """A limit shorter than the ringing of leg 2 ends the call before anybody talks."""
    call = account.place(ANSWERS_AT_ONCE, "+919900002010", max_time_limit=5)
    account.advance(60)

    details = account.get(call["sid"])
    assert ("to_leg_unanswered", 0) == (details["status"], details["total_talk_time"])
    assert 5 == seconds(account.legs(call["sid"])["from"][0])


@pytest.mark.parametrize(("time_out", "rings"), [(1, 1), (10, 10), ("45", 45), (None, 30)])
@pytest.mark.parametrize("side", ["from", "to"])
def test_attempt_time_out_is_how_long_each_party_rings(account, side, time_out, rings):
    """Who does not answer rings for the time-out, 30 seconds by default, on either leg."""
    numbers = (NEVER_ANSWERS, ANSWERS_AT_ONCE) if side == "from" else (ANSWERS_AT_ONCE, NEVER_ANSWERS)
    call = account.place(*numbers, **({} if time_out is None else {"attempt_time_out": time_out}))
    account.advance(300)

    [leg] = account.legs(call["sid"])[side]
    assert f"{side}_leg_unanswered" == account.get(call["sid"])["status"]
    assert ("no-answer", rings) == (leg["status"], seconds(leg))


def test_an_answer_in_the_last_second_counts(account):
    """Who answers in the very second in which the ringing ends has answered."""
    call = account.place(ANSWERS_AT_ONCE, "+919900001005", attempt_time_out=10)
    account.advance(60)

    assert "completed" == account.get(call["sid"])["status"]


@pytest.mark.parametrize(
    "recording",
    [
        {"record": True},
        {"record": "true", "channels": "single"},
        {"record": True, "channels": "dual", "format": "mp3"},
        {"record": True, "format": "mp3-hq"},
    ],
)
def test_a_recorded_talk_has_a_recording(account, recording):
    """A call with a talk that was to be recorded has one recording, whose URL ends in its sid."""
    call = account.place(recording=recording)
    account.advance(60)

    [made] = account.get(call["sid"])["recordings"]
    assert ["url"] == list(made)
    assert made["url"].endswith(f"/{account.sid}/{call['sid']}.mp3")


@pytest.mark.parametrize("recording", [None, {}, {"record": False}, {"record": "false"}, {"channels": "dual"}])
def test_nothing_is_recorded_unasked(account, recording):
    """Without `record` there is no recording."""
    call = account.place(recording=recording)
    account.advance(60)

    details = account.get(call["sid"])
    assert ("completed", None) == (details["status"], details["recordings"])


@pytest.mark.parametrize("numbers", [(NEVER_ANSWERS, ANSWERS_AT_ONCE), (ANSWERS_AT_ONCE, NEVER_ANSWERS)])
def test_silence_is_not_recorded(account, numbers):
    """A call without conversation has no recording, though one was asked for."""
    call = account.place(*numbers, recording={"record": True})
    account.advance(120)

    details = account.get(call["sid"])
    assert ("terminal", None) == (details["state"], details["recordings"])


@pytest.mark.parametrize(
    "text",
    [
        "order-5",
        '{"order": 5, "tags": ["a", null]}',
        ' {"a" :1}\n',
        "नमस्ते ☎ 😀",
        "null",
        "5",
        "true",
        "",
        "a\0b",
        "</script>&amp;\"'\\",
    ],
)
def test_custom_field_comes_back_unchanged(account, text):
    """The custom field is the same text in the answer, in the details and in the callback, JSON text too."""
    call = account.place(custom_field=text, status_callback=[{"url": "http://8.8.8.8/"}])
    account.advance(60)
    [delivery] = account.control("GET", "/deliveries")["deliveries"]

    assert text == call["custom_field"]
    assert text == account.get(call["sid"])["custom_field"]
    assert text == json.loads(delivery["body"]["text"])["call_details"]["custom_field"]


def test_an_unset_custom_field_is_null(account):
    """A call without custom field shows null."""
    call = account.place()

    assert (None, None) == (call["custom_field"], account.get(call["sid"])["custom_field"])


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"streaming": {"url": "ws://bot.test/?key=a%2Fb", "begin": "to_leg_connect"}}, "ws://bot.test/?key=a%2Fb"),
        ({"playback": [{"to": "both", "value": "http://audio.test/hello.wav"}]}, "http://audio.test/hello.wav"),
        ({"wait_audio_url": "http://audio.test/wait.wav?v=2"}, "http://audio.test/wait.wav?v=2"),
    ],
    ids=["streaming", "playback", "wait_audio_url"],
)
def test_what_v3_does_not_show_again_is_kept_and_shown_by_control(account, fields, url):
    """Streaming, playback and wait audio are kept on the call, and the control API shows them."""
    call = account.place(**fields)

    assert url in json.dumps(account.control("GET", f"/calls/{call['sid']}"))


def test_how_a_call_is_recorded_is_shown_by_control(new_account):
    """Channels and format of a recording are kept on the call, and the control API shows them."""
    shown = []
    for recording in ({"record": True}, {"record": True, "channels": "dual"}, {"record": True, "format": "mp3-hq"}):
        account = new_account()
        call = account.place(recording=recording)
        shown.append(json.dumps(account.control("GET", f"/calls/{call['sid']}")).replace(account.sid, ""))

    assert 3 == len(set(shown))


def test_digits_are_shown_when_the_call_is_terminal(account):
    """DTMF digits of both legs are joined by a dash, once the call is processed."""
    call = account.place("+919900070005", "+919900070005")
    account.advance(5)
    talking = account.get(call["sid"])
    account.advance(60)

    assert talking["digits"] is None
    assert "1-1" == account.get(call["sid"])["digits"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"customField": "x"}, "customField"),
        ({"from": {"contact_uri": "+919811112222", "contact": "x"}}, "from.contact"),
        ({"status_callback": [{"url": "http://127.0.0.1/", "events": "terminal"}]}, "status_callback.events"),
    ],
)
def test_a_strict_world_refuses_unknown_names(new_account, order, refused, fields, name):
    """A misspelt parameter is overlooked, and 1002 where the world is strict, however deep it stands."""
    lenient, strict = new_account(), new_account(strict=True)

    assert 200 == lenient.post(order(**fields)).status_code
    refused(strict.post(order(**fields)), 400, 1002, "Invalid parameter", f"{name} is no parameter")
    assert 200 == strict.post(order()).status_code
