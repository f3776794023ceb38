"""Quotas and what is refused by them, in each API's own words."""

from __future__ import annotations

import pytest


@pytest.fixture
def statuses(world, order):
    """The statuses of so many attempts to place a call."""
    return lambda count: [world.provider("POST", "", json=order()).status_code for _ in range(count)]


def test_nothing_is_limited_by_default(world, statuses):
    """A world begins without quotas."""
    assert [] == world.get("/quotas")["quotas"]
    assert [200] * 201 == statuses(201)


def test_the_documented_quotas_can_be_had(new_world, order):
    """200 requests a minute over all operations; a minute later as many again."""
    world = new_world(rate_limit="documented")
    sid = world.place()
    reads = [world.provider("GET", f"/{sid}").status_code for _ in range(200)]
    world.advance(60)

    assert [200] * 199 + [429] == reads
    assert 200 == world.provider("POST", "", json=order()).status_code
    assert [{"operation": None, "limit": 200, "seconds": 60.0, "used": 1}] == world.get("/quotas")["quotas"]


def test_a_reset_restores_the_quotas_of_the_beginning(new_world):
    """Removing them is a change as any other."""
    world = new_world(rate_limit="documented")
    world.do("DELETE", "/quotas")
    world.do("PUT", "/quotas", {"limit": 1, "operation": "exotel-v3.get-call"})
    removed = world.do("POST", "/reset?scope=quotas")["removed"]

    assert {"quotas": 1} == removed
    assert [(None, 200)] == [(one["operation"], one["limit"]) for one in world.get("/quotas")["quotas"]]


def test_a_quota_is_for_an_operation(world, statuses):
    """Others are served; removing it serves all."""
    sid = world.place()
    answer = world.do("PUT", "/quotas", {"operation": "exotel-v3.create-call", "limit": 1})

    assert {"operation": "exotel-v3.create-call", "limit": 1, "seconds": 60.0, "used": 0} == answer["quotas"][0]
    assert [200, 429, 429] == statuses(3)
    assert 200 == world.provider("GET", f"/{sid}").status_code
    assert {"removed": {"quotas": 1}} == world.do("DELETE", "/quotas")
    assert [200] == statuses(1)


@pytest.mark.parametrize("path", ["", "/{sid}", "/{sid}/legs"])
def test_v3_refuses_in_its_own_words(world, order, path):
    """429 with the code of its table of leg errors, by analogy elsewhere; the journal says why."""
    sid = world.place()
    world.do("PUT", "/quotas", {"limit": 0})
    answer = world.provider("GET" if path else "POST", path.format(sid=sid), json=None if path else order())
    last = world.get("/requests")["requests"][-1]

    assert (429, 10724) == (answer.status_code, answer.json()["response"]["error_data"]["code"])
    assert "the quota of all operations is used up: 0 requests in 60 seconds" == last["refusal"]
    assert "/quotas" in last["hint"]


def test_v1_refuses_in_its_own_words(world):
    """A RestException with the status again."""
    world.do("PUT", "/quotas", {"limit": 0})
    answer = world.control.elsewhere("GET", f"/v1/Accounts/{world.sid}/Calls.json", auth=world.auth)

    assert (429, {"RestException": {"Status": 429, "Message": "Too Many Requests"}}) == (
        answer.status_code,
        answer.json(),
    )


def test_what_is_refused_leaves_nothing(world, statuses):
    """No call, and no fault is used up."""
    world.do("POST", "/faults", {"status": 500})
    world.do("PUT", "/quotas", {"limit": 0})

    assert [429] == statuses(1)
    assert (0, 1) == (world.get("/calls")["total"], world.get("/faults")["faults"][0]["remaining"])


def test_who_may_not_come_in_uses_up_nothing(world, order):
    """Bad credentials are refused first."""
    world.do("PUT", "/quotas", {"limit": 1})
    answer = world.provider("POST", "", json=order(), auth=("x", "y"))

    assert (401, 0) == (answer.status_code, world.get("/quotas")["quotas"][0]["used"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"limit": -1},
        {"limit": "1"},
        {"limit": 1, "seconds": 0},
        {"limit": 1, "operation": "exotel-v3.hang-up"},
        {"limit": 1, "per": "minute"},
    ],
)
def test_a_bad_quota_is_bad_input(world, expect_refusal, body):
    """A limit from 0 on, seconds above 0, an operation that exists."""
    expect_refusal(world.ask("PUT", "/quotas", body), 400, "bad-input")

    assert [] == world.get("/quotas")["quotas"]
