"""Scripts and streams over the control API, without a bot; with bots they are in tests/live/streams."""

from __future__ import annotations

import pytest

TURNS = [
    {"does": "listen", "quiet": 0.5},
    {"does": "speech", "seconds": 2.0},
    {"does": "tone", "hertz": 500.0},
    {"does": "barge-in", "after": 1.5},
    {"does": "press", "digits": "1#"},
    {"does": "hang-up"},
]


def test_a_script_is_shown_as_it_was_told(world):
    """What is shown can be sent again."""
    [story] = world.do("POST", "/scenarios/next", {"from": {"says": TURNS}})["next"]

    assert TURNS == story["from"]["says"]
    assert [] == story["to"]["says"]


@pytest.mark.parametrize(
    ("turn", "code", "where"),
    [
        ({"does": "sing"}, "bad-input", ""),
        ({"does": "speech", "loud": True}, "bad-input", ""),
        ({"does": "listen"}, "bad-story", "said"),
        ({"does": "file", "file": "/nowhere.wav"}, "bad-story", "file"),
    ],
)
def test_a_turn_that_is_wrong_is_refused_when_it_is_told(world, expect_refusal, turn, code, where):
    """Not when the call comes."""
    expect_refusal(world.ask("POST", "/scenarios/next", {"from": {"says": [turn]}}), 400, code, where)


def test_a_world_without_bots(world):
    """There are no streams, and so many may be."""
    assert {"streams": [], "active": 0, "limit": 100} == world.get("/streams")


def test_what_is_unknown(world, expect_refusal):
    """A stream, a call, a way of listening."""
    sid = world.place("+919900000000", streaming={"url": "ws://8.8.8.8/", "begin": "from_leg_connect"})
    world.advance(5)
    [stream] = world.get(f"/calls/{sid}/streams")["streams"]

    expect_refusal(world.ask("GET", "/streams/none"), 404, "unknown-stream")
    expect_refusal(world.ask("GET", "/streams/none/audio"), 404, "unknown-stream")
    expect_refusal(world.ask("GET", "/calls/none/streams"), 404, "unknown-call")
    expect_refusal(world.ask("GET", f"/streams/{stream['sid']}/audio?channels=5.1"), 400, "bad-input", "channels")
    assert "blocked" == stream["ending"]
    assert world.ask("GET", f"/streams/{stream['sid']}/audio").content.startswith(b"RIFF")


def test_the_limit_is_a_setting(world):
    """Of each world."""
    assert 7 == world.do("PATCH", "", {"stream_limit": 7})["stream_limit"] == world.get("/streams")["limit"]
