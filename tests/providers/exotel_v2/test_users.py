"""Users of v2: created, read, changed, removed, listed."""

from __future__ import annotations

import re

import pytest

START = {"start": "2024-06-15T10:30:00+05:30"}
PARSING = "Invalid request body,failed parsing "
NAME_RULE = "must be 3 to 20 letters, digits, blanks, periods, apostrophes or hyphens"


@pytest.fixture
def crowd(new_center):
    """A center with 45 further users, each with a phone, every third with an address."""
    center = new_center()
    for number in range(45):
        email = {"email": f"agent{number}@example.com"} if number % 3 == 0 else {}
        center.hire(last_name=f"Rao {number:02}", device_contact_uri=f"+9198200000{number:02}", **email)
    return center


def test_a_new_user(new_center):
    """The answer is the user; the phone is off, unverified, and neither free nor busy."""
    center = new_center(**START)
    response = center.ask(
        "POST",
        "/users",
        json={
            "first_name": "Jean-Luc",
            "last_name": "O'Neil Jr.",
            "email": "jl@example.com",
            "device_contact_uri": "09820000001",
            "device_name": "Desk",
            "role": "supervisor",
        },
    )
    body = response.json()
    user = body["response"]["data"]
    [device] = user["devices"]

    assert ["request_id", "method", "http_code", "response"] == list(body)
    assert {"code": 200, "status": "success", "data": user} == body["response"]
    assert re.fullmatch("u[0-9a-f]{8}", user["id"])
    expected = {
        "id": user["id"],
        "first_name": "Jean-Luc",
        "last_name": "O'Neil Jr.",
        "email": "jl@example.com",
        "email_verified": False,
        "role": "supervisor",
        "date_created": "2024-06-15T10:30:00+05:30",
        "date_updated": "2024-06-15T10:30:00+05:30",
        "devices": [
            {
                "id": device["id"],
                "name": "Desk",
                "contact_uri": "+919820000001",
                "type": "tel",
                "available": False,
                "verified": False,
                "status": None,
            }
        ],
    }
    assert expected == user
    assert list(expected) == list(user)


def test_what_is_left_out(center):
    """Without role a user is a user, without email there is null, and ids of devices are numbers of their own."""
    first, second = center.hire(), center.hire(device_contact_uri="+919820000002")

    assert ("user", None) == (first["role"], first["email"])
    assert first["id"] != second["id"]
    assert first["devices"][0]["id"] < second["devices"][0]["id"]


def test_without_a_phone_there_is_a_sip_device(center):
    """Where VoIP is allowed, a user without a phone gets a SIP device, which needs no verification."""
    [device] = center.hire(device_contact_uri=None)["devices"]

    assert ("sip", False, True, "free") == (
        device["type"],
        device["available"],
        device["verified"],
        device["status"],
    )


@pytest.mark.parametrize("name", ["Asha", "A.B", "x" * 20, "Mary Ann", "D'Souza", "007", "a-b"])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_names_that_are_allowed(center, field, name):
    """Three to twenty letters, digits, blanks, periods, apostrophes and hyphens."""
    assert name == center.hire(**{field: name})[field]


@pytest.mark.parametrize("name", ["Al", "x" * 21, "Asha!", "आशा", "a_b", "abc\n", "<b>x</b>"])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_names_that_are_not(center, refused, field, name):
    """Anything else is 1007, on creation and on change."""
    body = {"first_name": "Asha", "last_name": "Rao", "device_contact_uri": "+919820000001", field: name}

    refused(center.ask("POST", "/users", json=body), 400, 1007, PARSING, f"{field} {NAME_RULE}")
    refused(center.ask("PUT", "/users/u1001", json={field: name}), 400, 1007, PARSING, f"{field} {NAME_RULE}")


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_names_are_mandatory(center, refused, field, value):
    """A user without one of the names is 1001."""
    body = {"first_name": "Asha", "last_name": "Rao", "device_contact_uri": "+919820000001", field: value}

    refused(center.ask("POST", "/users", json=body), 400, 1001, "Mandatory Parameter missing", f"{field} is mandatory")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "owner"}, 1007),
        ({"email": "nobody"}, 1007),
        ({"email": "a@b@c.example"}, 1007),
        ({"email": "x" * 250 + "@example.com"}, 1007),
        ({"first_name": 7}, 1007),
        ({"device_contact_uri": "sip:agent9"}, 1401),
        ({"device_contact_uri": "12"}, 1401),
    ],
)
def test_values_that_are_none(center, fields, code):
    """Roles, addresses and numbers are checked; nobody is created."""
    body = {"first_name": "Asha", "last_name": "Rao", "device_contact_uri": "+919820000001", **fields}
    response = center.ask("POST", "/users", json=body)

    assert (400, code) == (response.status_code, response.json()["response"]["error_data"]["code"])
    assert 4 == len(center.users())


def test_an_address_is_given_once(center, refused):
    """A user without an address may be given one, which then stays; the same again changes nothing."""
    user = center.hire()
    path = f"/users/{user['id']}"

    assert "asha@example.com" == center.data("PUT", path, {"email": "asha@example.com"})["email"]
    assert "asha@example.com" == center.data("PUT", path, {"email": "Asha@example.com"})["email"]
    refused(
        center.ask("PUT", path, json={"email": "b@example.com"}), 400, 1002, "Invalid parameter", "Cannot update email"
    )


def test_an_address_of_somebody_else_is_10813(center, refused):
    """Addresses are unique, also where one is set later."""
    center.hire(email="asha@example.com")
    user, text = center.hire(device_contact_uri="+919820000002"), "Email already exists"

    refused(center.ask("PUT", f"/users/{user['id']}", json={"email": "ASHA@example.com"}), 409, 10813, text, text)


def test_a_change_changes_what_it_names(new_center):
    """Only the named fields change, and the time of the change is kept."""
    center = new_center(**START)
    before = center.hire(email="asha@example.com")
    center.account.advance(90)

    after = center.data("PUT", f"/users/{before['id']}", {"first_name": "Usha"})
    assert {**before, "first_name": "Usha", "date_updated": "2024-06-15T10:31:30+05:30"} == after
    assert after == center.data("GET", f"/users/{before['id']}")


def test_a_removed_user_is_gone(center, refused):
    """After DELETE, whose answer holds null, nobody finds the user, and the phone can be given to another."""
    user, text = center.hire(), "User not found"
    path = f"/users/{user['id']}"

    assert center.data("DELETE", path) is None
    for method, body in [("GET", None), ("PUT", {}), ("DELETE", None)]:
        refused(center.ask(method, path, json=body), 404, 10801, text, text)
    refused(center.call(**{"from": {"user_id": user["id"]}}), 404, 10731, text, text)
    assert "+919820000001" == center.hire()["devices"][0]["contact_uri"]


def test_control_and_v2_see_one_directory(center):
    """Users that one of them creates, changes or removes are so for the other."""
    user = center.hire()
    seen = {one["id"]: one for one in center.account.control("GET", "/users")["users"]}
    assert "Asha" == seen[user["id"]]["first_name"]

    center.account.control("PATCH", f"/users/{user['id']}", {"first_name": "Usha"})
    assert "Usha" == center.data("GET", f"/users/{user['id']}")["first_name"]
    center.account.control("POST", "/users", {"id": "mine", "first_name": "Mine"})
    assert [] == center.data("GET", "/users/mine")["devices"]
    center.account.control("DELETE", f"/users/{user['id']}")
    assert 404 == center.ask("GET", f"/users/{user['id']}").status_code


def test_a_list_is_short_unless_asked(center):
    """Devices, calls and logins are absent from a list that is not asked for them."""
    lean = {"id", "first_name", "last_name", "email", "email_verified", "role", "date_created", "date_updated"}
    more = {"devices", "active_call", "last_login"}

    assert [lean] * 4 == [set(user) for user in center.users()]
    assert [lean | more] * 4 == [set(user) for user in center.users("?fields=devices,active_call,last_login")]
    assert [lean | {"devices"}] * 4 == [set(user) for user in center.users("?fields=%20devices%20,nothing")]


def test_a_user_who_talks(center):
    """While a call holds the user, it is the active call and the device is busy; afterwards neither."""
    record = center.place()
    query = "?fields=devices,active_call&devices.contact_uri=%2B919810000001"
    [during] = center.users(query)
    center.account.advance(60)
    [after] = center.users(query)

    active = {"call_sid": record["call_sid"], "call_state": "active", "direction": "outbound"}
    assert (active, "busy") == (during["active_call"], during["devices"][0]["status"])
    assert (None, "free") == (after["active_call"], after["devices"][0]["status"])


def test_reading_one_user_takes_fields_too(center):
    """The devices of a single user always come, the rest on request."""
    assert "devices" in center.data("GET", "/users/u1001")
    assert {"devices", "active_call", "last_login"} <= set(
        center.data("GET", "/users/u1001?fields=active_call,last_login")
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("devices.contact_uri=%2B919810000001", ["u1001"]),
        ("devices.contact_uri=+919810000001", ["u1001"]),
        ("devices.contact_uri=09810000001", ["u1001"]),
        ("devices.contact_uri=sip:agent1001", ["u1001"]),
        ("devices.contact_uri=09810000002,09810000003", ["u1002", "u1003"]),
        ("devices.contact_uri=09899999999", []),
        ("email=nobody@example.com", []),
        ("", ["u1001", "u1002", "u1003", "u1004"]),
        ("email=&devices.contact_uri=", ["u1001", "u1002", "u1003", "u1004"]),
    ],
)
def test_a_list_is_filtered(center, query, found):
    """By devices in any spelling, one or several; a plus that was not encoded is understood."""
    assert found == [user["id"] for user in center.users(f"?{query}")]


def test_a_list_is_filtered_by_addresses(crowd):
    """By addresses in any case of letters, together with a device if both are named."""
    both = "email=Agent0@example.com,agent3@example.com"

    assert ["Rao 00", "Rao 03"] == [user["last_name"] for user in crowd.users(f"?{both}")]
    assert ["Rao 03"] == [user["last_name"] for user in crowd.users(f"?{both}&devices.contact_uri=09820000003")]


@pytest.mark.parametrize(
    ("query", "offset", "limit", "count"),
    [("", 0, 20, 20), ("?offset=40", 40, 20, 9), ("?limit=50", 0, 50, 49), ("?offset=49&limit=1", 49, 1, 0)],
)
def test_a_list_has_pages(crowd, query, offset, limit, count):
    """Twenty to a page unless asked otherwise; the metadata counts all that match."""
    body = crowd.ask("GET", f"/users{query}").json()

    assert ["request_id", "method", "http_code", "metadata", "response"] == list(body)
    assert {"total": 49, "count": count, "offset": offset, "limit": limit} == body["metadata"]
    assert [{"code", "status", "data"}] * count == [set(row) for row in body["response"]]


def test_pages_come_to_the_whole(crowd):
    """All pages together are all users, each once."""
    pages = [user["id"] for offset in range(0, 49, 7) for user in crowd.users(f"?offset={offset}&limit=7")]

    assert [user["id"] for user in crowd.users("?limit=50")] == pages
    assert 49 == len(set(pages))


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "offset=-1", "offset=1e3", "limit=٣"])
def test_a_page_that_is_none_is_1007(center, query):
    """Limits are 1 to 50, offsets from 0."""
    response = center.ask("GET", f"/users?{query}")

    assert (400, 1007) == (response.status_code, response.json()["response"]["error_data"]["code"])


def test_a_filter_that_is_no_number_is_1401(center, refused):
    """A device that cannot be one is refused, not overlooked."""
    text = "Invalid phone number"
    refused(center.ask("GET", "/users?devices.contact_uri=nobody"), 400, 1401, text, text)


@pytest.mark.parametrize(
    ("path", "description"),
    [
        ("/users?page=2", "page is no parameter"),
        ("/users?fields=device", "Valid values for fields are devices, active_call, last_login"),
        ("/users/u1001?email=x", "email is no parameter"),
    ],
)
def test_a_strict_world_refuses_unknown_parameters(new_center, refused, path, description):
    """What is overlooked in the query is 1007 where the world is strict."""
    assert 200 == new_center().ask("GET", path).status_code
    refused(new_center(strict=True).ask("GET", path), 400, 1007, PARSING, description)
