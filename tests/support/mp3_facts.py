"""What an MP3 file says of itself, and what an independent decoder hears in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

_LSF_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG_25_RATES = (11_025, 12_000, 8_000)
_LAYER_3_FRAME = 576


@dataclass(frozen=True)
class Facts:
    """By the first frame's header and the Info tag in it (MPEG 2.5 layer III, the only kind of low rate)."""

    channels: int
    kbps: int
    rate: int
    seconds: float
    size: int


def facts_of(mp3: bytes) -> Facts:
    assert b"\xff\xe2" == bytes([mp3[0], mp3[1] & 0xFE]), "no frame of MPEG 2.5 layer III"
    kbps, rate = _LSF_KBPS[mp3[2] >> 4], _MPEG_25_RATES[mp3[2] >> 2 & 3]
    channels = 1 if mp3[3] >> 6 == 3 else 2
    tag = mp3[4 + (9 if channels == 1 else 17) :]
    assert (b"Info", 3) == (tag[:4], int.from_bytes(tag[4:8], "big"))
    frames, size = int.from_bytes(tag[8:12], "big"), int.from_bytes(tag[12:16], "big")
    trimmed = int.from_bytes(tag[37:40], "big")
    samples = frames * _LAYER_3_FRAME - (trimmed >> 12) - (trimmed & 0xFFF)
    return Facts(channels, kbps, rate, samples / rate, size)


@dataclass(frozen=True)
class Heard:
    """The decoded samples, one row for each channel."""

    rate: int
    samples: np.ndarray

    @property
    def seconds(self) -> float:
        return self.samples.shape[1] / self.rate

    def hertz(self, channel: int = 0, since: float = 0.0, until: float | None = None) -> float | None:
        """The loudest frequency of a part, to a few hertz; None if it is as good as silent."""
        part = self.samples[channel, int(since * self.rate) : None if until is None else int(until * self.rate)]
        if np.sqrt(np.mean(part.astype(float) ** 2)) < 20:
            return None
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        return float(spectrum.argmax()) * self.rate / len(part)


def heard(mp3: bytes, folder: Path) -> Heard:
    """What mpg123 decodes. Without it the test is skipped, but not where CI is to install it (see .ci/run)."""
    decoder = shutil.which("mpg123")
    if decoder is None and not os.environ.get("CI"):
        pytest.skip("no mpg123 on this machine: nothing independent of us decodes the recordings")
    assert decoder, "CI has to install mpg123"
    source, target = folder / "recording.mp3", folder / "recording.wav"
    source.write_bytes(mp3)
    command = [decoder, "-w", str(target), str(source)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603  a decoder and our files
    complaints = [line for line in done.stderr.decode().splitlines() if line.lower().startswith(("note", "warn"))]
    assert [] == complaints
    with wave.open(str(target)) as audio:
        samples = np.frombuffer(audio.readframes(audio.getnframes()), dtype="<i2")
        return Heard(audio.getframerate(), samples.reshape(-1, audio.getnchannels()).T)
