"""The bodies of status callbacks, as they are on record."""

from __future__ import annotations

import pytest

URL = "http://8.8.8.8/hook"
BOTH = [{"event": "answered", "url": URL}, {"event": "terminal", "url": URL}]


def keys(value):
    return [(name, keys(inner)) for name, inner in value.items()] if isinstance(value, dict) else None


def test_the_recorded_callback(new_center, v2_example):
    """A customer who does not answer is told as it was recorded, to the key, but for ids."""
    center = new_center()
    john = {"id": "b240c0", "first_name": "John", "last_name": "Agent", "devices": [{"contact_uri": "+919900123456"}]}
    center.account.control("POST", "/users", john)
    sid = center.over(
        {"to": {"reaction": "no-answer"}},
        **{"from": {"user_id": "b240c0"}},
        custom_field="agent_id=A001",
        status_callback=BOTH[1:],
    )["call_sid"]

    expected = v2_example("terminal_callback")
    [body] = center.callbacks()
    assert keys(expected) == keys(body)
    expected["call_details"]["call_sid"] = sid
    assert expected == body


def test_each_leg_and_the_end(center):
    """`answered` comes for each leg while the call is active, `terminal` when it is over, with talk and recording."""
    center.over(status_callback=BOTH, recording=True)
    bodies = center.callbacks()
    told = [
        (
            body["event_details"]["event_type"],
            body["call_details"]["call_state"],
            body["call_details"]["call_status"],
            body["call_details"]["customer_details"]["status"],
            body["call_details"]["total_talk_time"],
            body["call_details"]["recordings"] is not None,
        )
        for body in bodies
    ]

    assert [
        ("answered", "active", None, None, None, False),
        ("answered", "active", None, "in-progress", None, False),
        ("terminal", "terminal", "completed", "completed", 20, True),
    ] == told


def test_the_recording_is_that_of_the_details(center):
    """The callback and the details name one URL."""
    details = center.over(status_callback=BOTH[1:], recording=True)

    [body] = center.callbacks()
    assert [{"url": details["recording_url"]}] == body["call_details"]["recordings"]


@pytest.mark.parametrize("hook", [{"url": URL}, {"url": URL, "method": "POST"}, {"url": URL, "event": None}])
def test_without_event_the_end_is_told(center, hook):
    """A subscription without event, as one client sends it, hears of the end only."""
    center.over(status_callback=[hook])

    assert ["terminal"] == [body["event_details"]["event_type"] for body in center.callbacks()]


@pytest.mark.parametrize("url", ["", " "])
def test_an_empty_url_asks_for_nothing(center, url):
    """An entry with an empty URL is no subscription."""
    center.over(status_callback=[{"url": url, "event": "terminal"}])

    assert [] == center.callbacks()


@pytest.mark.parametrize("recording", [True, False])
def test_the_flat_reading(new_center, recording):
    """A world that reads callbacks as the page lists them gets five flat fields, the URL at the end only."""
    center = new_center(readings={"exotel-v2.callback": "flat"})
    details = center.over(status_callback=BOTH, recording=recording)
    sid, url = details["call_sid"], {"recording_url": details["recording_url"]} if recording else {}

    assert [
        {"call_sid": sid, "event_type": "answered", "call_state": "active", "duration": 2},
        {"call_sid": sid, "event_type": "answered", "call_state": "active", "duration": 5},
        {"call_sid": sid, "event_type": "terminal", "call_state": "terminal", "duration": 25, **url},
    ] == center.callbacks()
    assert 25 == details["duration"]


def test_every_reading_is_tested(center):
    """The readings of v2 are the three that this folder is about."""
    readings = center.account.control("GET")["readings"]

    assert {
        "exotel-v2.callback": "nested",
        "exotel-v2.no-dial-status": "failed",
        "exotel-v2.recording-url": "own",
    } == {name: value for name, value in readings.items() if name.startswith("exotel-v2.")}
