"""Waiting for requests, callbacks and calls; a wait in vain says what came instead."""

from __future__ import annotations

import anyio
import pytest

from mockserver.testing import Answer, CallbackSink

CREATE = {"operation": "exotel-v3.create-call"}
SOON = 10.0


@pytest.fixture
def meanwhile(control):
    """Sends a control request, and a provider's once that waits; both answers."""

    def run(wait, act):
        async def both():
            answers = []
            async with anyio.create_task_group() as tasks:

                async def ask():
                    answers.append(await control.http.client.post(f"/_mock/v1{wait[0]}", json=wait[1]))

                tasks.start_soon(ask)
                await anyio.wait_all_tasks_blocked()
                assert [] == answers
                await act(control.http.client)
            return answers[0]

        return control.http.portal.call(both)

    return run


@pytest.fixture
def unmet(expect_refusal):
    """Asserts that a wait was in vain, and returns its problem."""

    def check(response):
        expect_refusal(response, 408, "not-met")
        return response.json()

    return check


def test_what_came_before_counts(world):
    """A wait for what is there already answers at once."""
    world.place()
    waited = world.do("POST", "/requests/wait", {"match": CREATE, "timeout": 0})

    assert ["q1"] == [one["id"] for one in waited["requests"]]
    assert world.get("/requests")["requests"] == waited["requests"]


def test_a_request_ends_a_wait(world, meanwhile, order):
    """The wait answers when the request has come, long before its time is out."""
    path = f"/v3/accounts/{world.sid}/calls"
    answer = meanwhile(
        (f"/worlds/{world.sid}/requests/wait", {"match": CREATE, "timeout": SOON}),
        lambda client: client.post(path, json=order(), auth=world.auth),
    )

    assert ["exotel-v3.create-call"] == [one["operation"] for one in answer.json()["requests"]]
    assert answer.json()["seconds"] < SOON


def test_only_what_is_behind_an_id_counts(world, unmet):
    """With `since` a wait is for further requests."""
    world.place()
    body = {"match": CREATE, "since": "q1", "timeout": 0}
    problem = unmet(world.ask("POST", "/requests/wait", body))
    world.place()

    assert ([], "0 of 1 requests came within 0 s") == (problem["instead"], problem["detail"])
    assert ["q2"] == [one["id"] for one in world.do("POST", "/requests/wait", body)["requests"]]


def test_a_wait_in_vain_says_what_came_and_how_it_differed(world, unmet):
    """The closest comes first, each with every field that is not what was wanted."""
    sid = world.place()
    world.provider("GET", f"/{sid}")
    wanted = {**CREATE, "status": "4xx", "path": "/v3/*/calls"}
    problem = unmet(world.ask("POST", "/requests/wait", {"match": wanted, "timeout": 0.05}))

    assert ("0 of 1 requests came within 0.05 s", 0) == (problem["detail"], problem["matched"])
    assert [
        ("q1", f"POST /v3/accounts/{world.sid}/calls 200", [("status", "4xx", "200")]),
        (
            "q2",
            f"GET /v3/accounts/{world.sid}/calls/{sid} 200",
            [
                ("operation", "exotel-v3.create-call", "exotel-v3.get-call"),
                ("path", "/v3/*/calls", f"/v3/accounts/{world.sid}/calls/{sid}"),
                ("status", "4xx", "200"),
            ],
        ),
    ] == [(one["id"], one["what"], [tuple(lack.values()) for lack in one["differences"]]) for one in problem["instead"]]
    assert "The closest is q1: status is '200' and not '4xx'." in problem["hint"]


def test_too_few_are_too_few(world, unmet):
    """It says how many did match."""
    world.place()
    problem = unmet(world.ask("POST", "/requests/wait", {"match": CREATE, "count": 2, "timeout": 0}))

    assert ("1 of 2 requests came within 0 s", 1) == (problem["detail"], problem["matched"])


def test_a_clock_that_stands_is_named(world, unmet):
    """With a manual clock a wait does not move time, and says so when something is due."""
    world.place(status_callback=[{"url": "http://8.8.8.8/"}])
    before = world.get("/clock")
    problem = unmet(world.ask("POST", "/deliveries/wait", {"timeout": 0.05}))

    assert "The clock is manual and the next timer is due at 2026-01-05T04:30:01+00:00" in problem["hint"]
    assert before == world.get("/clock")


def test_nothing_at_all_is_told_with_the_strays(control, world, unmet):
    """When nothing came to the world, requests that belong to none are the likely reason."""
    control.elsewhere("GET", "/v9/lost")

    assert "requests belong to no world" in unmet(world.ask("POST", "/requests/wait", {"timeout": 0}))["hint"]


def test_a_delivery_ends_a_wait(new_world):
    """A wait for a state sees it come, also when the callback itself was there before."""
    with CallbackSink() as sink:
        world = new_world(clock="jump")
        sink.script(Answer(500))
        sid = world.place(status_callback=[{"url": sink.url()}])
        wanted = {"call_sid": sid, "state": "failed", "status": "5xx", "url": "*127.0.0.1*"}
        [delivery] = world.do("POST", "/deliveries/wait", {"match": wanted, "timeout": SOON})["deliveries"]

    assert ("failed", 500) == (delivery["state"], delivery["attempts"][-1]["status"])


def test_a_wait_for_callbacks_in_vain_says_how_they_stand(world, unmet):
    """The ledger's state is a difference like any other."""
    sid = world.place(status_callback=[{"url": "http://8.8.8.8/"}])
    world.advance(60)
    problem = unmet(world.ask("POST", "/deliveries/wait", {"match": {"state": "delivered"}, "timeout": 0}))

    assert [("d1", f"over of {sid} to http://8.8.8.8/: blocked")] == [
        (one["id"], one["what"]) for one in problem["instead"]
    ]
    assert [{"field": "state", "wanted": "delivered", "got": "blocked"}] == problem["instead"][0]["differences"]
    assert "The closest is d1: state is 'blocked' and not 'delivered'." in problem["hint"]


@pytest.mark.parametrize(
    "wish", [{}, {"is_over": True}, {"state": "talking"}, {"outcome": "completed"}, {"state": "settled"}]
)
def test_a_call_is_waited_for(new_world, wish):
    """Until it is over, or what is said; a state that it has passed meanwhile counts."""
    world = new_world(clock="jump")
    sid = world.place("+919900000205", "+919900000305")
    call = world.do("POST", f"/calls/{sid}/wait", {**wish, "timeout": SOON})

    assert sid == call["call"]["sid"]
    assert "outcome" not in wish or "completed" == call["call"]["outcome"]


def test_a_call_that_did_not_come_to_it(world, unmet):
    """The answer says where it is instead."""
    sid = world.place()
    problem = unmet(world.ask("POST", f"/calls/{sid}/wait", {"state": "talking", "timeout": 0.05}))

    assert [{"field": "state", "wanted": "talking", "got": "queued"}] == problem["instead"][0]["differences"]
    assert "move it with POST .../clock/advance" in problem["hint"]


def test_nobody_waits_for_what_cannot_be_any_more(world, unmet):
    """A call that is settled will not change: the wait ends at once, whatever its time."""
    sid = world.place("+919900010500")
    world.advance(10_000)
    problem = unmet(world.ask("POST", f"/calls/{sid}/wait", {"outcome": "completed", "timeout": 60}))

    assert "is settled and will not come to it any more" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"timeout": 61}, None),
        ({"timeout": -1}, None),
        ({"count": 0}, None),
        ({"since": "7"}, "since"),
        ({"since": "d7"}, "since"),
        ({"match": {"status": "abc"}}, "status"),
        ({"match": {"number": "none"}}, "number"),
        ({"match": {"since": "2026-01-05T10:00:00"}}, "since"),
        ({"match": {"colour": "blue"}}, None),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused(world, expect_refusal, body, where):
    """Not after its time, but at once."""
    expect_refusal(world.ask("POST", "/requests/wait", body), 400, "bad-input", where)


def test_a_world_that_goes_ends_the_waits_for_it(new_world, meanwhile, expect_refusal):
    """Nothing more can come: the answer is that the world is unknown."""
    world = new_world()
    answer = meanwhile(
        (f"/worlds/{world.sid}/requests/wait", {"timeout": 60}),
        lambda client: client.delete(f"/_mock/v1/worlds/{world.sid}"),
    )

    expect_refusal(answer, 404, "unknown-world")


def test_a_call_that_is_forgotten_ends_the_wait_for_it(world, meanwhile, expect_refusal):
    """After a reset the call is unknown."""
    sid = world.place()
    answer = meanwhile(
        (f"/worlds/{world.sid}/calls/{sid}/wait", {"timeout": 60}),
        lambda client: client.post(f"/_mock/v1/worlds/{world.sid}/reset"),
    )

    expect_refusal(answer, 404, "unknown-call")


def test_a_world_that_is_restored_is_looked_at_again(world, meanwhile):
    """What a wait is for may be there again."""
    sid = world.place("+919900000205", "+919900000305")
    world.advance(4)
    world.do("POST", "/snapshots", {"name": "before"})
    world.advance(8)
    answer = meanwhile(
        (f"/worlds/{world.sid}/calls/{sid}/wait", {"is_over": False, "timeout": SOON}),
        lambda client: client.post(f"/_mock/v1/worlds/{world.sid}/snapshots/before/restore"),
    )

    assert "ringing-to" == answer.json()["call"]["state"]
