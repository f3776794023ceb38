"""What is measured of a talk, against bots whose delays are known: they count frames, 100 ms each."""

from __future__ import annotations

import base64

import pytest
from bots import tone

SAY = 1.0


@pytest.fixture
def scripted(bots):
    """The URL of a bot that does something at its n-th frame, by n."""

    def scripted(**moments):
        at = {int(name.removeprefix("at_")): act for name, act in moments.items()}

        async def behave(talk, message):
            if message["event"] == "media" and talk.frames in at:
                await at[talk.frames](talk)

        return bots.add("scripted", behave)

    return scripted


def say(seconds):
    return lambda talk: talk.say(tone(seconds))


def hear(message):
    """Whether a frame has something to be heard."""
    return any(base64.b64decode(message["media"]["payload"]))


def test_time_to_the_first_audio(world, tell, start, scripted):
    """The bot speaks at its seventh frame: after seven tenths of a second."""
    tell(talk=5.0)
    call_sid = start(scripted(at_7=say(SAY)))
    world.advance(60)
    stream = world.stream(call_sid)

    assert 0.7 == stream.first_audio == stream.measures.first_audio
    assert stream.first_audio < 0.8
    assert SAY == stream.measures.bot_spoke
    assert [] == stream.measures.gaps
    assert {"started", "bot-speaks", "bot-stops", "ended"} == {one.what for one in stream.timeline}
    assert [0.7, 1.7] == [one.at for one in stream.timeline if one.what.startswith("bot-")]


def test_a_bot_that_is_never_heard(world, tell, start, scripted):
    """Its first audio never comes: no comparison with a bound holds. Silence is no sound."""
    tell(talk=5.0)
    call_sid = start(scripted(at_1=lambda talk: talk.say(bytes(16_000))))
    world.advance(60)
    stream = world.stream(call_sid)

    assert not stream.first_audio < 1_000
    assert stream.measures.first_audio is None
    assert 0.0 == stream.measures.bot_spoke


def test_gaps_and_pauses(world, bots, tell, start):
    """A gap is from the caller's last word to the bot's answer; a pause is the bot's own."""

    async def answering(talk, message):
        if message["event"] != "media":
            return
        if talk.frames in {1, 12, 40}:
            await talk.say(tone(0.5))

    tell({"does": "silence", "seconds": 2.5}, {"does": "speech", "seconds": 1.0}, talk=6.0)
    call_sid = start(bots.add("answering", answering))
    world.advance(60)
    measures = world.stream(call_sid).measures

    assert [0.5] == measures.gaps
    assert [pytest.approx(0.6)] == measures.pauses
    assert (1.0, 1.5) == (measures.caller_spoke, measures.bot_spoke)


@pytest.mark.parametrize("notices", [2, 5])
def test_reaction_to_barging_in(world, bots, tell, start, notices):
    """The caller speaks into the bot's audio; the bot clears after so many frames of speech, and is silent."""

    async def polite(talk, message):
        if message["event"] != "media":
            return
        if talk.frames == 1:
            await talk.say(tone(10))
        talk.loud = getattr(talk, "loud", 0) + hear(message)
        if talk.loud == notices and not hasattr(talk, "done"):
            talk.done = True
            await talk.clear()

    tell({"does": "barge-in", "after": 1.0, "seconds": 2.0}, talk=6.0)
    call_sid = start(bots.add("polite", polite))
    world.advance(60)
    stream = world.stream(call_sid)
    [barge_in] = stream.measures.barge_ins
    [clear] = stream.clears

    assert (1.1, notices / 10) == (barge_in.at, pytest.approx(barge_in.reaction))
    assert pytest.approx(notices / 10) == stream.measures.talk_over
    assert (0.0, None) == (clear.to_silence, clear.quiet_for)
    assert stream.said_nothing_after(clear)
    assert "barge-in" in {one.what for one in stream.timeline}


def test_a_bot_that_talks_on_after_its_clear(world, bots, tell, start):
    """What is still under way when it clears is heard; that is not silence."""

    async def careless(talk, message):
        if message["event"] != "media" or talk.frames > 13:
            return
        if talk.frames == 10:
            await talk.clear()
        await talk.say(tone(0.1))

    tell(talk=4.0)
    call_sid = start(bots.add("careless", careless))
    world.advance(60)
    stream = world.stream(call_sid)
    [clear] = stream.clears

    assert pytest.approx(0.4) == clear.to_silence
    assert not stream.said_nothing_after(clear)


def test_a_bot_that_begins_again_after_its_clear(world, tell, start, scripted):
    """How long it was quiet is known; half a second is silence if nothing else is said."""

    async def clear(talk):
        await talk.clear()

    tell(talk=5.0)
    call_sid = start(scripted(at_1=say(3), at_10=clear, at_18=say(0.5)))
    world.advance(60)
    stream = world.stream(call_sid)
    [cleared] = stream.clears

    assert pytest.approx(0.8) == cleared.quiet_for
    assert stream.said_nothing_after(cleared)
    assert not stream.said_nothing_after(cleared, 1.0)


def test_underruns(world, tell, start, scripted):
    """Eighty milliseconds every hundred are gaps that are heard; the bot's longer silence is none."""
    tell(talk=5.0)
    call_sid = start(scripted(at_1=say(0.1), at_2=say(0.04), at_3=say(0.06), at_4=say(0.1), at_30=say(0.1)))
    world.advance(60)

    assert [pytest.approx(0.06), pytest.approx(0.04)] == world.stream(call_sid).measures.underruns


def test_a_caller_who_listens_first(world, tell, start, scripted):
    """Until the bot has said so much, or is quiet; then it is the caller's turn, and hanging up ends the call."""
    tell(
        {"does": "listen", "quiet": 0.5},
        {"does": "speech", "seconds": 1.0},
        {"does": "listen", "said": 0.5},
        {"does": "hang-up"},
        talk=None,
    )
    call_sid = start(scripted(at_10=say(2.0), at_50=say(2.0)))
    world.advance(60)
    stream, call = world.stream(call_sid), world.get_call(call_sid)
    spoken = [one.at for one in stream.timeline if one.what.startswith("caller-")]

    assert [pytest.approx(3.5), pytest.approx(4.5)] == spoken
    assert pytest.approx(5.5) == stream.timeline[-1].at
    assert ("call-over", "completed") == (stream.ending, call.call.outcome)
