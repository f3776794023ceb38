from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from mp3_facts import facts_of

from mockserver.recordings.mp3 import Mp3
from mockserver.recordings.sound import FROM_HERTZ, TO_HERTZ

# A turn lasts 1.8 s, of which the last 0.43 are silent.
TURN, SPOKEN = 1.8, 1.36
HOURS_4 = 14_400


@pytest.mark.parametrize("seconds", [0.1, 1, 1.8, 3.6, 31, 47.25, 600])
def test_it_is_as_long_as_it_is_to_be(mp3_of, mono, dual, heard, seconds):
    """To the sample, after a decoder has taken off what encoders add."""
    for sound in (mono, dual):
        assert seconds == heard(mp3_of(sound, seconds)).seconds


def test_channels_and_bit_rate_are_those_asked_for(mp3_of, sound, heard):
    """The first frame's header, the file's size and the decoder agree."""
    recording = mp3_of(sound, 31)
    facts = facts_of(recording.read(0, 1_000))

    assert (sound.channels, sound.kbps, 8_000, 31) == (facts.channels, facts.kbps, facts.rate, facts.seconds)
    assert sound.kbps * 1000 / 8 * 31 == pytest.approx(recording.size, rel=0.01)
    assert (facts.size, sound.channels) == (recording.size, len(heard(recording).samples))


def test_each_party_has_a_tone(mp3_of, sound, heard):
    """They take turns; in two channels each is alone in its own; a message has one voice."""
    recording = heard(mp3_of(sound, 7.2))
    second = TO_HERTZ if sound.is_dialogue else None
    voices = [[FROM_HERTZ, second]] if sound.channels == 1 else [[FROM_HERTZ, None], [None, second]]

    for channel, (first, then) in enumerate(voices):
        for turn, hertz in enumerate([first, then, first, then]):
            hears = recording.hertz(channel, turn * TURN, turn * TURN + SPOKEN)
            assert (hertz and pytest.approx(hertz, abs=3)) == hears, (channel, turn)
            assert recording.hertz(channel, turn * TURN + SPOKEN + 0.1, (turn + 1) * TURN) is None


def test_rounds_are_put_together_without_a_click(mp3_of, sound, heard):
    """After the first, all rounds are decoded to the same samples."""
    samples = heard(mp3_of(sound, 36)).samples
    rounds = np.split(samples, 10, axis=1)

    for one in rounds[2:]:
        assert 1 >= np.abs(one.astype(int) - rounds[1]).max()
    # The first differs by what a decoder has not heard before its start.
    assert 4 >= np.abs(rounds[0].astype(int) - rounds[1]).max()


def test_parts_are_parts_of_the_whole(mp3_of, sound):
    """Whatever part is read, and wherever rounds meet in it."""
    recording = mp3_of(sound, 31)
    whole = recording.read(0, recording.size)

    assert recording.size == len(whole)
    for length in (1, 97, 1_000, 30_011):
        starts = range(0, recording.size, max(length, 997))
        assert [whole[at : at + length] for at in starts] == [recording.read(at, at + length) for at in starts]


def test_any_number_of_seconds_has_whole_frames(mp3_of, dual):
    """The size is a multiple of a frame's, and grows with the length."""
    sizes = [mp3_of(dual, milliseconds / 1000).size for milliseconds in range(0, 2_000, 50)]

    assert sorted(sizes) == sizes
    assert {0} == {size % 576 for size in sizes}


def test_nothing_to_hear_is_a_file_too(mp3_of, mono, heard):
    """A message of no length is decoded to nothing."""
    assert 0 == heard(mp3_of(mono, 0)).seconds


def test_hours_take_as_little_as_seconds(mp3_of, dual):
    """The end of four hours in the best quality is at hand, without what comes before it."""
    mp3_of(dual, 1).read(0, 100)
    tracemalloc.start()
    recording = mp3_of(dual, HOURS_4)
    end = recording.read(recording.size - 1_000, recording.size)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert HOURS_4 * 8_000 == pytest.approx(recording.size, rel=0.001)
    assert 1_000 == len(end)
    assert 100_000 > most


def test_the_same_bytes_have_the_same_digest(mp3_of, mono, dual):
    """And others have another: what is cached under it is right."""
    digests = [mp3_of(sound, seconds).digest for sound in (mono, dual) for seconds in (31, 31.001, 60)]

    assert 6 == len(set(digests))
    assert digests[0] == mp3_of(mono, 31).digest


def test_recordings_of_one_sound_share_what_is_encoded(mp3_of, dual):
    """So ten thousand recordings take no more memory than one."""
    recordings: list[Mp3] = [mp3_of(dual, seconds) for seconds in range(10_000)]

    assert 1 == len({id(one.encoded) for one in recordings})
