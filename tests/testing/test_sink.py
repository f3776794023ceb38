"""A callback receiver that answers as it is told and remembers everything."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlsplit

import pytest

from mockserver.testing import Answer, CallbackSink, SinkTimeoutError


@pytest.fixture
def sink():
    """A sink that listens."""
    with CallbackSink() as sink:
        yield sink


class Client:
    """A connection to a sink that is kept."""

    def __init__(self, sink):
        self._connection = http.client.HTTPConnection(urlsplit(sink.url()).netloc, timeout=5)

    def ask(self, method, path, body=b"", headers=()):
        self._connection.request(method, path, body, dict(headers))
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self):
        self._connection.close()


@pytest.fixture
def client(sink):
    """A client of the sink."""
    client = Client(sink)
    yield client
    client.close()


def test_it_listens_on_a_free_port_of_this_machine(sink):
    """Two sinks have two ports; a path is appended as it is."""
    with CallbackSink() as other:
        hosts = {urlsplit(one.url()).hostname for one in (sink, other)}
        ports = {urlsplit(one.url()).port for one in (sink, other)}

    assert ({"127.0.0.1"}, 2) == (hosts, len(ports))
    assert sink.url("/done?x=1").endswith("/done?x=1")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_it_answers_200_until_it_is_told_otherwise(method, client):
    """To any method that a callback may have."""
    assert (200, b"") == client.ask(method, "/")


def test_it_answers_by_its_script(sink, client):
    """One answer each, then 200 for ever; a script can be added to."""
    sink.script(Answer(500, b"no"), Answer(404))
    sink.script(Answer(202, b"later"))

    assert [(500, b"no"), (404, b""), (202, b"later"), (200, b""), (200, b"")] == [
        client.ask("POST", "/") for _ in range(5)
    ]


def test_it_remembers_every_request_in_order(sink, client):
    """Method, path, query, headers and body, byte for byte."""
    client.ask("POST", "/one", bytes(range(256)), {"X-Name": "value"})
    client.ask("GET", "/two%2F?a=%20&b=")
    one, two = sink.received

    assert ("POST", "/one", "", bytes(range(256))) == (one.method, one.path, one.query, one.body)
    assert ("GET", "/two%2F", "a=%20&b=", b"") == (two.method, two.path, two.query, two.body)
    assert ("X-Name", "value") in one.headers


def test_a_header_is_found_in_any_case(sink, client):
    """None if it did not come."""
    client.ask("POST", "/", b"", {"X-Request-Id": "7"})
    received = sink.received[0]

    assert ("7", "7", None) == (received.header("x-request-id"), received.header("X-REQUEST-ID"), received.header("x"))


def test_a_json_body_is_read(sink, client):
    """What is none is refused."""
    client.ask("POST", "/", b'{"a": [1, null]}')
    client.ask("POST", "/", b"not json")
    good, bad = sink.received

    assert {"a": [1, None]} == good.json()
    with pytest.raises(ValueError, match="Expecting value"):
        bad.json()


def test_a_query_is_read_in_order(sink, client):
    """Repeated and empty names too."""
    client.ask("GET", "/?b=2&a=1&b=&c[d]=x%20y")

    assert [("b", "2"), ("a", "1"), ("b", ""), ("c[d]", "x y")] == sink.received[0].query_pairs()


def test_it_can_close_without_an_answer(sink, client):
    """The request is remembered all the same."""
    sink.script(Answer(closes=True))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        client.ask("POST", "/")

    assert 1 == len(sink.received)


def test_it_can_wait_before_it_answers(sink):
    """Until an event is set; other requests are answered meanwhile."""
    event, answers = threading.Event(), []
    sink.script(Answer(202, waits_for=event))
    slow, quick = Client(sink), Client(sink)
    thread = threading.Thread(target=lambda: answers.append(slow.ask("POST", "/slow")))
    thread.start()
    sink.wait_for(1)
    answers.append(quick.ask("POST", "/quick"))
    event.set()
    thread.join()
    slow.close()
    quick.close()

    assert [(200, b""), (202, b"")] == answers


def test_a_handler_is_called_with_every_request_before_the_answer(sink):
    """In the receiving thread, as an application's handler would be."""
    heard = []
    with CallbackSink(on_request=lambda received: heard.append((received.path, threading.get_ident()))) as other:
        client = Client(other)
        client.ask("POST", "/a")
        known = list(heard)
        client.close()

    assert ["/a"] == [path for path, _ in known]
    assert threading.get_ident() not in {thread for _, thread in known}
    assert [] == sink.received


def test_waiting_returns_what_has_arrived(sink, client):
    """At once if it is there already, else as soon as it comes."""
    client.ask("POST", "/first")
    at_once = [one.path for one in sink.wait_for(1, seconds=0.0)]
    waited = []
    thread = threading.Thread(target=lambda: waited.extend(sink.wait_for(2)))
    thread.start()
    client.ask("POST", "/second")
    thread.join()

    assert (["/first"], ["/first", "/second"]) == (at_once, [one.path for one in waited])


def test_waiting_in_vain_says_what_came_instead(sink, client):
    """As a failed assertion, after the given seconds."""
    with pytest.raises(SinkTimeoutError, match="waited 0 s for 1 requests, there came 0: nothing"):
        sink.wait_for(1, seconds=0.0)
    client.ask("POST", "/other")
    with pytest.raises(AssertionError, match="for 2 requests, there came 1: POST /other"):
        sink.wait_for(2, seconds=0.01)


def test_an_error_in_the_handler_is_not_lost():
    """A test whose handler fails its assertion must not pass: the error is raised when the sink stops."""

    def fail(_):
        message = "not what I expected"
        raise AssertionError(message)

    def receive():
        with CallbackSink(on_request=fail) as sink:
            client = Client(sink)
            with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
                client.ask("POST", "/")
            client.close()

    with pytest.raises(AssertionError, match="not what I expected"):
        receive()


def test_a_stopped_sink_listens_no_more():
    """What it received can still be read."""
    sink = CallbackSink().start()
    client = Client(sink)
    client.ask("POST", "/")
    client.close()
    sink.stop()
    with pytest.raises(ConnectionRefusedError):
        Client(sink).ask("POST", "/")

    assert 1 == len(sink.received)


def test_stopping_is_a_matter_of_moments():
    """A suite that uses a sink in each test does not wait for it."""
    began = time.monotonic()
    for _ in range(5):
        with CallbackSink():
            pass

    assert time.monotonic() - began < 1.0


def test_a_sink_that_never_started_can_be_stopped():
    """Nothing hangs."""
    sink = CallbackSink()
    stopping = threading.Thread(target=sink.stop, daemon=True)
    stopping.start()
    stopping.join(1.0)

    assert not stopping.is_alive()


def test_many_at_once_are_received(sink):
    """Fifty clients, each with its own connection."""
    clients = [Client(sink) for _ in range(50)]
    threads = [
        threading.Thread(target=client.ask, args=("POST", f"/{number}")) for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()

    assert {f"/{number}" for number in range(50)} == {one.path for one in sink.received}
