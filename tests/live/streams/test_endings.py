"""However a bot goes away: its call ends as it should, and the server goes on."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from contextlib import closing

import pytest
from bots import echo, tone

from mockserver.testing import PartyBody

CALLER = "+919811112222"


def at_frame(number, act):
    """A bot that says something at once, and does something at its n-th frame."""

    async def behave(talk, message):
        if message["event"] == "start":
            await talk.say(tone(0.1))
        elif message["event"] == "media" and talk.frames == number:
            await act(talk)

    return behave


def over(world, call_sid):
    """How stream and call ended, and how long the stream lasted."""
    stream, call = world.stream(call_sid), world.get_call(call_sid).call
    return stream, call


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013])
def test_a_bot_that_closes_hangs_up(world, bots, tell, code):
    """Whatever its code, the call that was alone with it is over at that moment, completed."""
    tell(talk=30.0)
    bot = bots.add("closing", at_frame(5, lambda talk: talk.socket.close(code=code)))
    call_sid = world.call_bot(bot, from_=CALLER)
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("bot-closed", code) == (stream.ending, stream.close_code)
    assert ("completed", 0.5) == (call.outcome, call.talk_seconds)
    assert 0.5 == stream.timeline[-1].at


def test_beside_a_talk_of_two_it_only_goes(world, bots, tell):
    """Who has somebody else to talk to talks on."""
    tell(talk=30.0)
    bot = bots.add("leaving", at_frame(5, lambda talk: talk.socket.close()))
    call_sid = world.call(from_=CALLER, to="+919833334444", stream=bot)
    world.advance(60)
    stream, call = over(world, call_sid)

    assert "bot-closed" == stream.ending
    assert ("completed", 30.0) == (call.outcome, call.talk_seconds)


def test_a_connection_that_breaks(world, bots, tell, start):
    """Without a goodbye it is 1006, and the call is over, too, of whoever was alone with the bot."""

    async def vanish(talk):
        talk.request.transport.abort()

    tell(talk=30.0)
    call_sid = start(bots.add("vanishing", at_frame(5, vanish)))
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("connection-lost", 1006) == (stream.ending, stream.close_code)
    assert ("completed", 0.5 if call.to is None else 30.0) == (call.outcome, call.talk_seconds)


def test_a_handshake_that_is_refused_is_tried_once_more(world, bots, tell):
    """The second may do; two refusals are the end."""
    tell(talk=2.0)
    bot = bots.add("busy", echo)
    bots.refuse("busy", 503)
    first = world.call_bot(bot, from_=CALLER)
    world.advance(60)
    bots.refuse("busy", 403, 403)
    second = world.call_bot(bot, from_=CALLER)
    world.advance(60)

    assert ("call-over", 2) == (world.stream(first).ending, world.stream(first).handshakes)
    stream, call = over(world, second)
    assert ("handshake-refused", 2) == (stream.ending, stream.handshakes)
    assert "403" in stream.reason
    assert ("completed", 0.0) == (call.outcome, call.talk_seconds)


def test_a_redirect_is_not_followed(world, bots, tell):
    """It could lead where callbacks may not go."""
    tell()
    bot = bots.add("moved", echo)
    bots.refuse("moved", 302, 302, headers={"Location": "http://8.8.8.8/"})
    call_sid = world.call_bot(bot, from_=CALLER)
    world.advance(60)

    assert "handshake-refused" == world.stream(call_sid).ending


def test_nobody_listens(world, tell):
    """A port without a server is unreachable."""
    tell()
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        call_sid = world.call_bot(f"ws://127.0.0.1:{free.getsockname()[1]}/", from_=CALLER)
        world.advance(60)

    stream, call = over(world, call_sid)
    assert ("unreachable", 2, "completed") == (stream.ending, stream.handshakes, call.outcome)


def test_tls_that_fails(world, bots, tell):
    """A server that speaks no TLS is told apart from one that is not there."""
    tell()
    bots.add("plain", echo)
    call_sid = world.call_bot(bots.url("plain", "wss"), from_=CALLER)
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("tls-failure", "completed") == (stream.ending, call.outcome)


def test_another_network_is_not_dialled(world, tell):
    """The policy of callbacks holds for streams."""
    tell()
    call_sid = world.call_bot("wss://8.8.8.8/", from_=CALLER)
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("blocked", 1, "completed") == (stream.ending, stream.handshakes, call.outcome)
    assert "--allow-callbacks 8.8.8.8" in stream.reason


def test_a_bot_without_a_word(world, bots, tell, start):
    """Ten seconds on our clock, then it is given up; the reading lets it be silent."""
    tell(talk=30.0)
    given_up = start(bots.add("silent"))
    world.advance(60)
    stream = world.stream(given_up)

    assert ("no-answer", 10.0) == (stream.ending, stream.timeline[-1].at)

    world.configure(readings={"exotel-streams.first-answer": "never"})
    patient = start(bots.add("silent"))
    world.advance(60)

    assert "call-over" == world.stream(patient).ending


NONSENSE = {
    "no JSON": "hello",
    "no object": "[1, 2]",
    "deep": "[" * 50_000,
    "no event": "{}",
    "strange event": '{"event": "speak", "stream_sid": "x"}',
    "no payload": '{"event": "media", "media": {}}',
    "no base64": '{"event": "media", "media": {"payload": "a"}}',
    "payload no text": '{"event": "media", "media": {"payload": 7}}',
    "no name": '{"event": "mark", "mark": null}',
    "surrogates": '{"event": "mark", "mark": {"name": "\\ud800"}}',
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_named_and_passed_over(world, bots, tell, start, name):
    """The call goes on; timeline, counts and events say what was odd."""

    async def nonsense(talk):
        await talk.socket.send_str(NONSENSE[name])

    tell(talk=2.0)
    call_sid = start(bots.add("nonsense", at_frame(3, nonsense)))
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("call-over", "completed", 2.0) == (stream.ending, call.outcome, call.talk_seconds)
    assert "oddity" in {one.what for one in stream.timeline}
    assert 1 <= len(world.events(kind="stream.oddity").events)


@pytest.mark.parametrize(("message", "code"), [("hello", 1007), (b"\x00\x01", 1003)])
def test_a_strict_world_ends_what_it_cannot_read(world, bots, tell, message, code):
    """Text that is no JSON, and what is no text, with the code for it."""

    async def garbage(talk):
        await (talk.socket.send_str if isinstance(message, str) else talk.socket.send_bytes)(message)

    world.configure(strict=True)
    tell(talk=20.0)
    call_sid = world.call_bot(bots.add("garbage", at_frame(3, garbage)), from_=CALLER)
    world.advance(60)
    stream, call = over(world, call_sid)
    assert bots.last.closed.wait(5)

    assert ("unreadable", code) == (stream.ending, bots.last.code)
    assert "completed" == call.outcome


@pytest.mark.parametrize("size", [2_000_000, 10_000_000])
def test_a_frame_that_is_too_large(world, bots, tell, start, size):
    """It is not read, and ends the stream, with whoever was alone with the bot; the server is as it was."""

    async def huge(talk):
        await talk.say(bytes(size))

    tell(talk=20.0)
    call_sid = start(bots.add("huge", at_frame(3, huge)))
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("frame-too-large", "completed") == (stream.ending, call.outcome)
    assert (0.3 if call.to is None else 20.0) == call.talk_seconds


@pytest.mark.parametrize(("size", "oddity"), [(321, "size-multiple"), (320, "size-small"), (160_000, "size-large")])
def test_sizes_that_the_provider_stumbles_over(world, bots, tell, size, oddity):
    """They are played, and named; a strict world plays them not."""

    async def sized(talk):
        await talk.say(tone(size / 16_000) + bytes(size % 2))

    bot = bots.add("sized", at_frame(3, sized))
    tell(talk=20.0)
    lenient = world.call_bot(bot, from_=CALLER)
    world.advance(60)
    world.configure(strict=True)
    strict = world.call_bot(bot, from_=CALLER)
    world.advance(60)

    assert 1 <= world.stream(lenient).counts[f"oddity.{oddity}"]
    assert world.stream(lenient).measures.bot_spoke > 0.1
    assert 0.0 == world.stream(strict).measures.bot_spoke


def test_a_strict_world_wants_the_streams_id(world, bots, tell):
    """Without it a message is void; in any other world it counts, and is named."""

    async def anonymous(talk, message):
        if message["event"] == "media":
            payload = {"payload": base64.b64encode(tone(0.2)).decode()}
            await talk.socket.send_str(json.dumps({"event": "media", "stream_sid": None, "media": payload}))

    bot = bots.add("anonymous", anonymous)
    tell(talk=2.0)
    lenient = world.call_bot(bot, from_=CALLER)
    world.advance(60)
    world.configure(strict=True)
    strict = world.call_bot(bot, from_=CALLER)
    world.advance(60)

    assert world.stream(lenient).measures.bot_spoke > 1
    assert 19 == world.stream(lenient).counts["oddity.stream-sid"]
    assert None is world.stream(strict).measures.first_audio


def test_a_bot_that_clears_before_its_start(world, bots, tell, start):
    """Even with a null id: nothing is queued, and nothing is wrong."""

    async def eager(talk, message):
        if message["event"] == "connected":
            await talk.clear()
        await echo(talk, message)

    tell(talk=1.0)
    call_sid = start(bots.add("eager", eager))
    world.advance(60)

    assert "call-over" == world.stream(call_sid).ending
    assert 1 == len(world.stream(call_sid).clears)


@pytest.mark.parametrize("go", ["reset", "restore", "delete"])
def test_the_end_of_the_world_closes_its_streams(client, bots, go):
    """Reset, restored and removed worlds let go of their bots, with 1001."""
    world = client.create_world()
    world.snapshot("before")
    world.tell_default(from_=PartyBody(ring=0), talk=None)
    world.call_bot(bots.add("left", echo), from_=CALLER)
    world.advance(2)
    assert 1 == world.streams(only_open=True).active

    getattr(world, go)(*{"restore": ["before"]}.get(go, []))

    assert bots.last.closed.wait(5)
    assert 1001 == bots.last.code
    if go != "delete":
        assert 0 == world.streams(only_open=True).active
        world.delete()


def test_a_bot_that_reads_no_more(world, bots, tell):
    """It is waited for once, as long as for a callback; then time goes on without it."""

    async def stuck(talk, message):
        if message["event"] == "start":
            await talk.say(tone(0.1))
        elif talk.frames == 2:
            await asyncio.Event().wait()

    world.configure(callback_timeout=0.2)
    tell(talk=3.0)
    call_sid = world.call_bot(bots.add("stuck", stuck), from_=CALLER)
    world.advance(60)
    stream, call = over(world, call_sid)

    assert ("call-over", "completed", 3.0) == (stream.ending, call.outcome, call.talk_seconds)
    assert 1 == stream.counts["oddity.slow"]
