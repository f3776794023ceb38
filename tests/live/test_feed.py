"""Events and waits over real sockets."""

from __future__ import annotations

import base64
import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings

STREAM = "/_mock/v1/worlds/{sid}/events/stream"


@pytest.fixture
def dropped(http):
    """How many readers the server has dropped so far."""

    def read():
        lines = http.get("/metrics").text.splitlines()
        [line] = [one for one in lines if one.startswith("mockserver_event_readers_dropped_total ")]
        return float(line.split()[1])

    return read


def ask_all(connection, path, auth, times):
    """Ask the same many times at once and have every answer, at little cost to this side."""
    word = base64.b64encode(":".join(auth).encode()).decode()
    asked = f"GET {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic {word}\r\n\r\n".encode()
    connection.sendall(asked * times)
    answered = b""
    while answered.count(b"HTTP/1.1 404") < times or not answered.endswith(b"}"):
        answered += connection.recv(65_536)


def test_a_call_is_followed_as_it_happens(world):
    """Every move comes as an event while the connection is open."""
    with world.http.stream("GET", STREAM.format(sid=world.sid), params={"kind": "call", "most": 4}) as feed:
        lines = feed.iter_lines()
        next(lines)
        sid = world.place(talk=5)
        world.advance(6)
        told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

    assert "text/event-stream" == feed.headers["content-type"]
    assert {sid} == {event["call_sid"] for event in told}
    assert ["call.placed", "call.moved", "call.moved", "call.moved"] == [event["kind"] for event in told]


def test_a_stalled_reader_loses_its_connection(server, world, dropped, eventually):
    """Thousands of requests later it is cut off, though it never read; they are all answered, and quickly."""
    before, address = dropped(), urlsplit(server.base_url)
    with socket.socket() as stalled, socket.create_connection((address.hostname, address.port), 10) as busy:
        stalled.settimeout(10)
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        stalled.connect((address.hostname, address.port))
        stalled.sendall(f"GET {STREAM.format(sid=world.sid)} HTTP/1.1\r\nHost: mock\r\n\r\n".encode())
        stalled.recv(1)
        for _ in range(20):
            for _ in range(10):
                ask_all(busy, f"/v3/accounts/{world.sid}/calls/nobody", world.auth, 50)
            if dropped() > before:
                break
        eventually(lambda: dropped() == before + 1)
        with pytest.raises(ConnectionResetError):
            list(iter(lambda: stalled.recv(65_536), b""))


def test_a_server_with_readers_stops_at_once():
    """Streams end in order, waits are answered; nobody is waited for."""
    with (
        Server(Settings(port=0, clock="manual")) as server,
        httpx.Client(base_url=server.base_url) as client,
        client.stream("GET", STREAM.format(sid="mock")) as feed,
    ):
        lines = feed.iter_lines()
        next(lines)
        began = time.monotonic()
        server.stop()
        rest = list(lines)

    assert [""] == rest
    assert time.monotonic() - began < 2
