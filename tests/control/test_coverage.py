"""Coverage over the control API: what was exercised of all that the emulator knows."""

from __future__ import annotations

import pytest


@pytest.fixture
def seen(world):
    """What a world has exercised of a kind: the items that came about, by name."""

    def look(kind, path="/coverage"):
        [view] = [one for one in world.get(path)["kinds"] if one["kind"] == kind]
        return {name: count for name, count in view["items"].items() if count}

    return look


def test_a_new_world_has_exercised_nothing(world):
    """All kinds are there with their items, and none of them has come about."""
    view = world.get("/coverage")

    assert ["operations", "errors", "outcomes", "legs", "events"] == [one["kind"] for one in view["kinds"]]
    assert (0, 0.0) == (view["seen"], view["percent"])
    assert view["known"] == sum(len(one["items"]) for one in view["kinds"])


def test_a_served_operation_counts(world, seen):
    """An operation counts when it is served, as often as it is."""
    sid = world.place()
    world.provider("GET", f"/{sid}")
    world.provider("GET", f"/{sid}")

    assert {"exotel-v3.create-call": 1, "exotel-v3.get-call": 2} == seen("operations")


def test_an_error_counts_by_operation_status_and_vendor_code(world, seen):
    """A refusal is no service; it counts as the error that it is."""
    world.provider("GET", "/nobody")

    assert {} == seen("operations")
    assert {"exotel-v3.get-call 404 10744": 1} == seen("errors")


def test_an_injected_error_counts(world, seen):
    """An error that comes by a fault rule has been exercised, too."""
    world.do("POST", "/faults", {"operation": "exotel-v3.create-call", "status": 500, "code": 1100})
    world.provider("POST", "", json={})

    assert {"exotel-v3.create-call 500 1100": 1} == seen("errors")


def test_an_error_of_no_document_is_beyond(world):
    """What a fault makes up is told, and makes nothing complete."""
    world.do("POST", "/faults", {"status": 418, "code": 7})
    world.provider("POST", "", json={})
    view = world.get("/coverage")
    [errors] = [one for one in view["kinds"] if one["kind"] == "errors"]

    assert {"exotel-v3.create-call 418 7": 1} == errors["beyond"]
    assert 0 == view["seen"]


def test_a_call_counts_with_its_outcome_and_the_ends_of_its_legs(world, seen):
    """How a call went counts when it ends, by its direction; so does how each of its legs ended."""
    world.do("POST", "/scenarios/next", {"to": {"reaction": "busy"}})
    world.place()
    assert {} == seen("outcomes")
    world.advance(600)

    assert {"outbound-api to-unanswered": 1} == seen("outcomes")
    assert {"from completed": 1, "to busy": 1} == seen("legs")


def test_an_incoming_call_counts_as_such(world, seen):
    """Outcomes are told apart by the direction of the call."""
    world.do("POST", "/numbers/+912241499102/incoming", {"from": "+919811112222", "user_ids": ["u1001"]})
    world.advance(600)

    assert {"inbound completed": 1} == seen("outcomes")


def test_a_callback_counts_when_it_reaches_the_wire(world, seen):
    """Events count by the version that words them, whatever the receiver says; a blocked callback has not left."""
    world.place(status_callback=[{"event": "terminal", "url": "http://127.0.0.1:1/over"}])
    world.place(status_callback=[{"event": "answered", "url": "http://8.8.8.8/blocked"}])
    world.advance(600)

    assert {"exotel-v3 over": 1} == seen("events")


def test_a_told_history_was_exercised_by_nobody(world):
    """Calls that a history brings have not been made by the application."""
    world.do("POST", "/history", {"calls": 20})

    assert 0 == world.get("/coverage")["seen"]


def test_a_snapshot_does_not_bring_coverage_back(world, seen):
    """What was exercised stays so when the world goes back to what it was."""
    world.do("POST", "/snapshots", {"name": "before"})
    world.place()
    world.do("POST", "/snapshots/before/restore")

    assert {"exotel-v3.create-call": 1} == seen("operations")


def test_the_server_counts_worlds_that_have_gone(control, new_world):
    """The coverage of the server has what any world exercised, living or not, and begins anew when it is told to."""

    def count():
        kinds = {one["kind"]: one["items"] for one in control.ask("GET", "/coverage").json()["kinds"]}
        return kinds["operations"]["exotel-v3.create-call"]

    control.ask("DELETE", "/coverage")
    living, gone = new_world(), new_world()
    living.place()
    gone.place()
    gone.ask("DELETE")
    assert 2 == count()
    assert 200 == control.ask("DELETE", "/coverage").status_code

    assert 0 == count()
    assert 0 == living.get("/coverage")["seen"]


def test_a_request_of_no_world_counts_on_the_server(control, world):
    """Wrong credentials belong to the server's coverage where they belong to no world."""
    control.ask("DELETE", "/coverage")
    world.provider("POST", "", json={}, auth=("nobody", "x"))
    kinds = {one["kind"]: one["items"] for one in control.ask("GET", "/coverage").json()["kinds"]}

    assert 1 == kinds["errors"]["exotel-v3.create-call 401 1010"]
