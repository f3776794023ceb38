"""What a connect request is refused for: 400 in the format asked for, a clear message, a hint in the journal."""

from __future__ import annotations

import pytest

FLOW = "http://my.exotel.com/acct/exoml/start_voice"

# The fields that are sent besides From, To and CallerId (None: left out), and the whole message.
BAD = [
    ({"From": None}, "From: the number to dial first is mandatory"),
    ({"From": " "}, "From: the number to dial first is mandatory"),
    ({"To": None}, "To: the number to connect, or Url of a flow, is mandatory"),
    ({"From": "nobody"}, "From: 'nobody' is not a phone number"),
    ({"To": "12"}, "To: '12' is not a possible phone number"),
    ({"To": "sip:"}, "To: 'sip:' is not a SIP URI"),
    ({"To": "9" * 300}, "To: a contact of 300 characters is too long"),
    ({"CallerId": "+919999999999"}, "CallerId: +919999999999 is not an ExoPhone of this account"),
    ({"CallerId": "no such name"}, "CallerId: 'no such name' is not a phone number"),
    ({"Url": f"{FLOW}/502"}, "Url: there is no flow '502'"),
    ({"Url": "http://example.com/flow.xml"}, "Url: 'http://example.com/flow.xml' is not the URL of a flow"),
    ({"Url": FLOW}, f"Url: '{FLOW}' is not the URL of a flow"),
    ({"CallType": "urgent"}, "CallType: 'urgent' is none of trans, promo"),
    ({"TimeLimit": "0"}, "TimeLimit: '0' is not a number of seconds from 1 to 14400"),
    ({"TimeLimit": "14401"}, "TimeLimit: '14401' is not a number of seconds from 1 to 14400"),
    ({"TimeLimit": "ten"}, "TimeLimit: 'ten' is not a number of seconds from 1 to 14400"),
    ({"TimeOut": "-1"}, "TimeOut: '-1' is not a number of seconds from 1 to 14400"),
    ({"TimeOut": "1.5"}, "TimeOut: '1.5' is not a number of seconds from 1 to 14400"),
    ({"Record": "maybe"}, "Record: 'maybe' is none of true, false, 1, 0"),
    ({"RecordingChannels": "triple"}, "RecordingChannels: 'triple' is none of single, dual"),
    ({"RecordingFormat": "wav"}, "RecordingFormat: 'wav' is none of mp3, mp3-hq"),
    ({"CustomField": "x" * 129}, "CustomField: 129 characters are too many, at most 128"),
    ({"WaitUrl": "wait.wav"}, "WaitUrl: 'wait.wav' is not a URL (http, https)"),
    ({"WaitUrl": "ftp://a.b/wait.wav"}, "WaitUrl: 'ftp://a.b/wait.wav' is not a URL (http, https)"),
    ({"StartPlaybackToNew": "Nobody"}, "StartPlaybackToNew: 'Nobody' is none of callee, both"),
    ({"StartPlaybackValueNew": "http://"}, "StartPlaybackValueNew: 'http://' is not a URL (http, https)"),
    ({"StatusCallback": "/relative"}, "StatusCallback: '/relative' is not a URL (http, https)"),
    ({"StatusCallback": "http://a b/"}, "StatusCallback: 'http://a b/' is not a URL (http, https)"),
    ({"StatusCallbackEvents[]": "ended"}, "StatusCallbackEvents: 'ended' is none of answered, terminal"),
    (
        {"StatusCallbackContentType": "text/xml"},
        "StatusCallbackContentType: 'text/xml' is none of multipart/form-data, application/json",
    ),
    ({"StreamUrl": "bot"}, "StreamUrl: 'bot' is not a URL (http, https, ws, wss)"),
    ({"StreamUrl": f"ws://a.b/{'x' * 600}"}, "StreamUrl: 609 characters are too many, at most 600"),
    (
        {"StreamUrl": "ws://a.b/", "StreamType": "both"},
        "StreamType: 'both' is none of bidirectional, unidirectional",
    ),
    ({"StreamUrl": "ws://a.b/", "StreamName": "x" * 33}, "StreamName: at most 32 characters"),
    (
        {"StreamUrl": "ws://a.b/", "StreamBegin": "Leg3Connect"},
        "StreamBegin: 'Leg3Connect' is none of leg1connect, leg2connect",
    ),
]


def field_of(bad):
    """An id: the field that is wrong, and how."""
    return "-".join(f"{name}={value}" for name, value in bad[0].items())[:60]


@pytest.fixture(scope="module")
def account(found_account):
    account = found_account()
    yield account
    account.control("DELETE")


@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect"])
@pytest.mark.parametrize("bad", BAD, ids=field_of)
def test_a_bad_field_is_400(account, refusal, bad, path):
    """Each field has a message of its own, which names it, what was sent, and what would do."""
    fields, message = bad

    assert (400, message) == refusal(account.connect(path, **fields))


@pytest.mark.parametrize("bad", BAD, ids=field_of)
def test_a_refused_call_does_not_happen(account, bad):
    """Nothing was placed: the account has no call, and the journal has the refusal."""
    fields, message = bad
    account.connect(**fields)

    assert 0 == account.control("GET", "/calls")["total"]
    assert (400, "exotel-v1.connect", message) == tuple(
        account.last_request()[key] for key in ("status", "operation", "refusal")
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"CallerId": "+919999999999"}, "POST /_mock/v1/worlds/{account_sid}/numbers"),
        ({"Url": f"{FLOW}/502"}, "501"),
        ({"Url": "http://example.com/"}, "http://my.exotel.com/<sid>/exoml/start_voice/<app id>"),
        ({"To": "12"}, "E.164"),
    ],
)
def test_the_journal_says_what_would_help(account, fields, words):
    """The entry of a refused request has a hint: how to add an ExoPhone, which flows there are, which spellings."""
    account.connect(**fields)

    assert words in account.last_request()["hint"]


def test_ringing_is_an_event_that_some_pages_name(new_account):
    """The voice-stream document names `ringing` besides answered and terminal: a request with it is no mistake."""
    fields = {"StatusCallback": "http://127.0.0.1:9/", "StatusCallbackEvents[]": ["ringing", "terminal"]}

    assert 200 == new_account().connect(**fields).status_code


def test_an_unknown_dialect_of_body_holds_no_fields(account, refusal):
    """A JSON body is no form: its fields are not there, and the refusal names the first that is missing."""
    answer = account.v1("POST", "/Calls/connect.json", json={"From": "9811112222", "To": "9833334444"})

    assert (400, "To: the number to connect, or Url of a flow, is mandatory") == refusal(answer)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"no part at all"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="From"\r\n\r\n98'),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
    ],
)
@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect"])
def test_a_broken_form_is_400(account, refusal, path, content_type, body):
    """A form that cannot be read to its end is refused like a bad field, and places no call."""
    answer = account.v1("POST", path, content=body, headers={"Content-Type": content_type})

    assert 400 == refusal(answer)[0]
    assert 0 == account.control("GET", "/calls")["total"]


@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect"])
@pytest.mark.parametrize(
    "field", ["CallerType", "CallerID", "MaxRetries", "StatusCallbackMethod", "from", "StatusCallbackEvents[x]"]
)
def test_strict_refuses_misspelt_parameters(new_account, refusal, path, field):
    """A misspelt name is ignored, and refused in a strict world with a note of the names that there are."""
    strict = new_account(strict=True)
    refused = refusal(strict.connect(path, **{field: "1"}))

    assert (400, f"{field}: no such parameter") == refused
    assert "StatusCallbackEvents" in strict.last_request()["hint"]
    assert 200 == new_account().connect(path, **{field: "1"}).status_code


def test_strict_wants_a_caller_id(new_account, refusal):
    """A strict world does not fill in the account's first ExoPhone."""
    answer = new_account(strict=True).connect(CallerId=None)

    assert (400, "CallerId: the ExoPhone to call from is mandatory") == refusal(answer)


def test_strict_knows_every_documented_parameter(new_account):
    """What the portal documents is no mistake in a strict world either, nor is `?details=true` on the POST."""
    fields = {
        "CallType": "trans",
        "TimeLimit": "60",
        "TimeOut": "30",
        "WaitUrl": "http://a.b/w.wav",
        "Record": "true",
        "RecordingChannels": "dual",
        "RecordingFormat": "mp3-hq",
        "CustomField": "x",
        "StartPlaybackToNew": "Both",
        "StartPlaybackValueNew": "http://a.b/p.wav",
        "StatusCallback": "http://127.0.0.1:9/",
        "StatusCallbackEvents[0]": "terminal",
        "StatusCallbackContentType": "application/json",
        "StreamUrl": "wss://a.b/s",
        "StreamType": "bidirectional",
        "StreamName": "bot",
        "StreamBegin": "Leg1Connect",
    }

    assert 200 == new_account(strict=True).connect("/Calls/connect.json?details=true", **fields).status_code


def test_an_account_without_exophones_cannot_call(account, refusal):
    """Where there is no ExoPhone at all, CallerId is missing rather than made up."""
    for number in account.control("GET", "/numbers")["numbers"]:
        account.control("DELETE", f"/numbers/{number['number']}")
    answer = account.connect(CallerId=None)
    account.control("POST", "/reset?scope=directory")

    assert (400, "CallerId: the ExoPhone to call from is mandatory") == refusal(answer)
