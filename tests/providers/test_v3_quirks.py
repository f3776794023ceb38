"""The oddities of v3, which naive clients break on and which therefore must stay."""

from __future__ import annotations

import json

import pytest


def test_post_shows_the_exophone_in_local_form(account):
    """The answer to POST shows the ExoPhone as 0 and ten digits, whatever form was sent; afterwards it is E.164."""
    placed = account.place(virtual_number="+91 22 4149 9102")

    assert "02241499102" == placed["virtual_number"]
    assert "+912241499102" == account.get(placed["sid"])["virtual_number"]


def test_an_end_that_has_not_come_is_the_epoch(account):
    """GET shows the end of an active call as the Unix epoch in the account's zone, not as null."""
    call = account.place()

    assert "1970-01-01 05:30:00+05:30" == account.get(call["sid"])["end_time"]


def test_the_epoch_is_shown_in_the_zone_of_the_account(new_account):
    """The epoch placeholder follows the account's zone like every other time."""
    account = new_account(zone="Asia/Singapore", start="2026-01-05T10:00:00+08:00")
    call = account.place()

    assert "1970-01-01 07:30:00+07:30" == account.get(call["sid"])["end_time"]
    assert "2026-01-05 10:00:00+08:00" == account.get(call["sid"])["created_time"]


def test_post_shows_no_end(account):
    """The answer to POST has null where GET has the epoch."""
    assert account.place()["end_time"] is None


def test_direction_is_outbound(account):
    """A call placed by API is `outbound` everywhere, where the prose of the portal says `outbound-api`."""
    placed = account.place()
    account.advance(60)

    assert "outbound" == placed["direction"]
    assert "outbound" == account.get(placed["sid"])["direction"]


def test_post_names_a_start_that_is_still_ahead(new_account):
    """The answer to POST says start and update a second after the creation, though that second has not passed."""
    account = new_account(start="2022-11-02T23:49:51+05:30")
    placed = account.place()

    assert "2022-11-02 23:49:51+05:30" == placed["created_time"]
    assert "2022-11-02 23:49:52+05:30" == placed["start_time"]
    assert "2022-11-02 23:49:52+05:30" == placed["updated_time"]


@pytest.mark.parametrize(
    ("start", "suffix"),
    [
        ("2020-01-02T12:00:00+05:30", "1412"),
        ("2020-01-08T12:00:00+05:30", "1418"),
        ("2022-02-21T12:00:00+05:30", "162l"),
        ("2022-11-02T12:00:00+05:30", "16b2"),
        ("2022-11-02T18:29:59Z", "16b2"),
        ("2022-11-02T18:30:00Z", "16b3"),
        ("2025-12-31T12:00:00+05:30", "19cv"),
    ],
)
def test_a_sid_ends_in_its_date(new_account, start, suffix):
    """A sid is 28 hexadecimal digits, then year (hex since 2000), month and day (base 36) of the account's zone."""
    sid = new_account(start=start).place()["sid"]

    assert suffix == sid[28:]
    assert set("0123456789abcdef") >= set(sid[:28])


def test_a_leg_sid_looks_like_a_call_sid(account):
    """Leg sids have the same form and date, and are nobody else's."""
    call = account.place()
    account.advance(60)
    legs = account.legs(call["sid"])

    sids = {call["sid"], legs["from"][0]["sid"], legs["to"][0]["sid"]}
    assert 3 == len(sids)
    assert {(32, call["sid"][28:])} == {(len(sid), sid[28:]) for sid in sids}


def test_total_duration_is_null_for_ever(account):
    """No example of the portal has a total duration, not even of an ended call, and neither has ours."""
    call = account.place()
    account.advance(300)

    details = account.get(call["sid"])
    assert "terminal" == details["state"]
    assert details["total_duration"] is None


def test_only_to_legs_have_groups(account):
    """`to` legs name a group, null for outsiders; `from` legs do not have the keys at all, not even an agent's."""
    call = account.place("+919810000001", "+919833334444")
    account.advance(60)
    legs = account.legs(call["sid"])

    assert ["sid", "name", "contact_uri", "date_created", "date_updated", "status"] == list(legs["from"][0])
    assert [*legs["from"][0], "group_id", "group_name"] == list(legs["to"][0])
    assert (None, None) == (legs["to"][0]["group_id"], legs["to"][0]["group_name"])


def test_the_leg_record_names_its_call_as_call_sid(account):
    """The record of legs has `call_sid` and `account_sid`, where the portal's prose says `sid`."""
    call = account.place()
    account.advance(60)

    assert ["call_sid", "account_sid", "from", "to"] == list(account.legs(call["sid"]))


def test_an_ended_call_stays_active_until_it_is_processed(account):
    """For a second after its end a call is `active`, without status, talk time or end; then all come at once."""
    account.control("POST", "/scenarios/next", {"from": {"ring": 1}, "to": {"ring": 1}, "talk": 10})
    call = account.place(recording={"record": True})
    account.advance(13)
    ended = account.get(call["sid"])
    account.advance(1)
    processed = account.get(call["sid"])

    facts = ("state", "status", "total_talk_time", "recordings")
    assert ["active", None, None, None] == [ended[fact] for fact in facts]
    assert "1970-01-01 05:30:00+05:30" == ended["end_time"]
    assert ["terminal", "completed", 10] == [processed[fact] for fact in facts[:3]]
    assert 1 == len(processed["recordings"])


def test_booleans_and_integers_may_be_strings(account, example):
    """The example request with "true" and "45" for its booleans and integers means the same."""
    text = json.dumps(example("create_call_request"))
    for plain in ("true", "4000", "45"):
        text = text.replace(f" {plain}", f' "{plain}"')
    response = account.v3("POST", content=text, headers={"Content-Type": "application/json"})
    account.advance(60)

    call = account.get(response.json()["response"]["call_details"]["sid"])
    assert '"45"' in text
    assert 200 == response.status_code
    assert "terminal" == call["state"]
    assert call["recordings"]


@pytest.mark.parametrize(("spelling", "is_recorded"), [("True", True), ("1", True), ("false", False), ("False", False)])
def test_booleans_are_read_in_any_case(account, spelling, is_recorded):
    """`True` as some clients print it is true, and `False` is false."""
    call = account.place(recording={"record": spelling})
    account.advance(60)

    assert is_recorded is (account.get(call["sid"])["recordings"] is not None)


def test_busy_is_409_or_404(account, order, refused):
    """The portal lists a busy device at 409 and at 404; 409 is ours until the world says otherwise."""
    body = order("+919810000001")
    account.post(body)
    usual = account.post(body)
    account.control("PATCH", "", {"readings": {"exotel-v3.busy-status": "404"}})
    other = account.post(body)

    text = "User device is currently busy"
    refused(usual, 409, 10706, text, text)
    refused(other, 404, 10706, text, text)


@pytest.mark.parametrize("block", ["from", "to"])
def test_a_bad_contact_is_worded_with_two_blanks_and_a_doubled_name(account, order, refused, block):
    """The vendor's text about a bad contact has two blanks behind the colon, and names the block twice."""
    text = f"Invalid request body,failed parsing :  {block} {block}.contact_uri is invalid"

    refused(account.post(order(**{block: {"contact_uri": "not a number"}})), 400, 10725, text, text)


def test_the_message_about_bad_json_ends_in_a_blank(account, refused):
    """The message of 1007 ends in a comma phrase and a blank, as the vendor's services print it."""
    response = account.v3("POST", content="nonsense", headers={"Content-Type": "application/json"})

    description = response.json()["response"]["error_data"]["description"]
    refused(response, 400, 1007, "Invalid request body,failed parsing ", description)
