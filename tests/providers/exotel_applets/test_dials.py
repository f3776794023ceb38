"""What an application may ask a connect to do, key by key, and that no answer is too much for its reader."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.bootstrap import FLOW_DIALECTS
from mockserver.domain.applets import Branch, Destination, Dial, Gathering, Said
from mockserver.domain.contact import Contact
from mockserver.domain.media import Playback, Recording
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import Reply
from mockserver.engine.ports import Heard

[DIALECT] = FLOW_DIALECTS
JSON = (("content-type", "application/json; charset=utf-8"),)
NUMBERS = {"numbers": ["+919810000001"]}
FIRST = Destination(Contact("+919810000001"))
QUESTIONS = [
    *((CallEvent.CONNECT, version) for version in ("1.0", "1.1", "plain")),
    *((event, "") for event in (CallEvent.GATHER, CallEvent.GREETING, CallEvent.PASSTHRU)),
]


def heard(value, event=CallEvent.CONNECT, version="1.0"):
    return DIALECT.read(event, version, Reply(200, JSON, json.dumps(value).encode()))


@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        ({}, {}),
        ({"fetch_after_attempt": True}, {"asks_after_attempt": True}),
        ({"outgoing_phone_number": "02241499102"}, {"caller_id": Contact("+912241499102")}),
        ({"record": True}, {"recording": Recording()}),
        ({"record": True, "recording_channels": "dual"}, {"recording": Recording(channels=2)}),
        ({"record": False, "recording_channels": "dual"}, {}),
        ({"max_ringing_duration": 45}, {"ring_timeout": 45.0}),
        ({"max_conversation_duration": 3600}, {"talk_limit": 3600.0}),
        ({"parallel_ringing": {"activate": True}}, {"is_parallel": True}),
        (
            {"parallel_ringing": {"activate": True, "max_parallel_attempts": 2}},
            {"is_parallel": True, "max_parallel": 2},
        ),
        ({"parallel_ringing": {"activate": False, "max_parallel_attempts": 2}}, {"max_parallel": 2}),
        ({"dial_passthru_event_url": "https://app.test/e"}, {"events_url": "https://app.test/e"}),
        ({"music_on_hold": {"type": "operator_tone"}}, {}),
        ({"music_on_hold": {"type": "url", "value": "http://a.test/w.wav"}}, {"wait_audio_url": "http://a.test/w.wav"}),
        ({"start_call_playback": {"playback_to": "both", "type": "text", "value": "Hello"}}, {}),
        (
            {"start_call_playback": {"playback_to": "callee", "type": "audio_url", "value": "http://a.test/p.wav"}},
            {"playbacks": (Playback("start", is_for_both=False, url="http://a.test/p.wav"),)},
        ),
        ({"record": None, "music_on_hold": None}, {}),
    ],
)
def test_a_key_of_version_1_0(keys, changes):
    """Each does what it says; null is as good as nothing."""
    assert Heard(Dial((FIRST,), **changes)) == heard({"destination": NUMBERS, **keys})


def test_version_1_1_says_whose_number_is_to_be_managed():
    """Users' numbers are managed whatever is said; that is not the reader's to know."""
    entries = [{"contact_uri": "09810000001", "state_management": True}, {"contact_uri": "sip:agent1002"}]
    expected = (Destination(FIRST.contact, is_managed=True), Destination(Contact("sip:agent1002")))

    assert Heard(Dial(expected)) == heard({"destination": entries}, version="1.1")


def test_whom_a_dial_cannot_name_leaves_the_others():
    """Each complaint says where."""
    found = heard({"destination": {"numbers": [7, "+919810000001", "?"]}})

    assert (FIRST,) == found.answer.destinations
    assert ["destination.numbers[0]", "destination.numbers[2]"] == [one[:22] for one in found.complaints]


@pytest.mark.parametrize("body", ["+919810000001,09810000001", " 9810000001 ,\n +91 98100 00001 "])
def test_a_plain_answer_is_numbers_in_any_spelling(body):
    """Between commas."""
    assert Heard(Dial((FIRST, FIRST))) == DIALECT.read(CallEvent.CONNECT, "plain", Reply(200, (), body.encode()))


def test_a_gather_has_settings_of_its_own():
    """Without them: any number of keys, until the hash, five seconds for each, once."""
    prompt = {"gather_prompt": {"text": "Your PIN", "audio_url": "http://a.test/pin.wav"}}
    told = {"max_input_digits": 4, "finish_on_key": "*", "input_timeout": 9, "repeat_menu": 2}
    said = Said("Your PIN", ("http://a.test/pin.wav",))

    assert Heard(Gathering(said, 32, "#", 5.0, 0)) == heard(prompt, CallEvent.GATHER)
    assert Heard(Gathering(said, 4, "*", 9.0, 2)) == heard(prompt | told, CallEvent.GATHER)
    assert Heard(Gathering(said, 32, "", 5.0, 0)) == heard(prompt | {"finish_on_key": ""}, CallEvent.GATHER)


def test_a_byte_order_mark_is_none_of_the_answer():
    """Some servers send one before their JSON."""
    body = b"\xef\xbb\xbf" + msgspec.json.encode({"destination": NUMBERS})

    assert Heard(Dial((FIRST,))) == DIALECT.read(CallEvent.CONNECT, "1.0", Reply(200, JSON, body))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "destination",
                    "numbers",
                    "contact_uri",
                    "record",
                    "gather_prompt",
                    "text",
                    "parallel_ringing",
                    "activate",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="surrogatepass"))
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "location", "Content-Encoding"]),
    st.sampled_from(["text/plain", "application/json", "", "text/html; charset=x", "identity", "gzip"]),
)


@given(
    st.sampled_from(QUESTIONS),
    st.integers(100, 599) | st.just(200),
    HEADERS,
    BODIES | VALUES.map(lambda value: json.dumps(value).encode()),
    st.booleans(),
)
@example((CallEvent.CONNECT, "1.0"), 200, {}, b'{"\\ud800": 1, "destination": {"numbers": ["\\ud800"]}}', False)  # noqa: FBT003
@example((CallEvent.CONNECT, "1.1"), 200, {}, b"[" * 60_000, False)  # noqa: FBT003
@example((CallEvent.CONNECT, "1.0"), 200, {}, b'{"destination": 1' + b"0" * 5_000 + b"}", False)  # noqa: FBT003
def test_every_answer_can_be_read(question, status, headers, body, is_truncated):
    """It is of use, or there is a complaint that says why not; each is one line."""
    found = DIALECT.read(*question, Reply(status, tuple(headers.items()), body, is_truncated))

    assert found.answer is not None or found.complaints
    assert isinstance(found.answer, Dial | Gathering | Said | Branch | None)
    assert all(one and "\n" not in one and len(one) < 2_000 for one in found.complaints)
