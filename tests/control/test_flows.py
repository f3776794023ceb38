"""Flows with applets: told by control, shown with every way spelt out, and gone through by who calls."""

from __future__ import annotations

import pytest

MENU = [
    {"applet": "greeting", "text": "Welcome"},
    {"applet": "gather", "id": "menu", "text": "Press 1", "branches": {"1": "agents"}, "otherwise": "bye"},
    {"applet": "connect", "id": "agents", "numbers": ["098333 30001"], "record": True, "channels": "dual"},
    {"applet": "passthru", "id": "tell", "url": "http://127.0.0.1:1/tell", "async": True, "next": None},
    {"applet": "voicemail", "id": "bye", "text": "Leave a message"},
    {"applet": "hang-up"},
]
SAID = {"audio_urls": [], "url": None}
SHOWN = [
    {"applet": "greeting", "id": "greeting-1", "text": "Welcome", **SAID, "next": "menu"},
    {
        "applet": "gather",
        "id": "menu",
        "text": "Press 1",
        **SAID,
        "max_digits": 1,
        "finish_on_key": "#",
        "timeout": 5.0,
        "repeats": 0,
        "fallback_url": None,
        "branches": {"1": "agents"},
        "otherwise": "bye",
    },
    {
        "applet": "connect",
        "id": "agents",
        "numbers": ["+919833330001"],
        "managed": False,
        "user_ids": [],
        "group_id": None,
        "url": None,
        "fallback_url": None,
        "version": "1.1",
        "events_url": None,
        "caller_id": None,
        "ringing": "sequential",
        "max_parallel": None,
        "ring_timeout": 30.0,
        "talk_limit": None,
        "record": True,
        "channels": "dual",
        "wait_audio_url": None,
        "next": "tell",
        "nobody": None,
    },
    {
        "applet": "passthru",
        "id": "tell",
        "url": "http://127.0.0.1:1/tell",
        "async": True,
        "next": None,
        "otherwise": None,
    },
    {"applet": "voicemail", "id": "bye", "text": "Leave a message", "audio_urls": []},
    {"applet": "hang-up", "id": "hang-up-6"},
]


def test_a_flow_is_shown_with_its_ways(world):
    """Ids and what follows are filled in; what is shown can be sent again."""
    flow = world.do("POST", "/flows", {"name": "IVR", "applets": MENU, "numbers": ["02241499102"]})

    assert SHOWN == flow["applets"]
    assert ["+912241499102"] == flow["numbers"]
    assert 502 == world.get("/numbers/02241499102")["flow_id"]
    assert flow == world.do("PUT", "/flows/502", {key: flow[key] for key in ("name", "applets", "numbers")})
    world.do("DELETE", "/flows/502")
    assert world.get("/numbers/02241499102")["flow_id"] is None


BAD = {
    "no such kind": ({"applet": "dance"}, 400, "bad-input"),
    "no kind": ({"text": "Welcome"}, 400, "bad-input"),
    "no such field": ({"applet": "greeting", "words": "Welcome"}, 400, "bad-input"),
    "leads nowhere": ({"applet": "greeting", "next": "agents"}, 400, "bad-input"),
    "no number": ({"applet": "connect", "numbers": ["nobody"]}, 400, "bad-contact"),
    "no URL": ({"applet": "passthru", "url": "ftp://localhost"}, 400, "bad-input"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_applet_is_refused(world, expect_refusal, name):
    """With what is wrong and where; nothing is added."""
    body, *refusal = BAD[name]

    expect_refusal(world.ask("POST", "/flows", {"name": "IVR", "applets": [body]}), *refusal)
    assert 1 == len(world.get("/flows")["flows"])


def test_ids_are_taken_once(world, expect_refusal):
    """Two applets of one id are refused."""
    twice = [{"applet": "hang-up", "id": "bye"}, {"applet": "hang-up", "id": "bye"}]

    expect_refusal(world.ask("POST", "/flows", {"name": "IVR", "applets": twice}), 400, "bad-input")


def test_an_unknown_exophone_has_no_flow(world, expect_refusal):
    """A flow is for the account's own numbers."""
    expect_refusal(world.ask("POST", "/flows", {"name": "IVR", "numbers": ["+918000000000"]}), 404, "unknown-number")


def test_who_calls_goes_through_the_flow(world):
    """Greeting, key, agent; the call is the flow's."""
    world.do("POST", "/flows", {"name": "IVR", "applets": MENU, "numbers": ["02241499102"]})
    story = {"from": {"digits": "1"}, "talk": 7}
    arrived = world.do("POST", "/numbers/02241499102/incoming", {"from": "09812300000", "story": story})
    world.do("POST", "/clock/advance", {"seconds": 60})
    call = world.get(f"/calls/{arrived['call']['sid']}")["call"]

    assert ("completed", 7.0) == (call["outcome"], call["talk_seconds"])
    events = world.get("/events")["events"]
    assert ["greeting-1", "menu", "agents", "tell"] == [
        event["facts"]["applet"] for event in events if event["kind"] == "flow.entered"
    ]


def test_audio_that_nobody_can_fetch_is_told(new_world):
    """In a world that checks what it plays: once, and with the event that is waited for like any other."""
    world = new_world(check_audio=True)
    greeting = {"applet": "greeting", "audio_urls": ["http://127.0.0.1:1/hello.wav"]}
    world.do("POST", "/flows", {"name": "IVR", "applets": [greeting], "numbers": ["02241499102"]})
    for _ in range(2):
        world.do("POST", "/numbers/02241499102/incoming", {"from": "09812300000"})
        world.do("POST", "/clock/advance", {"seconds": 60})

    [fetched] = world.get("/deliveries?event=audio")["deliveries"]
    assert ("failed", 1) == (fetched["state"], len(fetched["attempts"]))
    assert [fetched["complaints"]] == [
        [event["facts"]["why"]] for event in world.get("/events?kind=answer.disliked")["events"]
    ]
