"""Resets: a world goes back to its beginning, whole or in part."""

from __future__ import annotations

import pytest

BLOCKED = {"url": "http://8.8.8.8/"}
SCOPES = ["calls", "scenarios", "faults", "quotas", "alarms", "requests", "directory"]


@pytest.fixture
def busy_world(new_world):
    """A world with something in every scope: two calls with callbacks, a story, rules, a quota, a number, a user."""
    world = new_world(exophones=["+918069150000"])
    world.place("+919810000001", status_callback=[{**BLOCKED, "event": "answered"}])
    world.place()
    world.advance(10)
    world.do("POST", "/scenarios/next", {})
    world.do("POST", "/scenarios/rules", {"story": {}})
    world.do("POST", "/faults", {"status": 500, "times": None})
    world.do("PUT", "/quotas", {"limit": 1000})
    world.do("POST", "/numbers", {"number": "+918000000001"})
    world.do("DELETE", "/users/u1004")
    return world


def contents(world):
    """How much there is of everything."""
    scenarios = world.get("/scenarios")
    return {
        "calls": world.get("/calls")["total"],
        "deliveries": len(world.get("/deliveries")["deliveries"]),
        "stories": len(scenarios["next"]) + len(scenarios["rules"]),
        "faults": len(world.get("/faults")["faults"]),
        "quotas": len(world.get("/quotas")["quotas"]),
        "requests": len(world.get("/requests")["requests"]),
        "numbers": len(world.get("/numbers")["numbers"]),
        "users": len(world.get("/users")["users"]),
    }


FULL = {"calls": 2, "deliveries": 2, "stories": 2, "faults": 1, "quotas": 1, "requests": 2, "numbers": 5, "users": 3}


@pytest.mark.parametrize(
    ("scope", "removed", "left"),
    [
        ("calls", {"calls": 2}, {"calls": 0, "deliveries": 0}),
        ("scenarios", {"scenarios": 2}, {"stories": 0}),
        ("faults", {"faults": 1}, {"faults": 0}),
        ("quotas", {"quotas": 1}, {"quotas": 0}),
        ("alarms", {"alarms": 0}, {}),
        ("requests", {"requests": 2}, {"requests": 0}),
        ("directory", {"directory": 8}, {"numbers": 4, "users": 4}),
        ("faults,scenarios", {"faults": 1, "scenarios": 2}, {"faults": 0, "stories": 0}),
    ],
)
def test_a_scope_is_forgotten_and_nothing_else(busy_world, scope, removed, left):
    """A reset says what it removed in its scopes, and touches no other."""
    assert FULL == contents(busy_world)
    assert {"removed": removed} == busy_world.do("POST", f"/reset?scope={scope}")
    assert {**FULL, **left} == contents(busy_world)


@pytest.mark.parametrize("query", ["", "?scope="])
def test_without_a_scope_everything_is_forgotten(busy_world, query):
    """A reset without scope covers them all; the world keeps its name, settings and clock."""
    before, clock = busy_world.get(), busy_world.get("/clock")["now"]
    removed = busy_world.do("POST", f"/reset{query}")["removed"]

    empty = {
        "calls": 0,
        "deliveries": 0,
        "stories": 0,
        "faults": 0,
        "quotas": 0,
        "requests": 0,
        "numbers": 4,
        "users": 4,
    }
    assert SCOPES == list(removed)
    assert empty == contents(busy_world)
    assert (before, clock) == (busy_world.get(), busy_world.get("/clock")["now"])


def test_a_second_reset_has_nothing_to_remove(world):
    """Resetting an untouched world removes no calls, scenarios, faults or requests."""
    removed = world.do("POST", "/reset?scope=calls,scenarios,faults,requests")["removed"]

    assert {"calls": 0, "scenarios": 0, "faults": 0, "requests": 0} == removed


def test_nothing_of_a_forgotten_call_happens(busy_world):
    """After a reset no timer of a forgotten call fires and no callback of it goes out."""
    busy_world.do("POST", "/reset?scope=calls")
    receipt = busy_world.advance(3600)

    assert [] == receipt["events"]
    assert busy_world.get("/clock")["next_due"] is None


def test_calls_go_on_after_a_reset(busy_world):
    """After a reset calls are placed and end as ever, under sids that were not used before."""
    before = {call["sid"] for call in busy_world.get("/calls")["calls"]}
    busy_world.do("POST", "/reset?scope=calls,faults")
    sid = busy_world.place("+919810000001")
    busy_world.advance(60)

    assert sid not in before
    assert "completed" == busy_world.get(f"/calls/{sid}")["call"]["outcome"]


@pytest.mark.parametrize("scope", ["everything", "calls,nothing", "calls faults", ",", "Calls"])
def test_an_unknown_scope_is_bad_input(busy_world, expect_refusal, scope):
    """A scope that does not exist is expect_refusal, and nothing at all is removed."""
    expect_refusal(busy_world.ask("POST", f"/reset?scope={scope}"), 400, "bad-input", "scope")
    assert FULL == contents(busy_world)


def test_a_reset_leaves_other_worlds_alone(new_world):
    """A reset of one world takes nothing from another."""
    one, other = new_world(), new_world()
    other.place()
    one.do("POST", "/reset")

    assert 1 == other.get("/calls")["total"]
