"""Somebody calls an ExoPhone: whom it rings for, what the answer shows, and how the call is played."""

from __future__ import annotations

import pytest

CUSTOMER, EXOPHONE = "+919822223333", "02241499102"
NO = {"reaction": "no-answer"}
NOBODY = {"to": NO, "others": [NO], "talk": None}


@pytest.fixture
def come_in(world):
    """A call of a customer; the answer shows it."""
    return lambda **body: world.do("POST", f"/numbers/{EXOPHONE}/incoming", {"from": CUSTOMER, **body})


@pytest.fixture
def rung(world):
    """The contacts that a call has rung, when all of them should have been."""

    def legs(view):
        world.advance(0)
        return [leg["contact"] for leg in world.get(f"/calls/{view['call']['sid']}")["legs"] if leg["side"] == "to"]

    return legs


def states(view):
    return [view["call"]["state"], *[leg["state"] for leg in view["legs"]]]


def test_a_call_comes_in(come_in):
    """The caller is on the line at once; whom it reaches is not known yet."""
    view = come_in(custom_field="order 7")
    call = view["call"]

    assert ("inbound", "in-flow", 1, None) == (call["direction"], call["state"], call["serial"], call["outcome"])
    assert (CUSTOMER, None, "+912241499102") == (call["from"], call["to"], call["exophone"])
    assert [("from", CUSTOMER, "answered", None)] == [
        (leg["side"], leg["contact"], leg["state"], leg["cause"]) for leg in view["legs"]
    ]
    assert "order 7" == view["custom_field"]


@pytest.mark.parametrize("spelling", ["098222 23333", "+919822223333", "9822223333", "tel:+91-98222-23333"])
def test_numbers_are_spelt_anyhow(world, spelling):
    """The caller's and the ExoPhone's."""
    view = world.do("POST", "/numbers/+912241499102/incoming", {"from": spelling})

    assert (CUSTOMER, "+912241499102") == (view["call"]["from"], view["call"]["exophone"])


def test_the_first_group_is_rung(come_in, rung):
    """Those of its users who can be: whose device is on and verified. All at once."""
    assert ["+919810000001", "sip:agent1002"] == rung(come_in(story=NOBODY))


def test_another_group_can_be_named(world, come_in, rung):
    """By its id; users are rung in its order."""
    group = world.do("POST", "/groups", {"name": "Nights", "user_ids": ["u1002", "u1001"]})

    assert ["sip:agent1002", "+919810000001"] == rung(come_in(story=NOBODY, group_id=group["id"]))


def test_users_can_be_named(come_in, rung):
    """Instead of a group, or nobody at all."""
    assert ["sip:agent1002"] == rung(come_in(story=NOBODY, user_ids=["u1002"]))
    assert [] == rung(come_in(story=NOBODY, user_ids=[]))


def test_agents_who_are_busy_are_passed_over(world, come_in, rung):
    """One is on a call that goes out; the other is rung by the first caller, so nobody is left for the second."""
    world.place("+919810000001")
    first, second = rung(come_in(story=NOBODY)), rung(come_in(story=NOBODY))

    assert ([["sip:agent1002"], []]) == [first, second]


def test_agents_are_free_again_when_they_have_not_answered(world, come_in, rung):
    """A user who was rung in vain can be rung for the next caller, though the first is still on the line."""
    come_in(story={"to": {"reaction": "busy", "ring": 2}, "others": [NO]})
    world.advance(5)

    assert ["+919810000001"] == rung(come_in(story=NOBODY))


def test_a_sip_device_is_passed_over_without_voip(new_world):
    """The user's next device is rung, if there is one that is on."""
    world = new_world(voip=False)
    sid = world.do("POST", f"/numbers/{EXOPHONE}/incoming", {"from": CUSTOMER, "story": NOBODY})["call"]["sid"]
    world.advance(0)

    assert [CUSTOMER, "+919810000001"] == [leg["contact"] for leg in world.get(f"/calls/{sid}")["legs"]]


def test_agents_ring_in_turn(world, come_in):
    """The second when the first has not answered."""
    story = {"to": {"reaction": "rejects", "ring": 4}, "others": [{"ring": 5}]}
    sid = come_in(ringing="sequential", story=story)["call"]["sid"]
    seen = []
    for seconds in (3, 2, 5):
        world.advance(seconds)
        seen.append(states(world.get(f"/calls/{sid}")))

    assert [
        ["ringing-to", "answered", "ringing"],
        ["ringing-to", "answered", "rejected", "ringing"],
        ["talking", "answered", "rejected", "answered"],
    ] == seen


def test_a_caller_goes_through_menu_and_queue(world, come_in):
    """Each for so long, then agents ring; the marks say when."""
    sid = come_in(menu=5, queue=4, flow_id="501")["call"]["sid"]
    seen = []
    for seconds in (4, 4, 2):
        world.advance(seconds)
        seen.append(world.get(f"/calls/{sid}")["call"]["state"])
    marks = {mark["name"]: mark["at"] for mark in world.get(f"/calls/{sid}")["marks"]}

    assert ["in-flow", "waiting", "ringing-to"] == seen
    assert ("2026-01-05T04:30:05Z", "2026-01-05T04:30:09Z") == (marks["queued"], marks["leg-2-dialled"])


def test_recording_is_asked_for(come_in):
    """In one channel or two."""
    recordings = [come_in(**body)["recording"] for body in ({}, {"record": True}, {"record": True, "channels": "dual"})]

    assert [None, 1, 2] == [recording and recording["channels"] for recording in recordings]


def test_the_scenarios_tell_unless_a_story_is_told(world, come_in):
    """Queue, rules by the caller's number, default; a story of the request goes before them and leaves them alone."""
    world.do("POST", "/scenarios/next", {"talk": 1})
    world.do("POST", "/scenarios/rules", {"match": {"from": CUSTOMER}, "story": {"talk": 2}, "times": 1})
    talks = [come_in(**body)["story"]["talk"] for body in ({"story": {"talk": 3}}, {}, {}, {})]

    assert [3, 1, 2, 20] == talks


def test_a_magic_number_tells_what_its_owner_does(world):
    """A caller's, that it gives up; an agent's, that it is busy."""
    world.do("POST", "/users", {"id": "m1", "first_name": "M", "devices": [{"contact_uri": "+919900020400"}]})
    path = f"/numbers/{EXOPHONE}/incoming"
    gives_up = world.do("POST", path, {"from": "+919900050002"})["call"]["sid"]
    busy = world.do("POST", path, {"from": CUSTOMER, "user_ids": ["m1"]})["call"]["sid"]
    world.advance(300)
    calls = [world.get(f"/calls/{sid}") for sid in (gives_up, busy)]

    assert ["from-cancelled", "to-unanswered"] == [view["call"]["outcome"] for view in calls]
    assert "busy" == calls[1]["legs"][1]["state"]


def test_a_leg_is_named_by_its_number(world, come_in):
    """Of two that ring, the one that is meant answers; the other has lost the race."""
    sid = come_in(story=NOBODY)["call"]["sid"]
    world.advance(2)
    view = world.do("POST", f"/calls/{sid}/answer", {"leg": 3})

    assert ["talking", "answered", "canceled", "answered"] == states(view)
    assert [None, "LOSE_RACE", None] == [leg["cause"] for leg in view["legs"]]


def test_each_that_rings_can_reject(world, come_in):
    """When the last has, nobody is left."""
    sid = come_in(story=NOBODY)["call"]["sid"]
    world.advance(2)
    seen = [states(world.do("POST", f"/calls/{sid}/reject", {"leg": leg})) for leg in (3, 2)]
    world.advance(0)

    assert [
        ["ringing-to", "answered", "ringing", "rejected"],
        ["ringing-to", "answered", "rejected", "rejected"],
    ] == seen
    assert "to-unanswered" == world.get(f"/calls/{sid}")["call"]["outcome"]


def test_the_caller_can_be_hung_up_by_leg_or_side(world, come_in):
    """They are one."""
    sids = [come_in(user_ids=[], queue=60)["call"]["sid"] for _ in range(3)]
    bodies = [{}, {"side": "from"}, {"leg": 1}]
    views = [world.do("POST", f"/calls/{sid}/hangup", body) for sid, body in zip(sids, bodies, strict=True)]

    assert [["ended", "completed"]] * 3 == [states(view) for view in views]
    assert {"from-cancelled"} == {view["call"]["outcome"] for view in views}


@pytest.mark.parametrize("body", [{"leg": 9}, {"leg": 0}, {"leg": 1}, {"leg": 3, "side": "from"}])
@pytest.mark.parametrize("word", ["answer", "reject"])
def test_a_leg_that_does_not_ring_cannot_answer(world, come_in, expect_refusal, word, body):
    """An unknown one, or the caller's; a number counts for more than a side."""
    sid = come_in(story=NOBODY)["call"]["sid"]
    world.advance(2)
    response = world.ask("POST", f"/calls/{sid}/{word}", body)

    if body == {"leg": 3, "side": "from"}:
        assert 200 == response.status_code
    else:
        expect_refusal(response, 409, "illegal-input")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "bad-input"),
        ({"from": "nobody"}, 400, "bad-contact"),
        ({"from": CUSTOMER, "group_id": 7}, 404, "unknown-entry"),
        ({"from": CUSTOMER, "group_id": "7"}, 400, "bad-input"),
        ({"from": CUSTOMER, "flow_id": "7"}, 404, "unknown-entry"),
        ({"from": CUSTOMER, "user_ids": ["u1001", "u9"]}, 404, "unknown-user"),
        ({"from": CUSTOMER, "menu": -1}, 400, "bad-input"),
        ({"from": CUSTOMER, "queue": 86_401}, 400, "bad-input"),
        ({"from": CUSTOMER, "ringing": "loudly"}, 400, "bad-input"),
        ({"from": CUSTOMER, "channels": "mono"}, 400, "bad-input"),
        ({"from": CUSTOMER, "story": {"to": {"gives_up_after": 2}}}, 400, "bad-story"),
        ({"from": CUSTOMER, "story": {"voicemail": -1}}, 400, "bad-story"),
        ({"from": CUSTOMER, "story": {"to": {"reaction": "busy", "cause": "NO_ANSWER"}}}, 400, "bad-story"),
        ({"from": CUSTOMER, "story": {"to": {"cause": "GONE_FISHING"}}}, 400, "bad-input"),
        (
            {"from": CUSTOMER, "story": {"from": {"gives_up_after": 2}, "asks_callback_after": 3}},
            400,
            "bad-story",
        ),
    ],
)
def test_what_cannot_come_in(world, expect_refusal, body, status, code):
    """Nothing has happened then."""
    expect_refusal(world.ask("POST", f"/numbers/{EXOPHONE}/incoming", body), status, code)

    assert [] == world.get("/calls")["calls"]


@pytest.mark.parametrize("number", ["+919800000000", "sip:agent1002", "x"])
def test_a_number_that_is_not_the_accounts_cannot_be_called(world, expect_refusal, number):
    """404, or 400 for what is no number."""
    response = world.ask("POST", f"/numbers/{number}/incoming", {"from": CUSTOMER})

    expected = (404, "unknown-number") if number.startswith("+") else (400, "bad-contact")
    expect_refusal(response, *expected)


def test_a_user_who_is_gone_is_rung_no_more(world, come_in, rung):
    """Who is deleted leaves the groups, too."""
    world.do("DELETE", "/users/u1001")

    assert ["u1002", "u1003", "u1004"] == world.get("/groups")["groups"][0]["user_ids"]
    assert ["sip:agent1002"] == rung(come_in(story=NOBODY))


def test_nobody_is_rung_without_a_group(world, come_in, rung):
    """An account whose groups are gone has no one to ring."""
    world.do("DELETE", "/groups/123456")

    assert [] == rung(come_in())
