"""What is known of a stream, while it lasts and after it."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from mockserver.domain.story import Side
from mockserver.streams.conversation import Conversation
from mockserver.streams.effects import Cleared, Effect, Note, SendMark, SendMedia, Spoke, Underran
from mockserver.streams.setup import Ending
from mockserver.streams.tape import Tape

_T = TypeVar("_T")

_MOST_NOTES = 2_000
_MOST_SPANS = 20_000


class Span(NamedTuple):
    """In microseconds since the stream began."""

    start: int
    end: int


class RoundTrip(NamedTuple):
    """A mark, from when it was set to when it came back."""

    name: str
    set_at: int
    back_at: int


@dataclass(eq=False)
class StreamRecord:
    """One stream: who and where, how it stands, what was heard of both, what happened. It grows while it lasts.

    `opened_at` is when the connection was asked for, `began_at` when it stood. `counts` are messages, by whose they are
    and of which kind (`caller.media`, `bot.mark`), and oddities (`oddity.size`). `close_code` is the bot's own, if it
    closed.
    """

    sid: str
    call_sid: str
    side: Side
    url: str
    is_two_way: bool
    rate: int
    opened_at: datetime
    tape: Tape
    began_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    reason: str = ""
    close_code: int | None = None
    handshakes: int = 0
    talk: Conversation | None = None
    caller_spoke: list[Span] = field(default_factory=list)
    bot_spoke: list[Span] = field(default_factory=list)
    clears: list[int] = field(default_factory=list)
    marks: list[RoundTrip] = field(default_factory=list)
    underruns: list[Underran] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.ending is None

    @property
    def was_left(self) -> bool:
        """It was the bot, or its connection, that ended it: not the call, and not we."""
        return self.ending not in {Ending.CALL_OVER, Ending.SHUT}

    @property
    def lasted(self) -> int:
        """In microseconds, up to now as far as it is known."""
        return self.talk.at if self.talk is not None else 0

    def note(self, note: Note) -> None:
        if len(self.notes) < _MOST_NOTES:
            insort(self.notes, note, key=lambda one: one.at)

    def enter(self, effect: Effect) -> None:
        """Keep what an effect tells."""
        match effect:
            case Spoke():
                self._heard(self.bot_spoke, effect.start, effect.end)
            case SendMedia():
                self.counts["caller.media"] += 1
                if effect.turn is not None:
                    self._heard(self.caller_spoke, effect.start, effect.end)
            case SendMark():
                self._keep(self.marks, RoundTrip(effect.name, effect.set_at, effect.at))
                self.note(Note(effect.at, "mark-back", effect.name))
            case Cleared():
                self._keep(self.clears, effect.at)
                self.tape.take_back(effect.at)
            case Underran():
                self._keep(self.underruns, effect)
            case Note(kind=kind) if kind != "oddity":
                self.note(effect)

    def _keep(self, kept: list[_T], one: _T) -> None:
        """Add to one of the lists, as long as there is room."""
        if len(kept) < _MOST_SPANS:
            kept.append(one)

    def _heard(self, spans: list[Span], start: int, end: int) -> None:
        """That somebody was heard; what follows closely is one span."""
        if end <= start:
            return
        if spans and spans[-1].end == start:
            spans[-1] = Span(spans[-1].start, end)
        else:
            self._keep(spans, Span(start, end))

    @property
    def all_bot_spoke(self) -> list[Span]:
        """Also what it is saying at this moment, as far as it has."""
        talk = self.talk
        begun = [one for one in talk.voices if one.start < talk.at] if talk else []
        return [*self.bot_spoke, *(Span(one.start, min(one.end, talk.at)) for one in begun if talk)]
