"""Faults of answers, as a peer on a real socket sees them."""

from __future__ import annotations

import base64
import json
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from mockserver.testing import CallbackSink

ORDER = {
    "from": {"contact_uri": "+919900000200"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
}


@dataclass(frozen=True)
class Seen:
    """What came over a connection until it ended: by a reset, in the middle, or when the answer was whole."""

    head: str
    body: bytes
    end: str
    seconds: float

    @property
    def label(self):
        return self.header("x-mockserver-fault")

    def header(self, name):
        found = [line.partition(": ")[2] for line in self.head.split("\r\n") if line.lower().startswith(f"{name}:")]
        return found[0] if found else None


def answer_length(received):
    head, separator, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return (len(body), int(lengths[0].split(b":")[1])) if separator else (0, 1)


@pytest.fixture
def asks(server):
    """Places a call by a request of a raw socket."""

    def ask(world, body=ORDER, patience=10.0):
        parts, text = urlsplit(server.base_url), json.dumps(body)
        credentials = base64.b64encode(":".join(world.auth).encode()).decode()
        began, received, end = time.monotonic(), b"", "whole"
        with socket.create_connection((parts.hostname, parts.port), timeout=patience) as peer:
            peer.sendall(
                f"POST /v3/accounts/{world.sid}/calls HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic {credentials}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()
            )
            try:
                while len({*answer_length(received)}) > 1:
                    piece = peer.recv(65_536)
                    if not piece:
                        end = "middle"
                        break
                    received += piece
            except ConnectionResetError:
                end = "reset"
            except TimeoutError:
                end = "impatience"
        head, _, rest = received.partition(b"\r\n\r\n")
        return Seen(head.decode(), rest, end, time.monotonic() - began)

    return ask


def journal(world):
    return [(one["status"], one["fault"]) for one in world.get("/requests")["requests"]]


def calls(world):
    return [call["sid"] for call in world.get("/calls")["calls"]]


def test_a_reset_places_nothing(world, asks):
    """The connection is reset before the request is carried out; the journal says by which rule."""
    world.do("POST", "/faults", {"kind": "reset"})
    seen = asks(world)

    assert ("reset", "", b"") == (seen.end, seen.head, seen.body)
    assert [] == calls(world)
    assert [(0, "f1")] == journal(world)
    assert "whole" == asks(world).end


def test_a_lost_answer_leaves_a_call(world, asks, sink):
    """The call is placed and its callbacks go out, while the caller sees a reset and not a byte."""
    world.do("POST", "/faults", {"kind": "lost-answer"})
    seen = asks(world, {**ORDER, "status_callback": [{"event": "terminal", "url": sink.url()}]})
    world.advance(60)

    assert ("reset", "", b"") == (seen.end, seen.head, seen.body)
    assert 1 == len(calls(world))
    assert [(0, "f1")] == journal(world)
    assert calls(world) == [one.json()["call_details"]["sid"] for one in sink.received]


def test_a_retry_after_a_lost_answer_raises_the_alarm(world, asks):
    """Two calls of one pair, an alarm that names both, and the second request is marked in the journal."""
    world.do("POST", "/faults", {"kind": "lost-answer"})
    asks(world)
    world.advance(119)
    asks(world)
    [alarm] = world.get("/alarms")["alarms"]

    assert sorted(calls(world)) == sorted([alarm["first_sid"], alarm["second_sid"]])
    assert ("+919900000200", "+919900000310", "f1") == (alarm["from"], alarm["to"], alarm["fault"])
    assert [None, "a1"] == [one["alarm"] for one in world.get("/requests")["requests"]]


@pytest.mark.parametrize(
    ("parameters", "share"), [({}, 0.5), ({"share": 0.1}, 0.1), ({"keep": 0}, 0.0), ({"keep": 10_000}, 1.0)]
)
def test_a_truncated_answer_ends_in_the_middle(world, asks, parameters, share):
    """The head promises all, the connection ends before all is there; never is the whole there."""
    world.do("POST", "/faults", {"kind": "truncated", **parameters})
    seen = asks(world)
    promised = int(seen.header("content-length"))

    assert ("middle", "f1") == (seen.end, seen.label)
    assert min(int(promised * share), promised - 1) == len(seen.body)
    assert [(200, "f1")] == journal(world)
    assert 1 == len(calls(world))


@pytest.mark.parametrize("parameters", [{}, {"body": "<html>Bad gateway</html>"}])
def test_a_malformed_answer_does_not_parse(world, asks, parameters):
    """All that was promised comes, and is no JSON."""
    world.do("POST", "/faults", {"kind": "malformed", **parameters})
    seen = asks(world)

    assert ("whole", "f1") == (seen.end, seen.label)
    with pytest.raises(ValueError, match=r"."):
        json.loads(seen.body)
    assert parameters.get("body", "").encode() in seen.body
    assert [(200, "f1")] == journal(world)


@pytest.mark.parametrize(
    "parameters",
    [
        {"seconds": 0.2},
        {"distribution": "uniform", "low": 0.2, "high": 0.3},
        {"distribution": "lognormal", "median": 0.2, "sigma": 0},
    ],
)
def test_a_late_answer_is_whole(world, asks, parameters):
    """It comes after real seconds, however the clock of the world stands."""
    world.do("POST", "/faults", {"kind": "latency", **parameters})
    seen = asks(world)

    assert ("whole", "f1") == (seen.end, seen.label)
    assert 0.2 <= seen.seconds < 5
    assert "success" == json.loads(seen.body)["response"]["status"]
    assert [(200, "f1")] == journal(world)


def test_a_dripping_answer_takes_its_time(world, asks):
    """All of it comes, but slowly."""
    world.do("POST", "/faults", {"kind": "drip", "bytes_per_second": 4000, "chunk": 50})
    seen = asks(world)

    assert ("whole", "f1") == (seen.end, seen.label)
    assert (len(seen.body) - 50) / 4000 <= seen.seconds < 5
    assert "success" == json.loads(seen.body)["response"]["status"]
    assert [(200, "f1")] == journal(world)


@pytest.mark.parametrize(
    "fault",
    [{"kind": "latency", "seconds": 60}, {"kind": "drip", "bytes_per_second": 1}, {"kind": "overtake", "seconds": 60}],
)
def test_who_gives_up_on_an_answer_has_not_heard_it(world, asks, eventually, fault):
    """A caller that hangs up before its answer is there, and dials again, raises the alarm, too."""
    order = {**ORDER, "status_callback": [{"event": "terminal", "url": "http://127.0.0.1:9/"}]}
    world.do("POST", "/faults", fault)
    assert "impatience" == asks(world, order, patience=0.2).end
    eventually(lambda: journal(world))
    asks(world)

    assert ["f1"] == [alarm["fault"] for alarm in world.get("/alarms")["alarms"]]


@pytest.mark.parametrize("kind", ["latency", "drip", "truncated", "malformed"])
def test_no_callback_starts_before_what_there_is_of_the_answer_has_left(new_world, asks, kind):
    """In jumping time a callback is due at once; it still waits for the faulty answer."""
    world, moments = new_world(clock="jump"), []
    world.do("POST", "/faults", {"kind": kind, **({"seconds": 0.3} if kind == "latency" else {})})
    if kind == "drip":
        world.do("DELETE", "/faults")
        world.do("POST", "/faults", {"kind": kind, "bytes_per_second": 4000, "chunk": 100})
    with CallbackSink(lambda _: moments.append(time.monotonic())) as sink:
        began = time.monotonic()
        seen = asks(world, {**ORDER, "status_callback": [{"event": "answered", "url": sink.url()}]})
        sink.wait_for(1)

    # A peer's own clock stops some instants behind the moment at which the answer left.
    assert began + seen.seconds - 0.1 < moments[0]


def test_an_error_over_the_wire(world, asks):
    """The vendor's own error, labelled."""
    world.do("POST", "/faults", {"status": 500, "code": 1100})
    seen = asks(world)

    assert ("whole", "f1", [(500, "f1")]) == (seen.end, seen.label, journal(world))
    assert seen.head.startswith("HTTP/1.1 500 ")


def test_a_cut_connection_leaves_no_complaint_behind(world, asks, caplog):
    """What is cut on purpose is no error of the server."""
    for kind in ("reset", "lost-answer", "truncated"):
        world.do("POST", "/faults", {"kind": kind})
        asks(world)

    assert [] == [record.message for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]


def test_the_alarm_is_raised_where_the_clock_jumps(new_world, asks, eventually):
    """The first call is long over on that clock when the caller dials again."""
    world = new_world(clock="jump")
    world.do("POST", "/faults", {"kind": "lost-answer"})
    asks(world)
    eventually(lambda: world.get("/clock")["next_due"] is None)
    asks(world)

    assert 1 == len(world.get("/alarms")["alarms"])
