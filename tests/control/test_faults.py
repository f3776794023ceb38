"""Faults: errors that a provider answers on purpose."""

from __future__ import annotations

import pytest


@pytest.fixture
def codes(world, order):
    """Statuses and vendor codes of a number of attempts to place a call."""

    def place(count):
        answers = [world.provider("POST", "", json=order()) for _ in range(count)]
        errors = [answer.json()["response"]["error_data"] for answer in answers]
        return [(answer.status_code, error and error["code"]) for answer, error in zip(answers, errors, strict=True)]

    return place


def test_a_fault_happens_once(world, codes):
    """A fault rule without a count answers the next matching request, and then no other."""
    fault = world.do("POST", "/faults", {"status": 500, "code": 1100})

    assert {
        "id": "f1",
        "operation": None,
        "status": 500,
        "code": 1100,
        "text": None,
        "remaining": 1,
        "injected": 0,
    }.items() <= fault.items()
    assert [(500, 1100), (200, None)] == codes(2)


def test_a_fault_happens_so_often(world, codes):
    """`times` says how often; the list shows how often it did and will."""
    world.do("POST", "/faults", {"status": 503, "times": 2})
    answers = codes(3)
    [fault] = world.get("/faults")["faults"]

    assert [(503, None), (503, None), (200, None)] == answers
    assert (0, 2) == (fault["remaining"], fault["injected"])


def test_a_fault_happens_until_it_is_healed(world, codes):
    """With `times` null a fault stays until it is removed."""
    world.do("POST", "/faults", {"status": 500, "code": 1101, "times": None})
    before = codes(5)
    removed = world.do("DELETE", "/faults/f1")

    assert [(500, 1101)] * 5 == before
    assert (None, 5) == (removed["remaining"], removed["injected"])
    assert [(200, None)] == codes(1)


def test_healing_removes_all(world, codes):
    """DELETE of the faults removes every rule and says how many."""
    for status in (500, 503):
        world.do("POST", "/faults", {"status": status, "times": None})

    assert {"removed": {"faults": 2}} == world.do("DELETE", "/faults")
    assert [] == world.get("/faults")["faults"]
    assert [(200, None)] == codes(1)


def test_faults_are_used_in_order(world, codes):
    """Of several rules the oldest comes first, and when it is used up the next."""
    for code in (1100, 1101, 1200):
        world.do("POST", "/faults", {"status": 500, "code": code})

    assert [(500, 1100), (500, 1101), (500, 1200), (200, None)] == codes(4)


@pytest.mark.parametrize(
    ("operation", "is_hit"),
    [
        ("exotel-v3.create-call", [True, False, False]),
        ("exotel-v3.get-call", [False, True, False]),
        ("exotel-v3.get-legs", [False, False, True]),
        (None, [True, True, True]),
    ],
)
def test_a_fault_is_for_an_operation(world, order, operation, is_hit):
    """A rule hits the operation that it names, or all of them; each answers in its own envelope."""
    sid = world.place()
    world.advance(60)
    world.do("POST", "/faults", {"status": 429, "code": 10724, "operation": operation, "times": None})
    answers = [
        world.provider("POST", "", json=order()),
        world.provider("GET", f"/{sid}"),
        world.provider("GET", f"/{sid}/legs"),
    ]

    assert is_hit == [429 == answer.status_code for answer in answers]
    assert is_hit == ["f1" == answer.headers.get("x-mockserver-fault") for answer in answers]
    assert ["call_details", "call_details", "leg_details"] == [list(one.json()["response"])[-1] for one in answers]


@pytest.mark.parametrize("status", [400, 418, 420, 451, 499, 500, 520, 599])
def test_any_error_status_can_be_had(world, order, status):
    """A status without documented text has a text all the same, be it one that HTTP has no name for."""
    world.do("POST", "/faults", {"status": status})
    answer = world.provider("POST", "", json=order())

    assert status == answer.status_code
    assert answer.json()["response"]["error_data"]["description"]


def test_a_fault_has_a_text_of_its_own(world, order):
    """A text given with the rule stands in place of the documented one."""
    world.do("POST", "/faults", {"status": 500, "code": 1100, "text": "Der Speicher ist voll ☹"})
    error = world.provider("POST", "", json=order()).json()["response"]["error_data"]

    assert {"code": 1100, "message": "Der Speicher ist voll ☹", "description": "Der Speicher ist voll ☹"} == error


def test_a_faulty_request_leaves_nothing(world, codes):
    """A request that was answered by a fault placed no call and used up no story."""
    world.do("POST", "/scenarios/next", {"to": {"reaction": "busy"}})
    world.do("POST", "/faults", {"status": 500})
    codes(1)

    assert 0 == world.get("/calls")["total"]
    assert 1 == len(world.get("/scenarios")["next"])


def test_a_fault_needs_good_credentials(world, order):
    """Who may not come in meets no fault, and uses none up."""
    world.do("POST", "/faults", {"status": 500})
    answer = world.provider("POST", "", json=order(), auth=("x", "y"))

    assert (401, 1) == (answer.status_code, world.get("/faults")["faults"][0]["remaining"])


def test_a_fault_is_in_the_journal(world, codes):
    """The journal names the rule that answered."""
    world.do("POST", "/faults", {"status": 500})
    codes(2)

    assert [("f1", 500), (None, 200)] == [(one["fault"], one["status"]) for one in world.get("/requests")["requests"]]


def test_control_has_no_faults(world):
    """A fault for all operations leaves the control API, health and documents alone."""
    world.do("POST", "/faults", {"status": 500, "times": None})

    for path in ("/livez", "/readyz", "/openapi/control.json", f"/_mock/v1/worlds/{world.sid}"):
        assert 200 == world.control.elsewhere("GET", path).status_code


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": 199},
        {"status": 204},
        {"status": 600},
        {"status": "500"},
        {"status": 500, "code": "1100"},
        {"status": 500, "times": 0},
        {"status": 500, "operation": "exotel-v3.hang-up"},
        {"status": 500, "operations": None},
    ],
)
def test_a_bad_fault_is_bad_input(world, expect_refusal, body):
    """A fault is an error status, a whole code, a count of at least one, and an operation that exists."""
    expect_refusal(world.ask("POST", "/faults", body), 400, "bad-input")


def test_an_unknown_operation_is_answered_with_those_that_exist(world):
    """The hint lists the operations that a fault may name."""
    hint = world.ask("POST", "/faults", {"status": 500, "operation": "x"}).json()["hint"]

    assert "exotel-v3.create-call" in hint
    assert "exotel-v3.get-legs" in hint


def test_an_unknown_fault_is_unknown(world, expect_refusal):
    """A fault rule that does not exist is 404."""
    expect_refusal(world.ask("DELETE", "/faults/f9"), 404, "unknown-fault")


def test_there_is_a_bound_on_faults(world, expect_refusal):
    """A world holds a thousand fault rules and refuses the next."""
    for _ in range(1000):
        world.control.elsewhere("POST", f"/_mock/v1/worlds/{world.sid}/faults", json={"status": 500})

    expect_refusal(world.ask("POST", "/faults", {"status": 500}), 400, "bad-input")
