"""Streams without a network: whatever a bot does, its call ends, and in a documented state."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import deque
from dataclasses import dataclass, field
from functools import partial

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.call import CallState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.media import Stream
from mockserver.domain.order import STREAM_FLOW, Order, Party
from mockserver.domain.script import Does, Turn
from mockserver.domain.story import PartyStory, Side, Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.engine import Engine
from mockserver.engine.journal import Journal
from mockserver.engine.lines import DialFailed, Gone, Lines, reached_at
from mockserver.engine.population import populate
from mockserver.engine.world import Account, World, WorldSettings, WorldSpec
from mockserver.providers.exotel.agentstream import AgentStream
from mockserver.storage.memory import MemoryStore
from mockserver.streams.setup import Ending

CAP = 20.0
CALLER = Contact("+919811112222")


@dataclass
class FakeSocket:
    """A bot that does the next of its deeds whenever it has read a frame."""

    deeds: deque
    sent: list[dict] = field(default_factory=list)
    code: int | None = None

    def __post_init__(self):
        self._inbox: deque = deque()
        self._arrived = anyio.Event()
        self._read = 0

    def bring(self, message):
        self._inbox.append(message)
        self._arrived.set()

    async def send(self, text):
        self.sent.append(json.loads(text))

    async def receive(self):
        while not self._inbox:
            self._arrived = anyio.Event()
            await self._arrived.wait()
        message = self._inbox.popleft()
        if isinstance(message, Gone):
            self._inbox.clear()
            self.deeds.clear()
        return message

    async def settle(self):
        while self._read < len(self.sent):
            self._read += 1
            if self.deeds:
                for message in self.deeds.popleft():
                    self.bring(message.replace("SID", self.sid) if isinstance(message, str) else message)
        while self._inbox:
            await anyio.lowlevel.checkpoint()

    async def close(self, code):
        self.code = code
        self.bring(Gone(code))

    @property
    def sid(self):
        return next(one["stream_sid"] for one in self.sent if one["event"] == "start")


class FakeDialler:
    def __init__(self, deeds, failures=()):
        self.sockets: list[FakeSocket] = []
        self._deeds = deeds
        self._failures = deque(failures)

    async def dial(self, _url, _timeout):
        if self._failures:
            raise DialFailed(self._failures.popleft(), "told to")
        self.sockets.append(FakeSocket(deque(self._deeds)))
        return self.sockets[-1]

    async def aclose(self):
        pass


class NoSender:
    async def aclose(self):
        pass


def found(spec):
    return World(spec, store=MemoryStore(), journal=Journal(), public_url="http://mock", populate=populate)


async def talked(deeds, *, script=(), talk=20.0, failures=(), strict=False):
    """The call, its stream and its socket after an hour and more with a bot that does this."""
    dialler = FakeDialler(deeds, failures)
    engine = Engine(NoSender(), {}, found, lines=Lines(dialler, AgentStream))
    spec = WorldSpec(Account("a", "k", "t"), clock_mode=ClockMode.MANUAL, settings=WorldSettings(is_strict=strict))
    world = engine.create_world(spec)
    order = Order(
        Party(CALLER), None, Contact("+912241499102"), stream=Stream("ws://bot/", Side.FROM), flow=STREAM_FLOW
    )
    async with engine.running():
        call = engine.place(world, order, Story(from_party=PartyStory(says=tuple(script)), talk=talk))
        engine.answer_sent(world, call.sid)
        await engine.runner(world).advance(7_000, CAP)
    [record] = world.streams.all
    return world.store.call(call.sid), record, (dialler.sockets or [None])[-1]


def media(size, sid="SID", **more):
    return json.dumps(
        {"event": "media", "stream_sid": sid, "media": {"payload": b64encode(b"\x40" * size).decode(), **more}}
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3), lambda one: st.dictionaries(st.text(max_size=5), one)
)
MESSAGES = st.one_of(
    st.builds(media, st.integers(0, 5_000), st.sampled_from(["SID", None, "other"])),
    st.builds(media, st.just(3_200), chunk=st.one_of(st.integers(), st.text()), timestamp=st.text()),
    st.builds(
        lambda name, sid: json.dumps({"event": "mark", sid: "SID", "mark": {"name": name}}),
        st.one_of(st.text(max_size=5), st.integers(), st.none()),
        st.sampled_from(["stream_sid", "streamSid"]),
    ),
    st.sampled_from(['{"event": "clear"}', '{"event": "clear", "stream_sid": "SID"}', '{"event": "stop"}', "{}", "[]"]),
    st.text(max_size=20),
    st.binary(max_size=20),
    JSON.map(json.dumps),
    st.builds(Gone, st.sampled_from([1000, 1001, 1005, 1006, 1011])),
    st.just(Gone(1009, Ending.TOO_LARGE, "too large")),
)
SCRIPTS = st.lists(
    st.sampled_from(
        [
            Turn(Does.SPEECH, seconds=0.3),
            Turn(Does.LISTEN, quiet=0.2),
            Turn(Does.LISTEN, said=0.5),
            Turn(Does.BARGE_IN, after=0.2, seconds=0.5),
            Turn(Does.PRESS, digits="1#"),
        ]
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(MESSAGES, max_size=2), max_size=10),
    SCRIPTS,
    st.booleans(),
    st.lists(st.sampled_from([Ending.REFUSED, Ending.UNREACHABLE, Ending.BLOCKED]), max_size=2),
    st.booleans(),
)
def test_whatever_a_bot_does_its_call_ends(deeds, script, hangs_up, failures, is_strict):
    """In a documented state: settled, completed, its stream over for a reason that has a name, and stopped once."""
    script = [*script, Turn(Does.HANG_UP)] if hangs_up else script
    how = partial(talked, deeds, script=script, talk=3.0, failures=failures, strict=is_strict)
    call, record, socket = anyio.run(how)

    assert (CallState.SETTLED, Outcome.COMPLETED) == (call.state, call.outcome)
    assert record.ending in set(Ending) - {Ending.SHUT, Ending.OVER_LIMIT}
    assert record.ended_at is not None
    if socket is not None:
        events = [one["event"] for one in socket.sent]
        numbers = [one["sequence_number"] for one in socket.sent[1:]]
        assert ["connected", "start"] == events[:2]
        assert list(range(1, len(numbers) + 1)) == numbers
        assert events.count("stop") == (record.ending is Ending.CALL_OVER) == events[-1:].count("stop")


@pytest.mark.anyio
async def test_two_minutes_are_talked_in_moved_time():
    """A frame's moment passes when the bot could answer it: none is left out."""
    echo = [[media(3_200)]] * 1_202
    call, record, socket = await talked(echo, talk=120.0)

    assert (120.0, Ending.CALL_OVER) == (call.talk_seconds, record.ending)
    assert 1_200 == sum(one["event"] == "media" for one in socket.sent)
    assert 1_201 == record.counts["bot.media"]
    assert 1000 == socket.code


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("wss://bot.test/a?b=c", "ws://127.0.0.1:9/a?b=c"),
        ("wss://u:p@bot.test/a", "ws://u:p@127.0.0.1:9/a"),
        ("https://bot.test/a", "http://127.0.0.1:9/a"),
        ("wss://bot.test:8443/", "wss://safe.test/x/"),
        ("wss://other.test/", "wss://other.test/"),
    ],
)
def test_hosts_say_where_a_bot_is(url, expected):
    """By host, or host and port; what stands before and behind it stays."""
    hosts = {"bot.test": "http://127.0.0.1:9", "bot.test:8443": "https://safe.test/x"}

    assert expected == reached_at(url, hosts)
