"""What is known of a stream, while it lasts and after it."""

from __future__ import annotations

from bisect import insort
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from mockserver.domain.errors import UnknownStream
from mockserver.domain.story import Side
from mockserver.streams.conversation import Conversation
from mockserver.streams.effects import Cleared, Effect, Note, SendMark, SendMedia, Spoke, Underran
from mockserver.streams.setup import Ending
from mockserver.streams.tape import Tape

_T = TypeVar("_T")

_MOST_NOTES = 2_000
_MOST_SPANS = 20_000
_MOST_STREAMS = 1_000
_MOST_AUDIO = 128 * 1024 * 1024


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


class Streams:
    """The streams of a world, in the order in which they were opened: the latest ones, and so much of their audio."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, StreamRecord] = OrderedDict()
        self.limit_hits = 0

    def __len__(self) -> int:
        return len(self._known)

    def add(self, record: StreamRecord) -> None:
        self._known[record.sid] = record
        closed = [sid for sid, one in self._known.items() if not one.is_open]
        for sid in closed[: max(0, len(self._known) - _MOST_STREAMS)]:
            del self._known[sid]
        room = _MOST_AUDIO - sum(one.tape.size for one in self._known.values())
        for one in self._known.values():
            if room >= 0:
                break
            room += one.tape.size
            one.tape.forget()

    def get(self, sid: str) -> StreamRecord:
        """Raises UnknownStream."""
        try:
            return self._known[sid]
        except KeyError:
            raise UnknownStream(f"no stream {sid!r} in this world") from None

    @property
    def all(self) -> tuple[StreamRecord, ...]:
        return tuple(self._known.values())

    def of_call(self, call_sid: str) -> tuple[StreamRecord, ...]:
        return tuple(one for one in self._known.values() if one.call_sid == call_sid)

    @property
    def active(self) -> int:
        return sum(one.is_open for one in self._known.values())

    def clear(self) -> None:
        self._known.clear()
