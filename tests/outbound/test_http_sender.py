"""The sender on real sockets: what goes out, where to, and what comes back."""

from __future__ import annotations

import contextlib
import socket
import threading

import anyio
import pytest

from mockserver.engine.delivery import OutboundRequest, SendFailed
from mockserver.outbound.http_sender import HttpSender
from mockserver.outbound.policy import CallbackPolicy
from mockserver.testing import Answer

pytestmark = pytest.mark.anyio

PATIENCE = 5.0


@pytest.fixture
async def sender():
    """A sender under the policy without options."""
    sender = HttpSender(CallbackPolicy())
    yield sender
    await sender.aclose()


def post(url, body=b'{"a": 1}', *headers):
    return OutboundRequest("POST", url, headers or (("Content-Type", "application/json"),), body)


def get(url):
    return OutboundRequest("GET", url, (), b"")


async def test_a_request_goes_over_the_wire_as_it_was_worded(sender, raw):
    """Request line, headers in their order and spelling, body; nothing is added."""
    receiver = raw()
    headers = (
        ("Host", f"127.0.0.1:{receiver.port}"),
        ("User-Agent", "mockserver/1"),
        ("accept", "*/*"),
        ("Connection", "close"),
        ("Content-Type", "application/json"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
        ("Connection", "close"),
        ("Content-Length", "8"),
    )
    await sender.send(post(receiver.url("/hook"), b'{"a": 1}', *headers), PATIENCE)
    lines = [b"POST /hook HTTP/1.1", *(f"{name}: {value}".encode() for name, value in headers)]

    assert [b"\r\n".join(lines) + b'\r\n\r\n{"a": 1}'] == receiver.received


async def test_a_get_has_no_body_and_no_type(sender, raw):
    """Its facts are in the query."""
    receiver = raw()
    headers = (("Host", f"127.0.0.1:{receiver.port}"), ("Accept", "*/*"), ("Connection", "close"))
    await sender.send(OutboundRequest("GET", receiver.url("/hook?a=1"), headers, b""), PATIENCE)
    lines = ["GET /hook?a=1 HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]

    assert ["\r\n".join(lines).encode() + b"\r\n\r\n"] == receiver.received


async def test_every_callback_has_a_connection_of_its_own(sender, sink):
    """It says so, if it was not worded already: a connection that is kept may be closed in the moment of its reuse."""
    for _ in range(2):
        await sender.send(post(sink.url()), PATIENCE)

    assert ["close", "close"] == [one.header("Connection") for one in sink.received]


async def test_any_bytes_arrive(sender, sink):
    """Text in any encoding, zero bytes, a megabyte."""
    bodies = ["caf\xe9".encode(), bytes(range(256)), b"x" * 1_000_000]
    for body in bodies:
        await sender.send(post(sink.url(), body), PATIENCE)

    assert bodies == [one.body for one in sink.received]


@pytest.mark.parametrize(
    "path",
    [
        "/hook?sig=a%2Bb+c%20d&empty=&=x&flag",
        "/%7Euser//double/../up/./x",
        "/a%2fb%2Fc;p=1?x=%e2%82%ac",
        "/q?a=1&a=2&b[c][0]=d",
        "/q?url=http://x/?y=z",
        "/!$&'()*+,=:@?!$'()*,;:@/?",
    ],
)
async def test_a_url_is_sent_byte_for_byte(path, sender, raw):
    """Receivers sign their paths and queries: nothing is normalized, encoded or decoded."""
    receiver = raw()
    await sender.send(get(receiver.url(path)), PATIENCE)

    assert f"GET {path} HTTP/1.1" == receiver.received[0].split(b"\r\n")[0].decode()


async def test_a_fragment_stays_at_home(sender, raw):
    """It is for browsers; an empty path is the root."""
    receiver = raw()
    await sender.send(get(receiver.url("/x?a=1#part")), PATIENCE)
    await sender.send(get(f"http://127.0.0.1:{receiver.port}"), PATIENCE)

    assert [b"GET /x?a=1 HTTP/1.1", b"GET / HTTP/1.1"] == [one.split(b"\r\n")[0] for one in receiver.received]


async def test_a_url_cannot_smuggle_a_header(sender, raw):
    """A line break in it is no line break on the wire."""
    receiver = raw()
    with contextlib.suppress(SendFailed):
        await sender.send(get(receiver.url("/x\r\nX-Smuggled: 1")), PATIENCE)

    assert not [one for one in receiver.received if b"\r\nX-Smuggled" in one]


async def test_a_user_in_the_url_becomes_an_authorization(sender, sink):
    """As every client does it."""
    await sender.send(get(sink.url("/x").replace("http://", "http://key:token@")), PATIENCE)

    assert "Basic a2V5OnRva2Vu" == sink.received[0].header("Authorization")


async def test_the_answer_is_kept_as_it_came(sender, raw):
    """Status, headers with repetitions, and the bytes of the body, compressed or not."""
    body = b"\x1f\x8b\x08 not really gzip"
    receiver = raw(
        b"HTTP/1.1 418 I'm a teapot\r\nX-One: 1\r\nx-two: 2\r\nX-One: 3\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    reply = await sender.send(post(receiver.url()), PATIENCE)

    assert (418, body, False) == (reply.status, reply.body, reply.is_truncated)
    assert (("X-One", "1"), ("x-two", "2"), ("X-One", "3")) == reply.headers[:3]


@pytest.mark.parametrize("status", [200, 204, 299, 400, 404, 500, 503])
async def test_any_status_is_an_answer(status, sender, sink):
    """Whether it is a success is for the dispatcher to say."""
    sink.script(Answer(status))
    reply = await sender.send(post(sink.url()), PATIENCE)

    assert status == reply.status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status, sender, raw, sink):
    """It could lead past the policy."""
    receiver = raw(f"HTTP/1.1 {status} Moved\r\nLocation: {sink.url('/there')}\r\nContent-Length: 0\r\n\r\n".encode())
    reply = await sender.send(post(receiver.url()), PATIENCE)

    assert (status, ("Location", sink.url("/there"))) == (reply.status, reply.headers[0])
    assert [] == sink.received


@pytest.mark.parametrize(("size", "is_truncated"), [(65_536, False), (65_537, True), (5_000_000, True)])
async def test_only_the_beginning_of_a_huge_answer_is_kept(size, is_truncated, sender, raw):
    """64 KiB of it."""
    receiver = raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
    reply = await sender.send(post(receiver.url()), PATIENCE)

    assert (65_536, is_truncated) == (len(reply.body), reply.is_truncated)


async def test_an_answer_without_an_end_is_truncated_too(sender, raw):
    """Chunks as well as a length."""
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    receiver = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 20)
    reply = await sender.send(post(receiver.url()), PATIENCE)

    assert (65_536, True) == (len(reply.body), reply.is_truncated)


async def test_a_receiver_that_does_not_answer_in_time_has_failed(sender, sink):
    """The time-out is in real seconds."""
    event = threading.Event()
    sink.script(Answer(waits_for=event))
    try:
        with pytest.raises(SendFailed, match=r"0\.2 s") as failed:
            await sender.send(post(sink.url()), 0.2)
    finally:
        event.set()

    assert "timeout" == failed.value.reason
    assert 1 == len(sink.received)


@pytest.mark.parametrize("request_of", [post, get], ids=["post", "get"])
async def test_a_receiver_that_hangs_up_is_called_once(request_of, sender, sink):
    """One attempt is one request, whatever its method."""
    sink.script(Answer(closes=True))
    with pytest.raises(SendFailed) as failed:
        await sender.send(request_of(sink.url()), PATIENCE)

    assert "closed" == failed.value.reason
    assert 1 == len(sink.received)


@pytest.mark.parametrize("request_of", [post, get], ids=["post", "get"])
async def test_a_receiver_that_hangs_up_later_is_called_once(request_of, sender, sink):
    """Although the connection had been good for a request before."""
    sink.script(Answer(200), Answer(closes=True))
    await sender.send(request_of(sink.url("/first")), PATIENCE)
    with pytest.raises(SendFailed):
        await sender.send(request_of(sink.url("/second")), PATIENCE)

    assert ["/first", "/second"] == [one.path for one in sink.received]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.", "closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broken"),
        (b"nonsense\r\n\r\n", "broken"),
        (b"HTTP/1.1 OK\r\n\r\n", "broken"),
        (b"", "closed"),
    ],
)
async def test_half_an_answer_is_none(answer, reason, sender, raw):
    """A body that ends early, chunks that are none, words that are not HTTP."""
    receiver = raw(answer)
    with pytest.raises(SendFailed) as failed:
        await sender.send(post(receiver.url()), PATIENCE)

    assert reason == failed.value.reason


async def test_where_nobody_listens_the_connection_is_refused(sender):
    """The words name the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SendFailed, match=str(port)) as failed:
        await sender.send(post(f"http://127.0.0.1:{port}/"), PATIENCE)

    assert "refused" == failed.value.reason


async def test_plain_http_behind_https_has_failed(sender, sink):
    """A handshake that comes to nothing is no surprise, and told as what it is."""
    with pytest.raises(SendFailed, match="Does it serve HTTPS there") as failed:
        await sender.send(post(sink.url().replace("http:", "https:")), PATIENCE)

    assert "tls" == failed.value.reason


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://127.0.0.1:port/", "http://127.0.0.1:-1/"])
async def test_an_impossible_port_has_failed(url, sender):
    """It is nothing that a callback could be sent to."""
    with pytest.raises(SendFailed) as failed:
        await sender.send(post(url), PATIENCE)

    assert "broken" == failed.value.reason


async def test_cookies_are_not_kept(sender, raw):
    """Every callback is the first."""
    receiver = raw(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    for _ in range(2):
        await sender.send(get(receiver.url()), PATIENCE)

    assert not [one for one in receiver.received if b"cookie" in one.lower()]


async def test_no_proxy_of_the_environment_is_used(sender, sink, raw, monkeypatch):
    """A callback to this machine stays on it."""
    proxy = raw()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url())
    await sender.send(post(sink.url()), PATIENCE)

    assert (1, []) == (len(sink.received), proxy.received)


async def test_many_callbacks_are_on_their_way_at_once(sender, sink):
    """How many is for the dispatcher to say, not for the client."""
    event = threading.Event()
    sink.script(*[Answer(waits_for=event)] * 150)
    async with anyio.create_task_group() as tasks:
        for number in range(150):
            tasks.start_soon(sender.send, post(sink.url(f"/{number}")), 30.0)
        await anyio.to_thread.run_sync(sink.wait_for, 150)
        event.set()

    assert {f"/{number}" for number in range(150)} == {one.path for one in sink.received}
