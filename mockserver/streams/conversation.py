"""A conversation with a bot as a state machine: pure functions from a state and what happens to the next and effects.

The caller's side is a script of turns, sent frame by frame. The bot's side is a queue of audio that plays on our
clock: a mark comes back when what was queued before it has played, a clear drops what is queued.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from mockserver.streams import turns
from mockserver.streams.effects import (
    Cleared,
    Close,
    Effect,
    Note,
    SendConnected,
    SendDigit,
    SendMark,
    SendMedia,
    SendStart,
    SendStop,
    Spoke,
    Underran,
)
from mockserver.streams.setup import Ending, Setup
from mockserver.streams.turns import START, Place

# So often a name comes back with no audio in between: bots answer marks with marks.
MOST_ECHOES = 3
# What is missing between two pieces is not heard below this, and no accident above that.
_HEARD, _MEANT = 20_000, 500_000
# A pause that is longer than this ends what the bot says.
_PAUSE = 300_000
# Who listens does not notice a shorter one.
_HICCUP = 50_000
_NORMAL, _POLICY = 1000, 1008


class Voice(NamedTuple):
    """A span in which the bot is heard; what it is saying began at `since`."""

    start: int
    end: int
    since: int


class Waiting(NamedTuple):
    """A mark that comes back at `due`."""

    name: str
    set_at: int
    due: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a conversation stands.

    `frames` have been sent, the last message had the number `sequence`. What the bot sent plays until `plays_until`;
    `voices` of it are still to end, `heard` microseconds of them are behind us, `last` is the latest of those.
    `echoes` are the names that came back since the bot's last audio.
    """

    setup: Setup
    at: int = 0
    frames: int = 0
    sequence: int = 0
    place: Place = START
    plays_until: int = 0
    voices: tuple[Voice, ...] = ()
    heard: int = 0
    last: Voice | None = None
    marks: tuple[Waiting, ...] = ()
    echoes: tuple[str, ...] = ()
    has_answered: bool = False
    ending: Ending | None = None

    def heard_until(self, at: int) -> int:
        """How much of the bot's voice has been heard by a moment that is not past."""
        return self.heard + sum(min(one.end, at) - one.start for one in self.voices if one.start < at)

    def speaks_since(self, at: int) -> int | None:
        """When what the bot is saying at a moment began; None if it says nothing."""
        for one in self.voices:
            is_in_a_pause = self.last is not None and one.since == self.last.since
            if one.end > at and (one.start <= at or is_in_a_pause):
                return one.since
        if self.last is not None and at - self.last.end <= _HICCUP:
            return self.last.since
        return None

    def quiet_since(self, at: int) -> int | None:
        """Since when the bot is silent; None while it speaks, or if it never has."""
        if any(one.start <= at < one.end for one in self.voices):
            return None
        ends = [one.end for one in (self.last, *self.voices) if one is not None and one.end <= at]
        return max(ends, default=None)


class Moved(NamedTuple):
    """What a step leads to."""

    conversation: Conversation
    effects: tuple[Effect, ...]


def begin(setup: Setup) -> Moved:
    """The connection stands: the stream begins."""
    talk = Conversation(setup, sequence=1)
    entered = turns.entered(setup, talk.place, 0, 0)
    return Moved(replace(talk, place=entered.place), (SendConnected(), SendStart(1), *entered.effects))


def next_due(talk: Conversation) -> int | None:
    """When something happens by itself; None when all is over."""
    if talk.ending is not None:
        return None
    dues = [(talk.frames + 1) * talk.setup.frame, talk.setup.longest, *(mark.due for mark in talk.marks)]
    if talk.setup.waits_for_answer and not talk.has_answered:
        dues.append(talk.setup.answer_within)
    return min(dues)


def wake(talk: Conversation, at: int) -> Moved:
    """All that is due by a moment, in order."""
    effects: list[Effect] = []
    while (due := next_due(talk)) is not None and due <= at:
        moved = _happen(talk, due)
        talk = moved.conversation
        effects += moved.effects
    if talk.ending is None and talk.at < at:
        talk = replace(talk, at=at)
    return Moved(talk, tuple(effects))


def _happen(talk: Conversation, at: int) -> Moved:
    """What is due at a moment: marks first, for their audio has played; then the end, else a frame."""
    talk, effects = _played(talk, at)
    ready = tuple(mark for mark in talk.marks if mark.due <= at)
    if ready:
        moved = _echoed(replace(talk, marks=tuple(one for one in talk.marks if one.due > at)), ready, at)
        return Moved(moved.conversation, (*effects, *moved.effects))
    if at >= talk.setup.longest:
        return _ended(talk, at, Ending.TIME_LIMIT, effects, code=_NORMAL)
    if talk.setup.waits_for_answer and not talk.has_answered and at >= talk.setup.answer_within:
        return _ended(talk, at, Ending.NO_ANSWER, effects, code=_POLICY)
    return _frame_sent(talk, at, effects)


def _frame_sent(talk: Conversation, at: int, effects: tuple[Effect, ...]) -> Moved:
    setup, place, number = talk.setup, talk.place, talk.sequence + 1
    start = talk.frames * setup.frame
    media = SendMedia(number, talk.frames + 1, start, at, turns.voiced_turn(setup, place), place.into)
    talk = replace(talk, frames=talk.frames + 1, sequence=number, at=at)
    heard = turns.Heard(talk.heard_until(at), talk.speaks_since(at), talk.quiet_since(at))
    going = turns.gone_on(setup, place, at, heard)
    return Moved(replace(talk, place=going.place), (*effects, media, *going.effects))


def _played(talk: Conversation, at: int) -> tuple[Conversation, tuple[Effect, ...]]:
    """What of the bot's voice is behind us."""
    done = [one for one in talk.voices if one.end <= at]
    if not done:
        return replace(talk, at=at), ()
    heard = talk.heard + sum(one.end - one.start for one in done)
    talk = replace(talk, at=at, voices=talk.voices[len(done) :], heard=heard, last=done[-1])
    return talk, tuple(Spoke(one.start, one.end) for one in done)


def said(talk: Conversation, at: int, lasts: int, voices: Iterable[tuple[int, int]]) -> Moved:
    """The bot sends audio of so many microseconds, of which something is heard in the spans `voices`."""
    talk, effects = _reached(talk, at)
    if talk.ending is not None:
        return Moved(talk, effects)
    start, missing = max(at, talk.plays_until), at - talk.plays_until
    if talk.plays_until and _HEARD <= missing <= _MEANT:
        effects = (*effects, Underran(talk.plays_until, missing))
    known, last = list(talk.voices), talk.voices[-1] if talk.voices else talk.last
    for begins, ends in voices:
        known, last = _joined(known, last, start + begins, start + ends)
    talk = replace(talk, plays_until=start + lasts, voices=tuple(known), echoes=(), has_answered=True)
    return Moved(talk, effects)


def _joined(known: list[Voice], last: Voice | None, start: int, end: int) -> tuple[list[Voice], Voice]:
    """The voices with one more span, which goes on what it follows closely."""
    if last is None or start - last.end > _PAUSE:
        voice = Voice(start, end, start)
    elif known and start == last.end:
        return [*known[:-1], voice := Voice(last.start, end, last.since)], voice
    else:
        voice = Voice(start, end, last.since)
    return [*known, voice], voice


def marked(talk: Conversation, at: int, name: str) -> Moved:
    """The bot sets a mark behind what it has sent."""
    talk, effects = _reached(talk, at)
    if talk.ending is not None:
        return Moved(talk, effects)
    talk = replace(talk, has_answered=True)
    note = Note(at, "mark", name)
    if talk.echoes.count(name) + sum(mark.name == name for mark in talk.marks) >= MOST_ECHOES:
        return Moved(talk, (*effects, note, Note(at, "oddity", f"mark-loop: {name!r} comes again without audio")))
    if talk.plays_until <= at:
        moved = _echoed(talk, (Waiting(name, at, at),), at)
        return Moved(moved.conversation, (*effects, note, *moved.effects))
    talk = replace(talk, marks=(*talk.marks, Waiting(name, at, talk.plays_until)))
    return Moved(talk, (*effects, note))


def _echoed(talk: Conversation, marks: Iterable[Waiting], at: int) -> Moved:
    effects: list[Effect] = []
    number, echoes = talk.sequence, list(talk.echoes)
    for mark in marks:
        number += 1
        echoes.append(mark.name)
        effects.append(SendMark(number, mark.name, mark.set_at, at))
    return Moved(replace(talk, sequence=number, echoes=tuple(echoes)), tuple(effects))


def cleared(talk: Conversation, at: int) -> Moved:
    """The bot takes back what has not played yet."""
    talk, effects = _reached(talk, at)
    if talk.ending is not None:
        return Moved(talk, effects)
    cut = tuple(one for one in talk.voices if one.start < at)
    spoke = tuple(Spoke(one.start, at) for one in cut)
    heard = talk.heard + sum(at - one.start for one in cut)
    last = cut[-1]._replace(end=at) if cut else talk.last
    pending, dropped = talk.marks, max(0, talk.plays_until - at)
    talk = replace(talk, plays_until=0, voices=(), heard=heard, last=last, marks=(), has_answered=True)
    effects = (*effects, *spoke, Cleared(at, dropped), Note(at, "clear", f"{dropped / 1_000:g} ms dropped"))
    if not talk.setup.echoes_cleared:
        return Moved(talk, effects)
    moved = _echoed(talk, pending, at)
    return Moved(moved.conversation, (*effects, *moved.effects))


def pressed(talk: Conversation, at: int, digits: str) -> Moved:
    """The caller has pressed keys; only a two-way stream tells."""
    talk, effects = _reached(talk, at)
    if talk.ending is not None:
        return Moved(talk, effects)
    told: list[Effect] = [*effects, Note(at, "digits", digits)]
    number = talk.sequence
    for digit in digits if talk.setup.is_two_way else "":
        number += 1
        told.append(SendDigit(number, digit))
    return Moved(replace(talk, sequence=number), tuple(told))


def answered(talk: Conversation, at: int) -> Moved:
    """The bot has sent something that means nothing to us; it is there, nevertheless."""
    talk, effects = _reached(talk, at)
    return Moved(replace(talk, has_answered=True), effects)


def over(talk: Conversation, at: int, ending: Ending, code: int | None = None) -> Moved:
    """It ends: because of the call, of the bot, or of what was received. A `code` closes the connection with it."""
    talk, effects = _reached(talk, at)
    if talk.ending is not None:
        return Moved(talk, effects)
    return _ended(talk, at, ending, effects, code=code)


def _ended(talk: Conversation, at: int, ending: Ending, effects: tuple[Effect, ...], *, code: int | None) -> Moved:
    cut = tuple(Spoke(one.start, min(one.end, at)) for one in talk.voices if one.start < at)
    number = talk.sequence
    stop: tuple[Effect, ...] = ()
    if code == _NORMAL:
        number += 1
        stop = (SendStop(number, "callended" if ending is Ending.CALL_OVER else "stopped"),)
    ended = replace(talk, at=at, sequence=number, voices=(), marks=(), heard=talk.heard_until(at), ending=ending)
    return Moved(ended, (*effects, *cut, *stop, Close(at, code, ending)))


def _reached(talk: Conversation, at: int) -> tuple[Conversation, tuple[Effect, ...]]:
    """The conversation at a moment, before anything happens in it."""
    moved = wake(talk, at)
    talk, effects = moved
    if talk.ending is not None:
        return talk, effects
    talk, more = _played(talk, max(at, talk.at))
    return talk, (*effects, *more)
