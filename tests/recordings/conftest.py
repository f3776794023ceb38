from __future__ import annotations

from collections.abc import Callable

import mp3_facts
import pytest

from mockserver.recordings.mp3 import Mp3, mp3_of
from mockserver.recordings.sound import Sound

SOUNDS = [Sound(channels, kbps * channels, dialogue) for channels in (1, 2) for kbps in (16, 32) for dialogue in (1, 0)]


@pytest.fixture(params=SOUNDS, ids=lambda sound: f"{sound.channels}-{sound.kbps}-{sound.is_dialogue}")
def sound(request) -> Sound:
    return request.param


@pytest.fixture
def dual() -> Sound:
    return Sound(2, 64, is_dialogue=True)


@pytest.fixture
def mono() -> Sound:
    return Sound(1, 16, is_dialogue=True)


@pytest.fixture
def heard(tmp_path) -> Callable[[Mp3 | bytes], mp3_facts.Heard]:
    """What a decoder that is not ours hears."""
    return lambda mp3: mp3_facts.heard(mp3 if isinstance(mp3, bytes) else mp3.read(0, mp3.size), tmp_path)


@pytest.fixture(name="mp3_of")
def mp3_of_fixture() -> Callable[[Sound, float], Mp3]:
    return mp3_of
