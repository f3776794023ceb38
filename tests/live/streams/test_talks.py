"""What goes over the wire between a call and a bot."""

from __future__ import annotations

import base64
import io
import wave

import httpx
import pytest
from bots import camel_echo, echo, tone
from mp3_facts import facts_of, heard

LISTEN_AND_PRESS = ({"does": "speech", "seconds": 1}, {"does": "press", "digits": "4#"}, {"does": "silence"})


async def marking_echo(talk, message):
    """Marks its third frame."""
    await echo(talk, message)
    if talk.frames == 3 and message["event"] == "media":
        await talk.mark("third")


@pytest.fixture(params=["snake", "camel"])
def echo_bot(request, bots):
    return bots.add(request.param, echo if request.param == "snake" else camel_echo)


def test_an_echo_bot_is_talked_to_from_connected_to_stop(world, bots, tell, start, echo_bot):
    """Each message in its order, numbered without a gap, with its ids inside and outside; then the socket is closed."""
    tell(*LISTEN_AND_PRESS, talk=3.0)
    call_sid = start(f"{echo_bot}?campaign=7&sample-rate=8000")
    world.advance(60)
    talk = bots.last
    assert talk.closed.wait(5)
    connected, first, *others = talk.received
    stream = world.stream(call_sid)

    assert {"event": "connected"} == connected
    assert ["event", "sequence_number", "stream_sid", "start"] == list(first)
    assert stream.sid == first["stream_sid"] == first["start"]["stream_sid"]
    assert {
        "call_sid": call_sid,
        "account_sid": world.sid,
        "custom_parameters": {"campaign": "7"},
        "media_format": {"encoding": "raw/slin", "sample_rate": "8000", "bit_rate": "16"},
    }.items() <= first["start"].items()
    assert list(range(1, len(others) + 2)) == [one["sequence_number"] for one in talk.received[1:]]
    assert {stream.sid} == {one["stream_sid"] for one in others}
    assert {"media", "dtmf", "mark", "stop"} >= {one["event"] for one in others}
    assert {"call_sid": call_sid, "account_sid": world.sid, "reason": "callended"} == others[-1]["stop"]
    assert "stop" == others[-1]["event"]
    assert 1000 == talk.code
    assert "call-over" == stream.ending


def test_media_are_numbered_and_timed(world, bots, tell, start, echo_bot):
    """Every frame is 100 ms of audio, with its chunk from 1 on and its moment in milliseconds as a text."""
    tell(talk=1.0)
    start(echo_bot)
    world.advance(60)
    frames = [one["media"] for one in bots.last.all("media")]

    assert 10 == len(frames)
    assert [(chunk + 1, str(100 * chunk)) for chunk in range(10)] == [
        (one["chunk"], one["timestamp"]) for one in frames
    ]
    assert {1_600} == {len(base64.b64decode(one["payload"])) for one in frames}


@pytest.mark.parametrize(("rate", "size"), [(8_000, 1_600), (16_000, 3_200), (24_000, 4_800)])
def test_the_rate_is_the_urls(world, bots, tell, rate, size):
    """So many bytes are 100 ms; what the bot sends is played at that rate, too."""
    tell(talk=1.0)
    url = bots.add("rates", echo)
    world.call_bot(f"{url}?sample-rate={rate}", from_="+919811112222")
    world.advance(60)

    assert str(rate) == bots.last.all("start")[0]["start"]["media_format"]["sample_rate"]
    assert {size} == {len(base64.b64decode(one["media"]["payload"])) for one in bots.last.all("media")}
    assert rate == world.stream().sample_rate


def test_readings_choose_frames_and_spellings(world, bots, tell):
    """20 ms in a frame were seen, and numbers as texts are on one page."""
    world.configure(readings={"exotel-streams.frame": "20ms", "exotel-streams.numbers": "text"})
    tell(talk=0.5)
    world.call_bot(bots.add("readings", echo), from_="+919811112222")
    world.advance(60)
    frames = bots.last.all("media")

    assert 25 == len(frames)
    assert {320} == {len(base64.b64decode(one["media"]["payload"])) for one in frames}
    assert ("2", "1") == (frames[0]["sequence_number"], frames[0]["media"]["chunk"])


def test_keys_are_told_to_bot_and_call(world, bots, tell, start):
    """Whether the script presses them or somebody at the control API."""
    tell({"does": "press", "digits": "4#"}, talk=5.0)
    call_sid = start(bots.add("keys", echo))
    world.advance(2.5)
    world.press(call_sid, "7", "from")
    world.advance(60)

    assert ["4", "#", "7"] == [one["dtmf"]["digit"] for one in bots.last.all("dtmf")]
    assert {"200"} == {one["dtmf"]["duration"] for one in bots.last.all("dtmf")}
    assert "4#7" == world.get_call(call_sid).legs[0].digits


def test_a_mark_comes_back_when_its_audio_has_played(world, bots, tell, start):
    """Two seconds of audio in one message: two seconds later."""

    async def greeting(talk, message):
        if message["event"] == "start":
            await talk.say(tone(2))
            await talk.mark("greeted")

    tell(talk=5.0)
    call_sid = start(bots.add("greeting", greeting))
    world.advance(60)
    [mark] = world.stream(call_sid).measures.marks

    assert ("greeted", 0.0, 2.0) == (mark.name, mark.set_at, mark.round_trip)
    assert ["greeted"] == [one["mark"]["name"] for one in bots.last.all("mark")]


def test_a_bot_that_echoes_marks_does_not_loop(world, bots, tell, start):
    """The official example does; the talk goes on, and the loop is named."""

    async def silent_echo(talk, message):
        if message["event"] == "start":
            await talk.mark("ping")
        elif message["event"] == "mark":
            await talk.mark(message["mark"]["name"])

    tell(talk=20.0)
    call_sid = start(bots.add("silent-echo", silent_echo))
    world.advance(60)
    stream = world.stream(call_sid)

    assert 3 == len(bots.last.all("mark")) == len(stream.measures.marks)
    assert 1 == stream.counts["oddity.mark-loop"]
    assert "call-over" == stream.ending


def test_what_was_said_is_kept(world, bots, tell, start):
    """As WAV: the caller on the left, the bot on the right, or both in one."""
    tell({"does": "tone", "seconds": 1, "hertz": 400}, talk=2.0)
    call_sid = start(bots.add("kept", echo))
    world.advance(60)
    stream = world.stream(call_sid)
    with wave.open(io.BytesIO(world.stream_audio(stream.sid, "dual"))) as dual:
        assert (2, 2, 8_000) == (dual.getnchannels(), dual.getsampwidth(), dual.getframerate())
        both = dual.readframes(dual.getnframes())
    with wave.open(io.BytesIO(world.stream_audio(stream.sid, "caller"))) as caller:
        heard = caller.readframes(caller.getnframes())
    with wave.open(io.BytesIO(world.stream_audio(stream.sid, "bot"))) as bot:
        echoed = bot.readframes(bot.getnframes())

    assert heard == b"".join(base64.b64decode(one["media"]["payload"]) for one in bots.last.all("media"))
    assert heard[: 2 * 8_000] == echoed[1_600 : 1_600 + 2 * 8_000]
    assert any(heard)
    assert len(both) == 2 * max(len(heard), len(echoed))
    assert 2.0 <= stream.audio_seconds <= 2.2


def test_a_file_is_played_at_the_streams_rate(world, bots, tell, tmp_path):
    """Whatever rate and width it has."""
    path = tmp_path / "hello.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"\x00\x20" * 2 * 22_050)
    tell({"does": "file", "file": str(path)}, {"does": "hang-up"}, talk=None)
    world.call_bot(bots.add("file", echo), from_="+919811112222")
    world.advance(60)

    assert 5 == bots.last.frames
    assert 0.5 == world.stream().measures.caller_spoke


def test_a_one_way_stream_only_listens(world, bots, tell):
    """Keys and marks are not told, what the bot says is not heard, and nobody waits for it."""

    async def talkative(talk, message):
        if message["event"] == "media":
            await talk.say(tone(0.1))
            await talk.mark("no")

    tell({"does": "press", "digits": "1"}, talk=15.0)
    answer = httpx.post(
        f"{world.exotel_v1.url}/Calls/connect.json",
        auth=world.auth,
        data={"From": "+919811112222", "StreamUrl": bots.add("one-way", talkative), "StreamType": "unidirectional"},
    )
    assert 200 == answer.status_code
    world.advance(60)
    stream = world.stream()

    assert {"connected", "start", "media", "stop"} == {one["event"] for one in bots.last.received}
    assert not stream.two_way
    assert 0.0 == stream.measures.bot_spoke
    assert "call-over" == stream.ending


def test_the_recording_is_what_both_said(world, bots, tell, tmp_path):
    """Where somebody was alone with a bot: as long as the talk, in two channels if that was asked for."""

    async def singing(talk, message):
        if message["event"] == "start":
            await talk.say(tone(1.0, 16_000))

    tell({"does": "silence", "seconds": 1}, {"does": "tone", "seconds": 1, "hertz": 700}, talk=2.5)
    answer = httpx.post(
        f"{world.exotel_v1.url}/Calls/connect.json",
        auth=world.auth,
        data={
            "From": "+919811112222",
            "StreamUrl": f"{bots.add('singing', singing)}?sample-rate=16000",
            "Record": "true",
            "RecordingChannels": "dual",
        },
    )
    world.advance(300)
    record = httpx.get(f"{world.exotel_v1.url}/Calls/{answer.json()['Call']['Sid']}.json", auth=world.auth).json()
    mp3 = httpx.get(record["Call"]["RecordingUrl"], auth=world.auth).content
    facts = facts_of(mp3)

    assert (2, 8_000, len(mp3)) == (facts.channels, facts.rate, facts.size)
    assert 2.5 == pytest.approx(facts.seconds)
    # Where there is a decoder.
    sound = heard(mp3, tmp_path)

    assert (None, 700) == (sound.hertz(0, 0.1, 0.9), pytest.approx(sound.hertz(0, 1.1, 1.9), abs=5))
    assert (300, None) == (pytest.approx(sound.hertz(1, 0.1, 0.9), abs=5), sound.hertz(1, 1.2, 1.9))
