"""What is heard and kept of a call: recordings, audio that is played, streams."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.domain.story import Side


@dataclass(frozen=True, slots=True)
class Recording:
    """How the conversation is to be recorded: channels 1 or 2, `is_high_quality` for 32 kbit/s a channel."""

    channels: int = 1
    is_high_quality: bool = False


@dataclass(frozen=True, slots=True)
class Playback:
    """Audio at the start or the end of the conversation, for the called party or both."""

    moment: str
    is_for_both: bool
    url: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A WebSocket for the audio, opened when the leg of side `begins_at` is connected.

    One that is not two-way hears nothing of the bot.
    """

    url: str
    begins_at: Side
    is_two_way: bool = True
    name: str = ""
