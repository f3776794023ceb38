"""Changing and releasing ExoPhones."""

from __future__ import annotations

import pytest

VOICE = "http://my.exotel.com/mock/exoml/start_voice/501"
SMS = "https://my.in.exotel.com/mock/exoml/start_sms/502"


@pytest.fixture
def sid(numbers):
    return numbers.rows()[0]["sid"]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ({"VoiceUrl": VOICE}, {"voice_url": VOICE}),
        ({"SMSUrl": SMS}, {"sms_url": SMS}),
        ({"FriendlyName": "Sales ☎"}, {"friendly_name": "Sales ☎"}),
    ],
)
@pytest.mark.parametrize("encoding", ["data", "json", "params"])
def test_a_field_is_changed_and_the_others_stay(numbers, sid, field, changed, encoding):
    """PUT changes what it names, in any encoding, and answers with the whole row."""
    before = numbers.rows()[0]
    answer = numbers.owned("PUT", f"/{sid}", **{encoding: field})

    assert (200, {**before, **changed}) == (answer.status_code, answer.json())
    assert {**before, **changed} == numbers.rows()[0]


def test_a_multipart_form_changes_as_well(numbers, sid):
    """PUT takes multipart like POST."""
    assert VOICE == numbers.owned("PUT", f"/{sid}", files={"VoiceUrl": (None, VOICE)}).json()["voice_url"]


def test_all_fields_are_changed_at_once_by_number_and_suffix(numbers):
    """A shipped client puts three fields to `/<number>.json`."""
    row = numbers.owned(
        "PUT", "/02241499102.json", data={"VoiceUrl": VOICE, "SMSUrl": SMS, "FriendlyName": "Sales"}
    ).json()

    assert (VOICE, SMS, "Sales") == (row["voice_url"], row["sms_url"], row["friendly_name"])


@pytest.mark.parametrize("options", [{}, {"data": {"Colour": "red"}}, {"json": {"VoiceUrl": None}}])
def test_a_change_of_nothing_changes_nothing(numbers, sid, options):
    """All fields are optional."""
    before = numbers.rows()
    answer = numbers.owned("PUT", f"/{sid}", **options)

    assert (200, before[0]) == (answer.status_code, answer.json())
    assert before == numbers.rows()


def test_empty_fields_take_away(numbers, sid):
    """An empty URL takes the flow away, an empty name leaves the number in its local form."""
    numbers.owned("PUT", f"/{sid}", data={"VoiceUrl": VOICE, "SMSUrl": SMS, "FriendlyName": "Sales"})
    row = numbers.owned("PUT", f"/{sid}", data={"VoiceUrl": "", "SMSUrl": " ", "FriendlyName": ""}).json()

    assert (None, None, "02241499102") == (row["voice_url"], row["sms_url"], row["friendly_name"])


def test_a_change_keeps_the_order_of_the_list(numbers, sid):
    """A changed number stays where it was."""
    before = [row["sid"] for row in numbers.rows()]
    numbers.owned("PUT", f"/{sid}", data={"FriendlyName": "Zoo"})

    assert before == [row["sid"] for row in numbers.rows()]


def test_a_bad_change_is_refused_whole(numbers, sid, refused):
    """If one field is bad, none is changed."""
    before = numbers.rows()
    answer = numbers.owned("PUT", f"/{sid}", data={"FriendlyName": "Sales", "VoiceUrl": "no url"})

    refused(answer, 400, "VoiceUrl: 'no url' is not a URL")
    assert "start_voice" in numbers.journalled()["hint"]
    assert before == numbers.rows()


def test_a_release_is_accepted(numbers, sid):
    """DELETE answers 202 with the portal's words, and the number is gone."""
    answer = numbers.owned("DELETE", f"/{sid}")

    assert (202, {"Status": 202, "Message": "Accepted"}) == (answer.status_code, answer.json())
    assert ["+911414941199", "+918047112345"] == [row["phone_number"] for row in numbers.rows()]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_released_number_is_not_found(numbers, sid, refused, method):
    """Whatever is done to it then."""
    numbers.owned("DELETE", f"/{sid}")

    refused(numbers.owned(method, f"/{sid}"), 404, f"ExoPhone {sid} not found")


def test_a_number_that_is_bought_back_has_its_old_sid_and_nothing_else(numbers, sid):
    """The sid belongs to the number; name and flows went with the release."""
    numbers.owned("PUT", f"/{sid}", data={"FriendlyName": "Sales", "VoiceUrl": VOICE})
    numbers.owned("DELETE", f"/{sid}")
    row = numbers.buy("+912241499102")

    assert (sid, "02241499102", None) == (row["sid"], row["friendly_name"], row["voice_url"])
    assert sid == numbers.rows()[-1]["sid"]


def test_every_number_can_be_released(numbers):
    """An account may be left without any."""
    for row in numbers.rows():
        numbers.owned("DELETE", f"/{row['sid']}")

    page = numbers.page()
    assert ([], None) == (page["incoming_phone_numbers"], page["next_page_uri"])
