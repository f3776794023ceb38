"""Every error that is listed for v2, by its natural cause where there is one and else by a fault rule."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

LIST = Path(__file__).parents[2] / "data" / "documented_errors.csv"
ROWS = [row for row in csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()) if row["api"] == "exotel-v2"]

# What the list tells in one text, answers tell in a message and a description.
TEXTS = {
    ("400", "-"): ("Bad Request", "Invalid parameters"),
    ("401", "-"): ("Unauthorized", "Invalid API credentials"),
    ("404", "-"): ("Not Found", "call_sid does not exist for this account"),
    ("429", "-"): ("Too Many Requests", "Rate limit exceeded"),
    ("400", "10725"): ("Invalid request body,failed parsing :  to to.contact_uri is invalid",) * 2,
    ("400", "1001"): ("Mandatory Parameter missing", "first_name is mandatory"),
    ("400", "1002"): ("Invalid parameter", "Cannot update email"),
    ("400", "1007"): ("Invalid request body,failed parsing ", "Invalid request"),
    # Live services of the family say so where the tables say "Authentication failed".
    ("401", "1010"): ("Authorization failed", "Authorization failed"),
}
OPERATIONS = {"GET": "exotel-v2.get-call", "POST": "exotel-v2.create-call"}
# Which operation of the users' page a fault of a code is put on; the rest come with a creation.
USER_OPERATIONS = {
    "1002": "exotel-v2.update-user",
    "10801": "exotel-v2.get-user",
    "10809": "exotel-v2.update-device",
    "10810": "exotel-v2.update-device",
    "10811": "exotel-v2.update-device",
    "10817": "exotel-v2.update-device",
}
OFF, UNVERIFIED = "+919810000003", "+919810000004"
NEW = {"first_name": "Asha", "last_name": "Rao", "device_contact_uri": "+919820000001"}
SID = "0ed3bd4755078e1f9f64d2de75ce16b3"


def devices(center, user_id):
    return {device["type"]: device for device in center.data("GET", f"/users/{user_id}")["devices"]}


def change(center, user_id, kind, **fields):
    device = devices(center, user_id)[kind]
    return center.ask("PUT", f"/users/{user_id}/devices/{device['id']}", json=fields)


def hire(center, **fields):
    body = {name: value for name, value in {**NEW, **fields}.items() if value is not None}
    return center.ask("POST", "/users", json=body)


def busy(center):
    center.place()
    return center.call()


def no_voip(center):
    center.account.control("PATCH", "", {"voip": False})
    return hire(center, device_contact_uri=None)


def another_email(center):
    return center.ask("PUT", "/users/u1001", json={"email": "new@example.com"})


def other_account(center):
    auth = (center.account.key, center.account.token)
    return center.account.http.request("GET", "/v2/accounts/elsewhere/users", auth=auth)


def taken_email(center):
    hire(center, email="asha@example.com")
    return hire(center, email="Asha@Example.com", device_contact_uri="+919820000002")


def wrong_token(method, path):
    return lambda center: center.ask(method, path, json={}, auth=(center.account.key, "wrong"))


CAUSES = {
    ("GET", "400", "-"): lambda center: center.ask("GET", "/calls/nothing"),
    ("GET", "401", "-"): wrong_token("GET", f"/calls/{SID}"),
    ("GET", "404", "-"): lambda center: center.ask("GET", f"/calls/{SID}"),
    ("POST", "401", "1010"): wrong_token("POST", "/calls"),
    ("POST", "404", "10731"): lambda center: center.call(**{"from": {"user_contact_uri": "+919811112222"}}),
    ("POST", "409", "1012"): lambda center: center.call(**{"from": {"user_contact_uri": OFF}}),
    ("POST", "409", "10705"): lambda center: center.call(**{"from": {"user_contact_uri": UNVERIFIED}}),
    ("POST", "409", "10706"): busy,
    ("POST", "404", "10716"): lambda center: center.call(virtual_number="+912200000000"),
    ("POST", "400", "10725"): lambda center: center.call(to={}),
    ("users", "400", "1001"): lambda center: hire(center, first_name=None),
    ("users", "400", "1402"): no_voip,
    ("users", "400", "1401"): lambda center: hire(center, device_contact_uri="nobody"),
    ("users", "400", "1002"): another_email,
    ("users", "401", "1010"): wrong_token("GET", "/users"),
    ("users", "403", "1003"): other_account,
    ("users", "403", "10810"): lambda center: change(center, "u1001", "sip", available=True),
    ("users", "403", "10817"): lambda center: change(center, "u1001", "sip", contact_uri="+919820000001"),
    ("users", "404", "10801"): lambda center: center.ask("GET", "/users/nobody"),
    ("users", "409", "10809"): lambda center: change(center, "u1004", "tel", available=True),
    ("users", "409", "10811"): lambda center: change(center, "u1004", "tel", contact_uri="+919810000001"),
    ("users", "409", "10812"): lambda center: hire(center, device_contact_uri="+919810000001"),
    ("users", "409", "10813"): taken_email,
}


def key_of(row):
    return row["operation"].partition(" ")[0], row["http"], row["code"]


def expected_of(row):
    """Status, code, message and description that a row stands for."""
    _, status, code = key_of(row)
    texts = TEXTS.get((status, code), (row["text"], row["text"]))
    return int(status), None if code == "-" else int(code), *texts


def name_of(row):
    return "-".join(key_of(row))


def test_the_list_is_complete():
    """The list holds 5 rows on call details, 8 on placing calls and 17 on users and devices."""
    assert [5, 8, 17] == [sum(key_of(row)[0] == page for row in ROWS) for page in ("GET", "POST", "users")]


def test_every_cause_is_of_a_listed_row():
    """No cause above is one that the list does not ask for."""
    assert set() == set(CAUSES) - {key_of(row) for row in ROWS}


@pytest.mark.parametrize("row", [row for row in ROWS if key_of(row) in CAUSES], ids=name_of)
def test_a_listed_error_comes_of_its_cause(center, refused, row):
    """What goes wrong in the account answers with the listed status, code and text, and without a fault header."""
    response = CAUSES[key_of(row)](center)

    refused(response, *expected_of(row))
    assert "x-mockserver-fault" not in response.headers


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_listed_error_comes_of_a_fault_rule(center, refused, row):
    """A fault rule that names status and code answers in the listed words, once, and says so in a header."""
    page, status, code = key_of(row)
    operation = OPERATIONS.get(page) or USER_OPERATIONS.get(code, "exotel-v2.create-user")
    sid = center.place()["call_sid"]
    center.account.advance(60)
    asks = {
        "exotel-v2.get-call": lambda: center.ask("GET", f"/calls/{sid}"),
        "exotel-v2.create-call": center.call,
        "exotel-v2.create-user": lambda: hire(center),
        "exotel-v2.get-user": lambda: center.ask("GET", "/users/u1001"),
        "exotel-v2.update-user": lambda: center.ask("PUT", "/users/u1001", json={"first_name": "Asha"}),
        "exotel-v2.update-device": lambda: change(center, "u1002", "tel", available=False),
    }
    rule = {"operation": operation, "status": int(status), "code": None if code == "-" else int(code)}
    fault = center.account.control("POST", "/faults", rule)

    first, second = asks[operation](), asks[operation]()

    refused(first, *expected_of(row))
    assert fault["id"] == first.headers["x-mockserver-fault"]
    assert 200 == second.status_code
