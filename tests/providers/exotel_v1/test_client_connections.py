"""What clients do with their connections: a second try after a 401, a wait for 100 Continue, slow bodies."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from urllib.parse import urlencode, urlsplit

import pytest

from mockserver.server import Server
from mockserver.settings import Settings

FIELDS = urlencode({"From": "+919811112222", "To": "+919833334444", "CallerId": "+912241499102"})
PATH = "/v1/Accounts/mock/Calls/connect.json"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CREDENTIALS = {"Authorization": "Basic " + base64.b64encode(b"key:token").decode()}
DEADLINE = 10


@pytest.fixture(scope="module")
def address():
    """Where a server on a free port listens; its demonstration account is `mock`."""
    with Server(Settings(port=0, clock="manual")) as server:
        parts = urlsplit(server.base_url)
        yield parts.hostname, parts.port


@pytest.fixture
def connection(address):
    """A connection of a client that keeps it open."""
    connection = http.client.HTTPConnection(*address, timeout=DEADLINE)
    yield connection
    connection.close()


@pytest.fixture
def wire(address):
    """A bare socket, and a file to read answers from it."""
    with socket.create_connection(address, timeout=DEADLINE) as bare, bare.makefile("rb") as answers:
        yield bare, answers


def exchange(connection, method, path, body, headers):
    """One request and its whole answer on a connection; also the socket that it went over."""
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read(), connection.sock


def head(path, *lines):
    """The head of a POST with credentials and these header lines."""
    names = [f"{name}: {value}" for name, value in {**CREDENTIALS, **FORM}.items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: mock", *names, *lines, "", ""]).encode()


def answer_of(answers):
    """Status, headers and body of the next answer on the wire."""
    status = int(answers.readline().split()[1])
    headers = http.client.parse_headers(answers)
    return status, headers, answers.read(int(headers.get("Content-Length", 0)))


@pytest.mark.parametrize("path", [PATH, PATH.removesuffix(".json")])
def test_a_401_can_be_answered_on_the_same_connection(connection, path):
    """Clients that send credentials only when asked post twice: the 401 asks, and the second post is understood."""
    first = exchange(connection, "POST", path, FIELDS, FORM)
    second = exchange(connection, "POST", path, FIELDS, {**FORM, **CREDENTIALS})

    assert (401, 'Basic realm="Exotel"') == (first[0], first[1]["WWW-Authenticate"])
    assert 200 == second[0]
    assert first[3] is not None
    assert first[3] is second[3]


@pytest.mark.parametrize("size", [0, 200, 100_000])
def test_a_refused_body_is_no_part_of_the_next_request(connection, size):
    """Nobody reads the body of a request without credentials, and yet the next request begins where it ends."""
    body = FIELDS + "&CustomField=" + "x" * size
    first = exchange(connection, "POST", PATH, body, FORM)
    second = exchange(connection, "GET", "/v1/Accounts/mock.json", None, CREDENTIALS)

    assert (401, 200) == (first[0], second[0])
    assert b'"Sid":"mock"' in second[2]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    ["/v1/Accounts/mock", "/v1/Accounts/mock/Calls", "/v1/Accounts/mock/Calls.json", "/v1/Accounts/mock/Calls/x"],
)
def test_every_401_asks_for_credentials(connection, method, path):
    """Wherever v1 answers 401 it says how to come in."""
    status, headers, _, _ = exchange(connection, method, path, "", FORM)

    assert status == 405 or (401, "Basic ") == (status, headers["WWW-Authenticate"][:6])


def test_expect_100_continue_is_answered(wire):
    """A client that waits for 100 Continue before it sends its body gets it, and then the answer."""
    bare, answers = wire
    bare.sendall(head(PATH, f"Content-Length: {len(FIELDS)}", "Expect: 100-continue"))
    go_on = answers.readline(), answers.readline()
    bare.sendall(FIELDS.encode())
    status, headers, body = answer_of(answers)

    assert (b"HTTP/1.1 100 Continue\r\n", b"\r\n") == go_on
    assert (200, "application/json") == (status, headers["Content-Type"])
    assert "in-progress" == json.loads(body)["Call"]["Status"]


def test_a_client_that_waits_for_100_learns_of_a_401(wire):
    """Without credentials the answer comes instead of 100 Continue, and the body need not be sent."""
    bare, answers = wire
    request = head(PATH, f"Content-Length: {len(FIELDS)}", "Expect: 100-continue")
    bare.sendall(request.replace(f"Authorization: {CREDENTIALS['Authorization']}\r\n".encode(), b""))
    status, headers, _ = answer_of(answers)

    assert (401, 'Basic realm="Exotel"') == (status, headers["WWW-Authenticate"])


def test_a_body_may_come_in_chunks(wire):
    """A form whose length is not known beforehand is understood."""
    bare, answers = wire
    bare.sendall(head(PATH, "Transfer-Encoding: chunked"))
    for part in (FIELDS[:10], FIELDS[10:11], FIELDS[11:], ""):
        bare.sendall(f"{len(part):x}\r\n{part}\r\n".encode())

    assert 200 == answer_of(answers)[0]


def test_requests_may_be_sent_ahead(wire):
    """Two requests in one packet get two answers, in their order."""
    bare, answers = wire
    listing = head("/v1/Accounts/mock/Calls?Duration=gte:10s;lte:45s").replace(b"POST", b"GET")
    bare.sendall(head(PATH, f"Content-Length: {len(FIELDS)}") + FIELDS.encode() + listing)
    first, second = answer_of(answers), answer_of(answers)

    assert ["application/json", "application/xml"] == [one[1]["Content-Type"] for one in (first, second)]
    assert b"?Duration" not in second[2]
    assert b"SortBy=DateCreated:desc&amp;Duration=gte%3A10s%3Blte%3A45s" in second[2]


def test_raw_blanks_have_no_place_in_a_request_line(wire):
    """A blank that was not escaped is no valid request: the server says so and does not guess."""
    bare, answers = wire
    bare.sendall(head("/v1/Accounts/mock/Calls?DateCreated=gte:2026-01-01 00:00:00").replace(b"POST", b"GET"))

    assert 400 == answer_of(answers)[0]


def test_head_answers_like_get(connection):
    """HEAD has GET's status and type, and no body."""
    status, headers, body, _ = exchange(connection, "HEAD", "/v1/Accounts/mock/Calls.json", None, CREDENTIALS)

    assert (200, "application/json", b"") == (status, headers["Content-Type"], body)
