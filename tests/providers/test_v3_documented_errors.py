"""Every error that the portal lists for v3, by its natural cause where there is one and else by a fault rule."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

LIST = Path(__file__).parents[1] / "data" / "documented_errors.csv"
ROWS = [row for row in csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()) if row["api"] == "exotel-v3"]

# The vendor's shared reference words three messages differently from the description, and 1010 differently altogether.
MESSAGES = {"1001": "Mandatory Parameter missing", "1002": "Invalid parameter"}
LIVE_TEXTS = {"1010": "Authorization failed"}
BUSY, OFF, UNVERIFIED, AGENT = "+919810000001", "+919810000003", "+919810000004", "sip:agent1002"


def wrong_token(account, order):
    return account.post(order(), auth=(account.key, "wrong"))


def unknown_user(account, order):
    return account.post(order(**{"from": {"user_id": "nobody"}}))


def device_off(account, order):
    return account.post(order(OFF))


def device_off_read_as_10703(account, order):
    account.control("PATCH", "", {"readings": {"exotel-v3.device-off": "10703"}})
    return account.post(order(OFF))


def device_unverified(account, order):
    return account.post(order(UNVERIFIED))


def device_busy(account, order):
    account.place(BUSY)
    return account.post(order(BUSY))


def device_busy_read_as_404(account, order):
    account.control("PATCH", "", {"readings": {"exotel-v3.busy-status": "404"}})
    return device_busy(account, order)


def user_without_device(account, order):
    account.control("POST", "/users", {"first_name": "Handless", "id": "handless"})
    return account.post(order(**{"from": {"user_id": "handless"}}))


def foreign_device(account, order):
    return account.post(order(**{"from": {"user_id": "u1001", "contact_uri": "+919999999999"}}))


def other_account(account, order):
    auth = (account.key, account.token)
    return account.http.request("POST", "/v3/accounts/elsewhere/calls", json=order(), auth=auth)


def no_account(account, order):
    return account.http.request("POST", "/v3/accounts//calls", json=order(), auth=(account.key, account.token))


def bad_channels(account, order):
    return account.post(order(recording={"channels": "stereo"}))


def voip_not_allowed(account, order):
    account.control("PATCH", "", {"voip": False})
    return account.post(order(AGENT))


def unknown_exophone(account, order):
    return account.post(order(virtual_number="+912200000000"))


def legs_before_the_first_dial(account, _order):
    return account.v3("GET", f"/{account.place()['sid']}/legs")


def legs_of_no_call(account, _order):
    return account.v3("GET", "/0ed3bd4755078e1f9f64d2de75ce16b3/legs")


def legs_elsewhere(account, _order):
    call, auth = account.place(), (account.key, account.token)
    return account.http.request("GET", f"/v3/accounts/elsewhere/calls/{call['sid']}/legs", auth=auth)


def legs_with_a_wrong_token(account, _order):
    return account.v3("GET", f"/{account.place()['sid']}/legs", auth=(account.key, "wrong"))


CAUSES = {
    ("POST", "401", "1010"): wrong_token,
    ("POST", "404", "10731"): unknown_user,
    ("POST", "409", "1012"): device_off,
    ("POST", "404", "10703"): device_off_read_as_10703,
    ("POST", "409", "10705"): device_unverified,
    ("POST", "409", "10706"): device_busy,
    ("POST", "404", "10706"): device_busy_read_as_404,
    ("POST", "404", "10806"): user_without_device,
    ("POST", "404", "10702"): foreign_device,
    ("POST", "404", "1017"): other_account,
    ("POST", "400", "1001"): no_account,
    ("POST", "400", "1002"): bad_channels,
    ("POST", "405", "10712"): voip_not_allowed,
    ("POST", "404", "10716"): unknown_exophone,
    ("GET", "500", "10743"): legs_before_the_first_dial,
    ("GET", "404", "10744"): legs_of_no_call,
    ("GET", "404", "1017"): legs_elsewhere,
    ("GET", "401", "1010"): legs_with_a_wrong_token,
}


def key_of(row):
    return row["operation"].partition(" ")[0], row["http"], row["code"]


def texts_of(row):
    """The code, message and description that a row stands for."""
    code, text = row["code"], LIVE_TEXTS.get(row["code"], row["text"])
    return None if code == "-" else int(code), MESSAGES.get(code, text), text


def name_of(row):
    return "-".join(key_of(row))


NATURAL = [row for row in ROWS if key_of(row) in CAUSES]


def test_the_list_is_complete():
    """The list holds the 35 rows of the page on placing calls and the 7 rows of the page on legs."""
    assert [35, 7] == [sum(row["operation"].startswith(verb) for row in ROWS) for verb in ("POST", "GET")]


def test_every_cause_is_of_a_listed_row():
    """No cause below is one that the list does not ask for."""
    assert set() == set(CAUSES) - {key_of(row) for row in ROWS}


@pytest.mark.parametrize("row", NATURAL, ids=name_of)
def test_a_listed_error_comes_of_its_cause(account, order, refused, row):
    """What goes wrong in the account answers with the listed status, code and text, and without a fault header."""
    response = CAUSES[key_of(row)](account, order)

    refused(response, int(row["http"]), *texts_of(row))
    assert "x-mockserver-fault" not in response.headers


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_listed_error_comes_of_a_fault_rule(account, order, refused, row):
    """A fault rule that names status and code answers in the listed words, once, and says so in a header."""
    verb, status, code = key_of(row)
    call = account.place()
    operation = {"POST": "exotel-v3.create-call", "GET": "exotel-v3.get-legs"}[verb]
    rule = {"operation": operation, "status": int(status), "code": None if code == "-" else int(code)}
    fault = account.control("POST", "/faults", rule)
    account.advance(60)

    first, second = (
        account.post(order()) if verb == "POST" else account.v3("GET", f"/{call['sid']}/legs") for _ in range(2)
    )

    refused(first, int(status), *texts_of(row))
    assert fault["id"] == first.headers["x-mockserver-fault"]
    assert 200 == second.status_code
    assert "x-mockserver-fault" not in second.headers


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_listed_error_is_in_the_published_document(http, row):
    """The OpenAPI document lists each error with its code and text at its operation and status."""
    verb, status, _ = key_of(row)
    path = row["operation"].partition(" ")[2].replace("{sid}", "{account_sid}")
    document = http.request("GET", "/openapi/exotel-v3.json").json()

    code, message, description = texts_of(row)
    errors = document["paths"][path][verb.lower()]["responses"][status]["x-errors"]
    assert (code, message, description) in [(one["code"], one["message"], one["description"]) for one in errors]
    assert all(one["x-provenance"]["source"] for one in errors)
