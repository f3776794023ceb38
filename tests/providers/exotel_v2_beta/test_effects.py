"""What is bought, renamed and released here takes effect in the other APIs."""

from __future__ import annotations

import pytest

NEW, NEW_LOCAL = "+918069150000", "08069150000"
CALLER, CALLEE = "+919811112222", "+919833334444"


@pytest.fixture
def v1_call(numbers):
    """Asks v1 to connect two numbers."""

    def call(caller_id):
        fields = {"From": CALLER, "To": CALLEE, "CallerId": caller_id}
        return numbers.provider("POST", "/v1/Accounts/{sid}/Calls/connect.json", data=fields)

    return call


@pytest.fixture
def v3_call(numbers):
    """Asks v3 to connect two numbers."""

    def call(virtual_number):
        body = {"from": {"contact_uri": CALLER}, "to": {"contact_uri": CALLEE}, "virtual_number": virtual_number}
        return numbers.provider("POST", "/v3/accounts/{sid}/calls", json=body)

    return call


@pytest.mark.parametrize("spelling", [NEW, NEW_LOCAL, "8069150000"])
def test_a_bought_number_can_be_called_from_and_a_released_one_cannot(numbers, v1_call, v3_call, spelling):
    """v1 refuses an ExoPhone that the account does not have with 400, v3 with 404 and 10716."""
    before = v1_call(spelling).status_code, v3_call(spelling).status_code
    sid = numbers.buy()["sid"]
    while_owned = v1_call(spelling).status_code, v3_call(spelling).status_code
    numbers.owned("DELETE", f"/{sid}")
    v1, v3 = v1_call(spelling), v3_call(spelling)

    assert ((400, 404), (200, 200), (400, 404)) == (before, while_owned, (v1.status_code, v3.status_code))
    assert {
        "RestException": {"Status": 400, "Message": f"CallerId: {NEW} is not an ExoPhone of this account"}
    } == v1.json()
    assert 10716 == v3.json()["response"]["error_data"]["code"]


@pytest.mark.parametrize("api", ["v1", "v3"])
def test_the_journal_says_how_to_add_the_number(numbers, v1_call, v3_call, api):
    """The refusal's entry names the number's missing and the request that adds it."""
    {"v1": v1_call, "v3": v3_call}[api](NEW)
    entry = numbers.journalled()

    assert {"v1": 400, "v3": 404}[api] == entry["status"]
    assert "POST /_mock/v1/worlds/{account_sid}/numbers" in entry["hint"]


def test_the_hint_helps(numbers, v1_call):
    """Who does what the hint says can call."""
    numbers.account.control("POST", "/numbers", {"number": NEW})

    assert 200 == v1_call(NEW).status_code


def test_the_call_is_made_from_the_number_that_was_bought(numbers, v1_call, v3_call):
    """The calls show it as their ExoPhone."""
    numbers.buy()
    v1, v3 = v1_call(NEW).json()["Call"], v3_call(NEW).json()["response"]["call_details"]

    assert (NEW_LOCAL, NEW_LOCAL) == (v1["PhoneNumberSid"], v3["virtual_number"])


def test_a_friendly_name_is_a_caller_id_of_v1(numbers, v1_call):
    """The name that a number was bought with, or was given later, stands for the number; the old one no longer does."""
    sid = numbers.buy(FriendlyName="Sales")["sid"]
    bought = v1_call("Sales")
    numbers.owned("PUT", f"/{sid}", data={"FriendlyName": "Support"})

    assert (200, NEW_LOCAL) == (bought.status_code, bought.json()["Call"]["PhoneNumberSid"])
    assert (400, 200) == (v1_call("Sales").status_code, v1_call("Support").status_code)


def test_without_a_caller_id_the_first_number_that_is_left_calls(numbers, v1_call):
    """v1 takes the account's first ExoPhone; when that is released, the next; when there is none, it refuses."""
    used = []
    for row in numbers.rows():
        used.append(v1_call("").json()["Call"]["PhoneNumberSid"])
        numbers.owned("DELETE", f"/{row['sid']}")

    assert ["02241499102", "01414941199", "08047112345"] == used
    assert 400 == v1_call("").status_code


def test_a_call_survives_the_release_of_its_number(numbers, v3_call):
    """A call that runs is not touched; its record keeps the number."""
    sid = numbers.buy()["sid"]
    call = v3_call(NEW).json()["response"]["call_details"]
    numbers.owned("DELETE", f"/{sid}")
    numbers.account.advance(120)
    details = numbers.account.get(call["sid"])

    assert ("completed", NEW) == (details["status"], details["virtual_number"])


def test_the_control_api_sees_the_same_numbers(numbers):
    """What is bought, renamed and released here is so there, and the other way round."""
    sid = numbers.buy(FriendlyName="Sales")["sid"]
    control = numbers.account.control
    bought = control("GET", f"/numbers/{NEW}")
    control("PATCH", f"/numbers/{NEW}", {"friendly_name": "Support"})
    renamed = numbers.owned(path=f"/{sid}").json()["friendly_name"]
    control("DELETE", f"/numbers/{NEW}")

    assert ({"number": NEW, "friendly_name": "Sales", "flow_id": None}, "Support") == (bought, renamed)
    assert 404 == numbers.owned(path=f"/{sid}").status_code


def test_a_renaming_by_control_keeps_the_flows(numbers):
    """The control API changes the name and nothing else."""
    flow = "http://my.exotel.com/mock/exoml/start_voice/501"
    sid = numbers.buy(VoiceUrl=flow)["sid"]
    numbers.account.control("PATCH", f"/numbers/{NEW}", {"friendly_name": "Support"})

    assert flow == numbers.owned(path=f"/{sid}").json()["voice_url"]
    assert 501 == numbers.account.control("GET", f"/numbers/{NEW}")["flow_id"]
