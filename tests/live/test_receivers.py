"""Receivers that are slow, sick or away, where time runs by itself."""

from __future__ import annotations

import base64
import json
import select
import socket
import threading
from urllib.parse import urlsplit

import pytest

from mockserver.testing import Answer, CallbackSink


def both(sink, path="/"):
    return [{"event": event, "url": sink.url(path)} for event in ("answered", "terminal")]


def told(sink):
    return [received.json()["event_details"]["event_type"] for received in sink.received]


@pytest.mark.parametrize("mode", [{"clock": "jump"}, {"clock": "scaled", "speed": 1000}])
def test_callbacks_come_in_order_where_time_runs(new_world, sink, mode):
    """In jumping and in scaled time a call's callbacks arrive by themselves, in order."""
    world = new_world(**mode)
    world.place(*both(sink))
    sink.wait_for(3)

    assert ["answered", "answered", "terminal"] == told(sink)


@pytest.mark.parametrize("mode", [{"clock": "jump"}, {"clock": "scaled", "speed": 100_000}])
def test_no_callback_overtakes_the_answer(server, new_world, eventually, mode):
    """When the first callback arrives, the answer to the request that placed its call is with the client already."""
    world = new_world(**mode)
    parts = urlsplit(server.base_url)
    credentials = base64.b64encode(":".join(world.auth).encode()).decode()
    seen = []

    def look(_received):
        ready, _, _ = select.select([client], [], [], 0)
        seen.append(client.recv(65_536, socket.MSG_PEEK) if ready else b"")

    with (
        socket.create_connection((parts.hostname, parts.port), timeout=10) as client,
        CallbackSink(look) as sink,
    ):
        body = {
            "from": {"contact_uri": "+919900000000"},
            "to": {"contact_uri": "+919900000000"},
            "virtual_number": "+912241499102",
            "status_callback": both(sink),
        }
        text = json.dumps(body)
        client.sendall(
            f"POST /v3/accounts/{world.sid}/calls HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic {credentials}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()
        )
        eventually(lambda: len(seen) == 3)

    assert [True] * 3 == [b'"status":"success"' in answer for answer in seen]


def test_a_slow_receiver_holds_up_only_its_own_call(new_world, sink):
    """In running time a call whose receiver does not answer waits, in order, while other calls go on."""
    world, event = new_world(clock="scaled", speed=10_000), threading.Event()
    with CallbackSink() as slow:
        slow.script(Answer(waits_for=event))
        world.place(*both(slow))
        slow.wait_for(1)
        world.place(*both(sink))
        sink.wait_for(3)
        held = told(slow)
        event.set()
        slow.wait_for(3)

        assert ["answered"] == held
        assert ["answered", "answered", "terminal"] == told(slow)


def test_a_receiver_that_takes_too_long_has_timed_out(new_world, sink):
    """A receiver that does not answer within the world's time-out is a failed attempt."""
    world, event = new_world(callback_timeout=0.1), threading.Event()
    sink.script(Answer(waits_for=event))
    world.place({"url": sink.url()})
    world.advance(60)
    event.set()
    [delivery] = world.get("/deliveries")["deliveries"]

    [attempt] = delivery["attempts"]
    assert ("failed", None) == (delivery["state"], attempt["status"])
    assert attempt["error"].startswith("timeout: ")
    assert 0.05 < attempt["seconds"] < 5


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_attempt_is_on_record(new_world, sink, method):
    """A receiver that closes connections gets as many requests as there are attempts on record, and no silent ones."""
    world = new_world(retry_after=[5, 5])
    sink.script(Answer(200), Answer(closes=True), Answer(200), Answer(closes=True), Answer(closes=True))
    for _ in range(3):
        world.place({"url": sink.url(), "method": method})
        world.advance(60)
    deliveries = world.get("/deliveries")["deliveries"]

    assert [[200], [None, 200], [None, None, 200]] == [
        [attempt["status"] for attempt in one["attempts"]] for one in deliveries
    ]
    assert 6 == len(sink.received)


def test_a_redirect_is_not_followed(new_world, sink):
    """A receiver cannot send a callback elsewhere: its 3xx is a failed attempt."""
    world = new_world()
    sink.script(Answer(307))
    world.place({"url": sink.url()})
    world.advance(60)

    assert ["failed"] == [one["state"] for one in world.get("/deliveries")["deliveries"]]
    assert 1 == len(sink.received)


def test_a_retry_does_not_hold_up_what_happened_since(new_world, sink):
    """While an `answered` callback waits for its retry, the later ones go out."""
    world = new_world(retry_after=[3600])
    sink.script(Answer(500))
    world.place(*both(sink))
    world.advance(60)
    before = told(sink)
    world.advance(3600)

    assert ["answered", "answered", "terminal"] == before
    assert [*before, "answered"] == told(sink)
    assert sink.received[0].body == sink.received[3].body


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "[2001:4860:4860::8888]", "169.254.169.254", "0.0.0.0", "[::ffff:8.8.8.8]", "[::]"],  # noqa: S104
)
def test_what_is_not_local_is_blocked(new_world, host):
    """Callbacks to addresses that are neither here nor private do not leave, and the ledger says what to do."""
    world = new_world(retry_after=[1])
    world.place({"url": f"http://{host}/hook"})
    receipt = world.advance(60)
    [delivery] = world.get("/deliveries")["deliveries"]

    assert ("blocked", 1) == (delivery["state"], len(delivery["attempts"]))
    assert "--allow-callbacks" in delivery["attempts"][0]["error"]
    assert ["delivery.blocked"] == [event["kind"] for event in receipt["events"] if "delivery" in event["kind"]]


@pytest.mark.parametrize("host", ["0", "0x0", "00.0.0.0", "0.0"])
def test_a_blocked_address_is_blocked_in_every_spelling(new_world, sink, host):
    """An address that is blocked cannot be reached by writing it in another way."""
    port = urlsplit(sink.url()).port
    world = new_world()
    world.place({"url": f"http://{host}:{port}/hook"})
    world.advance(60)

    assert [] == sink.received
    assert ["delivered"] != [one["state"] for one in world.get("/deliveries")["deliveries"]]


def test_localhost_is_local(new_world, sink):
    """`localhost` is a receiver like 127.0.0.1."""
    world = new_world()
    world.place({"url": sink.url().replace("127.0.0.1", "localhost")})
    world.advance(60)

    assert [f"localhost:{urlsplit(sink.url()).port}"] == [received.header("host") for received in sink.received]
