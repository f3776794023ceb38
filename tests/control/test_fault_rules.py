"""Faults of all kinds, as control takes and shows them."""

from __future__ import annotations

import pytest

from mockserver.engine.faults.effects import KINDS

REQUIRED = {"error": {"status": 500}, "latency": {"seconds": 1}, "delay": {"seconds": 1}}
OUTBOUND = {"delay", "duplicate", "swap", "drop", "overtake", "corrupt", "extra-event", "missing-field"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_told(world, kind):
    """With what it needs; the view says which way it goes, and the list has it."""
    fault = world.do("POST", "/faults", {"kind": kind, **REQUIRED.get(kind, {})})

    assert (kind, "outbound" if kind in OUTBOUND else "inbound") == (fault["kind"], fault["direction"])
    assert [fault] == world.get("/faults")["faults"]


def test_the_document_knows_the_kinds(world):
    """All that there are, and no other."""
    schema = world.control.document["components"]["schemas"]["FaultBody"]["properties"]["kind"]

    assert set(KINDS) == set(schema["enum"])


def test_a_rule_shows_all_that_it_was_told(world):
    """Numbers in one spelling, the event under our name, the expiry as a moment of the clock."""
    fault = world.do(
        "POST",
        "/faults",
        {
            "kind": "delay",
            "seconds": 5,
            "match": {"method": "POST", "path": "/hook*", "number": "098111 12222", "event": "terminal"},
            "skip": 2,
            "times": None,
            "probability": 0.25,
            "expires_after": 60,
        },
    )
    match = {"operation": None, "method": "POST", "path": "/hook*", "number": "+919811112222", "event": "over"}

    assert match == fault["match"]
    assert {"seconds": 5.0} == fault["parameters"]
    assert (2, None, 0.25, 0, 0) == tuple(
        fault[name] for name in ("skip", "remaining", "probability", "matched", "injected")
    )
    world.advance(60)
    assert world.get("/clock")["now"] == fault["expires_at"]


def test_an_operation_can_be_named_in_either_place(world):
    """They are the same."""
    for body in ({"operation": "exotel-v3.get-call"}, {"match": {"operation": "exotel-v3.get-call"}}):
        fault = world.do("POST", "/faults", {"status": 500, **body})

        assert ("exotel-v3.get-call",) * 2 == (fault["operation"], fault["match"]["operation"])


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"kind": "reset", "status": 500}, "status"),
        ({"kind": "error"}, "status"),
        ({"kind": "latency"}, "seconds"),
        ({"kind": "latency", "seconds": 1, "median": 1}, "median"),
        ({"kind": "truncated", "keep": 1, "share": 0.5}, "keep"),
        ({"kind": "reset", "match": {"event": "answered"}}, "match.event"),
        ({"kind": "drop", "match": {"operation": "exotel-v3.get-call"}}, "match.operation"),
        ({"kind": "drop", "operation": "exotel-v3.get-call"}, "match.operation"),
        ({"kind": "reset", "match": {"operation": "exotel-v3.hang-up"}}, "match.operation"),
        (
            {"kind": "reset", "operation": "exotel-v3.get-call", "match": {"operation": "exotel-v3.get-legs"}},
            "operation",
        ),
        ({"kind": "reset", "expires_after": -1}, "expires_after"),
        ({"kind": "explode"}, None),
        ({"kind": "reset", "probability": 2}, None),
        ({"kind": "reset", "skip": -1}, None),
        ({"kind": "drop", "match": {"event": "hung-up"}}, None),
        ({"kind": "drop", "match": {"numbers": []}}, None),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(world, expect_refusal, body, where):
    """With the field and the reason; no rule is made."""
    expect_refusal(world.ask("POST", "/faults", body), 400, "bad-input", where)

    assert [] == world.get("/faults")["faults"]


def test_a_number_that_is_none_is_refused(world, expect_refusal):
    """As everywhere."""
    expect_refusal(world.ask("POST", "/faults", {"kind": "reset", "match": {"number": "me"}}), 400, "bad-contact")


def test_a_rule_expires_by_the_clock_of_its_world(world, order):
    """Moving the clock is enough."""
    world.do("POST", "/faults", {"status": 500, "times": None, "expires_after": 60})
    before = world.provider("POST", "", json=order()).status_code
    world.advance(60)

    assert (500, 200) == (before, world.provider("POST", "", json=order()).status_code)


def test_the_same_seed_has_the_same_faults(new_world, order):
    """In two worlds, request by request; another seed has others."""

    def statuses(seed):
        world = new_world(seed=seed)
        world.do("POST", "/faults", {"status": 503, "times": None, "probability": 0.5})
        return [world.provider("POST", "", json=order()).status_code for _ in range(20)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)
    assert {200, 503} == set(statuses(1))


def test_healing_ends_every_kind(world, order):
    """After DELETE everything is as it was."""
    for kind in KINDS:
        world.do("POST", "/faults", {"kind": kind, "times": None, **REQUIRED.get(kind, {})})

    assert {"removed": {"faults": len(KINDS)}} == world.do("DELETE", "/faults")
    answer = world.provider("POST", "", json=order())
    assert (200, None) == (answer.status_code, answer.headers.get("x-mockserver-fault"))


@pytest.mark.parametrize("status", [200, 202, 302, 418, 599])
def test_an_answer_can_have_any_status(status, world, order):
    """A failure in the body of what calls itself a success, too."""
    world.do("POST", "/faults", {"status": status, "operation": "exotel-v3.create-call"})
    response = world.provider("POST", "", json=order(), follow_redirects=False)

    assert (status, "failure") == (response.status_code, response.json()["response"]["status"])
    assert 0 == world.get("/calls")["total"]
