"""Bots in flows: Voicebot has the caller to itself, Stream listens beside what follows."""

from __future__ import annotations

import httpx
import pytest
from bots import echo, tone

from mockserver.testing import PartyBody, TurnBody

CALLER = "+919811112222"
EXOPHONE = "+912241499102"


@pytest.fixture
def dial_in(world):
    """A call into a flow with these applets; its sid."""

    def dial_in(*applets):
        path = f"{world.base_url}/_mock/v1/worlds/{world.sid}/flows"
        answer = httpx.post(path, json={"id": 77, "name": "Bots", "applets": list(applets), "numbers": [EXOPHONE]})
        assert 201 == answer.status_code, answer.text
        return world.incoming(EXOPHONE, CALLER).call.sid

    return dial_in


async def brief(talk, message):
    """Says something, and closes at its tenth frame."""
    if message["event"] == "start":
        await talk.say(tone(0.5))
    elif talk.frames == 10 and message["event"] == "media":
        await talk.socket.close()


def test_a_flow_goes_on_when_its_bot_closes(world, bots, dial_in):
    """The applet behind it has its turn then."""
    world.tell_default(to=PartyBody(ring=1), talk=4.0)
    call_sid = dial_in(
        {"applet": "voicebot", "url": bots.add("brief", brief)}, {"applet": "connect", "numbers": ["+919833334444"]}
    )
    world.advance(120)
    stream, call = world.stream(call_sid), world.get_call(call_sid)

    assert ("bot-closed", 1.0) == (stream.ending, stream.timeline[-1].at)
    assert 2 == len(call.legs)
    assert ("completed", 4.0) == (call.call.outcome, call.call.talk_seconds)


def test_a_caller_who_hangs_up_leaves_the_bot(world, bots, dial_in):
    """By the script, or after the story's talk."""
    world.tell_default(from_=PartyBody(says=[TurnBody("speech", seconds=2), TurnBody("hang-up")]), talk=None)
    scripted = dial_in({"applet": "voicebot", "url": bots.add("patient", echo)})
    world.advance(120)

    assert ("call-over", 20) == (world.stream(scripted).ending, bots.last.frames)
    assert world.get_call(scripted).call.ended_at is not None


def test_a_bot_that_only_listens_hears_all_that_follows(world, bots, dial_in):
    """The flow does not wait for it; what it says is not heard, and keys are not told."""
    world.tell_default(from_=PartyBody(ring=0, digits="1"), to=PartyBody(ring=1), talk=4.0)
    call_sid = dial_in(
        {"applet": "stream", "url": bots.add("listening", echo)},
        {"applet": "greeting", "text": "x" * 30},
        {"applet": "connect", "numbers": ["+919833334444"]},
    )
    world.advance(120)
    stream, call = world.stream(call_sid), world.get_call(call_sid)

    assert not stream.two_way
    assert ("call-over", 0.0) == (stream.ending, stream.measures.bot_spoke)
    assert pytest.approx(7.0) == stream.timeline[-1].at
    assert "completed" == call.call.outcome
    assert {"connected", "start", "media", "stop"} == {one["event"] for one in bots.last.received}


def test_a_bot_that_cannot_be_reached_is_passed_over(world, dial_in):
    """The flow takes its way as if the bot had closed at once."""
    call_sid = dial_in({"applet": "voicebot", "url": "ws://8.8.8.8/"}, {"applet": "hang-up"})
    world.advance(120)

    assert "blocked" == world.stream(call_sid).ending
    assert world.get_call(call_sid).call.ended_at is not None
