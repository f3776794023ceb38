"""Recordings of any length, out of a few encoded seconds.

A round of turns is encoded once. Its bytes, over and over, are a valid stream: a fresh encoder refers to no earlier
frame, all frames have the same length, and a round ends in more silence than an encoder delays its sound by. So the
size of a recording is known without making it, and any part of it is at hand; hours take as little as seconds.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from mockserver.domain.call import Call
from mockserver.recordings.sound import FRAME, RATE, Sound, round_of_turns, sound_of

_BEST_QUALITY = 2
_HEADER = 4
# After the header comes side information; players look for the Info tag behind it. By channels.
_SIDE_INFORMATION = {1: 9, 2: 17}
# In samples: how much later than its input an encoder's sound comes, and how much a decoder adds to that.
_ENCODER_DELAY, _DECODER_DELAY = 576, 529
_HAS_FRAMES_AND_BYTES = 3
_ENCODER, _CONSTANT_RATE = b"LAME3.100", 1


@dataclass(frozen=True)
class Mp3:
    """A recording of so many samples. `encoded` is a round of turns, of frames of `frame` bytes."""

    sound: Sound
    samples: int
    encoded: bytes
    frame: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.frame * (1 + self.frames)

    @cached_property
    def digest(self) -> str:
        """The same for the same bytes only."""
        return hashlib.blake2b(self._first + self.encoded, digest_size=16).hexdigest()

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`."""
        stop = min(stop, self.size)
        part = bytearray(self._first[start:stop])
        while (missing := stop - start - len(part)) > 0:
            at = (start + len(part) - self.frame) % len(self.encoded)
            part += self.encoded[at : at + missing]
        return bytes(part)

    @property
    def frames(self) -> int:
        """Without the first, which is silent."""
        return -(-(self.samples + _ENCODER_DELAY + _DECODER_DELAY) // FRAME)

    @cached_property
    def _first(self) -> bytes:
        """A silent frame that says how long the recording is to the sample, as LAME puts it before its own."""
        padding = self.frames * FRAME - _ENCODER_DELAY - self.samples
        tag = (
            struct.pack(">4sIII", b"Info", _HAS_FRAMES_AND_BYTES, self.frames, self.size)
            + struct.pack(">9sBx8x2x", _ENCODER, _CONSTANT_RATE)
            + (_ENCODER_DELAY << 12 | padding).to_bytes(3, "big")
            + struct.pack(">4xI4x", self.size)
        )
        silence = self.encoded[:_HEADER] + bytes(_SIDE_INFORMATION[self.sound.channels])
        return (silence + tag).ljust(self.frame, b"\0")


def recording_of(call: Call) -> Mp3:
    """The recording of a call that has ended; the first of its sound takes some 20 ms, all others none."""
    return mp3_of(sound_of(call), call.recorded_seconds)


def mp3_of(sound: Sound, seconds: float) -> Mp3:
    return Mp3(sound, round(seconds * RATE), _encoded(sound), _frame_size(sound))


def _frame_size(sound: Sound) -> int:
    return FRAME * sound.kbps * 1_000 // 8 // RATE


def mp3_of_samples(sound: Sound, samples: bytes) -> Mp3:
    """A recording of what was really said: little-endian and interleaved, at RATE."""
    known = Mp3(sound, len(samples) // (2 * sound.channels), b"", _frame_size(sound))
    silence = bytes(2 * sound.channels * FRAME * (known.frames + 1) - len(samples))
    return replace(known, encoded=_frames_of(sound, samples + silence, known.frames))


@lru_cache(maxsize=16)
def _encoded(sound: Sound) -> bytes:
    samples = round_of_turns(sound)
    return _frames_of(sound, samples, len(samples) // (2 * sound.channels * FRAME))


def _frames_of(sound: Sound, samples: bytes, frames: int) -> bytes:
    # Few servers are listened to.
    import lameenc  # noqa: PLC0415

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(sound.channels)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(sound.kbps)
    encoder.set_quality(_BEST_QUALITY)
    # What follows is the silence that the encoder is late with.
    return bytes(encoder.encode(samples) + encoder.flush())[: frames * _frame_size(sound)]
