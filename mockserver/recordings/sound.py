"""What a recording sounds like: the parties take turns, and each has a tone of its own."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache

from mockserver.domain.call import Call, Outcome
from mockserver.domain.media import Recording

# As on the telephone: samples a second, 16 bits each.
RATE = 8_000
# In samples. MP3 frames have this length at this rate, and a turn is a whole number of them.
FRAME = 576
_TURN, _SPOKEN = 25 * FRAME, 19 * FRAME
_FADE = RATE // 50
_LOUDNESS = 9_000

FROM_HERTZ, TO_HERTZ = 440, 660

# Kilobits a second for each channel. The higher one is documented; the vendor calls the other "standard" only.
STANDARD_KBPS, HIGH_KBPS = 16, 32


@dataclass(frozen=True, slots=True)
class Sound:
    """What recordings that differ in nothing but their length have in common.

    `channels` is 1 or 2 (the first party left, the second right); without `is_dialogue` the first party is alone.
    """

    channels: int
    kbps: int
    is_dialogue: bool


def sound_of(call: Call) -> Sound:
    """A message that was left is recorded whether or not a recording was asked for."""
    asked = call.order.recording or Recording()
    rate = HIGH_KBPS if asked.is_high_quality else STANDARD_KBPS
    return Sound(asked.channels, rate * asked.channels, is_dialogue=call.outcome is not Outcome.VOICEMAIL)


def round_of_turns(sound: Sound) -> bytes:
    """One turn of each party, little-endian and interleaved, ending in silence."""
    first, second = _turn(FROM_HERTZ), _turn(TO_HERTZ if sound.is_dialogue else 0)
    if sound.channels == 1:
        return (first + second).tobytes()
    both = array("h", bytes(8 * _TURN))
    both[: 2 * _TURN : 2] = first
    both[2 * _TURN + 1 :: 2] = second
    return both.tobytes()


@lru_cache(maxsize=4)
def _turn(hertz: int) -> array[int]:
    """Tone and silence. The tone swells and fades, so that it does not click."""
    step = 2 * math.pi * hertz / RATE
    loudness = (_LOUDNESS * min(1.0, at / _FADE, (_SPOKEN - at) / _FADE) for at in range(_SPOKEN))
    tone = array("h", [round(loud * math.sin(step * at)) for at, loud in enumerate(loudness)])
    return tone + array("h", bytes(2 * (_TURN - _SPOKEN)))
