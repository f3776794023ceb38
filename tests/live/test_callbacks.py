"""Callbacks of v3 as they arrive on a real socket."""

from __future__ import annotations

import base64
import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest

EXAMPLE = json.loads(
    (Path(__file__).parents[1] / "data" / "exotel_v3" / "terminal_callback.json").read_text(encoding="utf-8")
)


def parts_of(received):
    """The fields of a multipart body, in order."""
    head = b"Content-Type: " + received.header("content-type").encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + received.body)
    return [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True).decode())
        for part in message.iter_parts()
    ]


def events(sink):
    return [received.json()["event_details"]["event_type"] for received in sink.received]


def test_the_terminal_callback_arrives_as_documented(world, sink):
    """The terminal callback is a JSON POST with the keys, their order and the types of the portal's example."""
    sid = world.place({"event": "terminal", "url": sink.url("/done")}, recording={"record": True}, custom_field="x")
    world.advance(60)
    [received] = sink.received
    body = received.json()

    assert ("POST", "/done", "application/json") == (received.method, received.path, received.header("content-type"))
    assert [list(EXAMPLE), list(EXAMPLE["call_details"])] == [list(body), list(body["call_details"])]
    assert EXAMPLE["event_details"] == body["event_details"]
    assert {name: type(value) for name, value in EXAMPLE["call_details"].items()} == {
        name: type(value) for name, value in body["call_details"].items()
    }
    assert world.details(sid) == body["call_details"]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data"])
def test_what_is_sent_is_what_is_on_record(world, sink, method, content_type):
    """Request line, headers in order and body of the ledger are those that arrived: nothing is added under way."""
    world.place({"url": sink.url("/hook?key=a%2Fb"), "method": method, "content_type": content_type})
    world.advance(60)
    [received], [delivery] = sink.received, world.get("/deliveries")["deliveries"]

    assert (delivery["method"], delivery["url"]) == (received.method, sink.url(f"/hook?{received.query}"))
    assert delivery["headers"] == [list(pair) for pair in received.headers]
    assert delivery["body"]["text"].encode() == received.body


def test_each_leg_is_told_and_then_the_end(world, sink):
    """A subscriber of both events hears of leg 1, of leg 2 and of the end, in this order."""
    world.place({"event": "answered", "url": sink.url()}, {"event": "terminal", "url": sink.url()})
    world.advance(60)

    assert ["answered", "answered", "terminal"] == events(sink)


def test_without_event_only_the_end_is_told(world, sink):
    """A subscription without event hears of the end and of nothing else."""
    world.place({"url": sink.url()}, {"event": "", "url": sink.url()}, {"event": None, "url": sink.url()})
    world.advance(60)

    assert ["terminal"] * 3 == events(sink)


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("+919900010200", "+919900000305"), ["terminal"]),
        (("+919900000200", "+919900020300"), ["answered", "terminal"]),
        (("+919900050001", "+919900010000"), ["answered", "terminal"]),
        (("+919900060000", "+919900000305"), ["terminal"]),
        (("+919900000200", "+919900060000"), ["answered", "terminal"]),
    ],
)
def test_only_legs_that_answer_are_told(world, sink, pair, told):
    """Whoever does not answer causes no `answered`; the end is told of every call."""
    contacts = {"from": {"contact_uri": pair[0]}, "to": {"contact_uri": pair[1]}}
    world.place({"event": "answered", "url": sink.url()}, {"event": "terminal", "url": sink.url()}, **contacts)
    world.advance(120)

    assert told == events(sink)


def test_an_answered_callback_shows_an_active_call(world, sink):
    """When a leg answers, the call has no end, status, talk or recording yet."""
    world.place({"event": "answered", "url": sink.url()}, recording={"record": True})
    world.advance(60)
    first, second = (received.json()["call_details"] for received in sink.received)

    for details in (first, second):
        assert ("active", "1970-01-01 05:30:00+05:30") == (details["state"], details["end_time"])
        assert {None} == {details[name] for name in ("status", "total_talk_time", "recordings", "digits")}
    assert first["updated_time"] < second["updated_time"]


def test_several_subscribers_are_told_in_their_order(world, sink):
    """Of one event every subscription gets a callback of its own, in the order of the request, twins too."""
    paths = ["/b", "/a", "/b", "/c"]
    world.place(*({"url": sink.url(path)} for path in paths))
    world.advance(60)

    assert paths == [received.path for received in sink.received]
    assert 4 == len(world.get("/deliveries")["deliveries"])


def test_multipart_is_flat(world, sink):
    """A multipart callback has flat keys in the order of the JSON body, and empty text for null."""
    url = {"url": sink.url()}
    world.place(url, {**url, "content_type": "multipart/form-data"}, recording={"record": True}, custom_field="ü☎")
    world.advance(60)
    details = sink.received[0].json()["call_details"]
    parts = parts_of(sink.received[1])

    expected = [("event_details[event_type]", "terminal")]
    for name, value in details.items():
        if name == "recordings":
            expected.append(("call_details[recordings][0][url]", value[0]["url"]))
        else:
            expected.append((f"call_details[{name}]", "" if value is None else str(value)))
    assert sink.received[1].header("content-type").startswith("multipart/form-data; boundary=")
    assert expected == parts


def test_multipart_of_a_call_without_recording(world, sink):
    """Where the JSON body has null for the recordings, the multipart body has one empty field."""
    world.place({"url": sink.url(), "content_type": "multipart/form-data"})
    world.advance(60)

    assert ("call_details[recordings]", "") in parts_of(sink.received[0])


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data"])
def test_get_has_everything_in_the_query(world, sink, content_type):
    """A GET callback has the flat keys in its query and no body, whatever content type was asked for."""
    url = {"url": sink.url()}
    world.place(
        {**url, "content_type": "multipart/form-data"},
        {**url, "method": "GET", "content_type": content_type},
        custom_field="a&b=c ü",
    )
    world.advance(60)
    post, get = sink.received

    assert parts_of(post) == get.query_pairs()
    assert (b"", None, None) == (get.body, get.header("content-type"), get.header("content-length"))


@pytest.mark.parametrize(
    "target",
    [
        "/hook?key=a%2Fb&sig=x%20y+z==&empty=&dup=1&dup=2;%7E~",
        "/a%20b/%C3%BC?x",
        "/?",
        "/a/../b//c?next=http://x/%3Fy=1",
        "/[1]?a[b][]=1",
        "/x?%zz=%",
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_url_is_kept_byte_for_byte(world, sink, method, target):
    """Path and query of a subscriber's URL arrive as they were given; what GET adds stands behind them."""
    world.place({"url": sink.url(target), "method": method})
    world.advance(60)
    path, _, query = target.partition("?")

    [received] = sink.received
    assert path == received.path
    if method == "POST" or not query:
        assert received.query.startswith(query)
    else:
        assert received.query.startswith(f"{query}&event_details%5Bevent_type%5D=terminal&")


@pytest.mark.parametrize("tail", ["", "?x=1", "#part", "/#part", "/?x=1#part"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_url_may_be_short(world, sink, method, tail):
    """A URL without path asks for the root, and a fragment never leaves the house."""
    world.place({"url": sink.url("") + tail, "method": method})
    world.advance(60)

    [received] = sink.received
    assert "/" == received.path
    assert "part" not in received.query
    assert ("x=1" in tail) is received.query.startswith("x=1")


def test_a_url_in_another_alphabet_arrives(world, sink):
    """Letters of other alphabets in a URL are sent percent-encoded, as browsers do."""
    world.place({"url": sink.url("/ü?q=☎")})
    world.advance(60)

    [received] = sink.received
    assert ("/%C3%BC", "q=%E2%98%8E") == (received.path, received.query)


def test_credentials_in_a_url_become_a_header(world, sink):
    """User and password of a URL arrive as Basic; the ledger has that header like all others, without the secret."""
    world.place({"url": sink.url("/hook").replace("http://", "http://app:s3cret@")})
    world.advance(60)
    [received], [delivery] = sink.received, world.get("/deliveries")["deliveries"]

    credentials = base64.b64encode(b"app:s3cret").decode()
    recorded = [tuple(pair) for pair in delivery["headers"]]
    assert f"Basic {credentials}" == received.header("authorization")
    assert [name for name, _ in received.headers] == [name for name, _ in recorded]
    assert ("Authorization", "Basic <redacted>") in recorded


def test_the_sender_says_who_it_is(world, sink):
    """Callbacks carry a user agent by which a receiver's log tells the mock from the provider."""
    world.place({"url": sink.url()})
    world.advance(60)

    assert sink.received[0].header("user-agent").startswith("mockserver/")


def test_an_empty_url_asks_for_nothing(world):
    """A subscription with an empty URL, as the portal's examples have it, causes no callback."""
    world.place({"event": "terminal", "url": ""}, {"event": "answered", "url": "  "})
    world.advance(60)

    assert [] == world.get("/deliveries")["deliveries"]


def test_a_secret_is_not_repeated_to_others(world, sink):
    """A receiver's own query does not appear in what other subscribers get."""
    world.place({"url": sink.url("/one?key=s3cret")}, {"url": sink.url("/two")})
    world.advance(60)

    other = next(received for received in sink.received if received.path == "/two")
    assert b"s3cret" not in other.body
    assert "" == other.query


def test_a_host_is_served_where_the_world_says(new_world, sink):
    """Callbacks to a host of a world's `hosts` arrive there, with the host that was asked for."""
    world = new_world(hosts={"app.test": sink.url("")})
    world.place({"event": "terminal", "url": "http://app.test/done?a=1"})
    world.advance(60)
    [received], [delivery] = sink.received, world.get("/deliveries")["deliveries"]

    assert ("app.test", "/done", "a=1") == (received.header("host"), received.path, received.query)
    assert ("http://app.test/done?a=1", "delivered") == (delivery["url"], delivery["state"])
    assert ["app.test"] == [value for name, value in received.headers if name.lower() == "host"]


@pytest.mark.parametrize(
    "hosts", [{"app.test": "127.0.0.1:1"}, {"http://app.test": "http://127.0.0.1:1"}, {"": "http://a"}]
)
def test_a_host_that_is_none_is_refused(world, hosts):
    """A host has no scheme, and what serves it is a URL."""
    answer = world.ask("PATCH", body={"hosts": hosts})

    assert (400, "hosts") == (answer.status_code, answer.json()["where"])
