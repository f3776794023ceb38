"""Streams as control shows them: how they stand, what happened, and what was measured."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.streams.effects import Note
from mockserver.streams.measures import Clearing, Measures, measured, utterances
from mockserver.streams.record import StreamRecord
from mockserver.streams.setup import MICROS, Ending

_described = OUR_OWN.field
_SILENT_FOR = 0.5


class BargeInView(msgspec.Struct):
    at: Annotated[float, _described("when the caller began to speak into what the bot was saying")]
    reaction: Annotated[float | None, _described("until the bot was silent; null: it is still speaking")]


class ClearView(msgspec.Struct):
    at: Annotated[float, _described()]
    to_silence: Annotated[float, _described("until the bot was silent")]
    quiet_for: Annotated[float | None, _described("until it said something again; null: it has not")]


class MarkTripView(msgspec.Struct):
    name: str
    set_at: Annotated[float, _described()]
    round_trip: Annotated[float, _described("until it came back")]


class MeasuresView(msgspec.Struct):
    """Seconds on the world's clock; times count from the beginning of the stream."""

    first_audio: Annotated[float | None, _described("until the bot was heard; null: it has not been")]
    gaps: Annotated[list[float], _described("from the end of what the caller said to the bot's answer")]
    pauses: Annotated[list[float], _described("of the bot, between two things that it said")]
    barge_ins: list[BargeInView]
    talk_over: Annotated[float, _described("how long both spoke at once")]
    clears: list[ClearView]
    marks: Annotated[list[MarkTripView], _described("those that came back")]
    underruns: Annotated[list[float], _described("how long audio was missing, below half a second each")]
    caller_spoke: Annotated[float, _described("in all")]
    bot_spoke: Annotated[float, _described("in all")]


class MomentView(msgspec.Struct):
    at: Annotated[float, _described("seconds from the beginning")]
    what: Annotated[str, _described("such as caller-speaks, bot-stops, mark, mark-back, clear, oddity, ended")]
    detail: Annotated[str, _described()]


class StreamSummary(msgspec.Struct):
    sid: Annotated[str, _described()]
    call_sid: Annotated[str, _described()]
    side: Annotated[str, _described("whose audio it is")]
    url: Annotated[str, _described()]
    two_way: Annotated[bool, _described()]
    sample_rate: Annotated[int, _described()]
    parameters: Annotated[dict[str, str], _described("custom ones, for the bot")]
    opened_at: Annotated[datetime, _described("when the bot was dialled")]
    began_at: Annotated[datetime | None, _described("when the connection stood")]
    ended_at: Annotated[datetime | None, _described()]
    ending: Annotated[str | None, _described("why it is over; null while it is open", enum=[None, *Ending])]
    reason: Annotated[str, _described("in words, where it did not end well")]
    close_code: Annotated[int | None, _described("the bot's; 1005: it closed without one, 1006: it vanished")]
    handshakes: Annotated[int, _described("how many were tried")]
    measures: MeasuresView

    @property
    def first_audio(self) -> float:
        """Seconds until the bot was heard; infinite if it has not been."""
        return math.inf if self.measures.first_audio is None else self.measures.first_audio

    @property
    def clears(self) -> list[ClearView]:
        return self.measures.clears

    def said_nothing_after(self, clear: ClearView, seconds: float = _SILENT_FOR) -> bool:
        """Whether the bot was silent at once after a clear, and for so long."""
        return clear.to_silence == 0 and (clear.quiet_for is None or clear.quiet_for >= seconds)


class StreamDetail(StreamSummary, kw_only=True):
    timeline: Annotated[list[MomentView], _described("what happened, in order")]
    counts: Annotated[
        dict[str, int], _described("messages by who sent them and of which kind, and oddities: bot.mark, oddity.size")
    ]
    audio_seconds: Annotated[float, _described("how much audio is kept")]
    audio_is_cut: Annotated[bool, _described("whether there was more than is kept")]


class StreamList(msgspec.Struct):
    streams: Annotated[list[StreamSummary], _described("in the order in which they were opened")]
    active: Annotated[int, _described("how many of the world's are open")]
    limit: Annotated[int, _described("how many may be")]


def summary(record: StreamRecord) -> StreamSummary:
    return StreamSummary(
        sid=record.sid,
        call_sid=record.call_sid,
        side=record.side,
        url=record.url,
        two_way=record.is_two_way,
        sample_rate=record.rate,
        parameters=record.parameters,
        opened_at=record.opened_at,
        began_at=record.began_at,
        ended_at=record.ended_at,
        ending=record.ending,
        reason=record.reason,
        close_code=record.close_code,
        handshakes=record.handshakes,
        measures=_measures(measured(record)),
    )


def detail(record: StreamRecord) -> StreamDetail:
    known = {name: getattr(shown, name) for shown in (summary(record),) for name in shown.__struct_fields__}
    return StreamDetail(
        **known,
        timeline=[MomentView(note.at / MICROS, note.kind, note.detail) for note in _timeline(record)],
        counts=dict(sorted(record.counts.items())),
        audio_seconds=record.tape.seconds,
        audio_is_cut=record.tape.is_cut,
    )


def _timeline(record: StreamRecord) -> list[Note]:
    notes = list(record.notes)
    for name, spoken in zip(("caller", "bot"), utterances(record), strict=True):
        for span in spoken:
            notes.append(Note(span.start, f"{name}-speaks"))
            if span.end < record.lasted or not record.is_open:
                notes.append(Note(span.end, f"{name}-stops"))
    return sorted(notes, key=lambda note: note.at)


def _measures(found: Measures) -> MeasuresView:
    return MeasuresView(
        first_audio=found.first_audio,
        gaps=list(found.gaps),
        pauses=list(found.pauses),
        barge_ins=[BargeInView(one.at, one.reaction) for one in found.barge_ins],
        talk_over=found.talk_over,
        clears=[_clear(one) for one in found.clears],
        marks=[MarkTripView(one.name, one.set_at, one.round_trip) for one in found.marks],
        underruns=list(found.underruns),
        caller_spoke=found.caller_spoke,
        bot_spoke=found.bot_spoke,
    )


def _clear(found: Clearing) -> ClearView:
    return ClearView(found.at, found.to_silence, found.quiet_for)
