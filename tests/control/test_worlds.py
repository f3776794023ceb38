"""Worlds: made, read, changed and thrown away."""

from __future__ import annotations

from urllib.parse import quote

import pytest

READINGS = {
    "exotel-v3.device-off": "1012",
    "exotel-v3.busy-status": "409",
    "exotel-v3.unset-custom-field": "null",
    "exotel-v3.total-duration": "null",
    "exotel-v3.leg-status": "documented",
}


@pytest.fixture
def create(control):
    """Asks for a world and throws it away again."""
    made = []

    def ask(**spec):
        response = control.ask("POST", "/worlds", json=spec)
        if response.is_success:
            made.append(response.json()["account_sid"])
        return response

    yield ask
    for sid in made:
        control.elsewhere("DELETE", f"/_mock/v1/worlds/{quote(sid)}")


def test_a_world_needs_nothing(create):
    """Without any wish a world has names of its own and the documented defaults."""
    first, second = create().json(), create().json()

    assert {"seed": 0, "zone": "Asia/Kolkata", "voip": True, "retry_after": [], "callback_timeout": 15.0} == {
        name: first[name] for name in ("seed", "zone", "voip", "retry_after", "callback_timeout")
    }
    assert READINGS.items() <= first["readings"].items()
    assert f"/v3/accounts/{first['account_sid']}" == first["paths"]["exotel-v3"]
    for name in ("account_sid", "api_key", "api_token"):
        assert first[name] != second[name]


def test_a_world_is_as_it_was_wished(create, control):
    """What was asked for is what is answered, listed and read."""
    spec = {
        "account_sid": "my.world_1-x",
        "api_key": "kéy",
        "api_token": "t:o:k",
        "seed": 42,
        "zone": "America/New_York",
        "voip": False,
        "retry_after": [1, 2.5],
        "callback_timeout": 0.5,
        "answer_within": 2.5,
        "check_audio": True,
        "readings": {"exotel-v3.leg-status": "detailed"},
    }
    created = create(**spec, clock="scaled", speed=10, outcomes="random").json()
    listed = control.ask("GET", "/worlds").json()["worlds"]

    readings = created["readings"]
    assert {**spec, "readings": readings} == {name: created[name] for name in spec}
    assert {**READINGS, "exotel-v3.leg-status": "detailed"}.items() <= readings.items()
    assert created == control.ask("GET", "/worlds/my.world_1-x").json()
    assert created in listed


def test_the_demonstration_world_is_there(control):
    """The server begins with the world `mock`, whose key is `key` and whose token is `token`."""
    world = control.ask("GET", "/worlds/mock").json()
    numbers = control.ask("GET", "/worlds/mock/numbers").json()["numbers"]
    users = control.ask("GET", "/worlds/mock/users").json()["users"]

    assert ("key", "token") == (world["api_key"], world["api_token"])
    assert ["+912241499102", "+911414941199", "+918047112345"] == [one["number"] for one in numbers]
    assert 4 == len(users)
    assert {(True, True), (False, True), (True, False)} == {
        (device["available"], device["verified"]) for user in users for device in user["devices"]
    }


def test_own_exophones_come_on_top(new_world):
    """The ExoPhones that a world is made with are added to the sample ones, in any spelling."""
    world = new_world(exophones=["080 6915 0000", "+6531580000", "+912241499102"])

    numbers = [one["number"] for one in world.get("/numbers")["numbers"]]
    assert ["+912241499102", "+911414941199", "+918047112345", "+918069150000", "+6531580000"] == numbers


def test_a_name_is_taken_once(create, expect_refusal):
    """Neither account SID nor API key may belong to another world, not even crosswise."""
    create(account_sid="taken", api_key="taken-key")

    for spec in (
        {"account_sid": "taken"},
        {"account_sid": "other", "api_key": "taken-key"},
        {"account_sid": "taken-key"},
        {"account_sid": "other", "api_key": "taken"},
        {"account_sid": "mock"},
    ):
        expect_refusal(create(**spec), 409, "already-exists")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("account_sid", ["", "a b", "a/b", "a\n", "é", "x" * 65, 5]),
        ("api_key", ["", "a:b", "a b", "a\n", "x" * 129]),
        ("api_token", ["", "a b", "a\n", "x" * 129]),
        ("seed", ["x", 1.5]),
        ("clock", ["fast", "", "MANUAL"]),
        ("start", ["yesterday", "2026-01-05", "2026-01-05T10:00:00", "2026-13-05T10:00:00Z", 5]),
        ("outcomes", ["dice"]),
        ("exophones", ["+912241499102", [5]]),
        ("zone", ["Mars/Olympus", "", "Europe", "../../etc/localtime", "/etc/localtime", "a\0b", "Asia/kolkata/"]),
        ("voip", ["maybe", 1]),
        ("retry_after", [5, [-1], [604_801], ["1"], [1] * 21]),
        ("callback_timeout", [0, -1, 301, "1"]),
        ("answer_within", [0, -1, 301, "1"]),
        ("readings", [[], {"no.such": "x"}, {"exotel-v3.leg-status": "verbose"}, {"exotel-v3.leg-status": 1}]),
    ],
)
def test_a_bad_wish_is_bad_input(create, expect_refusal, name, values):
    """A value that cannot be is refused with a hint, and no world is made of it."""
    for value in values:
        expect_refusal(create(**{name: value}), 400, "bad-input")


@pytest.mark.parametrize("number", ["abc", "123", "", "sip:pbx"])
def test_an_exophone_is_a_number(create, expect_refusal, number):
    """A world is not made with an ExoPhone that is no phone number."""
    expect_refusal(create(exophones=[number]), 400, "bad-contact")


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_time_begins_and_ends_somewhere(create, expect_refusal, start):
    """A clock cannot start where sids have no date or where there is no time left."""
    expect_refusal(create(start=start), 400, "bad-input", "start")


@pytest.mark.parametrize("speed", [0, -1, 100_001, 1e300])
def test_speed_has_bounds(create, expect_refusal, speed):
    """A scaled clock runs forwards, and at most a hundred thousand times as fast as the wall."""
    expect_refusal(create(clock="scaled", speed=speed), 400, "bad-input", "speed")


def test_speed_needs_a_scaled_clock(create, expect_refusal):
    """A speed without a scaled clock is a mistake, as it is on the command line, and no silence."""
    expect_refusal(create(clock="manual", speed=10), 400, "bad-input", "speed")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
@pytest.mark.parametrize("field", ['"retry_after": [%s]', '"speed": %s, "clock": "scaled"', '"callback_timeout": %s'])
def test_infinity_is_no_number(control, expect_refusal, field, number):
    """Numbers beyond all bounds are bad input, in JSON's words or not."""
    expect_refusal(control.ask("POST", "/worlds", content="{" + field % number + "}"), 400, "bad-input")


def test_a_change_leaves_the_rest(world):
    """PATCH changes what it names, answers with the new state, and leaves everything else."""
    before = world.get()
    changed = world.do("PATCH", "", {"retry_after": [5], "readings": {"exotel-v3.busy-status": "404"}})
    again = world.do("PATCH", "", {"readings": {"exotel-v3.device-off": "10703"}})

    assert {
        **before,
        "retry_after": [5.0],
        "readings": {**before["readings"], "exotel-v3.busy-status": "404"},
    } == changed
    assert "404" == again["readings"]["exotel-v3.busy-status"]
    assert again == world.get()
    assert again == world.do("PATCH", "", {})


def test_a_bad_change_changes_nothing(world, expect_refusal):
    """A change with one bad value is refused whole."""
    before = world.get()

    for bad in ({"zone": "Mars"}, {"zone": "Europe"}, {"retry_after": [-1]}, {"readings": {"x": "y"}}, {"seed": 5}):
        expect_refusal(world.ask("PATCH", "", {"voip": False, "callback_timeout": 1, **bad}), 400, "bad-input")
    assert before == world.get()


def test_a_changed_zone_changes_the_times(new_world):
    """After a change of zone v3 prints times with the new offset."""
    world = new_world(start="2026-01-05T00:00:00Z")
    call = world.place()
    world.do("PATCH", "", {"zone": "UTC"})

    details = world.provider("GET", f"/{call}").json()["response"]["call_details"]
    assert "2026-01-05 00:00:00+00:00" == details["created_time"]


def test_a_world_is_thrown_away(create, control, expect_refusal):
    """DELETE answers with the world that was; then it is unknown, its name is free, and a namesake is empty."""
    view = create(account_sid="short-lived").json()
    number = {"number": "+918000000001"}
    control.ask("POST", "/worlds/short-lived/numbers", json=number)
    deleted = control.ask("DELETE", "/worlds/short-lived").json()
    gone = control.ask("GET", "/worlds/short-lived")
    create(account_sid="short-lived")

    assert view == deleted
    expect_refusal(gone, 404, "unknown-world")
    assert 3 == len(control.ask("GET", "/worlds/short-lived/numbers").json()["numbers"])


def test_a_world_is_thrown_away_in_the_middle_of_its_calls(new_world, expect_refusal):
    """A world with living calls and pending timers goes like any other."""
    world = new_world()
    world.place()
    world.advance(3)
    world.do("DELETE")

    expect_refusal(world.ask("GET", "/calls"), 404, "unknown-world")
