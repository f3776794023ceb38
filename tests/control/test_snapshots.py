"""Worlds as they were: taken, restored, and the same requests afterwards with the same answers."""

# ruff: noqa: S311  no secrets are made here

from __future__ import annotations

from random import Random

import pytest

PHONES = ["+919811112222", "+919833334444", "+919900000530", "+919900020800", "+919900010500", "+919810000001"]
RECEIVER = "http://127.0.0.1:9/gone"


def some_requests(seed, count):
    """Requests of every kind that changes something, as (method, path, body, provider or control)."""
    rng = Random(seed)

    def dial():
        caller, callee = rng.sample(PHONES, 2)
        told = [{"event": event, "url": RECEIVER} for event in rng.sample(["answered", "terminal"], rng.randint(0, 2))]
        body = {"from": {"contact_uri": caller}, "to": {"contact_uri": callee}, "virtual_number": "+912241499102"}
        return "v3", "POST", "", {**body, "status_callback": told}

    kinds = [
        dial,
        dial,
        lambda: ("control", "POST", "/clock/advance", {"seconds": rng.choice([0, 1, 5, 30, 200])}),
        lambda: ("control", "POST", "/clock/run-until", {"idle": True}),
        lambda: ("control", "POST", "/scenarios/next", {"to": {"reaction": rng.choice(["busy", "rejects"])}}),
        lambda: ("control", "POST", "/scenarios/rules", {"story": {"talk": rng.randint(1, 50)}, "times": 2}),
        lambda: ("control", "POST", "/faults", {"status": 500, "operation": "exotel-v3.create-call"}),
        lambda: ("control", "POST", "/faults", {"kind": "swap", "times": None, "probability": 0.5}),
        lambda: ("control", "POST", "/faults", {"kind": "delay", "seconds": rng.randint(1, 60), "expires_after": 50}),
        lambda: ("control", "POST", "/faults", {"kind": rng.choice(["drop", "duplicate", "missing-field", "corrupt"])}),
        lambda: ("control", "PUT", "/quotas", {"limit": 20, "seconds": 60}),
        lambda: ("control", "GET", "/faults", None),
        lambda: ("control", "GET", "/quotas", None),
        lambda: ("control", "POST", "/numbers/+912241499102/incoming", {"from": rng.choice(PHONES), "queue": 2.0}),
        lambda: ("control", "POST", "/users", {"first_name": f"Asha {rng.randint(1, 9)}"}),
        lambda: ("control", "PATCH", "/users/u1001/devices/1", {"available": rng.random() < 0.5}),
        lambda: ("control", "POST", "/contacts", {"number": rng.choice(PHONES), "first_name": "Ravi"}),
        lambda: ("control", "PATCH", "", {"retry_after": [rng.randint(1, 60)], "voip": rng.random() < 0.5}),
        lambda: ("control", "GET", "/calls", None),
        lambda: ("control", "GET", "/deliveries", None),
        lambda: ("control", "GET", "/scenarios", None),
        lambda: ("control", "GET", "/clock", None),
    ]
    return [rng.choice(kinds)() for _ in range(count)]


def without_real_time(answer):
    """The answer without what is measured on the wall."""
    if isinstance(answer, dict):
        return {name: without_real_time(value) for name, value in answer.items() if name != "seconds"}
    return [without_real_time(value) for value in answer] if isinstance(answer, list) else answer


def answers(world, requests):
    found = []
    for where, method, path, body in requests:
        options = {} if body is None else {"json": body}
        response = world.provider(method, path, **options) if where == "v3" else world.ask(method, path, body=body)
        found.append((response.status_code, without_real_time(response.json())))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_restored_world_answers_the_same_requests_alike(seed, world):
    """Fifty requests before it, fifty after it, and after a restore the same fifty: answers and receipts are equal."""
    answers(world, some_requests(seed, 50))
    world.do("POST", "/snapshots", {"name": "before"})
    requests = some_requests(1_000 + seed, 50)

    first = answers(world, requests)
    world.do("POST", "/snapshots/before/restore")
    second = answers(world, requests)
    world.do("POST", "/snapshots/before/restore")

    assert first == second == answers(world, requests)
    assert {200, 201} <= {status for status, _ in first}


def test_a_history_goes_on_where_the_snapshot_left_it(world):
    """Its second part can be told again after a restore."""
    world.do("POST", "/history", {"calls": 20, "count": 10})
    world.do("POST", "/snapshots", {"name": "half"})
    rest = {"calls": 20, "first": 10}

    told = world.do("POST", "/history", rest)
    world.do("POST", "/snapshots/half/restore")

    assert 10 == world.get("/calls")["total"]
    assert told == world.do("POST", "/history", rest)


def test_a_clock_that_runs_goes_on_from_the_snapshot(new_world):
    """In jumping time the call that was alive comes to its end again."""
    world = new_world(clock="manual")
    sid = world.place()
    world.advance(5)
    world.do("POST", "/snapshots", {"name": "ringing"})
    world.advance(500)
    world.do("POST", "/snapshots/ringing/restore")

    assert "ringing-to" == world.get(f"/calls/{sid}")["call"]["state"]
    world.advance(500)
    assert "settled" == world.get(f"/calls/{sid}")["call"]["state"]


def test_snapshots_are_listed_replaced_and_removed(world, expect_refusal):
    """By name, with the moment and the number of calls."""
    empty = world.do("POST", "/snapshots", {"name": "one"})
    world.place()
    full = world.do("POST", "/snapshots", {"name": "one"})

    assert (0, 1) == (empty["calls"], full["calls"])
    assert {"snapshots": [full]} == world.get("/snapshots")
    assert full == world.do("DELETE", "/snapshots/one")
    assert {"snapshots": []} == world.get("/snapshots")
    expect_refusal(world.ask("POST", "/snapshots/one/restore"), 404, "unknown-snapshot")
    expect_refusal(world.ask("DELETE", "/snapshots/one"), 404, "unknown-snapshot")


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "../up"])
def test_a_snapshot_has_a_plain_name(name, world, expect_refusal):
    """Letters, digits, dots, dashes and underscores, at most 64."""
    expect_refusal(world.ask("POST", "/snapshots", {"name": name}), 400, "bad-input")


def test_a_world_has_so_many_snapshots_and_no_more(world, expect_refusal):
    """A hundred; then one has to go, or be replaced."""
    for number in range(100):
        world.do("POST", "/snapshots", {"name": f"s{number}"})

    expect_refusal(world.ask("POST", "/snapshots", {"name": "one-more"}), 507, "exhausted")
    world.do("POST", "/snapshots", {"name": "s7"})


def test_other_worlds_do_not_notice(new_world):
    """A restore is one world's."""
    mine, other = new_world(), new_world()
    mine.do("POST", "/snapshots", {"name": "empty"})
    sid = other.place()
    mine.do("POST", "/snapshots/empty/restore")

    assert [sid] == [call["sid"] for call in other.get("/calls")["calls"]]


def test_a_restore_is_an_event(world):
    """Records of what happened stay, and tell of it."""
    world.do("POST", "/snapshots", {"name": "empty"})
    world.place()
    world.do("POST", "/snapshots/empty/restore")

    assert 0 == world.get("/calls")["total"]
    assert 1 == len(world.get("/requests")["requests"])
