"""The users of a world and their devices."""

from __future__ import annotations

import pytest

PHONE = {"contact_uri": "+919820000001"}


def test_the_sample_users_are_listed(world):
    """A world begins with four users, whose devices are on, off, verified and not."""
    users = world.get("/users")["users"]

    assert ["u1001", "u1002", "u1003", "u1004"] == [user["id"] for user in users]
    assert [
        ("+919810000001", "tel", True, True),
        ("sip:agent1001", "sip", False, True),
        ("sip:agent1002", "sip", True, True),
        ("+919810000002", "tel", False, True),
        ("+919810000003", "tel", False, True),
        ("+919810000004", "tel", True, False),
    ] == [
        (device["contact_uri"], device["type"], device["available"], device["verified"])
        for user in users
        for device in user["devices"]
    ]


def test_a_user_is_added(world):
    """A new user is as described, free, and its devices have ids that nobody else's have."""
    others = {device["id"] for user in world.get("/users")["users"] for device in user["devices"]}
    sip = {"contact_uri": "sip:Asha;transport=tls", "name": "Softphone", "available": False, "verified": False}
    body = {"id": "asha", "first_name": "Asha", "last_name": "Rao", "email": "asha@example.com", "role": "admin"}
    user = world.do("POST", "/users", {**body, "devices": [PHONE, sip]})

    first, second = (device.pop("id") for device in user["devices"])
    assert body.items() <= user.items()
    assert "free" == user["status"]
    assert [
        {
            "contact_uri": "+919820000001",
            "type": "tel",
            "name": "Phone",
            "available": True,
            "verified": True,
            "status": "free",
        },
        {**sip, "contact_uri": "sip:asha", "type": "sip", "status": "free"},
    ] == user["devices"]
    assert first != second
    assert set() == others & {first, second}


def test_a_user_needs_only_a_name(world):
    """Without an id a user gets one that nobody has."""
    first, second = (world.do("POST", "/users", {"first_name": "Twin"}) for _ in range(2))

    assert ("Twin", "", "user", []) == (first["first_name"], first["last_name"], first["role"], first["devices"])
    assert first["id"] != second["id"]
    assert first == world.get(f"/users/{first['id']}")


def test_the_id_of_a_user_comes_from_the_seed(new_world, control):
    """An id that nobody chose is the same in every run, like everything that is random in a world."""
    ids = []
    for _ in range(2):
        world = new_world(account_sid="twin")
        ids.append(world.do("POST", "/users", {"first_name": "Asha"})["id"])
        control.ask("DELETE", "/worlds/twin")

    assert ids[0] == ids[1]


def test_a_user_is_changed_in_part(world):
    """PATCH changes what it names and leaves the rest."""
    before = world.get("/users/u1001")
    changed = world.do("PATCH", "/users/u1001", {"last_name": "Rao", "role": "supervisor"})

    assert {**before, "last_name": "Rao", "role": "supervisor"} == changed
    assert changed == world.get("/users/u1001")


def test_new_devices_stand_for_the_old(world):
    """Devices in a PATCH replace all that there were; the contacts of the old are free for others."""
    world.do("PATCH", "/users/u1001", {"devices": [PHONE]})
    world.do("POST", "/users", {"first_name": "Heir", "devices": [{"contact_uri": "+919810000001"}]})

    assert ["+919820000001"] == [device["contact_uri"] for device in world.get("/users/u1001")["devices"]]


def test_a_user_keeps_a_contact_in_a_new_list(world):
    """A PATCH of the devices may repeat contacts that the user has already."""
    changed = world.do("PATCH", "/users/u1001", {"devices": [{"contact_uri": "09810000001", "name": "Desk"}]})

    assert [("+919810000001", "Desk")] == [(one["contact_uri"], one["name"]) for one in changed["devices"]]


def test_a_user_is_removed(world, expect_refusal):
    """DELETE answers with the user that was; then id and contacts are nobody's."""
    before = world.get("/users/u1001")

    assert before == world.do("DELETE", "/users/u1001")
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"role": "user"})):
        expect_refusal(world.ask(method, "/users/u1001", body), 404, "unknown-user")
    world.do("POST", "/users", {"first_name": "Heir", "id": "u1001", "devices": [{"contact_uri": "+919810000001"}]})


@pytest.mark.parametrize(
    ("change", "value"),
    [("available", False), ("verified", False), ("name", "Desk"), ("contact_uri", "+919820000009")],
)
def test_a_device_is_changed_in_part(world, change, value):
    """PATCH of a device changes what it names; the answer is the whole user."""
    before = world.get("/users/u1001")
    path = f"/users/u1001/devices/{before['devices'][0]['id']}"
    changed = world.do("PATCH", path, {change: value})

    assert [{**before["devices"][0], change: value}, before["devices"][1]] == changed["devices"]
    assert changed == world.get("/users/u1001")
    assert changed == world.do("PATCH", path, {})


@pytest.mark.parametrize("device", ["999", "x", "-1", "1.0", "9" * 40, "%D9%A1"])
def test_an_unknown_device_is_unknown(world, expect_refusal, device):
    """A device that the user does not have is 404, whatever its id looks like."""
    expect_refusal(world.ask("PATCH", f"/users/u1001/devices/{device}", {"available": True}), 404, "unknown-device")


def test_a_device_of_another_user_is_unknown(world, expect_refusal):
    """A device is reached through its own user only."""
    other = world.get("/users/u1002")["devices"][0]["id"]

    expect_refusal(world.ask("PATCH", f"/users/u1001/devices/{other}", {"available": False}), 404, "unknown-device")
    expect_refusal(world.ask("PATCH", "/users/nobody/devices/1", {"available": False}), 404, "unknown-user")


def test_an_id_is_taken_once(world, expect_refusal):
    """Two users of one id cannot be."""
    expect_refusal(world.ask("POST", "/users", {"first_name": "x", "id": "u1001"}), 409, "already-exists")


def test_a_contact_is_on_one_device(world, expect_refusal):
    """A contact that is a device already cannot become another's, nor the same user's twice, in any spelling."""
    users = world.get("/users")
    taken, twice = [{"contact_uri": "09810000001"}], [PHONE, {"contact_uri": "9820000001"}]
    first = users["users"][1]["devices"][0]["id"]

    expect_refusal(world.ask("POST", "/users", {"first_name": "x", "devices": taken}), 409, "already-exists")
    expect_refusal(world.ask("POST", "/users", {"first_name": "x", "devices": twice}), 409, "already-exists")
    expect_refusal(world.ask("PATCH", "/users/u1002", {"devices": taken}), 409, "already-exists")
    expect_refusal(world.ask("PATCH", f"/users/u1002/devices/{first}", taken[0]), 409, "already-exists")
    assert users == world.get("/users")


@pytest.mark.parametrize("contact", ["", "abc", "123", "sip:"])
def test_a_device_needs_a_contact_that_can_be(world, expect_refusal, contact):
    """A device whose contact is neither number nor SIP URI is 400 bad-contact."""
    devices = [{"contact_uri": contact}]

    expect_refusal(world.ask("POST", "/users", {"first_name": "x", "devices": devices}), 400, "bad-contact")
    expect_refusal(world.ask("PATCH", "/users/u1001", {"devices": devices}), 400, "bad-contact")
    expect_refusal(world.ask("PATCH", "/users/u1001/devices/1", devices[0]), 400, "bad-contact")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"first_name": 5},
        {"first_name": "x", "id": "a b"},
        {"first_name": "x", "id": ""},
        {"first_name": "x", "role": "boss"},
        {"first_name": "x", "devices": [{}]},
        {"first_name": "x", "devices": {"contact_uri": "+919820000001"}},
        {"first_name": "x", "devices": [{"contact_uri": "+919820000001", "availabel": True}]},
    ],
)
def test_a_bad_user_is_bad_input(world, expect_refusal, body):
    """A user without name, with an odd id, an unknown role or misspelt device is refused."""
    expect_refusal(world.ask("POST", "/users", body), 400, "bad-input")


def test_an_unknown_user_is_unknown(world, expect_refusal):
    """A user that does not exist is 404."""
    expect_refusal(world.ask("GET", "/users/nobody"), 404, "unknown-user")
