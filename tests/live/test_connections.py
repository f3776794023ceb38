"""Connections as real clients use and misuse them."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest

SECONDS = 10.0


@pytest.fixture
def address(server):
    parts = urlsplit(server.base_url)
    return parts.hostname, parts.port


@pytest.fixture
def connection(address):
    with closing(http.client.HTTPConnection(*address, timeout=SECONDS)) as connection:
        yield connection


@pytest.fixture
def wire(address):
    """A bare socket to the server."""
    with socket.create_connection(address, timeout=SECONDS) as wire:
        yield wire


@pytest.fixture
def path(world):
    return f"/v3/accounts/{world.sid}/calls"


@pytest.fixture
def headers(world):
    credentials = base64.b64encode(":".join(world.auth).encode()).decode()
    return {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}


def order(**fields):
    body = {
        "from": {"contact_uri": "+919900000200"},
        "to": {"contact_uri": "+919900000310"},
        "virtual_number": "+912241499102",
    }
    return json.dumps({**body, **fields}).encode()


def raw(path, headers, body, **more):
    """A POST request as bytes: head and body."""
    fields = {"Host": "mock", "Content-Length": len(body), **headers, **more}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode(), body


def read_answer(wire):
    """Status and JSON body of one answer, with what came before its head stripped."""
    with wire.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, json.loads(stream.read(length) or b"null")


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_second_post_follows_a_401_on_the_same_connection(connection, path, headers, size):
    """Clients that send credentials only when they are asked for go on with the connection that they have."""
    body = order(custom_field="x" * size)
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    refused = connection.getresponse()
    refused.read()
    first_socket = connection.sock
    connection.request("POST", path, body, headers)
    accepted = connection.getresponse()
    accepted.read()

    assert (401, 'Basic realm="Exotel"') == (refused.status, refused.getheader("WWW-Authenticate"))
    assert 200 == accepted.status
    assert first_socket is connection.sock
    assert first_socket is not None


@pytest.mark.parametrize("bad", [b"nonsense", b"", b"[" * 10_000])
def test_a_refused_body_leaves_the_connection_usable(connection, path, headers, bad):
    """After a 400 the next request on the connection is served."""
    statuses = []
    for body in (bad, order()):
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)

    assert [400, 200] == statuses


def test_a_client_that_expects_100_is_told_to_go_on(wire, path, headers):
    """`Expect: 100-continue` is answered before the body is sent, and then the request is served."""
    head, body = raw(path, headers, order(), Expect="100-continue")
    wire.sendall(head)
    interim = wire.recv(1000)
    wire.sendall(body)
    status, answer = read_answer(wire)

    assert interim.startswith(b"HTTP/1.1 100 ")
    assert (200, "active") == (status, answer["response"]["call_details"]["state"])


def test_a_stranger_that_expects_100_is_refused_at_once(wire, path):
    """Without credentials the answer is 401 before the body is sent."""
    head, _ = raw(path, {"Content-Type": "application/json"}, order(), Expect="100-continue")
    wire.sendall(head)
    status, answer = read_answer(wire)

    assert (401, 1010) == (status, answer["response"]["error_data"]["code"])


def test_a_body_that_comes_in_drops_is_read(wire, path, headers):
    """A request may arrive byte by byte."""
    head, body = raw(path, headers, order(), Connection="close")
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for piece in [head[:7], head[7:], *(body[place : place + 1] for place in range(len(body)))]:
        wire.sendall(piece)

    assert 200 == read_answer(wire)[0]


def test_a_chunked_body_is_read(connection, path, headers):
    """A body whose length is not known in advance is served alike."""
    body = order()
    connection.request("POST", path, iter([body[:20], body[20:]]), headers, encode_chunked=True)

    assert 200 == connection.getresponse().status


def test_a_huge_body_is_413_and_no_hang_up(connection, path, headers):
    """A client that sends far too much gets the refusal in v3's envelope."""
    connection.request("POST", path, order(custom_field="x" * 1_000_000), headers)
    answer = connection.getresponse()
    envelope = json.loads(answer.read())

    assert (413, "failure", 1007) == (
        answer.status,
        envelope["response"]["status"],
        envelope["response"]["error_data"]["code"],
    )


def test_an_old_client_is_served(wire, path, headers):
    """HTTP/1.0 without keep-alive gets its answer and the end of the connection."""
    head, body = raw(path, headers, order())
    wire.sendall(head.replace(b"HTTP/1.1", b"HTTP/1.0") + body)
    answer = b""
    while piece := wire.recv(65_536):
        answer += piece

    assert b" 200 OK" in answer.splitlines()[0]


def test_a_client_that_goes_before_its_body_is_over_places_nothing(world, address, path, headers, eventually):
    """A request whose body breaks off is no call and no error of ours; the journal says that nobody was answered."""
    head, body = raw(path, headers, order())
    with socket.create_connection(address, timeout=SECONDS) as wire:
        wire.sendall(head + body[:20])
    [request] = eventually(lambda: world.get("/requests")["requests"])

    assert (0, "exotel-v3.create-call") == (request["status"], request["operation"])
    assert 0 == world.get("/calls")["total"]


def test_a_client_that_does_not_wait_for_its_answer_has_placed_a_call(world, address, path, headers, eventually):
    """A call whose answer nobody reads is a call all the same, with its callbacks."""
    head, body = raw(path, headers, order(status_callback=[{"url": "http://8.8.8.8/"}]))
    with socket.create_connection(address, timeout=SECONDS) as wire:
        wire.sendall(head + body)
        wire.shutdown(socket.SHUT_WR)
        eventually(lambda: world.get("/calls")["total"])
    world.advance(60)

    assert ["over"] == [delivery["event"] for delivery in world.get("/deliveries")["deliveries"]]


def test_nonsense_is_refused_and_forgotten(world, address):
    """What is not HTTP at all is refused, and the server goes on."""
    with socket.create_connection(address, timeout=SECONDS) as wire:
        wire.sendall(b"\x16\x03\x01\x00 HELO\r\n\r\n")
        answer = wire.recv(1000)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert 200 == world.ask("GET").status_code


def test_requests_are_answered_in_their_order(wire, path, headers):
    """Two requests that are sent at once are answered one after the other."""
    wire.sendall(b"".join(b"".join(raw(path, headers, order(custom_field=text))) for text in ("one", "two")))
    with wire.makefile("rb") as stream:
        texts = []
        for _ in range(2):
            while not (line := stream.readline()).startswith(b"content-length"):
                pass
            length = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            texts.append(json.loads(stream.read(length))["response"]["call_details"]["custom_field"])

    assert ["one", "two"] == texts


@pytest.mark.parametrize("name", ["exotel-v3", "control"])
def test_the_documents_are_served(http, name):
    """The OpenAPI documents are served without credentials, and listed."""
    assert f"/openapi/{name}.json" in http.get("/openapi").json()["documents"]
    assert http.get(f"/openapi/{name}.json").json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_the_server_says_that_it_lives(http, path):
    """Health is answered without credentials."""
    assert (200, {"status": "ok"}) == (http.get(path).status_code, http.get(path).json())
