from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockserver.domain.call import Call, CallState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.media import Recording
from mockserver.domain.order import DEFAULT_PACE, Order, Party
from mockserver.domain.story import DEFAULT_STORY
from mockserver.recordings.sound import Sound, round_of_turns, sound_of

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def call_with(recording, outcome=Outcome.COMPLETED):
    party = Party(Contact("+919811112222"))
    order = Order(party, party, Contact("+912241499102"), recording=recording)
    call = Call("c1", "mock", order, DEFAULT_STORY, DEFAULT_PACE, CallState.PROCESSED, NOW, NOW)
    return replace(call, outcome=outcome)


@pytest.mark.parametrize(
    ("recording", "sound"),
    [
        (Recording(), Sound(1, 16, is_dialogue=True)),
        (Recording(is_high_quality=True), Sound(1, 32, is_dialogue=True)),
        (Recording(2), Sound(2, 32, is_dialogue=True)),
        (Recording(2, is_high_quality=True), Sound(2, 64, is_dialogue=True)),
    ],
)
def test_it_sounds_as_was_asked_for(recording, sound):
    """mp3-hq has 32 kbit/s a channel, as documented; mp3 half of that, which is our reading."""
    assert sound == sound_of(call_with(recording))


@pytest.mark.parametrize(
    ("recording", "sound"),
    [(None, Sound(1, 16, is_dialogue=False)), (Recording(2), Sound(2, 32, is_dialogue=False))],
)
def test_a_message_has_one_voice(recording, sound):
    """Nobody answers the caller; the message is recorded whether or not recordings were asked for."""
    assert sound == sound_of(call_with(recording, Outcome.VOICEMAIL))


def test_a_round_is_a_turn_of_each():
    """3.6 seconds of 16 bits for each channel."""
    lengths = {channels: len(round_of_turns(Sound(channels, 16, is_dialogue=True))) for channels in (1, 2)}

    assert {1: 3.6 * 8_000 * 2, 2: 3.6 * 8_000 * 4} == lengths
