"""What a step of a conversation brings about. Times in microseconds since the stream began."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.streams.setup import Ending


class SendConnected(NamedTuple):
    """The first message, which has no number."""


class SendStart(NamedTuple):
    number: int


class SendMedia(NamedTuple):
    """A frame of the caller's audio from `start` to `end`: of the script's turn `turn` from `into` on, or silence."""

    number: int
    chunk: int
    start: int
    end: int
    turn: int | None
    into: int


class SendDigit(NamedTuple):
    number: int
    digit: str


class SendMark(NamedTuple):
    """A mark comes back that was set at `set_at`."""

    number: int
    name: str
    set_at: int
    at: int


class SendStop(NamedTuple):
    number: int
    reason: str


class Close(NamedTuple):
    """All is over; with a `code`, the connection is closed by us."""

    at: int
    code: int | None
    ending: Ending


class PressKeys(NamedTuple):
    """The caller presses keys, which the call has to be told of."""

    digits: str


class HangUp(NamedTuple):
    """The caller hangs up, which the call has to be told of."""


class Spoke(NamedTuple):
    """The bot was heard."""

    start: int
    end: int


class Cleared(NamedTuple):
    """The bot has taken back audio of `dropped` microseconds."""

    at: int
    dropped: int


class Underran(NamedTuple):
    """The bot's audio ran out at a moment, and more came so many microseconds later."""

    at: int
    missing: int


class Note(NamedTuple):
    """Something for the timeline."""

    at: int
    kind: str
    detail: str = ""


Send = SendConnected | SendStart | SendMedia | SendDigit | SendMark | SendStop
Effect = Send | Close | PressKeys | HangUp | Spoke | Cleared | Underran | Note
