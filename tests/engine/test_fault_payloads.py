"""The fields of worded callbacks, in all three encodings."""

from __future__ import annotations

import json
from random import Random
from urllib.parse import parse_qsl, urlsplit

import pytest
from urllib3.filepost import encode_multipart_formdata

from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.faults.payloads import corrupted, found_name, optional_names, payload_of, with_event

URL = "http://localhost/hook?tenant=7&status=mine"
FIELDS = {"CallSid": "c1", "EventType": "terminal", "status": "completed", "legs[0][id]": "", "note": "a b&c=ü"}


def by_query():
    query = "CallSid=c1&EventType=terminal&status=completed&legs%5B0%5D%5Bid%5D=&note=a+b%26c%3D%C3%BC"
    return OutboundRequest("GET", f"{URL}&{query}", (("Host", "localhost"),), b"")


def by_form():
    body, content_type = encode_multipart_formdata(FIELDS, "frontier")
    return OutboundRequest("POST", URL, (("Content-Type", content_type), ("Content-Length", str(len(body)))), body)


def by_json():
    fields = {
        "CallSid": "c1",
        "EventType": "terminal",
        "status": "completed",
        "legs": [{"id": None}],
        "note": "a b&c=ü",
    }
    body = json.dumps(fields).encode()
    return OutboundRequest(
        "POST", URL, (("Content-Type", "application/json"), ("Content-Length", str(len(body)))), body
    )


def read(request):
    """The fields of a request, as a receiver would read them."""
    if request.method == "GET":
        return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)[2:])
    assert str(len(request.body)) == dict(request.headers)["Content-Length"]
    if b"frontier" not in request.body:
        return json.loads(request.body)
    parts = request.body.decode().removesuffix("--frontier--\r\n").split("--frontier\r\n")[1:]
    heads_and_values = [part.removesuffix("\r\n").split("\r\n\r\n") for part in parts]
    return {head.split('name="')[1].rstrip('"'): value for head, value in heads_and_values}


every_encoding = pytest.mark.parametrize("make", [by_query, by_form, by_json])


@every_encoding
def test_the_fields_have_names(make):
    """Nested ones with brackets, outer ones first; what the URL had already is none."""
    names = payload_of(make(), URL).names()

    assert ["CallSid", "EventType", "status"] == names[:3]
    assert {"legs[0][id]", "note"} <= set(names)


@every_encoding
def test_a_field_can_be_taken_away(make):
    """All others stay as they are, in the body and in the URL."""
    before, after = make(), payload_of(make(), URL).without("status")

    assert {name: value for name, value in read(before).items() if name != "status"} == read(after)
    assert after.url.startswith(URL)


@every_encoding
def test_a_nested_field_can_be_taken_away(make):
    """By its full name."""
    payload = payload_of(make(), URL)
    after = read(payload.without("legs[0][id]"))

    assert "legs[0][id]" not in after
    assert [{}] == after.get("legs", [{}])
    assert "legs[0][id]" == found_name(payload, "id")


@every_encoding
def test_the_event_can_be_another(make):
    """In place of the true one."""
    assert {**read(make()), "EventType": "lost & found"} == read(with_event(payload_of(make(), URL), "lost & found"))


@every_encoding
def test_a_callback_without_an_event_gets_one(make):
    """At its end."""
    without = payload_of(make(), URL).without("EventType")
    after = read(with_event(payload_of(without, URL), "odd"))

    assert {**read(without), "EventType": "odd"} == after
    assert "EventType" == list(after)[-1]


@every_encoding
def test_what_says_what_it_is_about_is_not_optional(make):
    """A drawn field is neither the call nor the event."""
    assert {"status", "note", "legs[0][id]"} <= set(optional_names(payload_of(make(), URL)))
    assert set() == {"CallSid", "EventType"} & set(optional_names(payload_of(make(), URL)))


@every_encoding
def test_a_name_that_is_not_there_is_not_found(make):
    """Neither in full nor by its end."""
    assert found_name(payload_of(make(), URL), "price") is None


@pytest.mark.parametrize("count", [1, 5, 10_000])
@every_encoding
def test_corrupt_bytes_are_no_text(make, count):
    """The length of a body stays; a query holds them escaped."""
    before = make()
    after = corrupted(before, count, Random(3))  # noqa: S311  a world's

    assert len(before.body) == len(after.body)
    assert before.headers == after.headers
    if after.body:
        assert min(count, len(before.body)) == sum(byte >= 0xF8 for byte in after.body)
    else:
        assert count == after.url.count("%F")


def test_a_body_that_is_no_json_object_has_no_fields():
    """Nothing can be missing from it."""
    for body in (b"", b"plain", b"[1]"):
        assert [] == payload_of(OutboundRequest("POST", "http://localhost/", (), body), "http://localhost/").names()
