"""Which story the next call tells."""

# ruff: noqa: S311  no secrets are made here

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadInput, UnknownRule
from mockserver.domain.story import DEFAULT_STORY, PartyStory, Reaction, Side, Story
from mockserver.engine.scenarios import RANDOM_OUTCOMES, Match, Scenarios, Told, random_story

ONE, TWO, THREE = (Story(talk=float(seconds)) for seconds in (1, 2, 3))
PLAIN, OTHER, MAGIC = "+919810012345", "+919820012345", "+919900020800"


@pytest.fixture
def scenarios():
    """Nothing told yet."""
    return Scenarios()


@pytest.fixture
def told(house):
    """Tells who told the story of a call from one number to another."""

    def tell(scenarios, from_key=PLAIN, to_key=OTHER, exophone="+912241499102"):
        order = house.order()
        order = replace(
            order,
            from_party=replace(order.from_party, contact=Contact(from_key)),
            to_party=replace(order.to_party, contact=Contact(to_key)) if to_key else None,
            exophone=Contact(exophone),
        )
        return scenarios.story_for(order, Random("draw"))

    return tell


def test_without_anything_told_it_is_the_default_story(scenarios, told):
    """Both answer."""
    assert Told(DEFAULT_STORY, "default") == told(scenarios)


def test_the_default_story_can_be_another(scenarios, told):
    """Magic numbers take from it what they leave open."""
    scenarios.default = Story(PartyStory(ring=9.0), talk=9.0)

    assert Told(scenarios.default, "default") == told(scenarios)
    assert 9.0 == told(scenarios, to_key=MAGIC).story.from_party.ring


def test_a_magic_number_comes_before_the_default(scenarios, told):
    """On either leg; a call without a second party has one less."""
    by_leg_1, by_leg_2, alone = (
        told(scenarios, from_key=MAGIC),
        told(scenarios, to_key=MAGIC),
        told(scenarios, from_key=MAGIC, to_key=None),
    )

    assert ["magic number"] * 3 == [by_leg_1.by, by_leg_2.by, alone.by]
    assert Reaction.BUSY is by_leg_1.story.from_party.reaction
    assert Reaction.BUSY is by_leg_2.story.to_party.reaction


def test_a_rule_comes_before_a_magic_number(scenarios, told):
    """It is named by its id."""
    scenarios.add_rule(Match(), ONE)

    assert Told(ONE, "rule r1") == told(scenarios, to_key=MAGIC)


def test_the_next_call_queue_comes_before_everything(scenarios, told):
    """In the order of the queue, one story for each call."""
    scenarios.add_rule(Match(), THREE)
    scenarios.tell_next(ONE)
    scenarios.tell_next(TWO)

    assert (ONE, TWO) == scenarios.next_stories
    assert [Told(ONE, "next-call queue"), Told(TWO, "next-call queue"), Told(THREE, "rule r1")] == [
        told(scenarios, to_key=MAGIC) for _ in range(3)
    ]
    assert () == scenarios.next_stories


def test_random_outcomes_take_the_place_of_the_default_only(told):
    """Queue, rules and magic numbers tell as ever."""
    scenarios = Scenarios(draws_outcomes=True)
    scenarios.tell_next(ONE)
    scenarios.add_rule(Match(), TWO, times=1)

    assert ["next-call queue", "rule r1", "magic number", "random"] == [
        told(scenarios, to_key=to_key).by for to_key in (OTHER, OTHER, MAGIC, OTHER)
    ]


@pytest.mark.parametrize(
    ("match", "is_covered"),
    [
        (Match(), True),
        (Match(from_contact=Contact(PLAIN)), True),
        (Match(from_contact=Contact(OTHER)), False),
        (Match(to_contact=Contact(OTHER)), True),
        (Match(to_contact=Contact(PLAIN)), False),
        (Match(exophone=Contact("+912241499102")), True),
        (Match(exophone=Contact("+918047112345")), False),
        (Match(Contact(PLAIN), Contact(OTHER), Contact("+912241499102")), True),
        (Match(Contact(PLAIN), Contact(PLAIN), Contact("+912241499102")), False),
    ],
)
def test_a_rule_covers_calls_by_their_numbers(match, is_covered, scenarios, told):
    """From, to and ExoPhone; what is left open matches all."""
    scenarios.add_rule(match, ONE)

    assert ("rule r1" if is_covered else "default") == told(scenarios).by


def test_a_rule_for_a_second_number_does_not_cover_calls_without_one(scenarios, told):
    """A rule without one does."""
    scenarios.add_rule(Match(to_contact=Contact(OTHER)), ONE)
    scenarios.add_rule(Match(from_contact=Contact(PLAIN)), TWO)

    assert "rule r2" == told(scenarios, to_key=None).by


def test_the_first_rule_that_covers_a_call_is_used(scenarios, told):
    """Until its times are up; then the next."""
    scenarios.add_rule(Match(to_contact=Contact(OTHER)), ONE, times=2)
    scenarios.add_rule(Match(), TWO, times=1)

    assert ["rule r1", "rule r1", "rule r2", "default"] == [told(scenarios).by for _ in range(4)]
    assert [(0, 2), (0, 1)] == [(rule.remaining, rule.matched) for rule in scenarios.rules]


def test_a_rule_without_times_is_for_ever(scenarios, told):
    """It counts how often it matched."""
    scenarios.add_rule(Match(), ONE)

    assert {"rule r1"} == {told(scenarios).by for _ in range(50)}
    assert [(None, 50)] == [(rule.remaining, rule.matched) for rule in scenarios.rules]


def test_a_removed_rule_tells_nothing(scenarios, told):
    """Its id is unknown then and is not given again."""
    rule = scenarios.add_rule(Match(), ONE)
    scenarios.remove_rule(rule.id)
    with pytest.raises(UnknownRule, match="r1"):
        scenarios.remove_rule(rule.id)

    assert "default" == told(scenarios).by
    assert "r2" == scenarios.add_rule(Match(), ONE).id


def test_clearing_forgets_queue_rules_and_default(scenarios, told):
    """It says how many stories and rules went."""
    scenarios.tell_next(ONE)
    scenarios.add_rule(Match(), TWO)
    scenarios.default = THREE

    assert 2 == scenarios.clear()
    assert Told(DEFAULT_STORY, "default") == told(scenarios)


def test_queue_and_rules_are_bounded(scenarios):
    """The refusal says how to make room."""
    for _ in range(10_000):
        scenarios.tell_next(ONE)
        scenarios.add_rule(Match(), ONE)
    with pytest.raises(BadInput, match="10000") as queue_full:
        scenarios.tell_next(ONE)
    with pytest.raises(BadInput, match="10000") as rules_full:
        scenarios.add_rule(Match(), ONE)

    assert queue_full.value.hint.startswith("Clear it")
    assert rules_full.value.hint.startswith("Clear them")


def test_rules_that_are_used_up_make_room(scenarios, told):
    """A suite that adds a rule for one call in each of its tests never has to clear anything."""
    for _ in range(10_000):
        scenarios.add_rule(Match(), ONE, times=0)
    scenarios.add_rule(Match(), TWO)

    assert Told(TWO, "rule r10001") == told(scenarios)
    assert 1 == len(scenarios.rules)


DRAWS = 20_000


@pytest.fixture(scope="module")
def drawn():
    """Twenty thousand random stories of one seed."""
    rng = Random("distribution")
    return [random_story(rng) for _ in range(DRAWS)]


def share_of(story):
    """The row of the documented distribution that a story belongs to."""
    if story.from_party.gives_up_after is not None:
        return Side.TO, story.to_party.reaction, False, True
    side = Side.FROM if story.from_party.reaction is not Reaction.ANSWERS else Side.TO
    party = story.party(side)
    return side, party.reaction, party.is_machine, False


def test_random_outcomes_keep_to_the_documented_shares(drawn):
    """Each within a tenth of its size and half a percent."""
    counted = Counter(share_of(story) for story in drawn)
    documented = {(one.side, one.reaction, one.is_machine, one.gives_up): one.percent for one in RANDOM_OUTCOMES}

    assert 100 == sum(documented.values())
    assert set(documented) == set(counted)
    assert {share: pytest.approx(percent, rel=0.1, abs=0.5) for share, percent in documented.items()} == {
        share: 100 * count / DRAWS for share, count in counted.items()
    }


def test_random_rings_are_uniform_from_one_to_twenty(drawn):
    """Of the party that answers; whoever does not answer rings until the time-out."""
    rings = Counter(story.from_party.ring for story in drawn if story.from_party.reaction is Reaction.ANSWERS)

    assert {float(seconds) for seconds in range(1, 21)} == set(rings)
    assert max(rings.values()) < 1.4 * min(rings.values())
    assert {0.0} == {story.to_party.ring for story in drawn if story.to_party.reaction is Reaction.NO_ANSWER}


def test_random_talks_have_a_median_of_a_minute(drawn):
    """Whole seconds from one to thirty minutes; who hangs up is a coin."""
    talks = sorted(story.talk for story in drawn)
    hangs_up = Counter(story.hangs_up for story in drawn)

    assert pytest.approx(60, abs=3) == talks[DRAWS // 2]
    assert 1 <= talks[0] < talks[-1] <= 1_800
    assert all(talk.is_integer() for talk in talks)
    assert pytest.approx(0.5, abs=0.02) == hangs_up[Side.FROM] / DRAWS


def test_the_same_randomness_draws_the_same_story():
    """A call's story follows from the seed."""
    assert random_story(Random("a")) == random_story(Random("a"))
    assert 1 < len({random_story(Random(seed)) for seed in range(20)})
