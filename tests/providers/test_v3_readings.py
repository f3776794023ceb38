"""Choices that a world makes where documentation is silent or contradicts itself."""

from __future__ import annotations

import pytest

LEGS = {
    "busy": ("+919900000005", "+919900020100"),
    "rejected": ("+919900000005", "+919900040100"),
    "canceled": ("+919900050002", "+919900010000"),
    "unreachable": ("+919900000005", "+919900030100"),
    "unanswered": ("+919900000005", "+919900010000"),
}


def test_every_reading_is_tested_here(account):
    """The readings of v3 are the six that this module is about."""
    names = {"device-off", "busy-status", "unset-custom-field", "total-duration", "leg-status", "recording-url"}

    readings = account.control("GET")["readings"]
    assert {f"exotel-v3.{name}" for name in names} == {name for name in readings if name.startswith("exotel-v3.")}


@pytest.mark.parametrize("value", ["1012", "10703", None])
def test_device_off(new_account, order, refused, value):
    """A device that is off is 409/1012, or 404/10703 where the world reads it so."""
    account = new_account(readings={"exotel-v3.device-off": value} if value else {})

    rows = {
        "1012": (409, 1012, "User device is unavailable"),
        "10703": (404, 10703, "Device is currently unavailable (turned off)"),
    }
    status, code, text = rows[value or "1012"]
    refused(account.post(order("+919810000003")), status, code, text, text)


@pytest.mark.parametrize("value", ["409", "404", None])
def test_busy_status(new_account, order, refused, value):
    """A busy device is 409, or 404 where the world reads it so."""
    account = new_account(readings={"exotel-v3.busy-status": value} if value else {})
    account.place("+919810000001")

    text = "User device is currently busy"
    refused(account.post(order("+919810000001")), int(value or "409"), 10706, text, text)


@pytest.mark.parametrize("value", ["null", "N/A", None])
def test_unset_custom_field(new_account, value):
    """A custom field that was not sent is null, or `N/A` where the world reads it so; one that was sent stays."""
    account = new_account(readings={"exotel-v3.unset-custom-field": value} if value else {})
    unset, empty = account.place(), account.place(custom_field="")

    expected = "N/A" if value == "N/A" else None
    assert (expected, expected) == (unset["custom_field"], account.get(unset["sid"])["custom_field"])
    assert "" == account.get(empty["sid"])["custom_field"]


@pytest.mark.parametrize("value", ["null", "seconds", None])
def test_total_duration(new_account, value):
    """The total duration is null, or the seconds from start to end once the call is terminal."""
    account = new_account(readings={"exotel-v3.total-duration": value} if value else {})
    call = account.place("+919900000400", "+919900000609")
    active = account.get(call["sid"])
    account.advance(60)

    assert active["total_duration"] is None
    assert (19 if value == "seconds" else None) == account.get(call["sid"])["total_duration"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("documented", ["no-answer", "no-answer", "no-answer", "failed", "no-answer"]),
        ("detailed", ["busy", "busy", "canceled", "failed", "no-answer"]),
        (None, ["no-answer", "no-answer", "no-answer", "failed", "no-answer"]),
    ],
)
def test_leg_status(new_account, value, words):
    """Leg statuses are the four documented words, or also `busy` and `canceled`, which clients handle."""
    account = new_account(readings={"exotel-v3.leg-status": value} if value else {})
    calls = {name: account.place(*numbers) for name, numbers in LEGS.items()}
    account.advance(120)

    said = {name: account.legs(call["sid"])["to"][0]["status"] for name, call in calls.items()}
    assert dict(zip(LEGS, words, strict=True)) == said


@pytest.mark.parametrize("value", ["own", "vendor", None])
def test_recording_url(new_account, value):
    """A recording has the portal's path, on this server or literally at the portal's host."""
    account = new_account(readings={"exotel-v3.recording-url": value} if value else {})
    call = account.place(recording={"record": True})
    account.advance(60)

    host = "https://s3-ap-south-1.amazonaws.com" if value == "vendor" else "http://127.0.0.1:8080/recordings"
    url = f"{host}/exotel-mum1-recordings/{account.sid}/{call['sid']}.mp3"
    assert [{"url": url}] == account.get(call["sid"])["recordings"]


def test_a_reading_may_change_while_calls_are_about(account):
    """A changed reading holds for calls that exist already: it is about how they are shown."""
    call = account.place()
    account.control("PATCH", "", {"readings": {"exotel-v3.unset-custom-field": "N/A"}})
    changed = account.get(call["sid"])["custom_field"]
    account.control("PATCH", "", {"readings": {"exotel-v3.unset-custom-field": "null"}})

    assert "N/A" == changed
    assert account.get(call["sid"])["custom_field"] is None
