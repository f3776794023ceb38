"""What can be measured of a talk with a bot: seconds, on the world's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mockserver.streams.record import Span, StreamRecord
from mockserver.streams.setup import MICROS

# What is missing between two spans of one who goes on speaking: shorter pauses are not turns.
_PAUSE = 300_000
# So long after a clear the bot's audio is still what was under way.
_TAIL = 300_000


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The caller spoke into the bot's audio `at`; the bot was silent `reaction` later (None: it talked on)."""

    at: float
    reaction: float | None


@dataclass(frozen=True, slots=True)
class Clearing:
    """After a clear `at`, the bot was silent after `to_silence`, and said something again after `quiet_for`.

    `quiet_for` None: it has said nothing since.
    """

    at: float
    to_silence: float
    quiet_for: float | None


@dataclass(frozen=True, slots=True)
class MarkTrip:
    name: str
    set_at: float
    round_trip: float


@dataclass(frozen=True, slots=True)
class Measures:
    """All in seconds. None or empty where there was nothing to measure.

    `first_audio`: from the beginning of the stream to the bot's first sound. `gaps`: from the end of what the caller
    said to the bot's next sound, where nobody spoke in between. `pauses`: the bot's own, between two things that it
    said, while the caller was silent. `barge_ins`: how it reacted to being interrupted. `talk_over`: how long both
    spoke at once. `clears`, `marks`: what became of them. `underruns`: how long audio was missing, each time that the
    bot's ran out for less than half a second.
    """

    first_audio: float | None
    gaps: tuple[float, ...]
    pauses: tuple[float, ...]
    barge_ins: tuple[BargeIn, ...]
    talk_over: float
    clears: tuple[Clearing, ...]
    marks: tuple[MarkTrip, ...]
    underruns: tuple[float, ...]
    caller_spoke: float
    bot_spoke: float


def measured(record: StreamRecord) -> Measures:
    """The measures of a stream, up to now if it is still open."""
    bot, caller = _utterances(record.all_bot_spoke), _utterances(record.caller_spoke)
    return Measures(
        first_audio=_seconds(bot[0].start) if bot else None,
        gaps=tuple(_gaps(caller, bot)),
        pauses=tuple(_pauses(caller, bot)),
        barge_ins=tuple(_barge_ins(caller, bot, record.lasted)),
        talk_over=_seconds(_together(record.all_bot_spoke, record.caller_spoke)),
        clears=tuple(_clearing(at, record.all_bot_spoke) for at in record.clears),
        marks=tuple(
            MarkTrip(one.name, _seconds(one.set_at), _seconds(one.back_at - one.set_at)) for one in record.marks
        ),
        underruns=tuple(_seconds(one.missing) for one in record.underruns),
        caller_spoke=_seconds(sum(one.end - one.start for one in record.caller_spoke)),
        bot_spoke=_seconds(sum(one.end - one.start for one in record.all_bot_spoke)),
    )


def utterances(record: StreamRecord) -> tuple[list[Span], list[Span]]:
    """What caller and bot said, as who listens would count it."""
    return _utterances(record.caller_spoke), _utterances(record.all_bot_spoke)


def _utterances(spans: Sequence[Span]) -> list[Span]:
    """Spans with no more than a breath between them, as one."""
    found: list[Span] = []
    for span in spans:
        if found and span.start - found[-1].end <= _PAUSE:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _gaps(caller: Sequence[Span], bot: Sequence[Span]) -> list[float]:
    found = []
    for place, spoke in enumerate(caller):
        until = caller[place + 1].start if place + 1 < len(caller) else None
        if any(one.start < spoke.end < one.end for one in bot):
            continue
        answer = next((one.start for one in bot if one.start >= spoke.end), None)
        if answer is not None and (until is None or answer < until):
            found.append(_seconds(answer - spoke.end))
    return found


def _pauses(caller: Sequence[Span], bot: Sequence[Span]) -> list[float]:
    silences = [Span(one.end, other.start) for one, other in pairwise(bot)]
    return [_seconds(one.end - one.start) for one in silences if not any(_overlap(one, spoke) for spoke in caller)]


def _barge_ins(caller: Sequence[Span], bot: Sequence[Span], lasted: int) -> list[BargeIn]:
    found = []
    for spoke in caller:
        interrupted = next((one for one in bot if one.start < spoke.start < one.end), None)
        if interrupted is None:
            continue
        has_stopped = interrupted.end < lasted
        reaction = _seconds(interrupted.end - spoke.start) if has_stopped else None
        found.append(BargeIn(_seconds(spoke.start), reaction))
    return found


def _clearing(at: int, bot: Sequence[Span]) -> Clearing:
    silent_at = at
    later = [one for one in bot if one.end > at]
    while later and later[0].start - silent_at <= _TAIL:
        silent_at = later.pop(0).end
    return Clearing(_seconds(at), _seconds(silent_at - at), _seconds(later[0].start - at) if later else None)


def _together(one: Sequence[Span], other: Sequence[Span]) -> int:
    """How long both spoke at once; each is in order."""
    total = mine = theirs = 0
    while mine < len(one) and theirs < len(other):
        total += _overlap(one[mine], other[theirs])
        if one[mine].end <= other[theirs].end:
            mine += 1
        else:
            theirs += 1
    return total


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _seconds(micros: int) -> float:
    return micros / MICROS
