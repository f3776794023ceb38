"""Devices of v2's users: switched on and off, given another number, given a password."""

from __future__ import annotations

import pytest

PARSING = "Invalid request body,failed parsing "


@pytest.fixture
def asha(center):
    """A user with a new phone, and how to change it."""
    user = center.hire()
    path = f"/users/{user['id']}/devices/{user['devices'][0]['id']}"

    def change(**fields):
        return center.ask("PUT", path, json=fields)

    return user, change


def code(response):
    return response.status_code, response.json()["response"]["error_data"]["code"]


def test_a_new_phone_is_verified_before_it_is_on(center, asha):
    """Switching on is 10809 until the phone has been verified; then calls go through it."""
    user, change = asha
    agent = {"from": {"user_id": user["id"]}}

    assert (409, 10809) == code(change(available=True))
    assert (409, 1012) == code(center.call(**agent))
    center.verify(user)
    assert ("free", True) == tuple(
        change(available=True).json()["response"]["data"][name] for name in ("status", "available")
    )
    assert 200 == center.call(**agent).status_code


def test_the_answer_is_the_device(center, asha):
    """The record of a change is the device, as reading the user shows it."""
    user, change = asha
    center.verify(user)
    body = change(available=True).json()

    assert ["request_id", "method", "http_code", "response"] == list(body)
    assert "PUT" == body["method"]
    assert center.data("GET", f"/users/{user['id']}")["devices"] == [body["response"]["data"]]


def test_only_one_device_is_on(center):
    """A second device is 10810 until the first is off."""
    tel, sip = center.data("GET", "/users/u1001")["devices"]
    path = "/users/u1001/devices"

    assert (403, 10810) == code(center.ask("PUT", f"{path}/{sip['id']}", json={"available": True}))
    center.data("PUT", f"{path}/{tel['id']}", {"available": False})
    assert center.data("PUT", f"{path}/{sip['id']}", {"available": True})["available"]
    assert "sip:agent1001" == center.details(center.place(**{"from": {"user_id": "u1001"}})["call_sid"])["from"]


def test_to_switch_on_what_is_on_changes_nothing(center):
    """The device that is on may be switched on again."""
    tel, _ = center.data("GET", "/users/u1001")["devices"]

    assert tel == center.data("PUT", f"/users/u1001/devices/{tel['id']}", {"available": True})


@pytest.mark.parametrize("value", [False, "false", 0])
def test_booleans_come_as_strings_too(center, value):
    """`available` is read as calls' booleans are."""
    tel, _ = center.data("GET", "/users/u1001")["devices"]

    response = center.account.http.request(
        "PUT",
        f"/v2/accounts/{center.account.sid}/users/u1001/devices/{tel['id']}",
        json={"available": value},
        auth=(center.account.key, center.account.token),
    )
    assert (200, False) == (response.status_code, response.json()["response"]["data"]["available"])


def test_another_number_has_to_be_verified(center):
    """A changed number is unverified, and the old one is nobody's; the same number changes nothing."""
    tel, _ = center.data("GET", "/users/u1001")["devices"]
    path = f"/users/u1001/devices/{tel['id']}"

    assert tel == center.data("PUT", path, {"contact_uri": "09810000001"})
    changed = center.data("PUT", path, {"contact_uri": "09820000009"})
    assert {**tel, "contact_uri": "+919820000009", "verified": False, "status": None} == changed
    assert (404, 10731) == code(center.call(**{"from": {"user_contact_uri": "+919810000001"}}))
    assert (409, 10705) == code(center.call(**{"from": {"user_contact_uri": "+919820000009"}}))


def test_another_number_cannot_be_on_at_once(center, asha):
    """A change that also switches on is 10809, and changes nothing."""
    user, change = asha
    center.verify(user)

    assert (409, 10809) == code(change(contact_uri="+919820000009", available=True))
    assert "+919820000001" == center.data("GET", f"/users/{user['id']}")["devices"][0]["contact_uri"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"contact_uri": "+919810000001"}, (409, 10811)),
        ({"contact_uri": "nobody"}, (400, 1401)),
        ({"contact_uri": "sip:agent9"}, (400, 1401)),
        ({}, (400, 1007)),
        ({"available": "maybe"}, (400, 1007)),
    ],
)
def test_changes_that_are_refused(asha, fields, expected):
    """Numbers of others, numbers that are none, and nothing at all."""
    _, change = asha

    assert expected == code(change(**fields))


@pytest.mark.parametrize("device", ["0", "999999", "x", "-1", "٣", "9" * 40])
def test_an_unknown_device_is_10702(center, refused, device):
    """A device that the user does not have is not found."""
    text = "User Device not found"
    for path in (f"/users/u1001/devices/{device}", f"/users/u1001/devices/{device}/password"):
        refused(center.ask("PUT", path, json={"available": True}), 404, 10702, text, text)


def test_a_device_of_nobody_is_10801(center, refused):
    """Without the user there is no device."""
    text = "User not found"
    refused(center.ask("PUT", "/users/nobody/devices/1", json={"available": True}), 404, 10801, text, text)


def test_a_change_is_seen_by_the_others(center):
    """A device that is off here is off for v3, and shown so by control."""
    tel, _ = center.data("GET", "/users/u1001")["devices"]
    center.data("PUT", f"/users/u1001/devices/{tel['id']}", {"available": False})
    body = {
        "from": {"contact_uri": "+919810000001"},
        "to": {"contact_uri": "+918800654321"},
        "virtual_number": "+911414941199",
    }

    assert (409, 1012) == code(center.account.post(body))
    [shown] = [one for one in center.account.control("GET", "/users")["users"] if one["id"] == "u1001"]
    assert not shown["devices"][0]["available"]


@pytest.mark.parametrize("path", ["/users/u1001/password", "/users/u1001/devices/{sip}/password"])
@pytest.mark.parametrize("password", ["Secure99", "secure-99!", "SECURE!99", "Secure!!", "a1!a1!a1!"])
def test_a_sip_password_is_taken(center, path, password):
    """Eight characters of three kinds are answered with null, for the user and for a SIP device."""
    sip = center.data("GET", "/users/u1001")["devices"][1]["id"]

    assert center.data("PUT", path.format(sip=sip), {"password": password}) is None


@pytest.mark.parametrize("password", ["Secure99", "weak"])
def test_a_password_is_in_no_journal(center, password):
    """Good or bad: the request is there, its body is not."""
    center.ask("PUT", "/users/u1001/password", json={"password": password})

    path = f"/_mock/v1/worlds/{center.account.sid}/requests?operation=exotel-v2.set-password"
    (kept,) = center.account.http.request("GET", path).json()["requests"]
    assert "<redacted>" == kept["body"]["text"]
    assert password not in str(kept)


@pytest.mark.parametrize("password", ["Secur99", "securesecure", "secure99", "SECURE99", "12345678!"])
def test_a_weak_password_is_1007(center, refused, password):
    """Too short, or of too few kinds."""
    text = "password must have 8 characters or more, of three of: a-z, A-Z, 0-9, !@#$%^&*"
    refused(center.ask("PUT", "/users/u1001/password", json={"password": password}), 400, 1007, PARSING, text)


def test_a_password_is_mandatory(center, refused):
    """Without one the answer is 1001; a phone has none at all."""
    tel = center.data("GET", "/users/u1001")["devices"][0]["id"]
    path = f"/users/u1001/devices/{tel}/password"

    refused(
        center.ask("PUT", "/users/u1001/password", json={}),
        400,
        1001,
        "Mandatory Parameter missing",
        "password is mandatory",
    )
    refused(
        center.ask("PUT", path, json={"password": "Secure99"}), 400, 1007, PARSING, "only a SIP device has a password"
    )
