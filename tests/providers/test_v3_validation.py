"""What v3 refuses of the parameters of `POST /calls`, and in which words."""

from __future__ import annotations

import pytest

LOCAL = "http://127.0.0.1/"
MISSING, INVALID, UNPARSABLE = (
    "Mandatory Parameter missing",
    "Invalid parameter",
    "Invalid request body,failed parsing ",
)


def callback(**fields):
    return {"status_callback": [{"url": LOCAL, **fields}]}


@pytest.mark.parametrize("block", [None, {}, {"contact_uri": None}, {"contact_uri": ""}, {"contact_uri": "  "}])
@pytest.mark.parametrize("name", ["from", "to"])
def test_both_contacts_are_mandatory(account, order, refused, name, block):
    """Without a contact in `from` or `to` the answer is 1001 and names the field."""
    refused(account.post(order(**{name: block})), 400, 1001, MISSING, f"{name}.contact_uri is mandatory")


@pytest.mark.parametrize("name", ["from", "to", "virtual_number"])
def test_absence_is_as_good_as_null(account, order, refused, name):
    """A mandatory parameter that is not there at all is 1001 as well."""
    body = order()
    del body[name]

    field = name if name == "virtual_number" else f"{name}.contact_uri"
    refused(account.post(body), 400, 1001, MISSING, f"{field} is mandatory")


@pytest.mark.parametrize("number", [None, "", " "])
def test_the_exophone_is_mandatory(account, order, refused, number):
    """Without a virtual number the answer is 1001."""
    refused(account.post(order(virtual_number=number)), 400, 1001, MISSING, "virtual_number is mandatory")


def test_a_callback_needs_its_url(account, order, refused):
    """A subscription without URL is 1001 like every other mandatory parameter that is missing."""
    response = account.post(order(status_callback=[{"event": "terminal"}]))

    refused(response, 400, 1001, MISSING, "status_callback.url is mandatory")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"recording": {"channels": "stereo"}}, "Valid values for RecordingChannels are single, dual"),
        ({"recording": {"record": True, "channels": ""}}, "Valid values for RecordingChannels are single, dual"),
        ({"recording": {"format": "wav"}}, "Valid values for RecordingFormat are mp3, mp3-hq"),
        (callback(event="ringing"), "Valid values for status_callback.event are terminal, answered"),
        (callback(method="PUT"), "Valid values for status_callback.method are POST, GET"),
        (
            callback(content_type="text/xml"),
            "Valid values for status_callback.content_type are application/json, multipart/form-data",
        ),
        ({"playback": [{"value": LOCAL, "event": "middle"}]}, "Valid values for playback.event are start, end"),
        ({"playback": [{"value": LOCAL, "to": "caller"}]}, "Valid values for playback.to are callee, both"),
        (
            {"streaming": {"url": "ws://127.0.0.1/", "begin": "now"}},
            "Valid values for streaming.begin are from_leg_connect, to_leg_connect",
        ),
    ],
)
def test_a_choice_is_one_of_its_values(account, order, refused, fields, text):
    """A word that is none of a parameter's values is 1002, and the text lists the values."""
    refused(account.post(order(**fields)), 400, 1002, INVALID, text)


@pytest.mark.parametrize("seconds", [0, -1, 14_401, 10**12, "0", "-5"])
@pytest.mark.parametrize("name", ["max_time_limit", "attempt_time_out"])
def test_limits_are_seconds_up_to_four_hours(account, order, refused, name, seconds):
    """A time limit or ring time-out outside 1 to 14400 seconds is 1002."""
    text = f"{name} must be between 1 and 14400 seconds"

    refused(account.post(order(**{name: seconds})), 400, 1002, INVALID, text)


@pytest.mark.parametrize(
    "url",
    [
        "example",
        "//127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://",
        "http:///path",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX-Injected: 1",
        "http://127.0.0.1/\x00",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("name", ["status_callback.url", "wait_audio_url", "playback.value", "streaming.url"])
def test_a_url_is_a_url(account, order, refused, name, url):
    """What is no URL that could be asked is 1002, and the text names the parameter and the schemes."""
    fields = {
        "status_callback.url": {"status_callback": [{"url": url}]},
        "wait_audio_url": {"wait_audio_url": url},
        "playback.value": {"playback": [{"value": url}]},
        "streaming.url": {"streaming": {"url": url}},
    }
    schemes = "http, https, ws, wss" if name == "streaming.url" else "http, https"

    refused(account.post(order(**fields[name])), 400, 1002, INVALID, f"{name} is not a valid URL ({schemes})")


def test_there_is_a_bound_on_subscriptions(account, order, refused):
    """Twenty callbacks may be subscribed and not one more."""
    twenty = [{"url": LOCAL}] * 20
    accepted = account.post(order(status_callback=twenty))
    response = account.post(order(status_callback=[*twenty, {"url": LOCAL}]))

    assert 200 == accepted.status_code
    refused(response, 400, 1002, INVALID, "status_callback has at most 20 entries")


@pytest.mark.parametrize(
    "contact",
    ["abc", "123", "+", "+91", "+919811", "+9198111122223333", "+999123456789", "sip:", "sip: x", "\0", "9" * 300],
)
@pytest.mark.parametrize("block", ["from", "to"])
def test_a_contact_is_a_number_or_a_sip_uri(account, order, refused, block, contact):
    """What can be neither a phone number nor a SIP URI is 10725 and names its block."""
    text = f"Invalid request body,failed parsing :  {block} {block}.contact_uri is invalid"

    refused(account.post(order(**{block: {"contact_uri": contact}})), 400, 10725, text, text)


@pytest.mark.parametrize("number", ["abc", "123", "sip:agent1001", "+912200000000", "+919810000001", "\0"])
def test_an_exophone_is_one_of_the_account(account, order, refused, number):
    """Any virtual number that the account does not have is 10716, however it is written."""
    text = "Given virtual_number not found"

    refused(account.post(order(virtual_number=number)), 404, 10716, text, text)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"from": {"contact_uri": 9811112222}}, "$.from.contact_uri"),
        ({"from": "+919811112222"}, "$.from"),
        ({"from": {"contact_uri": "+919811112222", "state_management": "perhaps"}}, "$.from.state_management"),
        ({"to": ["+919811112222"]}, "$.to"),
        ({"to": {"contact_uri": True}}, "$.to.contact_uri"),
        ({"virtual_number": 912241499102}, "$.virtual_number"),
        ({"recording": True}, "$.recording"),
        ({"recording": {"record": "yes"}}, "$.recording.record"),
        ({"recording": {"record": [True]}}, "$.recording.record"),
        ({"wait_audio_url": {}}, "$.wait_audio_url"),
        ({"max_time_limit": "forty"}, "$.max_time_limit"),
        ({"max_time_limit": "4.5"}, "$.max_time_limit"),
        ({"max_time_limit": 4.5}, "$.max_time_limit"),
        ({"attempt_time_out": [45]}, "$.attempt_time_out"),
        ({"attempt_time_out": ""}, "$.attempt_time_out"),
        ({"custom_field": 5}, "$.custom_field"),
        ({"custom_field": {"order": 5}}, "$.custom_field"),
        ({"status_callback": {"url": LOCAL}}, "$.status_callback"),
        ({"status_callback": [LOCAL]}, "$.status_callback[0]"),
        ({"status_callback": [{"url": LOCAL}, {"url": 1}]}, "$.status_callback[1].url"),
        ({"playback": {"value": LOCAL}}, "$.playback"),
        ({"streaming": [LOCAL]}, "$.streaming"),
    ],
)
def test_a_wrong_type_is_named_by_its_place(account, order, refused, fields, place):
    """A value of the wrong JSON type is 1007, and the description says where it stands."""
    response = account.post(order(**fields))

    description = response.json()["response"]["error_data"]["description"]
    refused(response, 400, 1007, UNPARSABLE, description)
    assert f"`{place}`" in description


def test_a_refused_call_does_not_exist(account, order):
    """Nothing is left of a call that was refused: no call, no callback, nobody busy."""
    account.post(order("+919810000001", status_callback=[{"url": "nowhere"}]))
    account.post(order("+919810000001", virtual_number="+912200000000"))

    assert 0 == account.control("GET", "/calls")["total"]
    assert [] == account.control("GET", "/deliveries")["deliveries"]
    assert "free" == account.control("GET", "/users/u1001")["status"]


def test_credentials_are_asked_for_first(account, refused):
    """A bad body without credentials is 401: who may not come in learns nothing."""
    response = account.v3("POST", content="nonsense", auth=None)

    refused(response, 401, 1010, "Authorization failed", "Authorization failed")
