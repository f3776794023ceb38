"""Sound for the line: what the caller's turns sound like, and where a bot is heard. 16-bit little-endian mono PCM."""

from __future__ import annotations

import math
import wave
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from mockserver.domain.errors import BadStory
from mockserver.domain.script import Does, Turn

Samples = NDArray[np.int16]

_LOUDNESS = 9_000
_QUIETER_THAN = 200
_WINDOW_MILLIS = 20
# A round of speech-like noise is this long, and comes again.
_ROUND_SECONDS = 4
_SYLLABLES_A_SECOND = 4
_LARGEST_FILE = 64 * 1024 * 1024
# What samples of so many bytes are.
_WIDTHS = {1: "u1", 2: "<i2", 4: "<i4"}


def turn_audio(turn: Turn, rate: int, start: int, count: int) -> bytes:
    """`count` samples of a turn of speech, tone or file, from its sample `start` on; silence where a file is over."""
    if turn.does is Does.TONE:
        at = np.arange(start, start + count)
        return _pcm(_LOUDNESS * np.sin(2 * math.pi * turn.hertz / rate * at))
    if turn.does is Does.FILE:
        part = file_samples(turn.file, rate)[start : start + count]
        return part.tobytes().ljust(2 * count, b"\0")
    speech = _speech(rate)
    return np.take(speech, range(start, start + count), mode="wrap").tobytes()


@lru_cache(maxsize=8)
def _speech(rate: int) -> Samples:
    """Noise that swells and fades as syllables do: to a detector of voices it is one, to a recogniser it is nothing."""
    count = _ROUND_SECONDS * rate
    noise = np.frombuffer(Random(0).randbytes(2 * count), dtype="<i2").astype(np.float64) / 32_768  # noqa: S311  alike
    # A short average takes away what a telephone would.
    noise = np.convolve(noise, np.ones(4) / 4, mode="same")
    at = np.arange(count) / rate
    voiced = np.sin(2 * math.pi * 140 * at) + 0.5 * np.sin(2 * math.pi * 280 * at) + noise
    # It never falls silent: a frame of speech is one throughout.
    swell = 0.4 + 0.6 * np.abs(np.sin(math.pi * _SYLLABLES_A_SECOND * at))
    shaped = voiced * swell
    return np.frombuffer(_pcm(_LOUDNESS * shaped / np.abs(shaped).max()), dtype="<i2")


def file_seconds(path: str) -> float:
    """How long a WAV file plays. Raises BadStory that says what is wrong with it."""
    rate = 8_000
    return len(file_samples(path, rate)) / rate


def file_samples(path: str, rate: int) -> Samples:
    """A WAV file at another rate and in mono. Raises BadStory."""
    try:
        stat = Path(path).stat()
    except (OSError, ValueError) as error:
        raise _bad_file(path, str(error)) from error
    return _read(path, rate, stat.st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: str, rate: int, _changed: int) -> Samples:
    if Path(path).stat().st_size > _LARGEST_FILE:
        raise _bad_file(path, f"it is larger than {_LARGEST_FILE} bytes")
    try:
        with wave.open(path, "rb") as file:
            width, channels, own_rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise _bad_file(path, str(error)) from error
    if width not in _WIDTHS:
        raise _bad_file(path, f"its samples have {8 * width} bits")
    samples = np.frombuffer(data[: len(data) // (width * channels) * width * channels], dtype=np.dtype(_WIDTHS[width]))
    middle, scale = (128, 256.0) if width == 1 else (0, 2.0 ** (16 - 8 * width))
    mono = (samples.astype(np.float64) - middle).reshape(-1, channels).mean(axis=1) * scale
    return np.frombuffer(_pcm(_resampled(mono, own_rate, rate)), dtype="<i2")


def _resampled(samples: NDArray[np.float64], own_rate: int, rate: int) -> NDArray[np.float64]:
    """The same sound at another rate, by its spectrum: what the new rate cannot carry is left out."""
    if own_rate == rate or not len(samples):
        return samples
    count = round(len(samples) * rate / own_rate)
    if not count:
        return np.zeros(0)
    spectrum = np.fft.rfft(samples)
    resized = np.zeros(count // 2 + 1, dtype=complex)
    kept = min(len(spectrum), len(resized))
    resized[:kept] = spectrum[:kept]
    return np.fft.irfft(resized, count) * (count / len(samples))


def at_rate(audio: bytes, own_rate: int, rate: int) -> bytes:
    """The same sound at another rate."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float64)
    return _pcm(_resampled(samples, own_rate, rate))


def voices(audio: bytes, rate: int) -> list[tuple[int, int]]:
    """The spans in which something is heard, in microseconds; windows of 20 ms, in which a peak counts."""
    samples = np.frombuffer(audio[: len(audio) // 2 * 2], dtype="<i2")
    window = rate * _WINDOW_MILLIS // 1_000
    padded = np.zeros(-(-len(samples) // window) * window, dtype=np.int32)
    padded[: len(samples)] = samples
    is_heard = np.abs(padded).reshape(-1, window).max(axis=1, initial=0) >= _QUIETER_THAN
    # Where silence turns into sound, and where it turns back.
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_heard, [False]))))
    places = [min(int(edge) * window, len(samples)) * 1_000_000 // rate for edge in edges]
    return list(zip(places[::2], places[1::2], strict=True))


def mixed(first: bytes, second: bytes) -> bytes:
    """Both in one channel."""
    one, other = (np.frombuffer(audio, dtype="<i2").astype(np.int32) for audio in (first, second))
    both = np.zeros(max(len(one), len(other)), dtype=np.int32)
    both[: len(one)] += one
    both[: len(other)] += other
    return _pcm(both)


def side_by_side(first: bytes, second: bytes) -> bytes:
    """One on the left, the other on the right."""
    both = np.zeros((max(len(first), len(second)) // 2, 2), dtype="<i2")
    both[: len(first) // 2, 0] = np.frombuffer(first, dtype="<i2")
    both[: len(second) // 2, 1] = np.frombuffer(second, dtype="<i2")
    return both.tobytes()


def _pcm(samples: NDArray[np.float64] | NDArray[np.int32]) -> bytes:
    return np.clip(np.rint(samples), -32_768, 32_767).astype("<i2").tobytes()


def _bad_file(path: str, reason: str) -> BadStory:
    hint = "A turn of a file needs a WAV file of linear PCM (8, 16 or 32 bits) that the server can read."
    return BadStory(f"{path!r} cannot be played: {reason}", where="file", hint=hint)
