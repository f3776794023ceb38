"""Status callbacks on a real socket: four fields after the call, or a fuller body for each event."""

from __future__ import annotations

import json
from email.parser import BytesParser

import pytest

from mockserver.testing import CallbackSink

END_FIELDS = ["CallSid", "Status", "RecordingUrl", "DateUpdated"]
EVENT_FIELDS = [
    "CallSid",
    "EventType",
    "DateCreated",
    "DateUpdated",
    "Status",
    "To",
    "From",
    "PhoneNumberSid",
    "StartTime",
    "EndTime",
    "Direction",
    "RecordingUrl",
    "ConversationDuration",
    "CustomField",
    "Legs",
]
FLAT_LEGS = ["Legs[0][OnCallDuration]", "Legs[0][Status]", "Legs[1][OnCallDuration]", "Legs[1][Status]"]
MAGIC = "+9199000"
STATES = ("Status", "Legs[0][Status]", "Legs[1][Status]")
# The numbers' stories (None: nobody's) -> Status, Legs[0][Status], Legs[1][Status] of the terminal callback, talk.
ENDS = [
    (None, None, "completed", "completed", "completed", 20),
    ("10400", None, "no-answer", "no-answer", "", 0),
    ("20400", None, "busy", "busy", "", 0),
    ("30400", None, "failed", "failed", "", 0),
    ("50400", None, "failed", "completed", "canceled", 0),
    ("60400", None, "failed", "", "", 0),
    (None, "10400", "no-answer", "completed", "no-answer", 0),
    (None, "20400", "busy", "completed", "busy", 0),
    (None, "30400", "failed", "completed", "failed", 0),
    (None, "40400", "busy", "completed", "busy", 0),
    (None, "60400", "failed", "completed", "", 0),
]


@pytest.fixture(scope="module")
def receiver():
    with CallbackSink() as sink:
        yield sink


class Box:
    """The part of a receiver that is one account's: everything below a path of its own."""

    def __init__(self, receiver, name):
        self._receiver, self._path = receiver, f"/{name}"

    def url(self, path):
        return self._receiver.url(self._path + path)

    @property
    def received(self):
        return [one for one in self._receiver.received if one.path.startswith(self._path + "/")]


@pytest.fixture
def sink(receiver, account):
    return Box(receiver, account.sid)


def fields_of(received):
    """The names and values of a multipart body, in order."""
    head = f"Content-Type: {received.header('Content-Type')}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + received.body)
    return {
        part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True).decode()
        for part in message.get_payload()
    }


@pytest.fixture
def told(account, sink):
    """Places a call with a status callback, lets it come to its end, and returns its sid and what the sink got."""

    def tell(**fields):
        sid = account.place(StatusCallback=sink.url("/done?key=s%2Fx"), **fields)["Sid"]
        account.advance(300)
        return sid, sink.received

    return tell


def number(story, otherwise):
    return MAGIC + story if story else otherwise


def test_without_events_there_is_one_callback_after_the_call(account, told):
    """One POST of multipart/form-data with four fields, a second after the end and before price and duration."""
    sid, (received,) = told(Record="true")
    url = f"http://127.0.0.1:8080/recordings/exotelrecordings/{account.sid}/{sid}.mp3"

    assert ("POST", "/done", "key=s%2Fx") == (received.method, received.path[-5:], received.query)
    assert "multipart/form-data; boundary=" == received.header("Content-Type")[:30]
    assert dict(zip(END_FIELDS, [sid, "completed", url, "2026-01-05 10:00:27"], strict=True)) == fields_of(received)
    assert END_FIELDS == list(fields_of(received))


def test_without_a_recording_its_field_is_empty(told):
    """RecordingUrl is there and empty where nothing was recorded."""
    _, (received,) = told()

    assert "" == fields_of(received)["RecordingUrl"]


@pytest.mark.parametrize("row", ENDS, ids=lambda row: f"{row[0] or 'plain'}-{row[1] or 'plain'}")
def test_the_end_is_told_for_every_outcome(told, row):
    """Status is the outcome's; it comes exactly once, whatever happened."""
    caller, callee, status, *_ = row
    sid, (received,) = told(From=number(caller, "+919811112222"), To=number(callee, "+919833334444"))

    assert (sid, status) == (fields_of(received)["CallSid"], fields_of(received)["Status"])


def test_the_end_in_json(told):
    """StatusCallbackContentType application/json brings the same four fields as JSON."""
    sid, (received,) = told(StatusCallbackContentType="application/json")

    assert "application/json" == received.header("Content-Type")
    assert END_FIELDS == list(received.json())
    assert {
        "CallSid": sid,
        "Status": "completed",
        "RecordingUrl": "",
        "DateUpdated": "2026-01-05 10:00:27",
    } == received.json()


def test_events_come_one_by_one_in_their_order(told):
    """`answered` once for each leg, `terminal` once at the end; keys flattened as PHP does, in the portal's order."""
    _, received = told(**{"StatusCallbackEvents[]": ["terminal", "answered"]})
    bodies = [fields_of(one) for one in received]

    assert ["answered", "answered", "terminal"] == [body["EventType"] for body in bodies]
    assert [EVENT_FIELDS[:-1] + FLAT_LEGS] * 3 == [list(body) for body in bodies]
    assert [
        {"Status": "in-progress", "Legs[0][Status]": "in-progress", "Legs[1][Status]": ""},
        {"Status": "in-progress", "Legs[0][Status]": "in-progress", "Legs[1][Status]": "in-progress"},
        {"Status": "completed", "Legs[0][Status]": "completed", "Legs[1][Status]": "completed"},
    ] == [{name: body[name] for name in STATES} for body in bodies]


def test_the_fuller_body_has_every_fact(told):
    """Numbers are in E.164 here; the end is the epoch until it has come; durations are there at the end."""
    sid, received = told(CustomField="a&b", **{"StatusCallbackEvents[]": ["terminal", "answered"]})
    first, _, last = [fields_of(one) for one in received]
    steady = {
        "CallSid": sid,
        "DateCreated": "2026-01-05 10:00:00",
        "To": "+919833334444",
        "From": "+919811112222",
        "PhoneNumberSid": "+912241499102",
        "StartTime": "2026-01-05 10:00:01",
        "Direction": "outbound-api",
        "CustomField": "a&b",
    }
    varying = ("DateUpdated", "EndTime", "ConversationDuration", *FLAT_LEGS[::2])

    assert [steady, steady] == [{name: body[name] for name in steady} for body in (first, last)]
    assert ("2026-01-05 10:00:03", "1970-01-01 05:30:00", "0", "0", "0") == tuple(first[name] for name in varying)
    assert ("2026-01-05 10:00:27", "2026-01-05 10:00:26", "20", "23", "20") == tuple(last[name] for name in varying)


@pytest.mark.parametrize("row", ENDS, ids=lambda row: f"{row[0] or 'plain'}-{row[1] or 'plain'}")
def test_the_legs_are_told_for_every_outcome(told, row):
    """The terminal callback has what became of each leg; one that was never dialled is empty in a form."""
    caller, callee, *states, talk = row
    _, received = told(
        From=number(caller, "+919811112222"), To=number(callee, "+919833334444"), StatusCallbackEvents="terminal"
    )
    (body,) = [fields_of(one) for one in received]

    assert states == [body[name] for name in STATES]
    assert f"{talk}" == body["ConversationDuration"]


@pytest.mark.parametrize(
    ("caller", "callee", "answers"), [("10400", None, 0), ("50400", None, 1), (None, "20400", 1), (None, "00400", 2)]
)
def test_answered_is_told_only_of_legs_that_answer(told, caller, callee, answers):
    """A leg that nobody picks up has no answered callback."""
    _, received = told(
        From=number(caller, "+919811112222"), To=number(callee, "+919833334444"), StatusCallbackEvents="answered"
    )

    assert ["answered"] * answers == [fields_of(one)["EventType"] for one in received]


def test_json_has_types(told):
    """In JSON durations are numbers, legs a list without ids, no leg status is empty, CustomField is text."""
    text = '{"id": 7, "tags": ["ä", null]}'
    fields = {"StatusCallbackContentType": "application/json", "StatusCallbackEvents[]": ["answered", "terminal"]}
    _, received = told(CustomField=text, **fields)
    bodies = [one.json() for one in received]

    assert [EVENT_FIELDS] * 3 == [list(body) for body in bodies]
    assert [0, 0, 20] == [body["ConversationDuration"] for body in bodies]
    assert [text] * 3 == [body["CustomField"] for body in bodies]
    assert [{"OnCallDuration": 23, "Status": "completed"}, {"OnCallDuration": 20, "Status": "completed"}] == bodies[2][
        "Legs"
    ]
    assert all(leg["Status"] for body in bodies for leg in body["Legs"])


@pytest.mark.parametrize("row", ENDS, ids=lambda row: f"{row[0] or 'plain'}-{row[1] or 'plain'}")
def test_no_leg_status_is_empty_in_json(told, row):
    """Typed receivers fail on an empty status, so in JSON there is none, whatever happened to a leg."""
    _, (received,) = told(
        From=number(row[0], "+919811112222"),
        To=number(row[1], "+919833334444"),
        StatusCallbackEvents="terminal",
        StatusCallbackContentType="application/json",
    )

    assert 2 == len(received.json()["Legs"])
    assert all(leg["Status"] for leg in received.json()["Legs"])


def test_what_is_not_there_is_empty_text(told):
    """Without a custom field and a recording both are empty, in JSON, too, and not null."""
    _, (received,) = told(StatusCallbackEvents="terminal", StatusCallbackContentType="application/json")

    assert ("", "") == (received.json()["CustomField"], received.json()["RecordingUrl"])


@pytest.mark.parametrize("way", [{"Url": "http://my.exotel.com/x/exoml/start_voice/501"}])
def test_a_flow_call_ignores_events(told, way):
    """StatusCallbackEvents has no effect on a call into a flow: its end is told in four fields."""
    _, received = told(To=None, **way, **{"StatusCallbackEvents[]": ["answered", "terminal"]})

    assert [END_FIELDS] == [list(fields_of(one)) for one in received]


def test_both_calls_of_one_instant_keep_their_order(account, sink):
    """Callbacks of one instant go out one after another, in the order in which they became due."""
    events = {"StatusCallbackEvents[]": ["answered", "terminal"], "StatusCallbackContentType": "application/json"}
    sids = [account.place(StatusCallback=sink.url(f"/{number}"), **events)["Sid"] for number in range(3)]
    account.advance(300)
    seen = [(one.json()["CallSid"], one.json()["EventType"]) for one in sink.received]

    assert [(sid, event) for event in ("answered", "answered", "terminal") for sid in sids] == seen


def test_a_redelivery_is_the_same_to_the_byte(account, told, sink):
    """Sent again an hour later, a callback tells the story as it was, byte for byte."""
    told(**{"StatusCallbackEvents[]": ["answered", "terminal"]})
    deliveries = account.control("GET", "/deliveries")["deliveries"]
    account.control("POST", f"/deliveries/{deliveries[0]['id']}/redeliver")
    account.advance(0)
    *_, again = sink.received

    assert 4 == len(sink.received)
    assert sink.received[0].body == again.body
    assert sink.received[0].headers == again.headers


def test_no_callback_without_a_url(account, sink):
    """Events alone ask nobody to be told."""
    account.place(**{"StatusCallbackEvents[]": ["answered", "terminal"]})
    account.advance(300)

    assert [] == account.control("GET", "/deliveries")["deliveries"]
    assert [] == sink.received


def test_json_is_utf8(told):
    """A custom field in any script arrives as it was sent."""
    _, (received,) = told(
        CustomField="नमस्ते 🙂", StatusCallbackEvents="terminal", StatusCallbackContentType="application/json"
    )

    assert "नमस्ते 🙂" == json.loads(received.body.decode())["CustomField"]
