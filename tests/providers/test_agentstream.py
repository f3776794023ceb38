"""AgentStream's words: every message that is sent, key by key, and what is understood of a bot's."""

from __future__ import annotations

import json
import typing
from base64 import b64encode

import msgspec
import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.machine import begin
from mockserver.domain.media import Stream
from mockserver.domain.order import DEFAULT_PACE, STREAM_FLOW, Order, Party
from mockserver.domain.story import Side, Story
from mockserver.engine.clock import FIXED_START
from mockserver.engine.journal import Journal
from mockserver.engine.lines import Line
from mockserver.engine.population import populate
from mockserver.engine.world import Account, World, WorldSettings, WorldSpec
from mockserver.providers.exotel import agentstream
from mockserver.providers.exotel.agentstream import READINGS, AgentStream
from mockserver.storage.memory import MemoryStore
from mockserver.streams.effects import SendConnected, SendDigit, SendMark, SendMedia, SendStart, SendStop
from mockserver.streams.received import Kind, Unreadable
from mockserver.streams.record import StreamRecord
from mockserver.streams.tape import Tape


@pytest.fixture
def line():
    """A stream of somebody who is alone with a bot."""

    def line(**readings):
        spec = WorldSpec(Account("acme", "k", "t"), settings=WorldSettings(readings=readings))
        world = World(spec, store=MemoryStore(), journal=Journal(), public_url="http://mock", populate=populate)
        stream = Stream("ws://bot/", Side.FROM)
        order = Order(Party(Contact("+919811112222")), None, Contact("+912241499102"), stream=stream, flow=STREAM_FLOW)
        call = begin("c1", order, Story(), FIXED_START, account_sid="acme", pace=DEFAULT_PACE).call
        record = StreamRecord(
            "s1",
            "c1",
            Side.FROM,
            "ws://bot/",
            is_two_way=True,
            rate=16_000,
            opened_at=FIXED_START,
            tape=Tape(16_000, 9),
        )
        record.parameters = {"k": "v"}
        return Line(world, call, record)

    return line


SENT = [
    (SendConnected(), {"event": "connected"}),
    (
        SendStart(1),
        {
            "event": "start",
            "sequence_number": 1,
            "stream_sid": "s1",
            "start": {
                "stream_sid": "s1",
                "call_sid": "c1",
                "account_sid": "acme",
                "from": "09811112222",
                "to": "02241499102",
                "custom_parameters": {"k": "v"},
                "media_format": {"encoding": "raw/slin", "sample_rate": "16000", "bit_rate": "16"},
            },
        },
    ),
    (
        SendMedia(3, 2, 100_000, 200_000, None, 0),
        {
            "event": "media",
            "sequence_number": 3,
            "stream_sid": "s1",
            "media": {"chunk": 2, "timestamp": "100", "payload": "AQI="},
        },
    ),
    (
        SendDigit(5, "#"),
        {"event": "dtmf", "sequence_number": 5, "stream_sid": "s1", "dtmf": {"duration": "200", "digit": "#"}},
    ),
    (
        SendMark(6, "hé", 0, 0),
        {"event": "mark", "sequence_number": 6, "stream_sid": "s1", "mark": {"name": "hé"}},
    ),
    (
        SendStop(9, "stopped"),
        {
            "event": "stop",
            "sequence_number": 9,
            "stream_sid": "s1",
            "stop": {"call_sid": "c1", "account_sid": "acme", "reason": "stopped"},
        },
    ),
]


@pytest.mark.parametrize(
    ("message", "expected"), SENT, ids=lambda one: one.get("event") if isinstance(one, dict) else ""
)
def test_each_message_is_worded(line, message, expected):
    """Key by key, in the order of the documentation; numbers are numbers, moments are texts."""
    said = AgentStream().write(message, line(), b"\x01\x02")

    assert json.dumps(expected, ensure_ascii=False, separators=(",", ":")) == said


def test_numbers_may_be_texts(line):
    """One page has them so; the reading chooses."""
    worded = AgentStream().write(SendMedia(3, 2, 0, 1, None, 0), line(**{"exotel-streams.numbers": "text"}), b"")

    assert ("3", "2") == (json.loads(worded)["sequence_number"], json.loads(worded)["media"]["chunk"])


def test_every_field_says_how_it_is_known():
    """Documented, observed or assumed, as everywhere."""
    for struct in typing.get_args(agentstream.Message):
        schema = msgspec.json.schema(struct)["$defs"]
        for name, facts in schema.items():
            for field, told in facts["properties"].items():
                assert field == "event" or "x-provenance" in json.dumps(told), f"{name}.{field}"


def test_the_readings_say_what_they_choose_among():
    """The first value is the default, and there is another."""
    assert all(one.name.startswith("exotel-streams.") and len(one.values) > 1 and one.description for one in READINGS)


def read(line, **fields):
    return AgentStream().read(json.dumps(fields), line())


@pytest.mark.parametrize("spelling", ["stream_sid", "streamSid"])
def test_both_spellings_are_understood(line, spelling):
    """What clients add beside the payload does not matter, in whatever type."""
    payload = b64encode(b"\x01\x00" * 1_600).decode()
    media = {"payload": payload, "chunk": "7", "timestamp": 12, "sequenceNumber": "3"}
    received = read(line, event="media", sequence_number="4", **{spelling: "s1"}, media=media)

    assert (Kind.MEDIA, b"\x01\x00" * 1_600, (), False) == (
        received.kind,
        received.audio,
        received.oddities,
        received.is_void,
    )


@pytest.mark.parametrize(
    ("fields", "kind", "oddities"),
    [
        ({"event": "clear", "stream_sid": "s1"}, Kind.CLEAR, []),
        ({"event": "clear"}, Kind.CLEAR, ["stream-sid"]),
        ({"event": "clear", "stream_sid": None}, Kind.CLEAR, ["stream-sid"]),
        ({"event": "clear", "streamSid": "s2"}, Kind.CLEAR, ["stream-sid"]),
        ({"event": "mark", "stream_sid": "s1", "mark": {"name": "m", "timestamp": 1}}, Kind.MARK, []),
        ({"event": "mark", "stream_sid": "s1", "mark": {"name": 7}}, Kind.MARK, []),
        ({"event": "mark", "stream_sid": "s1", "mark": {}}, Kind.OTHER, ["mark"]),
        ({"event": "media", "stream_sid": "s1", "media": {"payload": "="}}, Kind.OTHER, ["payload"]),
        ({"event": "media", "stream_sid": "s1"}, Kind.OTHER, ["payload"]),
        (
            {"event": "media", "stream_sid": "s1", "media": {"payload": "AAAA"}},
            Kind.MEDIA,
            ["size-multiple", "size-small"],
        ),
        ({"event": "dtmf", "stream_sid": "s1"}, Kind.OTHER, ["event"]),
        ({}, Kind.OTHER, ["stream-sid", "event"]),
    ],
)
def test_what_is_odd_is_named(line, fields, kind, oddities):
    """And is void where the provider makes nothing of it."""
    received = read(line, **fields)

    assert (kind, oddities) == (received.kind, [one.partition(":")[0] for one in received.oddities])
    assert bool(oddities) is received.is_void


@pytest.mark.parametrize(("message", "code"), [(b"\x00", 1003), ("x", 1007), ("[]", 1007), ("[" * 9_999, 1007)])
def test_what_is_no_message_is_unreadable(line, message, code):
    """With the code of WebSocket for it."""
    with pytest.raises(Unreadable) as refusal:
        AgentStream().read(message, line())

    assert code == refusal.value.code


@pytest.mark.parametrize(
    ("query", "rate", "parameters", "oddities"),
    [
        ("", 8_000, {}, []),
        ("?sample-rate=24000&a=1", 24_000, {"a": "1"}, []),
        ("?sample-rate=8", 8_000, {}, ["sample-rate"]),
        ("?a=1&b=2&c=3&d=4", 8_000, {"a": "1", "b": "2", "c": "3", "d": "4"}, ["parameters"]),
        (f"?a={'x' * 256}", 8_000, {"a": "x" * 256}, ["parameters-length"]),
    ],
)
def test_what_a_url_asks_for(line, query, rate, parameters, oddities):
    """The rate, and the bot's own parameters: three, of 256 characters."""
    asked = AgentStream().asked(f"wss://bot/{query}", line().world)

    assert (rate, parameters) == (asked.setup.rate, asked.parameters)
    assert oddities == [one.partition(":")[0] for one in asked.oddities]
