"""The clock of a world, in all modes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.testing import Answer, CallbackSink

START = "2026-01-05T04:30:00Z"


def at(seconds):
    """A moment of a world that began at its fixed start."""
    return (datetime.fromisoformat(START) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def slow_sink():
    """A receiver that answers only when its event is set."""
    event = threading.Event()
    with CallbackSink() as sink:
        sink.script(Answer(waits_for=event))
        yield sink, event
        event.set()


def test_a_manual_clock_begins_at_a_fixed_moment(world):
    """A manual world begins on Monday, 2026-01-05 at ten in India, so that every run sees the same times."""
    assert {"mode": "manual", "speed": 1.0, "now": START, "next_due": None} == world.get("/clock")


def test_a_clock_begins_where_it_is_told(new_world):
    """A given start holds whatever its offset."""
    now = new_world(start="2022-11-02T23:49:51+05:30").get("/clock")["now"]

    assert datetime(2022, 11, 2, 18, 19, 51, tzinfo=UTC) == datetime.fromisoformat(now)


def test_the_clock_shows_what_is_next(world):
    """`next_due` is the moment of the next timer."""
    world.place()

    assert at(1) == world.get("/clock")["next_due"]


def test_time_stands_still_between_requests(world):
    """A manual clock moves by exactly what it is told, and by nothing else."""
    world.place()
    world.advance(2.5)
    world.get("/calls")
    world.advance(0)

    assert at(2.5) == world.get("/clock")["now"]


def test_a_receipt_tells_what_happened_in_order(world):
    """The receipt of an advance holds every transition with its moment, its input and both states."""
    call = world.place("+919900000205", "+919900000307")
    receipt = world.advance(200)

    assert (at(0), at(200), True) == (receipt["started_at"], receipt["ended_at"], receipt["met"])
    assert [
        (at(1), "dial (from)", "queued", "ringing-from"),
        (at(3), "answer (from)", "ringing-from", "ringing-to"),
        (at(3), "dial (to)", "ringing-to", "ringing-to"),
        (at(6), "answer (to)", "ringing-to", "talking"),
        (at(13), "hang-up (to)", "talking", "ended"),
        (at(14), "process", "ended", "processed"),
        (at(133), "settle", "processed", "settled"),
    ] == [
        (event["at"], event["facts"]["input"], event["facts"]["before"], event["facts"]["after"])
        for event in receipt["events"]
    ]
    assert {("call.moved", call)} == {(event["kind"], event["call_sid"]) for event in receipt["events"]}


def test_an_advance_without_anything_due_is_empty(world):
    """Moving the clock of a quiet world has an empty receipt."""
    assert [] == world.advance(3600)["events"]


@pytest.mark.parametrize("seconds", ["-1", "-0.001", "316224001", "1e300", "1e999", '"5"', "null", "NaN"])
def test_an_advance_goes_forwards_and_not_too_far(world, expect_refusal, seconds):
    """An advance is a number of seconds from 0 to ten years."""
    response = world.control.ask("POST", f"/worlds/{world.sid}/clock/advance", content=f'{{"seconds": {seconds}}}')

    expect_refusal(response, 400, "bad-input")
    assert START == world.get("/clock")["now"]


@pytest.mark.parametrize("body", [{}, {"seconds": 1, "cap_seconds": 0}, {"seconds": 1, "cap_seconds": 601}])
def test_an_advance_needs_its_seconds_and_a_sane_cap(world, expect_refusal, body):
    """Without seconds, or with a cap outside of ten minutes, nothing moves."""
    expect_refusal(world.ask("POST", "/clock/advance", body), 400, "bad-input")


@pytest.mark.parametrize("mode", ["real", "scaled", "jump"])
@pytest.mark.parametrize("act", ["advance", "run-until"])
def test_only_a_manual_clock_is_moved_by_hand(new_world, expect_refusal, mode, act):
    """Where time runs by itself, advance and run-until are 409 clock-not-manual."""
    body = {"seconds": 1} if act == "advance" else {"idle": True}

    expect_refusal(new_world(clock=mode).ask("POST", f"/clock/{act}", body), 409, "clock-not-manual")


@pytest.mark.parametrize(("state", "moment"), [("ended", 11), ("processed", 12), ("settled", 131)])
def test_run_until_a_call_comes_to_a_state(world, state, moment):
    """The clock stops at the moment in which the call comes to the state."""
    call = world.place("+919900000205", "+919900000305")
    receipt = world.do("POST", "/clock/run-until", {"call_sid": call, "state": state})

    assert (True, at(moment)) == (receipt["met"], receipt["ended_at"])
    assert state == world.get(f"/calls/{call}")["call"]["state"]


def test_run_until_a_call_settles_by_default(world):
    """Without a state, a call is followed to its very end."""
    call = world.place()
    world.do("POST", "/clock/run-until", {"call_sid": call})

    assert "settled" == world.get(f"/calls/{call}")["call"]["state"]


def test_run_until_deliveries(world):
    """The clock stops when so many callbacks have been delivered."""
    with CallbackSink() as sink:
        for _ in range(3):
            world.place(status_callback=[{"event": "answered", "url": sink.url()}])
        receipt = world.do("POST", "/clock/run-until", {"deliveries": 4})

        assert receipt["met"]
        assert 4 == len(sink.received)


def test_run_until_idle(world):
    """The clock stops when no timer is left."""
    world.place()
    receipt = world.do("POST", "/clock/run-until", {"idle": True})

    assert receipt["met"]
    assert world.get("/clock")["next_due"] is None


def test_run_until_what_is_true_already(world):
    """A condition that holds already moves nothing."""
    receipt = world.do("POST", "/clock/run-until", {"idle": True})

    assert (True, START, []) == (receipt["met"], receipt["ended_at"], receipt["events"])


@pytest.mark.parametrize("condition", ["call", "deliveries"])
def test_run_until_what_does_not_come(world, condition):
    """A condition that does not come true within its time is not met, and the clock stops before what is later."""
    call = world.place("+919900000000", "+919900080000")
    body = {"call_sid": call} if condition == "call" else {"deliveries": 1}
    receipt = world.do("POST", "/clock/run-until", {**body, "within_seconds": 60})

    assert receipt["met"] is False
    assert receipt["ended_at"] <= at(60)
    assert "talking" == world.get(f"/calls/{call}")["call"]["state"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"idle": False},
        {"idle": True, "deliveries": 1},
        {"call_sid": "x", "idle": True},
        {"deliveries": 0},
        {"deliveries": "1"},
        {"idle": True, "within_seconds": -1},
        {"idle": True, "within_seconds": 31_622_401},
    ],
)
def test_run_until_takes_one_condition(world, expect_refusal, body):
    """No condition, two conditions and impossible ones are bad input."""
    expect_refusal(world.ask("POST", "/clock/run-until", body), 400, "bad-input")


def test_run_until_knows_the_call_and_the_state(world, expect_refusal):
    """A call that does not exist is 404, a state that cannot be waited for is 400."""
    call = world.place()

    expect_refusal(world.ask("POST", "/clock/run-until", {"call_sid": "none"}), 404, "unknown-call")
    expect_refusal(
        world.ask("POST", "/clock/run-until", {"call_sid": call, "state": "talking"}), 400, "bad-input", "state"
    )


def test_a_receiver_slower_than_the_cap_is_not_settled(world, expect_refusal, slow_sink):
    """An advance that cannot settle within its cap is 504 and names what is in flight; later it settles."""
    sink, event = slow_sink
    world.place(status_callback=[{"event": "answered", "url": sink.url("/slow")}])
    response = world.ask("POST", "/clock/advance", {"seconds": 60, "cap_seconds": 0.2})
    event.set()
    receipt = world.advance(60)

    expect_refusal(response, 504, "not-settled")
    assert "/slow" in response.json()["detail"]
    assert 2 == [event["kind"] for event in receipt["events"]].count("delivery.attempted")
    assert {"delivered"} == {one["state"] for one in world.get("/deliveries")["deliveries"]}


@pytest.mark.parametrize("mode", ["real", "scaled", "jump", "manual"])
def test_a_change_of_mode_keeps_the_moment(world, mode):
    """The clock goes on from where it is, in whatever mode; it never goes back."""
    world.advance(1000)
    changed = world.do("PATCH", "/clock", {"mode": mode})

    now = datetime.fromisoformat(changed["now"])
    assert mode == changed["mode"]
    assert datetime.fromisoformat(at(1000)) <= now < datetime.fromisoformat(at(1010))


def test_a_change_of_nothing_keeps_the_speed(new_world):
    """An empty change leaves mode and speed as they are."""
    world = new_world(clock="scaled", speed=50)

    changed = world.do("PATCH", "/clock", {})
    assert ("scaled", 50.0) == (changed["mode"], changed["speed"])


def test_a_speed_changes_without_the_mode(new_world):
    """A speed alone changes the speed of a scaled clock."""
    changed = new_world(clock="scaled", speed=50).do("PATCH", "/clock", {"speed": 2})

    assert ("scaled", 2.0) == (changed["mode"], changed["speed"])


@pytest.mark.parametrize("body", [{"mode": "fast"}, {"mode": "scaled", "speed": 0}, {"mode": "manual", "speed": 5}])
def test_a_bad_change_of_the_clock(world, expect_refusal, body):
    """Unknown modes, and speeds that cannot be, are bad input."""
    expect_refusal(world.ask("PATCH", "/clock", body), 400, "bad-input")


def test_a_jumping_clock_runs_to_the_end(world):
    """A world that is set to jump carries out everything that is due, as soon as nothing is in flight."""
    with CallbackSink() as sink:
        call = world.place(status_callback=[{"url": sink.url()}])
        world.do("PATCH", "/clock", {"mode": "jump"})
        [received] = sink.wait_for(1)

        assert call == received.json()["call_details"]["sid"]


def test_a_scaled_clock_runs_fast(new_world):
    """At ten thousand times the wall's speed an hour's call is over in less than a second."""
    world = new_world(clock="scaled", speed=10_000)
    with CallbackSink() as sink:
        world.place("+919900000000", "+919900080000", max_time_limit=3600, status_callback=[{"url": sink.url()}])
        [received] = sink.wait_for(1)

        assert 3600 == received.json()["call_details"]["total_talk_time"]


def test_a_real_clock_catches_up_when_it_is_read(new_world):
    """In real time whoever reads sees the world as it is at that moment."""
    world = new_world(clock="manual")
    call = world.place()
    world.advance(0.999)
    world.do("PATCH", "/clock", {"mode": "scaled", "speed": 100_000})

    with CallbackSink() as sink:
        world.place(status_callback=[{"url": sink.url()}])
        sink.wait_for(1)
    assert world.get(f"/calls/{call}")["call"]["outcome"] == "completed"
