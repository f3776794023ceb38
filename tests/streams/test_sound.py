from __future__ import annotations

import wave

import numpy as np
import pytest

from mockserver.domain.errors import BadStory
from mockserver.domain.script import Does, Turn
from mockserver.streams import sound

SPEECH = Turn(Does.SPEECH)


@pytest.fixture
def wav(tmp_path):
    """A WAV file of a tone of 300 Hz; its path."""

    def wav(rate=8_000, width=2, channels=1, seconds=0.5):
        at = np.arange(int(rate * seconds)) / rate
        tone = 0.4 * np.sin(2 * np.pi * 300 * at)
        kind = {1: "u1", 2: "<i2", 4: "<i4"}[width]
        scaled = tone * 2 ** (8 * width - 1) + (128 if width == 1 else 0)
        path = tmp_path / f"{rate}-{width}-{channels}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(width)
            file.setframerate(rate)
            file.writeframes(np.repeat(scaled.astype(kind), channels).tobytes())
        return str(path)

    return wav


def loudest(audio, rate):
    """The frequency that is loudest in some audio, in Hz."""
    samples = np.frombuffer(audio, dtype="<i2").astype(float)
    return np.fft.rfftfreq(len(samples), 1 / rate)[np.abs(np.fft.rfft(samples)).argmax()]


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
def test_a_tone_is_one(rate):
    """Of its frequency, and the same whether it comes in one piece or in several."""
    turn = Turn(Does.TONE, hertz=700)
    whole = sound.turn_audio(turn, rate, 0, rate)

    assert 700 == loudest(whole, rate)
    assert whole == b"".join(sound.turn_audio(turn, rate, start, rate // 10) for start in range(0, rate, rate // 10))


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
def test_speech_is_heard_throughout(rate):
    """No frame of it is silence, it is the same each time, and it goes on for as long as one likes."""
    frames = [sound.turn_audio(SPEECH, rate, start, rate // 10) for start in range(0, 10 * rate, rate // 10)]

    assert [[(0, 100_000)]] * 100 == [sound.voices(frame, rate) for frame in frames]
    assert frames[0] == sound.turn_audio(SPEECH, rate, 0, rate // 10)
    assert frames[0] != frames[1]


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(8_000, 2, 1), (16_000, 1, 2), (44_100, 2, 2), (48_000, 4, 1), (6_000, 2, 1)]
)
def test_a_file_keeps_its_pitch_and_length(wav, rate, width, channels):
    """Whatever it was recorded in, it is brought to the stream's rate, in mono."""
    path = wav(rate, width, channels)
    played = sound.turn_audio(Turn(Does.FILE, file=path), 8_000, 0, 4_000)

    assert 300 == loudest(played, 8_000)
    assert 0.5 == pytest.approx(sound.file_seconds(path), abs=0.001)
    assert 13_107 == pytest.approx(np.abs(np.frombuffer(played, dtype="<i2")[200:-200]).max(), rel=0.02)
    assert bytes(200) == sound.turn_audio(Turn(Does.FILE, file=path), 8_000, 8_000, 100)


@pytest.mark.parametrize("content", [None, b"", b"RIFF", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_what_is_no_wav_file_is_refused(tmp_path, content):
    """With the path, the reason, and what is needed."""
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadStory, match="cannot be played") as refusal:
        sound.file_seconds(str(path))

    assert "WAV" in refusal.value.hint
    assert str(path) in refusal.value.message


def test_where_something_is_heard():
    """Spans of 20 ms windows; a last window that is not full, and an odd byte, are no trouble."""
    loud, silent = b"\x00\x20" * 160, bytes(320)

    assert [(0, 20_000), (60_000, 100_000)] == sound.voices(loud + silent + silent + loud + loud, 8_000)
    assert [(0, 10_000)] == sound.voices(loud[:160] + b"\x01", 8_000)
    assert [] == sound.voices(silent, 8_000) == sound.voices(b"", 8_000) == sound.voices(b"\x01\x00" * 200, 8_000)
    assert [(0, 20_000)] == sound.voices(b"\x00\x80" * 160, 8_000)


def test_both_parties_in_one_channel_or_in_two():
    """The shorter one is silent to the end; what is too loud together is as loud as can be."""
    one, other = b"\x10\x00" * 3, b"\x01\x00" * 2

    assert b"\x11\x00" * 2 + b"\x10\x00" == sound.mixed(one, other)
    assert b"\xff\x7f" == sound.mixed(b"\xff\x7f", b"\xff\x7f")
    assert b"\x10\x00\x01\x00" * 2 + b"\x10\x00\x00\x00" == sound.side_by_side(one, other)
