"""Who is busy, and for how long."""

from __future__ import annotations

import pytest

OUTSIDER, OTHER = "+919811112222", "+919811113333"
USER, SIP_USER = "+919810000001", "sip:agent1002"
BUSY = 409, 10706, "User device is currently busy", "User device is currently busy"


@pytest.fixture
def managed(order):
    """The body of a call from a number whose state is managed."""
    return lambda number=OUTSIDER, **fields: order(
        **{"from": {"contact_uri": number, "state_management": True}, **fields}
    )


def test_a_managed_number_is_busy_to_the_next_call(account, managed, refused):
    """While a managed number is on a call, the next managed call from it is refused."""
    account.post(managed())

    refused(account.post(managed()), *BUSY)


@pytest.mark.parametrize("spelling", ["9811112222", "09811112222", "+91 98111-12222", "0091 98111 12222"])
def test_a_number_is_busy_in_every_spelling(account, managed, refused, spelling):
    """A busy number stays busy when it is written in another way."""
    account.post(managed(OUTSIDER))

    refused(account.post(managed(spelling)), *BUSY)


@pytest.mark.parametrize("flag", [True, "true", "True", 1])
def test_state_management_in_any_spelling_of_true(account, order, refused, flag):
    """`state_management` may be a boolean or its text."""
    body = order(**{"from": {"contact_uri": OUTSIDER, "state_management": flag}})
    account.post(body)

    refused(account.post(body), *BUSY)


@pytest.mark.parametrize("flag", [None, False, "false"])
def test_an_unmanaged_number_is_never_checked(account, order, managed, flag):
    """Without state management a number may be on any number of calls, even while a managed call holds it."""
    body = order(**{"from": {"contact_uri": OUTSIDER, "state_management": flag}})

    assert [200] * 4 == [account.post(one).status_code for one in (body, body, managed(), body)]


def test_an_unmanaged_call_makes_nobody_busy(account, order, managed):
    """A managed call is accepted while its number is on an unmanaged one."""
    account.post(order(OUTSIDER))

    assert 200 == account.post(managed(OUTSIDER)).status_code


@pytest.mark.parametrize("contact", [USER, "9810000001", SIP_USER, "sip:AGENT1002;transport=tls"])
@pytest.mark.parametrize("flag", [None, False, "false"])
def test_users_of_the_account_are_always_managed(account, order, refused, contact, flag):
    """A user is busy on a call even if the request says that its state is not to be managed."""
    body = order(**{"from": {"contact_uri": contact, "state_management": flag}})

    assert 200 == account.post(body).status_code
    refused(account.post(body), *BUSY)


def test_a_user_is_busy_on_all_devices(account, order, refused):
    """A user who talks on one device is busy on the other."""
    devices = [{"contact_uri": "+919820000001"}, {"contact_uri": "sip:two"}]
    account.control("POST", "/users", {"id": "two", "first_name": "Two", "devices": devices})
    account.place("+919820000001")

    refused(account.post(order("sip:two")), *BUSY)
    refused(account.post(order(**{"from": {"user_id": "two"}})), *BUSY)


def test_the_called_party_is_not_checked(account, managed):
    """Two managed calls may ring at the same customer, and at somebody who is dialled first elsewhere."""
    numbers = [(OUTSIDER, OTHER), ("+919811114444", OTHER), (OTHER, OUTSIDER)]

    answers = [account.post(managed(one, to={"contact_uri": two})).status_code for one, two in numbers]
    assert [200, 200, 200] == answers


@pytest.mark.parametrize(
    ("magic", "busy_for"),
    [
        (("00205", "00305"), 11),
        (("10400", "00000"), 5),
        (("20300", "00000"), 4),
        (("50002", "10000"), 3),
        (("00000", "40600"), 7),
        (("60000", "00000"), 1),
        (("00000", "60000"), 1),
    ],
)
def test_a_number_is_free_the_moment_its_call_ends(account, managed, refused, magic, busy_for):
    """However a call ends, its number is busy up to that second and free in it."""
    body = managed(f"+9199000{magic[0]}", to={"contact_uri": f"+9199000{magic[1]}"})
    account.post(body)
    account.advance(busy_for - 0.5)
    refused(account.post(body), *BUSY)
    account.advance(0.5)

    assert 200 == account.post(body).status_code


def test_control_shows_who_is_busy(account):
    """User and device are busy in the directory for the length of the call."""
    states = []
    for seconds in (0, 60):
        account.advance(seconds)
        user = account.control("GET", "/users/u1001")
        states.append((user["status"], user["devices"][0]["status"], user["devices"][1]["status"]))
        if not seconds:
            account.place(USER)
            user = account.control("GET", "/users/u1001")
            states.append((user["status"], user["devices"][0]["status"], user["devices"][1]["status"]))

    assert [("free", "free", "free"), ("busy", "busy", "free"), ("free", "free", "free")] == states


def test_a_reset_frees_everybody(account, managed):
    """Forgetting the calls frees who was on them."""
    account.post(managed())
    account.control("POST", "/reset?scope=calls")

    assert 200 == account.post(managed()).status_code


def test_busy_is_a_matter_of_one_account(new_account, managed):
    """A number that is busy in one account is free in another."""
    one, other = new_account(), new_account()
    one.post(managed())

    assert 200 == other.post(managed()).status_code


@pytest.mark.parametrize(("device", "code"), [("+919810000003", 1012), ("+919810000004", 10705)])
def test_a_device_must_be_on_and_verified(account, order, device, code):
    """A user's device that is off or unverified takes no call until that changes."""
    before = account.post(order(device)).json()["response"]["error_data"]["code"]
    user = next(one for one in account.control("GET", "/users")["users"] if one["devices"][0]["contact_uri"] == device)
    path = f"/users/{user['id']}/devices/{user['devices'][0]['id']}"
    account.control("PATCH", path, {"available": True, "verified": True})

    assert code == before
    assert 200 == account.post(order(device)).status_code


def test_a_user_id_dials_the_device_that_is_on(account, order):
    """`user_id` instead of a contact dials the user's device that is on, under the user's name."""
    call = account.post(order(**{"from": {"user_id": "u1002"}})).json()["response"]["call_details"]
    account.advance(10)
    user = account.control("GET", "/users/u1002")

    [leg] = account.legs(call["sid"])["from"]
    assert ("sip:agent1002", f"{user['first_name']} {user['last_name']}") == (leg["contact_uri"], leg["name"])
