"""Calls that nothing will happen to any more, packed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.call import CallState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.order import CallEvent, Direction, Party, Subscription
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.storage.packing import packed, unpacked

EVERYTHING = {
    "from_party": Party(Contact("sip:agent1001"), "Anna Rao", "u1001", 123456, "Support"),
    "direction": Direction.OUTBOUND_DIAL,
    "ring_timeout": 12.5,
    "time_limit": 60.0,
    "custom_field": "order 7 \N{SNOWMAN}",
    "recording": Recording(2, is_high_quality=True),
    "wait_audio_url": "http://localhost/wait.mp3",
    "playbacks": (Playback("start", is_for_both=True, url="http://localhost/hello.mp3"),),
    "stream": Stream("ws://localhost/audio", Side.TO),
    "subscriptions": (Subscription(CallEvent.OVER, "http://localhost", "POST", "application/json", "plain"),),
    "holds": ("user:u1001", "sip:agent1001"),
    "flow": Flow("501", "Greeting"),
}


@pytest.mark.parametrize("order", [{}, {"to_party": None}, EVERYTHING], ids=["plain", "without a second", "everything"])
def test_a_packed_call_comes_back_as_it_was(order, call):
    """Every field of the call, its order and its legs."""
    settled = call(1, **order)

    assert settled == unpacked(packed(settled))
    assert settled.marks == unpacked(packed(settled)).marks


def test_states_come_back_as_themselves(call):
    """Code that compares by identity goes on working."""
    back = unpacked(packed(call(1)))

    assert CallState.SETTLED is back.state
    assert Outcome.COMPLETED is back.outcome
    assert Side.TO is back.legs[1].side


def test_every_story_comes_back(call):
    """Reactions, digits and patience."""
    story = Story(PartyStory(Reaction.ANSWERS, 1.5, "12", gives_up_after=3.0), PartyStory(Reaction.BUSY, 4.0))
    settled = replace(call(1), story=story)

    assert story == unpacked(packed(settled)).story


def test_a_packed_call_takes_less_than_a_kilobyte(call):
    """A million ended calls fit into the memory of a laptop."""
    assert len(packed(call(1))) < 1_000
