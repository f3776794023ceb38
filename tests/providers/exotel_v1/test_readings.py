"""What documentation leaves open is a choice of the world: each reading, its default, and what the other one does."""

from __future__ import annotations

import pytest

BULK_CUSTOM_FIELD = "exotel-v1.bulk-custom-field"
BULK_PHONE_NUMBER = "exotel-v1.bulk-phone-number"
RECORDING_URL = "exotel-v1.recording-url"


@pytest.fixture
def listed(account):
    """The record of a settled call in the list, read anew after a reading was chosen."""
    fields = {}

    def read(readings, **placed):
        if not fields:
            fields.update(account.place(**placed))
            account.advance(300)
            account.page()
        account.control("PATCH", "", {"readings": readings})
        return account.page("?details=true")["Calls"][0]

    return read


def test_v1s_readings_are_shown_with_their_defaults(account):
    """A world's view names every choice; v1's fields are absent by default, as in the portal's examples."""
    readings = account.control("GET")["readings"]

    assert {BULK_CUSTOM_FIELD: "absent", BULK_PHONE_NUMBER: "absent", RECORDING_URL: "own"} == {
        name: value for name, value in readings.items() if name.startswith("exotel-v1.")
    }


def test_a_list_may_have_custom_fields(listed):
    """Real accounts have CustomField in lists: the same text as was sent."""
    text = '{"id": 7, "n": null}'

    assert "CustomField" not in listed({}, CustomField=text)
    assert text == listed({BULK_CUSTOM_FIELD: "present"})["CustomField"]
    assert "CustomField" not in listed({BULK_CUSTOM_FIELD: "absent"})


def test_an_unset_custom_field_is_not_applicable(listed):
    """Where it was not set, real lists say N/A."""
    assert "N/A" == listed({BULK_CUSTOM_FIELD: "present"})["CustomField"]


def test_a_list_may_have_the_exophone(listed):
    """PhoneNumber is in the portal's table and in none of its examples: in E.164, as the table says."""
    assert "PhoneNumber" not in listed({})
    assert "+912241499102" == listed({BULK_PHONE_NUMBER: "present"})["PhoneNumber"]


@pytest.mark.parametrize(
    ("value", "host"),
    [("own", "http://127.0.0.1:8080/recordings"), ("vendor", "https://s3-ap-southeast-1.amazonaws.com")],
)
def test_a_recording_is_here_or_at_the_vendors(account, listed, value, host):
    """The path of a recording is the portal's; its host is this server, or literally the portal's."""
    record = listed({RECORDING_URL: value}, Record="true")
    alone = account.read(record["Sid"], "?RecordingUrlValidity=5")

    url = f"{host}/exotelrecordings/{account.sid}/{record['Sid']}.mp3"
    assert [url, url] == [one["RecordingUrl"] for one in (record, alone)]
    assert url == alone["PreSignedRecordingUrl"].partition("?")[0]


def test_both_readings_go_together(account, listed, tree):
    """All of it at once, in XML too; Details stay last."""
    record = listed({BULK_PHONE_NUMBER: "present", BULK_CUSTOM_FIELD: "present"})
    elements = [one.tag for one in tree(account.v1("GET", "/Calls?details=true")).find("Call")]

    assert ["RecordingUrl", "PhoneNumber", "CustomField", "Details"] == list(record)[-4:] == elements[-4:]


def test_a_single_call_has_no_readings(account, listed):
    """The readings are about lists: a call on its own is as the portal shows it."""
    sid = listed({BULK_PHONE_NUMBER: "present", BULK_CUSTOM_FIELD: "present"})["Sid"]

    assert not {"PhoneNumber", "CustomField"} & set(account.read(sid))


@pytest.mark.parametrize("readings", [{"exotel-v1.nothing": "absent"}, {BULK_CUSTOM_FIELD: "perhaps"}])
def test_an_unknown_reading_is_refused(account, readings):
    """A misspelt reading, or a value that it does not have, is a problem and no setting."""
    path = f"/_mock/v1/worlds/{account.sid}"
    answer = account.service.request("PATCH", path, json={"readings": readings})

    assert 400 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
