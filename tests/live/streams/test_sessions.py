"""How a stream is opened: URLs, credentials, parameters, limits, clocks."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from base64 import b64encode

import httpx
import pytest
from bots import Bots, echo, tone

from mockserver.testing import PartyBody, StoryBody

CALLER = "+919811112222"
EXOPHONE = "+912241499102"


def active(world, suffix=""):
    answer = httpx.get(f"{world.exotel_v1.url}/ActiveStreams{suffix}", auth=world.auth)
    assert 200 == answer.status_code
    return answer


def test_credentials_of_the_url_become_a_header(world, bots, tell):
    """Whoever is before the @ is Basic; the URL's path and query are as they were."""
    tell(talk=1.0)
    bots.add("secret", echo)
    world.call_bot(bots.url("secret", userinfo="bot%40acme:s%2Fx@") + "?sig=a%2Fb", from_=CALLER)
    world.advance(60)
    request = bots.last.request

    assert f"Basic {b64encode(b'bot@acme:s/x').decode()}" == request.headers["Authorization"]
    assert "/secret?sig=a%2Fb" == request.raw_path


def test_parameters_are_the_querys(world, bots, tell):
    """Three of 256 characters; the rate is none of them. More is passed on and named, and refused in a strict world."""
    tell(talk=1.0)
    url = bots.add("parameters", echo)
    three = world.call_bot(f"{url}?a=1&b=%20&c=&sample-rate=16000", from_=CALLER)
    world.advance(60)
    parameters = bots.last.all("start")[0]["start"]["custom_parameters"]

    assert {"a": "1", "b": " ", "c": ""} == parameters == world.stream(three).parameters
    assert not any("param" in one.detail or "rate" in one.detail for one in world.stream(three).timeline)

    for query, oddity in (
        ("a=1&b=2&c=3&d=4", "parameters"),
        (f"a={'x' * 300}", "parameters-length"),
        ("sample-rate=44100", "sample-rate"),
    ):
        lenient = world.call_bot(f"{url}?{query}", from_=CALLER)
        world.advance(60)
        world.configure(strict=True)
        strict = world.call_bot(f"{url}?{query}", from_=CALLER)
        world.advance(60)
        world.configure(strict=False)

        oddities = [one.detail.partition(":")[0] for one in world.stream(lenient).timeline if one.what == "oddity"]

        assert oddity == oddities[0]
        assert ("call-over", "bad-url") == (world.stream(lenient).ending, world.stream(strict).ending)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ({"text": '{"url": "%s"}', "status": 200}, "call-over"),
        ({"text": '{"url": "http://127.0.0.1/"}', "status": 200}, "bad-url"),
        ({"text": "ws://127.0.0.1/", "status": 200}, "bad-url"),
        ({"text": "[]", "status": 200}, "bad-url"),
        ({"text": "", "status": 500}, "handshake-refused"),
    ],
)
def test_a_web_address_may_answer_the_sockets_url(world, bots, tell, answer, ending):
    """As JSON; an answer that has none ends the stream."""
    tell(talk=1.0)
    bot = bots.add("behind", echo)
    text = answer["text"].replace("%s", bot)
    bots.refuse("door", *[answer["status"]] * (2 if ending == "handshake-refused" else 1), text=text)
    call_sid = world.call_bot(bots.url("door", "http"), from_=CALLER)
    world.advance(60)

    assert ending == world.stream(call_sid).ending


def test_hosts_that_are_served_elsewhere(world, bots, tell):
    """An application keeps the URL of its production; the world's hosts say where it is."""
    tell(talk=1.0)
    bots.add("elsewhere", echo)
    world.configure(hosts={"bot.acme.example": bots.url("", "http")})
    call_sid = world.call_bot("wss://bot.acme.example/elsewhere", from_=CALLER)
    world.advance(60)

    assert "call-over" == world.stream(call_sid).ending


def test_active_streams_are_counted_and_limited(world, bots, tell):
    """In XML and JSON, which have nothing in common; over the limit a stream does not open, and its call ends."""
    tell(talk=10.0)
    world.configure(stream_limit=1)
    first = world.call_bot(bots.add("first", echo), from_=CALLER)
    world.advance(2)
    second = world.call_bot(bots.add("second", echo), from_="+919811112223")
    world.advance(2)
    tree = ET.fromstring(active(world).text)  # noqa: S314  our own

    assert ("1", "1") == (tree.findtext("Stream/ActiveStreamCount"), tree.findtext("Stream/ThrottleLimit"))
    assert {
        "status": "success",
        "active_streams": 1,
        "max_allowed_streams": 1,
        "account_sid": world.sid,
    } == active(world, ".json").json()
    assert ("over-limit", "completed") == (world.stream(second).ending, world.get_call(second).call.outcome)
    assert world.stream(first).ending is None

    world.advance(60)

    assert 0 == active(world, ".json").json()["active_streams"]


def test_a_stream_begins_with_the_leg_that_is_named(world, bots):
    """With the second leg's answer: then it hears whoever answered it."""
    world.tell_default(from_=PartyBody(ring=0), to=PartyBody(ring=4), talk=3.0)
    answer = httpx.post(
        f"{world.exotel_v3.url}/calls",
        auth=world.auth,
        json={
            "from": {"contact_uri": CALLER},
            "to": {"contact_uri": "+919833334444"},
            "virtual_number": EXOPHONE,
            "streaming": {"url": bots.add("second-leg", echo), "begin": "to_leg_connect"},
        },
    )
    assert 200 == answer.status_code
    world.advance(60)
    stream, call = world.stream(), world.get_call(answer.json()["response"]["call_details"]["sid"])

    assert "to" == stream.side
    assert call.legs[1].answered_at == stream.began_at
    assert 30 == bots.last.frames


def test_a_call_without_an_answer_opens_nothing(world, bots):
    """Nobody is there to talk to the bot."""
    world.tell_default(from_=PartyBody("busy"))
    world.call_bot(bots.add("never", echo), from_=CALLER)
    world.advance(60)

    assert [] == world.streams().streams
    with pytest.raises(LookupError, match="no stream was opened"):
        world.stream()


def test_two_runs_are_alike(client, bots):
    """Same seed, same bot: the same timeline, and the same measures."""
    told = []
    for _ in range(2):
        with client.create_world(seed=3) as world:
            world.tell_default(from_=PartyBody(ring=0, digits="1"), talk=3.0)
            world.call_bot(bots.add("alike", echo), from_=CALLER)
            world.advance(60)
            [stream] = world.streams().streams
            detail = world.get_stream(stream.sid)
            told.append((detail.timeline, detail.measures, detail.counts, detail.sid))

    assert told[0] == told[1]


def test_jumping_time_waits_for_the_bot(client, bots):
    """Nothing is moved by hand, and nothing is left out."""
    with client.create_world(clock="jump") as world:
        world.add_rule(StoryBody(from_=PartyBody(ring=0), talk=2.0))
        call_sid = world.call_bot(bots.add("jumping", echo), from_=CALLER)
        world.wait_for_call(call_sid, is_over=True, seconds=20)
        [stream] = world.streams().streams

    assert ("call-over", 20) == (stream.ending, len(bots.last.all("media")))


def test_real_time_is_kept(client, bots: Bots):
    """A second of a call is a second; what has a known delay takes it."""

    async def greeting(talk, message):
        if message["event"] == "media" and talk.frames == 3:
            await talk.say(tone(0.2))
            await talk.mark("greeted")

    with client.create_world(clock="scaled", speed=2.0) as world:
        world.add_rule(StoryBody(from_=PartyBody(ring=0), talk=1.5))
        call_sid = world.call_bot(bots.add("real", greeting), from_=CALLER)
        world.wait_for_call(call_sid, is_over=True, seconds=20)
        [stream] = world.streams().streams

    assert "call-over" == stream.ending
    assert 0.3 <= stream.first_audio < 0.8
    assert 0.15 <= stream.measures.marks[0].round_trip < 0.5
    assert 14 <= bots.last.frames <= 15


def test_what_streams_did_is_in_the_metrics(world, bots, tell):
    """By what ended them, and how long it took to the first sound."""
    tell(talk=1.0)
    world.call_bot(bots.add("metrics", echo), from_=CALLER)
    world.advance(60)
    metrics = httpx.get(f"{world.base_url}/metrics").text

    assert 'mockserver_streams_total{ending="call-over"}' in metrics
    assert "mockserver_stream_first_audio_seconds_count" in metrics
    assert "mockserver_streams_open 0.0" in metrics
