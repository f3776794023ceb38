from __future__ import annotations

import pytest

from mockserver.domain.script import Does, Turn
from mockserver.streams.conversation import MOST_ECHOES, next_due
from mockserver.streams.effects import (
    Cleared,
    Close,
    HangUp,
    Note,
    PressKeys,
    SendConnected,
    SendDigit,
    SendMark,
    SendMedia,
    SendStart,
    SendStop,
    Spoke,
    Underran,
)
from mockserver.streams.setup import Ending

SECOND = 1_000_000
SPEECH = Turn(Does.SPEECH, seconds=0.3)


def test_connected_then_start_come_first(stage):
    """The first message has no number, the second is number one."""
    assert [SendConnected(), SendStart(1)] == stage().effects


def test_frames_leave_when_they_are_full(stage):
    """Each frame is numbered, and carries the moment at which its audio begins."""
    played = stage()

    frames = played.wake(350)

    assert [
        SendMedia(2, 1, 0, 100_000, None, 0),
        SendMedia(3, 2, 100_000, 200_000, None, 0),
        SendMedia(4, 3, 200_000, 300_000, None, 0),
    ] == frames
    assert 400_000 == next_due(played.talk)


def test_a_bot_without_a_word_is_given_up(stage):
    """Ten seconds without any message of the bot end a two-way stream."""
    effects = stage().wake(60_000)

    assert Close(10 * SECOND, 1008, Ending.NO_ANSWER) == effects[-1]


def test_a_one_way_stream_needs_no_answer(stage):
    """Nobody waits for a bot that only listens."""
    played = stage(is_two_way=False)
    played.wake(60_000)

    assert played.talk.ending is None


def test_an_hour_is_the_longest(stage):
    """Then the stream is stopped and closed in order."""
    played = stage(longest=2 * SECOND, is_two_way=False)

    effects = played.wake(5_000)

    assert ["SendStop", "Close"] == [type(one).__name__ for one in effects[-2:]]
    assert "stopped" == effects[-2].reason
    assert Close(2 * SECOND, 1000, Ending.TIME_LIMIT) == effects[-1]
    assert next_due(played.talk) is None


def test_a_mark_comes_back_when_its_audio_has_played(stage):
    """At the very moment, also between two frames."""
    played = stage()
    played.said(50, 120)
    played.do("marked", 50, "end of greeting")
    played.wake(160)

    assert [] == played.all(SendMark)

    played.wake(400)

    assert [SendMark(3, "end of greeting", 50_000, 170_000)] == played.all(SendMark)
    assert [2, 3, 4, 5, 6] == [one.number for one in played.effects if isinstance(one, (SendMedia, SendMark))]


def test_a_mark_without_audio_comes_back_at_once(stage):
    """Nothing has to play before it."""
    played = stage()
    played.do("marked", 10, "here")

    assert [SendMark(2, "here", 10_000, 10_000)] == played.all(SendMark)


def test_a_bot_that_answers_marks_with_marks_does_not_loop(stage):
    """One name comes back so often with no audio between, and then no more."""
    played = stage()
    for at in range(1, 50):
        played.do("marked", at, "again")

    assert MOST_ECHOES == len(played.all(SendMark))
    assert any(isinstance(one, Note) and one.kind == "oddity" for one in played.effects)

    played.said(60, 20)
    played.do("marked", 61, "again")
    played.wake(200)

    assert MOST_ECHOES + 1 == len(played.all(SendMark))


@pytest.mark.parametrize(("echoes_cleared", "expected"), [(True, ["one"]), (False, [])])
def test_clear_drops_what_is_queued(stage, echoes_cleared, expected):
    """The bot is silent from then on; what becomes of the marks is a reading."""
    played = stage(echoes_cleared=echoes_cleared)
    played.said(0, 5_000)
    played.do("marked", 0, "one")
    played.do("cleared", 1_000)

    assert [Cleared(SECOND, 4 * SECOND)] == played.all(Cleared)
    assert [Spoke(0, SECOND)] == played.all(Spoke)
    assert expected == [one.name for one in played.all(SendMark)]

    played.said(1_200, 100)
    played.wake(2_000)

    assert [Spoke(0, SECOND), Spoke(1_200_000, 1_300_000)] == played.all(Spoke)


def test_audio_that_runs_out_for_a_moment_is_an_underrun(stage):
    """A gap that is heard but not meant is one; a pause is none."""
    played = stage()
    played.said(0, 100)
    played.said(160, 100)
    played.said(2_000, 100)

    assert [Underran(100_000, 60_000)] == played.all(Underran)


def test_keys_are_told_one_by_one(stage):
    """Each digit is a message; a one-way stream has none."""
    played = stage()
    played.do("pressed", 10, "42")
    one_way = stage(is_two_way=False)
    one_way.do("pressed", 10, "42")

    assert [SendDigit(2, "4"), SendDigit(3, "2")] == played.all(SendDigit)
    assert [] == one_way.all(SendDigit)


def test_the_end_of_the_call_stops_the_stream(stage):
    """The last message says so, and nothing follows."""
    played = stage()
    played.do("over", 250, Ending.CALL_OVER, 1000)

    assert [SendStop(4, "callended"), Close(250_000, 1000, Ending.CALL_OVER)] == played.effects[-2:]
    assert [] == played.wake(9_000)
    assert [] == played.said(9_000, 100)
    assert [] == played.do("over", 9_000, Ending.BOT_CLOSED)


def test_a_script_is_spoken_turn_by_turn(stage):
    """Speech, silence and a tone, each as long as it says."""
    played = stage(script=(SPEECH, Turn(Does.SILENCE, seconds=0.2), Turn(Does.TONE, seconds=0.1)))
    played.wake(800)

    assert [0, 0, 0, None, None, 2, None, None] == [one.turn for one in played.all(SendMedia)]
    assert [0, 100_000, 200_000] == [one.into for one in played.all(SendMedia)][:3]


def test_keys_and_hanging_up_take_no_time(stage):
    """They happen as soon as it is their turn."""
    script = (Turn(Does.PRESS, digits="1"), SPEECH, Turn(Does.PRESS, digits="2"), Turn(Does.HANG_UP))
    played = stage(script=script)

    assert [PressKeys("1")] == played.all(PressKeys)

    effects = played.wake(300)

    assert [PressKeys("2"), Note(300_000, "hangs-up"), HangUp()] == effects[-3:]


def test_who_listens_waits_for_so_much(stage):
    """The bot's audio counts, its pauses do not."""
    played = stage(script=(Turn(Does.LISTEN, said=0.5), SPEECH))
    played.said(0, 300)
    played.said(1_000, 300)
    played.wake(2_000)

    assert 12 == next(one.chunk for one in played.all(SendMedia) if one.turn == 1) - 1


def test_who_waits_for_quiet_lets_the_bot_speak_first(stage):
    """Silence counts once something has been said."""
    played = stage(script=(Turn(Does.LISTEN, quiet=0.4), SPEECH))
    played.said(2_000, 1_000)
    played.wake(5_000)

    assert 3_400_000 == next(one.start for one in played.all(SendMedia) if one.turn == 1)


def test_who_barges_in_speaks_while_the_bot_does(stage):
    """So long after the bot has begun, and only if it is still speaking."""
    played = stage(script=(Turn(Does.BARGE_IN, after=0.5, seconds=0.3),))
    played.said(0, 200)
    played.said(2_000, 3_000)
    played.wake(6_000)
    spoken = [one.start for one in played.all(SendMedia) if one.turn == 0]

    assert [2_500_000, 2_600_000, 2_700_000] == spoken
    assert [2_500_000] == [one.at for one in played.all(Note) if one.kind == "barge-in"]


def test_what_follows_closely_is_one_utterance(stage):
    """A bot that sends piece by piece is interrupted by its first piece's time."""
    played = stage(script=(Turn(Does.BARGE_IN, after=0.5, seconds=0.1),))
    for at in range(1_000, 3_000, 100):
        played.said(at, 90)
    played.wake(4_000)

    assert [1_500_000] == [one.start for one in played.all(SendMedia) if one.turn == 0]


def test_a_stop_is_said_once(stage):
    """Whatever comes together."""
    played = stage()
    played.do("over", 10, Ending.CALL_OVER, 1000)
    played.do("over", 10, Ending.SHUT, 1001)

    assert 1 == len(played.all(SendStop)) == len(played.all(Close))
