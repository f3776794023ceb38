"""Bodies as no client should send them, and some as odd clients do."""

from __future__ import annotations

import json

import pytest

JSON = {"Content-Type": "application/json"}
UNPARSABLE = "Invalid request body,failed parsing "
DEEP = 50_000


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"42",
        b'"text"',
        b"true",
        b"{]",
        b"{}{}",
        b"{'from': 1}",
        b"\x00",
        b"\x00" * 1000,
        b'{"custom_field": "a\x00b"}',
        b'{"custom_field": "\xff\xfe"}',
        b'"\xff"',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"custom_field": "\\ud800"}',
        b'{"max_time_limit": 1e999}',
        b'{"max_time_limit": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_1007(account, refused, body):
    """A body that is no JSON object in UTF-8 is refused with 1007."""
    response = account.v3("POST", content=body, headers=JSON)

    description = response.json()["response"]["error_data"]["description"]
    refused(response, 400, 1007, UNPARSABLE, description)
    assert description


@pytest.mark.parametrize("body", [b"{", b'{"from": {"contact_uri": "+9198', b'{"to": ', b"[1, 2"])
def test_a_truncated_body_is_an_unexpected_end(account, refused, body):
    """A body that stops in the middle is 1007, in the vendor's words."""
    refused(account.v3("POST", content=body, headers=JSON), 400, 1007, UNPARSABLE, "unexpected EOF")


@pytest.mark.parametrize("body", [b"", b"   ", b"\r\n"])
def test_an_empty_body_is_1007(account, refused, body):
    """No body at all is refused with 1007, not taken for an empty object."""
    response = account.v3("POST", content=body, headers=JSON)

    description = response.json()["response"]["error_data"]["description"]
    refused(response, 400, 1007, UNPARSABLE, description)
    assert description


@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP,
        b"[" * DEEP + b"]" * DEEP,
        b'{"x": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"x": ' * 20_000 + b"1" + b"}" * 20_000,
        b'{"from": ' * 20_000 + b"1" + b"}" * 20_000,
    ],
    ids=["open lists", "lists", "lists in an unknown field", "objects in an unknown field", "objects in from"],
)
def test_deep_nesting_is_1007(account, refused, body):
    """Nesting that no parser follows is refused like any bad body, and takes nothing down."""
    response = account.v3("POST", content=body, headers=JSON)

    description = response.json()["response"]["error_data"]["description"]
    refused(response, 400, 1007, UNPARSABLE, description)
    assert 200 == account.post({"from": {"contact_uri": "+919811112222"}, **OTHERS}).status_code


OTHERS = {"to": {"contact_uri": "+919833334444"}, "virtual_number": "+912241499102"}


def test_a_huge_body_is_413(account, order, refused):
    """A body over 256 KiB is refused in v3's envelope before it is read."""
    response = account.post(order(custom_field="x" * 300_000))

    text = "the request body is larger than 262144 bytes"
    refused(response, 413, 1007, UNPARSABLE, text)
    assert 0 == account.control("GET", "/calls")["total"]


def test_a_huge_body_of_unknown_length_is_413(account, refused):
    """A body that grows over 256 KiB chunk by chunk is refused alike."""

    async def chunks():
        for _ in range(40):
            yield b"x" * 10_000

    response = account.v3("POST", content=chunks(), headers=JSON)

    refused(response, 413, 1007, UNPARSABLE, "the request body is larger than 262144 bytes")


def test_a_large_body_is_accepted(account, order):
    """A body just below the bound is served, and its custom field comes back whole."""
    text = "x" * 200_000

    assert text == account.post(order(custom_field=text)).json()["response"]["call_details"]["custom_field"]


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8; x=y"]
)
def test_json_is_json_with_any_parameters(account, order, content_type):
    """The content type is compared without case and parameters."""
    response = account.v3("POST", content=json.dumps(order()), headers={"Content-Type": content_type})

    assert 200 == response.status_code


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", "application/xml", "json"],
)
def test_another_content_type_is_1011(account, order, refused, content_type):
    """A body that is not said to be JSON is 415, and the description repeats what it was said to be."""
    response = account.v3("POST", content=json.dumps(order()), headers={"Content-Type": content_type})

    refused(response, 415, 1011, "unsupported content type", content_type)


def test_a_missing_content_type_is_1011(account, order, refused):
    """A body without content type is 415."""
    response = account.v3("POST", content=json.dumps(order()).encode())

    refused(response, 415, 1011, "unsupported content type", "")


def test_a_content_type_on_get_is_harmless(account):
    """GET with a JSON content type and no body is served, as the portal's own example sends it."""
    call = account.place()

    assert 200 == account.v3("GET", f"/{call['sid']}", headers=JSON).status_code


def test_unknown_fields_are_ignored(account, order):
    """Names that v3 does not know, on every level, change nothing."""
    unknown = {"CallerId": "x", "max_time_limits": -1, "user_contact_uri": {}, "": None}
    plain = order(recording={"record": True}, status_callback=[{"url": "http://8.8.8.8/"}])
    odd = {
        **unknown,
        **plain,
        "from": {**plain["from"], **unknown},
        "to": {**plain["to"], **unknown},
        "recording": {"record": True, **unknown},
        "status_callback": [{"url": "http://8.8.8.8/", **unknown}],
    }

    assert [200, 200] == [account.post(body).status_code for body in (plain, odd)]


def test_null_stands_for_what_is_not_sent(account, order):
    """Every optional parameter may be null, which is as good as leaving it out."""
    optional = ("recording", "wait_audio_url", "max_time_limit", "attempt_time_out", "custom_field")
    nulls = dict.fromkeys((*optional, "status_callback", "playback", "streaming"))

    answers = {name: account.post(order(**{name: None})).status_code for name in nulls}
    assert dict.fromkeys(nulls, 200) == answers


def test_a_repeated_name_counts_as_its_last_value(account, order):
    """Of a name that stands twice in the body the last value is taken."""
    text = '{"custom_field": "first", ' + json.dumps(order(custom_field="last"))[1:]

    response = account.v3("POST", content=text, headers=JSON)

    assert "last" == response.json()["response"]["call_details"]["custom_field"]
