"""Scenarios: what the next calls will meet."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from mockserver.engine.scenarios import RANDOM_OUTCOMES

PARTY = {"reaction": "answers", "digits": "", "is_machine": False, "gives_up_after": None, "cause": None, "says": []}
DEFAULT = {
    "from": {**PARTY, "ring": 2.0},
    "to": {**PARTY, "ring": 3.0},
    "talk": 20.0,
    "hangs_up": "to",
    "others": [],
    "voicemail": None,
    "asks_callback_after": None,
}
BUSY = {"to": {"reaction": "busy"}}
USUAL = [{**asdict(share), "side": share.side, "reaction": share.reaction} for share in RANDOM_OUTCOMES]


def outcomes(world, *pairs):
    """The outcomes of calls between these numbers, placed one after another."""
    sids = [world.place(*pair) for pair in pairs]
    world.advance(20_000)
    return [world.get(f"/calls/{sid}")["call"]["outcome"] for sid in sids]


def test_a_world_begins_with_the_default_story(world):
    """Nothing is queued, there are no rules, and the default is: ring 2 s and 3 s, talk 20 s, leg 2 hangs up."""
    assert {"next": [], "rules": [], "default": DEFAULT, "outcomes": "story", "distribution": USUAL} == world.get(
        "/scenarios"
    )


def test_the_next_call_tells_the_queued_story(world):
    """Queued stories are told one call each, in order; then comes what else there is."""
    world.do("POST", "/scenarios/next", BUSY)
    state = world.do("POST", "/scenarios/next", {"from": {"reaction": "no-answer"}})

    assert ["busy", "answers"] == [story["to"]["reaction"] for story in state["next"]]
    assert ["to-unanswered", "from-unanswered", "completed"] == outcomes(world, (), (), ())
    assert [] == world.get("/scenarios")["next"]


def test_what_a_story_leaves_out_is_as_in_the_default(world):
    """A story of one party's digits leaves ring, talk and the other party as they are."""
    [story] = world.do("POST", "/scenarios/next", {"to": {"digits": "5"}})["next"]

    assert {**DEFAULT, "to": {**DEFAULT["to"], "digits": "5"}} == story


def test_a_silent_party_rings_to_the_end(world):
    """A party that does not answer rings until the time-out, unless it is told for how long."""
    [story] = world.do("POST", "/scenarios/next", {"to": {"reaction": "no-answer"}})["next"]

    assert 0.0 == story["to"]["ring"]


@pytest.mark.parametrize(
    ("match", "pair", "is_covered"),
    [
        ({}, ("+919811112222", "+919833334444"), True),
        ({"from": "09811112222"}, ("+919811112222", "+919833334444"), True),
        ({"from": "09811112222"}, ("+919811112223", "+919833334444"), False),
        ({"to": "98333 34444"}, ("+919811112222", "+919833334444"), True),
        ({"to": "98333 34444"}, ("+919833334444", "+919811112222"), False),
        ({"from": "9811112222", "to": "9833334444"}, ("+919811112222", "+919833334444"), True),
        ({"from": "9811112222", "to": "9833334445"}, ("+919811112222", "+919833334444"), False),
        ({"exophone": "02241499102"}, ("+919811112222", "+919833334444"), True),
        ({"exophone": "01414941199"}, ("+919811112222", "+919833334444"), False),
        ({"from": "sip:agent1002"}, ("sip:agent1002", "+919833334444"), True),
    ],
)
def test_a_rule_covers_calls_between_its_numbers(world, match, pair, is_covered):
    """A rule is for calls from, to or through certain numbers in any spelling; what it leaves out matches all."""
    world.do("POST", "/scenarios/rules", {"match": match, "story": BUSY})

    assert ["to-unanswered" if is_covered else "completed"] == outcomes(world, pair)


def test_a_rule_is_answered_and_listed(world):
    """A new rule answers with its id, its match in E.164, its whole story and its count."""
    rule = world.do("POST", "/scenarios/rules", {"match": {"to": "09833334444"}, "story": BUSY, "times": 2})

    assert {
        "id": "r1",
        "match": {"from": None, "to": "+919833334444", "exophone": None},
        "story": {**DEFAULT, "to": {**DEFAULT["to"], "reaction": "busy"}},
        "remaining": 2,
        "matched": 0,
        "priority": 0,
    } == rule
    assert [rule] == world.get("/scenarios")["rules"]


def test_a_rule_counts_down(world):
    """A rule for two calls tells two calls their story; then it is used up, and says how often it matched."""
    world.do("POST", "/scenarios/rules", {"story": BUSY, "times": 2})
    told = outcomes(world, (), (), ())
    [rule] = world.get("/scenarios")["rules"]

    assert ["to-unanswered", "to-unanswered", "completed"] == told
    assert (0, 2) == (rule["remaining"], rule["matched"])


def test_the_first_rule_wins(world):
    """Of several rules that cover a call the oldest tells the story; when it is used up, the next does."""
    world.do("POST", "/scenarios/rules", {"story": BUSY, "times": 1})
    world.do("POST", "/scenarios/rules", {"story": {"from": {"reaction": "busy"}}})

    assert ["to-unanswered", "from-unanswered", "from-unanswered"] == outcomes(world, (), (), ())


def test_the_order_of_tellers(world):
    """The queue comes before rules, rules before magic numbers, magic numbers before the default."""
    magic = ("+919811112222", "+919900000205")
    world.do("PUT", "/scenarios/default", {"to": {"reaction": "not-dialled"}})
    world.do("POST", "/scenarios/rules", {"story": BUSY, "times": 1})
    world.do("POST", "/scenarios/next", {"from": {"gives_up_after": 1}, "to": {"reaction": "no-answer"}})

    told = outcomes(world, magic, magic, magic, ())
    assert ["from-cancelled", "to-unanswered", "completed", "to-not-dialled"] == told


def test_a_default_story_is_set(world):
    """PUT of the default is for all calls that nothing else covers, and is shown."""
    state = world.do("PUT", "/scenarios/default", {"talk": None, "hangs_up": "from"})

    assert {**DEFAULT, "talk": None, "hangs_up": "from"} == state["default"]
    assert state == world.get("/scenarios")


def test_a_rule_is_removed(world, expect_refusal):
    """DELETE answers with the rule that was; then it is unknown, and its id is not used again."""
    rule = world.do("POST", "/scenarios/rules", {"story": BUSY})

    assert rule == world.do("DELETE", "/scenarios/rules/r1")
    expect_refusal(world.ask("DELETE", "/scenarios/rules/r1"), 404, "unknown-rule")
    assert "r2" == world.do("POST", "/scenarios/rules", {"story": BUSY})["id"]


def test_scenarios_are_cleared(world):
    """Clearing forgets queue, rules and default, and says how many stories and rules went."""
    world.do("POST", "/scenarios/next", BUSY)
    world.do("POST", "/scenarios/rules", {"story": BUSY})
    world.do("PUT", "/scenarios/default", BUSY)

    assert {"removed": {"scenarios": 2}} == world.do("DELETE", "/scenarios")
    assert {"next": [], "rules": [], "default": DEFAULT, "outcomes": "story", "distribution": USUAL} == world.get(
        "/scenarios"
    )


def test_a_call_keeps_the_story_that_it_began_with(world):
    """A change of scenarios does not touch calls that were placed before."""
    sid = world.place()
    world.do("PUT", "/scenarios/default", BUSY)
    world.advance(300)

    assert "completed" == world.get(f"/calls/{sid}")["call"]["outcome"]


@pytest.mark.parametrize(
    ("story", "where"),
    [
        ({"talk": -1}, "talk"),
        ({"talk": 86_401}, "talk"),
        ({"from": {"ring": -0.5}}, "ring"),
        ({"to": {"ring": 90_000}}, "ring"),
        ({"to": {"digits": "12x"}}, "digits"),
        ({"to": {"reaction": "busy", "digits": "1"}}, "digits"),
        ({"to": {"reaction": "no-answer", "is_machine": True}}, "is_machine"),
        ({"from": {"reaction": "rejects", "gives_up_after": 5}}, "gives_up_after"),
        ({"from": {"gives_up_after": -5}}, "gives_up_after"),
        ({"to": {"gives_up_after": 5}}, "to.gives_up_after"),
    ],
)
def test_a_story_that_contradicts_itself_is_bad(world, expect_refusal, story, where):
    """A story that cannot be told is 400 bad-story and names the place, in queue, rule and default alike."""
    expect_refusal(world.ask("POST", "/scenarios/next", story), 400, "bad-story", where)
    expect_refusal(world.ask("PUT", "/scenarios/default", story), 400, "bad-story", where)
    expect_refusal(world.ask("POST", "/scenarios/rules", {"story": story}), 400, "bad-story", where)
    assert {"next": [], "rules": [], "default": DEFAULT, "outcomes": "story", "distribution": USUAL} == world.get(
        "/scenarios"
    )


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"story": {"to": {"reaction": "sings"}}},
        {"story": {"hangs_up": "both"}},
        {"story": {"too": {}}},
        {"story": {}, "times": 0},
        {"story": {}, "match": {"form": "+919811112222"}},
    ],
)
def test_a_bad_rule_is_bad_input(world, expect_refusal, rule):
    """Unknown reactions, names and counts below one are refused."""
    expect_refusal(world.ask("POST", "/scenarios/rules", rule), 400, "bad-input")


@pytest.mark.parametrize("name", ["from", "to", "exophone"])
def test_a_rule_matches_numbers(world, expect_refusal, name):
    """A rule for what can be no number is 400 bad-contact."""
    expect_refusal(world.ask("POST", "/scenarios/rules", {"story": {}, "match": {name: "abc"}}), 400, "bad-contact")
