"""Audio that somebody is to hear, fetched once in a world that wants it checked."""

from __future__ import annotations

import io
import wave

import pytest

from mockserver.domain.applets import Connect, Destination, Dial, Gather, Gathering, Greeting, Passthru, Said, Voicemail
from mockserver.domain.contact import Contact
from mockserver.domain.media import Playback
from mockserver.domain.order import CallEvent
from mockserver.domain.story import PartyStory, Side, Story
from mockserver.engine.delivery import Delivery, DeliveryState, Reply, SendFailed
from mockserver.engine.faults.effects import make_effect

URL, ASKED = "http://app.test/sound.wav", "http://app.test/asked"
AGENT = (Destination(Contact("+919876500001")),)
STORY = Story(to_party=PartyStory(ring=2.0), talk=3.0, hangs_up=Side.TO)
MEND = "use wav with 8000 Hz, 1 channel and 16 bit"


def wav(rate=8_000, channels=1, width=2, seconds=0.1):
    """Silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setframerate(rate)
        out.setsampwidth(width)
        out.writeframes(bytes(int(rate * channels * width * seconds)))
    return file.getvalue()


@pytest.fixture
def heard(make_flows):
    """Lets calls come into applets, in a world that checks audio, and gives what was fetched."""

    async def hear(*applets, reply=None, calls=1, checks=True, story=STORY) -> list[Delivery]:
        flows = make_flows(checks_audio=checks)
        flows.application.answers.update(
            {URL: [reply or Reply(200, (), wav())], ASKED: [Reply(200, TEXT, URL.encode())]}
        )
        flows.runs(*applets)
        async with flows.engine.running():
            for _ in range(calls):
                flows.comes_in(story)
                await flows.advance(200)
        return [one for one in flows.deliveries if one.event is CallEvent.AUDIO]

    return hear


TEXT = (("Content-Type", "text/plain"),)
HEARD = {
    "greeting": (Greeting("says", Said(audio_urls=(URL,))),),
    "greeting that was asked for": (Greeting("says", url=ASKED),),
    "gather": (Gather("says", Gathering(Said(audio_urls=(URL,)))),),
    "voicemail": (Voicemail("says", Said(audio_urls=(URL,))),),
    "waiting": (Connect("dials", Dial(AGENT, wait_audio_url=URL)),),
    "playback": (Connect("dials", Dial(AGENT, playbacks=(Playback("start", is_for_both=True, url=URL),))),),
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", HEARD)
async def test_what_is_heard_is_fetched_once(heard, name):
    """As it is, without a parameter; the second call knows it already."""
    [fetched] = await heard(*HEARD[name], calls=2)

    assert (DeliveryState.DELIVERED, ("GET", URL), ()) == (
        fetched.state,
        (fetched.request.method, fetched.request.url),
        fetched.complaints,
    )


@pytest.mark.anyio
@pytest.mark.parametrize("name", HEARD)
async def test_a_world_that_does_not_ask_for_it_fetches_nothing(heard, name):
    """Which is how worlds begin: the URLs of many a test lead nowhere."""
    assert [] == await heard(*HEARD[name], checks=False)


@pytest.mark.anyio
async def test_what_nobody_comes_to_hear_is_not_fetched(heard):
    """An agent who is busy hears no playback, a caller who hangs up no voicemail."""
    silent = Connect("dials", Dial(AGENT, playbacks=(Playback("start", is_for_both=True, url=URL),)), nobody="says")
    left = Story(PartyStory(gives_up_after=1.0), PartyStory(ring=9.0))

    assert [] == await heard(silent, *HEARD["voicemail"], story=left)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (Reply(200, (), wav(rate=44_100, channels=2)), f"wav with 44100 Hz, 2 channel(s) and 16 bit; {MEND}"),
        (Reply(200, (), wav(width=1)), f"wav with 8000 Hz, 1 channel(s) and 8 bit; {MEND}"),
        (Reply(200, (), b"ID3\x03"), f"not wav (it ends too early), it begins with 'ID3\\x03'; {MEND}"),
        (Reply(200, (), b"ID3" + bytes(40)), None),
        (Reply(200, (), b""), f"not wav (it ends too early), it begins with ''; {MEND}"),
        (Reply(404, (), b""), "status 404: only 200 is an answer; the application's log may say why"),
        (
            SendFailed("refused", "no"),
            "no answer (refused): nothing listens at this URL; start the application, or mend the URL",
        ),
        (SendFailed("timeout", "late"), "no answer (timeout): it is waited for 15 s; answer first, and work later"),
    ],
)
async def test_what_could_not_be_played_is_on_record(heard, reply, complaint):
    """The call goes on: nobody knows what the provider plays instead. Nobody asks twice."""
    [fetched] = await heard(*HEARD["greeting"], reply=reply)

    assert 1 == len(fetched.attempts)
    if complaint is None:
        assert fetched.complaints[0].startswith("not wav (file does not start with RIFF id)")
    else:
        assert (complaint,) == fetched.complaints


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "count"), [("waiting", 1), ("playback", 0)])
async def test_who_waits_hears_less_than_two_megabytes(heard, name, count):
    """By the length that the receiver tells: only the beginning is read."""
    long = Reply(200, (("Content-Length", "2000000"),), wav(seconds=5)[:65_536], is_truncated=True)
    [fetched] = await heard(*HEARD[name], reply=long)

    said = ("2000000 bytes, which is too much to be played to who waits; use less than 2000000",)
    assert said[:count] == fetched.complaints


@pytest.mark.anyio
async def test_a_reset_forgets_what_was_fetched(make_flows):
    """With the calls that heard it."""
    flows = make_flows(checks_audio=True)
    flows.application.answers[URL] = [Reply(200, (), wav())]
    flows.runs(*HEARD["greeting"], Passthru("told", ASKED, is_async=True))
    async with flows.engine.running():
        for _ in range(2):
            flows.comes_in(STORY)
            await flows.advance(200)
            flows.engine.forget_calls(flows.world)

    assert [URL, URL] == [one.url for one in flows.application.asked if one.url == URL]


@pytest.mark.anyio
async def test_faults_of_callbacks_leave_it_alone(make_flows):
    """It is no callback: a rule for whatever comes next waits for one."""
    flows = make_flows(checks_audio=True)
    flows.application.answers[URL] = [Reply(200, (), wav())]
    flows.world.faults.add(make_effect("drop", {}))
    greeting = Greeting("says", Said(audio_urls=(URL,)), next="told")
    flows.runs(greeting, Passthru("told", ASKED, is_async=True))
    async with flows.engine.running():
        flows.comes_in(STORY)
        await flows.advance(200)

    states = [(one.event, one.state) for one in flows.deliveries]
    assert [(CallEvent.AUDIO, DeliveryState.DELIVERED), (CallEvent.PASSTHRU, DeliveryState.DROPPED)] == states
