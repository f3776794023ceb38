"""What somebody says on a line that a bot listens to: turns, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mockserver.domain.errors import BadStory

LONGEST_TURN = 3_600.0
MOST_TURNS = 200
_LOWEST_HERTZ, _HIGHEST_HERTZ = 50.0, 3_400.0
_DTMF = frozenset("0123456789*#ABCD")


class Does(StrEnum):
    """The first four last a while; the others wait for the bot, or happen at once."""

    SPEECH = "speech"
    TONE = "tone"
    FILE = "file"
    SILENCE = "silence"
    LISTEN = "listen"
    BARGE_IN = "barge-in"
    PRESS = "press"
    HANG_UP = "hang-up"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. Times in seconds; a turn begins and ends with a frame of audio.

    `seconds` is how long speech-like noise, a tone of `hertz`, a WAV `file` (None: all of it), silence or the speech of
    a barge-in lasts. A listener waits until the bot has `said` so much since the turn began, or has said something and
    been `quiet` for so long. Who barges in speaks `after` so long from the beginning of what the bot is saying.
    """

    does: Does
    seconds: float | None = None
    hertz: float = 440.0
    file: str = ""
    said: float | None = None
    quiet: float | None = None
    after: float = 0.0
    digits: str = ""

    def __post_init__(self) -> None:
        for name in ("seconds", "said", "quiet", "after"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= LONGEST_TURN:
                raise _bad(f"{name} must be between 0 and {LONGEST_TURN:.0f} seconds, not {value}", name)
        if self.does is Does.FILE and not self.file:
            raise _bad("a turn that plays a file names it", "file")
        if self.does is Does.LISTEN and (self.said is None) is (self.quiet is None):
            raise _bad("who listens does so until the bot has `said` so much, or was `quiet` for so long", "said")
        if self.does is Does.PRESS and not (self.digits and _DTMF.issuperset(self.digits)):
            raise _bad(f"{self.digits!r} are not DTMF digits (0-9, *, #, A-D)", "digits")
        if not _LOWEST_HERTZ <= self.hertz <= _HIGHEST_HERTZ:
            raise _bad(f"hertz must be between {_LOWEST_HERTZ:.0f} and {_HIGHEST_HERTZ:.0f}, not {self.hertz}", "hertz")


def check_script(turns: tuple[Turn, ...]) -> None:
    """Raises BadStory for a script that is too long, or goes on when nobody is there any more."""
    if len(turns) > MOST_TURNS:
        raise _bad(f"{len(turns)} turns are too many, at most {MOST_TURNS}", "says")
    if any(turn.does is Does.HANG_UP for turn in turns[:-1]):
        raise _bad("who hangs up does nothing after that", "says")


def _bad(message: str, where: str) -> BadStory:
    return BadStory(message, where=where)
