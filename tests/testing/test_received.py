"""A callback as a receiver reads it, and the filters of a sink."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from mockserver.testing import CallbackSink, Received, SinkTimeoutError

NESTED = {"event_details": {"event_type": "answered"}, "call_details": {"sid": "c1", "status": None}}
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="CallSid"\r\n\r\nc1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="EventType"\r\n\r\nterminal\r\n--b--\r\n'
)


def received(body=b"", content_type="application/json", query=""):
    return Received("POST", "/done", query, (("Content-Type", content_type),), body)


@pytest.mark.parametrize(
    ("one", "event", "call_sid"),
    [
        (received(json.dumps(NESTED).encode()), "answered", "c1"),
        (received(b'{"event_type": "terminal", "call_sid": "c1"}'), "terminal", "c1"),
        (received(FORM, "multipart/form-data; boundary=b"), "terminal", "c1"),
        (received(b"CallSid=c1&EventType=terminal", "application/x-www-form-urlencoded"), "terminal", "c1"),
        (received(query="CallSid=c1&EventType=answered"), "answered", "c1"),
        (received(b"CallSid=c1"), None, None),
        (received(b"[1]"), None, None),
        (received(b"\xff\xfe"), None, None),
        (received(b'{"CallSid": 5}'), None, None),
    ],
)
def test_event_and_call_are_read_from_whatever_was_sent(one, event, call_sid):
    """JSON, nested or flat, forms and queries; None for what cannot be read or names neither."""
    assert (event, call_sid) == (one.event, one.call_sid)


@pytest.fixture
def sink():
    with CallbackSink() as sink:
        connection = http.client.HTTPConnection(urlsplit(sink.url()).netloc, timeout=5)
        for path, event, sid in (("/a", "answered", "c1"), ("/b", "terminal", "c1"), ("/b", "terminal", "c2")):
            connection.request("POST", path, json.dumps({"event_type": event, "sid": sid}))
            connection.getresponse().read()
        yield sink
        connection.close()


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 3),
        ({"path": "/b"}, 2),
        ({"path": "/*"}, 3),
        ({"event": "terminal", "call_sid": "c2"}, 1),
        ({"where": lambda one: one.call_sid == "c1"}, 2),
        ({"event": "nothing"}, 0),
    ],
)
def test_what_has_come_is_filtered(sink, wanted, count):
    """By path, event, call, or what you like."""
    assert count == len(sink.matching(**wanted))


def test_waiting_is_for_those_that_are_meant(sink):
    """Others do not count; the message says what came, with the events."""
    assert "c2" == sink.wait_for(event="terminal", call_sid="c2")[0].call_sid
    with pytest.raises(SinkTimeoutError, match=r"waited 0.01 s for 2 requests, there came 1: POST /a \(answered\)"):
        sink.wait_for(2, 0.01, event="answered")


def test_what_has_come_can_be_forgotten(sink):
    """Then nothing has."""
    sink.clear()

    assert [] == sink.received
