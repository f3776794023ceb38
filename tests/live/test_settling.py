"""Moving the clock of a world whose callbacks go over real sockets."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from mockserver.testing import Answer, CallbackSink

START = datetime.fromisoformat("2026-01-05T04:30:00+00:00")
SPEC = {"account_sid": "settled", "seed": 5, "retry_after": [300, 900]}


@pytest.fixture
def sinks():
    """A receiver that is well, and one that is not at first."""
    with CallbackSink() as well, CallbackSink() as ill:
        yield well, ill


@pytest.fixture
def run(new_world, sinks):
    """Moves a new world over a call of 45 minutes; the receipt and the real seconds that it took."""
    well, ill = sinks

    def advance():
        world = new_world(**SPEC)
        ill.script(Answer(500), Answer(closes=True))
        world.do("POST", "/scenarios/next", {"talk": 2700})
        world.place({"event": "terminal", "url": well.url("/well")}, {"event": "terminal", "url": ill.url("/ill")})
        began = time.monotonic()
        receipt = world.advance(4000)
        took = time.monotonic() - began
        deliveries = world.get("/deliveries")["deliveries"]
        world.do("DELETE")
        return receipt, took, deliveries

    return advance


def moments(receipt):
    """The events of a receipt as rows: seconds since the start, kind, and what matters of each kind."""
    facts = {
        "call.moved": ("input", "before", "after"),
        "delivery.attempted": ("delivery", "attempt", "status", "error", "state"),
        "delivery.retry": ("delivery", "due"),
    }
    return [
        (
            int((datetime.fromisoformat(event["at"]) - START).total_seconds()),
            event["kind"],
            *(event["facts"][name] for name in facts[event["kind"]]),
        )
        for event in receipt["events"]
    ]


def due(seconds):
    return str(START + timedelta(seconds=seconds))


def test_45_minutes_pass_in_a_moment(run):
    """One advance carries a 45-minute call with a sick receiver to its end in less than a second of real time."""
    _, first, _ = run()
    _, second, _ = run()

    assert 1.0 > min(first, second)


def test_a_receipt_names_every_transition_and_every_attempt(run):
    """The receipt has all that happened, in order: each transition, each attempt, each retry with its time."""
    receipt, _, _ = run()

    assert [
        (1, "call.moved", "dial (from)", "queued", "ringing-from"),
        (3, "call.moved", "answer (from)", "ringing-from", "ringing-to"),
        (3, "call.moved", "dial (to)", "ringing-to", "ringing-to"),
        (6, "call.moved", "answer (to)", "ringing-to", "talking"),
        (2706, "call.moved", "hang-up (to)", "talking", "ended"),
        (2707, "call.moved", "process", "ended", "processed"),
        (2707, "delivery.attempted", "d1", 1, 200, None, "delivered"),
        (2707, "delivery.attempted", "d2", 1, 500, None, "retrying"),
        (2707, "delivery.retry", "d2", due(3007)),
        (2826, "call.moved", "settle", "processed", "settled"),
        (3007, "delivery.attempted", "d2", 2, None, "closed", "retrying"),
        (3007, "delivery.retry", "d2", due(3907)),
        (3907, "delivery.attempted", "d2", 3, 200, None, "delivered"),
    ] == moments(receipt)
    assert (START, START + timedelta(seconds=4000)) == tuple(
        datetime.fromisoformat(receipt[name]) for name in ("started_at", "ended_at")
    )


def test_two_runs_have_one_receipt(run, sinks):
    """Two worlds of one name and seed give the same receipt, and send the same bytes in the same order."""
    (first, _, sent), (second, _, sent_again) = run(), run()
    well, ill = sinks

    assert first == second
    assert [one["body"] for one in sent] == [one["body"] for one in sent_again]
    assert (2, 6) == (len(well.received), len(ill.received))
    assert well.received[0] == well.received[1]
    assert ill.received[:3] == ill.received[3:]


def test_an_advance_ends_when_all_has_been_delivered(world, sink):
    """When an advance answers, every callback that became due has arrived and is on record."""
    for number in range(20):
        world.place({"event": "answered", "url": sink.url(f"/{number}")}, {"url": sink.url(f"/{number}")})
    world.advance(60)

    assert 60 == len(sink.received)
    assert {"delivered"} == {one["state"] for one in world.get("/deliveries")["deliveries"]}


def test_deliveries_of_one_instant_keep_their_order(world, sink):
    """In manual time callbacks go out one after another, in the order in which the ledger has them."""
    for number in range(10):
        world.place({"event": "answered", "url": sink.url(f"/a{number}")}, {"url": sink.url(f"/t{number}")})
    world.advance(60)

    urls = [one["url"] for one in world.get("/deliveries")["deliveries"]]
    assert urls == [sink.url(received.path) for received in sink.received]
    assert [f"/a{number}" for number in range(10)] == [received.path for received in sink.received[:10]]


def test_worlds_settle_side_by_side(new_world, http):
    """A world that waits for its receiver holds up nobody else's clock, nor its own answers."""
    stuck, free, event = new_world(), new_world(), threading.Event()
    with CallbackSink() as sink:
        sink.script(Answer(waits_for=event))
        call = stuck.place({"url": sink.url()})
        path = f"/_mock/v1/worlds/{stuck.sid}/clock/advance"
        waiting = threading.Thread(target=http.post, args=(path,), kwargs={"json": {"seconds": 60}})
        waiting.start()
        sink.wait_for(1)
        free.place()
        busy = stuck.ask("POST", "/clock/advance", {"seconds": 1})
        receipt, details = free.advance(600), stuck.details(call)
        event.set()
        waiting.join(20)

    assert 7 == len(receipt["events"])
    assert "terminal" == details["state"]
    assert (409, "clock-busy") == (busy.status_code, busy.json()["code"])
    assert not waiting.is_alive()
