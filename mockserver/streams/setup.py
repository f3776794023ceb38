"""What a stream is opened with, and how it may end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mockserver.domain.script import Turn

MICROS = 1_000_000
BYTES_A_SAMPLE = 2
RATES = (8_000, 16_000, 24_000)


class Ending(StrEnum):
    """Why a stream is over.

    The first is the only one that comes from the call. The bot closed, or the connection was lost. It never came about:
    refused by an answer, unreachable, a failure of TLS, a URL that is none, blocked by our policy, over the account's
    limit. Then what the provider ends: no answer within its time, its longest time, frames that cannot be read or are
    too large, a bot that takes no frames. A stream is shut when its world, or the server, goes.
    """

    CALL_OVER = "call-over"
    BOT_CLOSED = "bot-closed"
    CONNECTION_LOST = "connection-lost"
    REFUSED = "handshake-refused"
    UNREACHABLE = "unreachable"
    TLS_FAILURE = "tls-failure"
    BAD_URL = "bad-url"
    BLOCKED = "blocked"
    OVER_LIMIT = "over-limit"
    NO_ANSWER = "no-answer"
    TIME_LIMIT = "time-limit"
    UNREADABLE = "unreadable"
    TOO_LARGE = "frame-too-large"
    STALLED = "stalled"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a conversation goes. Times in microseconds since the stream began, here and in the whole conversation:
    whole numbers, so that what is due at a moment is due at it.

    `frame` is how much audio of the caller is in one frame. A stream that is not two-way hears nothing of the bot.
    A bot of a two-way stream `has_to_answer`: `answer_within` is how long it may take to its first message. `longest`
    is how long all may take. `echoes_cleared` sends marks back at once whose audio was cleared; else they are dropped
    with it.
    """

    rate: int = 8_000
    frame: int = 100_000
    is_two_way: bool = True
    is_strict: bool = False
    echoes_cleared: bool = True
    has_to_answer: bool = True
    answer_within: int = 10 * MICROS
    longest: int = 3_600 * MICROS
    script: tuple[Turn, ...] = ()

    @property
    def waits_for_answer(self) -> bool:
        return self.is_two_way and self.has_to_answer

    @property
    def frame_bytes(self) -> int:
        return self.frame * self.rate * BYTES_A_SAMPLE // MICROS

    def lasts(self, size: int) -> int:
        """How long so many bytes of audio play."""
        return size * MICROS // (self.rate * BYTES_A_SAMPLE)


def micros(seconds: float) -> int:
    return round(seconds * MICROS)
