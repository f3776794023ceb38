"""Clients that take more than their part: they are refused or cut, and all others are served meanwhile."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mockserver.server import Server
from mockserver.settings import Settings

CALL = {
    "from": {"contact_uri": "+919900000200"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
}
POST = b"POST /v3/accounts/mock/calls HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic a2V5OnRva2Vu\r\n"
SECONDS = 0.4


@pytest.fixture(scope="module")
def strict():
    """A server of little patience."""
    limits = {"request_timeout": SECONDS, "keep_alive": 5.0, "max_connections": 40, "max_head": 8_192}
    with Server(Settings(port=0, clock="manual", **limits)) as server:
        yield server


@pytest.fixture(scope="module")
def others(strict):
    """Somebody else, on a connection of theirs or a new one for each request."""

    def others():
        answer = httpx.post(f"{strict.base_url}/v3/accounts/mock/calls", json=CALL, auth=("key", "token"), timeout=5)
        return answer.status_code

    return others


@pytest.fixture
def connect(strict):
    with ExitStack() as opened:

        def connect(sent=b""):
            address = urlsplit(strict.base_url)
            client = opened.enter_context(socket.create_connection((address.hostname, address.port), 10))
            client.sendall(sent)
            return client

        yield connect


def heard(client):
    """All that comes until the server ends the connection."""
    text = b""
    with suppress(ConnectionError):
        while part := client.recv(65_536):
            text += part
    return text


def dripped(client, text, every):
    """Sends byte by byte until all is sent or the server has had enough; what it answered."""
    for byte in text:
        with suppress(OSError):
            client.sendall(bytes([byte]))
        threading.Event().wait(every)
    return heard(client)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nHost: mock\r\nX-Slow: ",
        POST + b"Content-Length: 1000\r\n\r\n{",
    ],
    ids=["head", "body"],
)
def test_a_request_that_drips_in_is_cut(connect, others, sent):
    """With 408, when its time is up, however regularly a byte comes; the time is not begun anew with each."""
    began = time.monotonic()
    answered = dripped(connect(sent), b"x" * 10, SECONDS / 8)

    assert answered.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b'"request-timeout"' in answered
    assert SECONDS <= time.monotonic() - began < SECONDS * 12
    assert 200 == others()


def test_a_connection_on_which_nothing_comes_is_closed(connect):
    """Who connects and is silent is told nothing."""
    assert b"" == heard(connect())


def test_a_second_request_has_its_own_time(connect):
    """Between two requests a connection may be idle for longer than one may take."""
    client = connect(b"GET /livez HTTP/1.1\r\nHost: mock\r\n\r\n")
    first = client.recv(65_536)
    threading.Event().wait(SECONDS * 1.5)
    client.sendall(b"GET /livez HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n")

    assert [b"HTTP/1.1 200 OK"] * 2 == [text.splitlines()[0] for text in (first, heard(client))]


def test_an_answer_that_takes_long_is_waited_for(strict):
    """The bound is on what clients send, not on what the server takes."""
    url = f"{strict.base_url}/_mock/v1/worlds/mock/requests/wait"
    answer = httpx.post(url, json={"count": 10_000, "timeout": SECONDS * 2}, timeout=10)

    assert 408 != answer.status_code
    assert answer.headers["content-type"].startswith("application/")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nHost: mock\r\n" + b"X-Flood: y\r\n" * 1_000 + b"\r\n",
        b"GET /livez HTTP/1.1\r\nHost: mock\r\nX-Large: " + b"y" * 10_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 10_000 + b" HTTP/1.1\r\nHost: mock\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: mock\r\nX-Endless: " + b"y" * 10_000,
    ],
    ids=["many headers", "a large header", "a long path", "a head without end"],
)
def test_a_head_that_is_too_large_is_refused(connect, others, sent):
    """With 431, which names the option."""
    answered = heard(connect(sent))

    assert answered.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"--max-head" in answered
    assert 200 == others()


def test_heads_that_are_large_enough_pass(connect):
    """Just under the bound, in one piece or in many, and again on the same connection."""
    head = b"GET /livez HTTP/1.1\r\nHost: mock\r\nX-Large: " + b"y" * 8_000 + b"\r\n\r\n"
    client = connect(head)
    answers = [client.recv(65_536)]
    for start in range(0, len(head), 1_000):
        client.sendall(head[start : start + 1_000])
    answers.append(client.recv(65_536))

    assert [b"HTTP/1.1 200 OK"] * 2 == [answer.splitlines()[0] for answer in answers]


def test_who_asks_for_a_websocket_is_answered_over_http(connect):
    """Whichever libraries are installed."""
    asked = b"GET /livez HTTP/1.1\r\nHost: mock\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    client = connect(asked + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")

    assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("said", ["Content-Length: 1000000000", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_large_is_refused_and_not_read_for_ever(connect, others, said):
    """The refusal comes at once or after the bound; who sends on is cut off."""
    client, sent = connect(POST + f"Content-Type: application/json\r\n{said}\r\n\r\n".encode()), 0
    part = b"x" * 1_000_000 if "Length" in said else b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"
    answered = b""
    with suppress(ConnectionError):
        while sent < 200_000_000:
            client.sendall(part)
            sent += len(part)
            with suppress(BlockingIOError):
                answered += client.recv(65_536, socket.MSG_DONTWAIT)

    assert answered.startswith(b"HTTP/1.1 413 ")
    assert sent < 100_000_000
    assert 200 == others()


def test_idle_connections_make_room_for_new_ones(connect, others):
    """More than may be: those that have waited longest go, and nobody else is kept out."""
    idle = [connect() for _ in range(60)]
    assert [200] * 5 == [others() for _ in range(5)]

    ended = [client for client in idle if heard(client) == b""]
    assert len(idle) == len(ended)


def test_half_requests_make_room_too(connect, others):
    """Those of slow clients, although each goes on sending."""
    slow = [connect(b"GET /livez HTTP/1.1\r\nHost: mock\r\nX-") for _ in range(60)]
    for client in slow:
        with suppress(OSError):
            client.sendall(b"y")

    assert [200] * 5 == [others() for _ in range(5)]


REQUEST = b"POST /v3/accounts/mock/calls HTTP/1.1\r\nHost: mock\r\nContent-Length: 2\r\n\r\n{}"
_LINES = st.sampled_from(
    [b"GET / HTTP/1.1", b"G\x00T / HTTP/9.9", b"POST * HTTP/1.0", b"GET http://[/ HTTP/1.1", b"PRI * HTTP/2.0", b""]
)
_HEADERS = st.sampled_from(
    [
        b"Host: mock",
        b"Content-Length: -1",
        b"Content-Length: 5, 6",
        b"Transfer-Encoding: chunked, gzip",
        b"Transfer-Encoding: chunked",
        b"Upgrade: websocket\r\nConnection: upgrade",
        b"Expect: 100-continue",
        b": nameless",
        b" folded",
        b"X-\xff: \x80",
        b"Authorization: Basic ====",
        b"Content-Type: multipart/form-data; boundary=",
        b"Accept-Encoding: \x00",
    ]
)
_BODIES = st.sampled_from([b"", b"{}", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"-1\r\nx\r\n", b"\xff\xfe\x00"])
_MADE = st.builds(
    lambda line, headers, body: b"\r\n".join([line, *headers, b"", body]),
    _LINES,
    st.lists(_HEADERS, max_size=5),
    _BODIES,
)
_CUT = st.builds(
    lambda start, end, junk: REQUEST[:start] + junk + REQUEST[end:],
    st.integers(0, len(REQUEST)),
    st.integers(0, len(REQUEST)),
    st.binary(max_size=8),
)


@pytest.fixture(scope="module")
def bystander(strict):
    with httpx.Client(base_url=strict.base_url) as client:
        yield client


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(sent=_MADE | _CUT | st.binary(max_size=64))
@example(sent=b"GET / HTTP/1.1\r\nHost: mock\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
def test_whatever_comes_is_answered_or_cut_off(strict, bystander, caplog, sent):
    """No bytes bring about a 5xx, a trace or a connection that stays; the next client is served."""
    address = urlsplit(strict.base_url)
    with socket.create_connection((address.hostname, address.port), 10) as client:
        with suppress(OSError):
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
        answered = heard(client)

    assert not answered or answered.startswith(b"HTTP/1.1 ")
    assert b"HTTP/1.1 5" not in answered
    assert 200 == bystander.get("/livez").status_code
    assert [] == [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
