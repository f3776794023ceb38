from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mockserver.domain.errors import UnknownStream
from mockserver.domain.story import Side
from mockserver.streams import known
from mockserver.streams import record as records
from mockserver.streams.effects import Note, SendMedia, Spoke
from mockserver.streams.known import Streams
from mockserver.streams.measures import BargeIn, measured
from mockserver.streams.record import Span, StreamRecord
from mockserver.streams.setup import Ending
from mockserver.streams.tape import Tape

AT = datetime(2026, 1, 5, tzinfo=UTC)


def record(sid="s1", call_sid="c1", most=1_000_000):
    return StreamRecord(sid, call_sid, Side.FROM, "ws://bot/", True, 8_000, AT, Tape(8_000, most))  # noqa: FBT003


def test_what_follows_closely_is_one_span():
    """Frames of speech side by side are one; nothing is none."""
    one = record()
    for start in (0, 100_000, 300_000):
        one.enter(SendMedia(1, 1, start, start + 100_000, 0, 0))
    one.enter(SendMedia(1, 1, 500_000, 600_000, None, 0))
    one.enter(Spoke(700_000, 700_000))

    assert [Span(0, 200_000), Span(300_000, 400_000)] == one.caller_spoke
    assert [] == one.bot_spoke
    assert 4 == one.counts["caller.media"]


def test_notes_are_in_order_and_bounded(monkeypatch):
    """Whenever they come."""
    monkeypatch.setattr(records, "_MOST_NOTES", 3)
    one = record()
    for at in (5, 1, 3, 2):
        one.note(Note(at, "x"))

    assert [1, 3, 5] == [note.at for note in one.notes]


def test_the_latest_streams_are_kept(monkeypatch):
    """Those that are open always are; what has gone is unknown."""
    monkeypatch.setattr(known, "_MOST_STREAMS", 2)
    streams, still_open = Streams(), record("open")
    streams.add(still_open)
    for number in range(4):
        one = record(f"s{number}")
        one.ending = Ending.CALL_OVER
        streams.add(one)

    assert ["open", "s3"] == [one.sid for one in streams.all]
    assert 1 == streams.active
    with pytest.raises(UnknownStream):
        streams.get("s1")


def test_audio_is_bounded(monkeypatch):
    """A world has room for so much: the oldest gives way; the record stays and says so."""
    monkeypatch.setattr(known, "_MOST_AUDIO", 1_000)
    streams, first, second = Streams(), record("s1"), record("s2")
    for one in (first, second):
        one.tape.caller(0, bytes(800))
        streams.add(one)
    streams.add(record("s3"))

    assert (0, True) == (first.tape.size, first.tape.is_cut)
    assert (800, False) == (second.tape.size, second.tape.is_cut)


def test_a_tape_has_everything_at_its_moment():
    """Silence before it, nothing behind what was taken back, and no more than it may hold."""
    tape = Tape(8_000, 3_200)
    tape.caller(0, b"\x01\x00" * 800)
    tape.bot(50_000, b"\x02\x00" * 800)
    tape.take_back(100_000)
    tape.bot(150_000, b"\x03\x00" * 400 + b"\x04")
    caller, bot = tape.sides()

    assert b"\x01\x00" * 800 == caller
    assert bytes(800) + b"\x02\x00" * 400 + bytes(800) + b"\x03\x00" * 400 == bot
    assert (0.2, False) == (tape.seconds, tape.is_cut)

    tape.bot(200_000, bytes(2))

    assert (0.2, True) == (tape.seconds, tape.is_cut)


def test_measures_of_a_talk():
    """By hand: the bot greets, the caller answers, the bot is interrupted and goes on too long."""
    one = record()
    one.bot_spoke = [Span(500_000, 1_500_000), Span(1_700_000, 2_000_000), Span(4_000_000, 7_000_000)]
    one.caller_spoke = [Span(2_500_000, 3_200_000), Span(6_000_000, 6_500_000)]
    found = measured(one)

    assert 0.5 == found.first_audio
    assert (0.8,) == found.gaps
    assert () == found.pauses
    assert 0.5 == found.talk_over
    assert (1.2, 4.3) == (found.caller_spoke, found.bot_spoke)
    assert (BargeIn(6.0, None),) == found.barge_ins


def test_measures_of_nothing():
    """A stream that never began has none."""
    found = measured(record())

    assert (None, (), (), 0.0) == (found.first_audio, found.gaps, found.barge_ins, found.talk_over)
