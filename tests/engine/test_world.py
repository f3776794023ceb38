"""A world: settings, counts and derived randomness."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from mockserver.domain.errors import BadInput
from mockserver.engine.clock import ClockMode
from mockserver.engine.world import Wordings, WorldSettings


def test_a_world_is_made_as_it_is_specified(house):
    """Account, seed, clock and the wish for random outcomes."""
    world = house.create("w", seed=7, clock_mode=ClockMode.SCALED, speed=60.0, draws_outcomes=True)

    assert ("w", "w-key", "w-token") == (world.sid, world.account.key, world.account.token)
    assert (7, ClockMode.SCALED, 60.0) == (world.seed, world.clock.mode, world.clock.speed)
    assert world.scenarios.draws_outcomes


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../etc/passwd", "Asia"])
def test_an_unknown_time_zone_is_refused(name):
    """Before the world exists."""
    with pytest.raises(BadInput) as refusal:
        WorldSettings(zone_name=name)

    assert "zone" == refusal.value.where


def test_a_time_zone_can_be_changed(world):
    """India, until told otherwise."""
    before = world.zone
    world.apply_settings(replace(world.settings, zone_name="Asia/Singapore"))

    assert (ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Singapore")) == (before, world.zone)


def test_numbers_count_for_each_purpose(world):
    """From one."""
    assert [1, 2, 1, 3] == [world.next_number(purpose) for purpose in ("call", "call", "delivery", "call")]


def test_randomness_follows_from_seed_purpose_and_key(house):
    """And from nothing else: neither from what was drawn before, nor from another world."""
    one, same, other = (house.create(sid, seed=seed) for sid, seed in (("a", 1), ("b", 1), ("c", 2)))
    one.rng("call", 99).random()
    drawn = [
        world.rng(purpose, key).random()
        for world, purpose, key in (
            (one, "call", 1),
            (one, "call", 1),
            (same, "call", 1),
            (other, "call", 1),
            (one, "step", 1),
            (one, "call", 2),
        )
    ]

    assert drawn[0] == drawn[1] == drawn[2]
    assert 4 == len(set(drawn))


def test_new_ids_are_derived_and_never_repeat(house):
    """32 hexadecimal digits, the same in the next run."""
    one, same = house.create("a", seed=1), house.create("b", seed=1)
    ids = [one.new_id("request") for _ in range(100)]

    assert 100 == len(set(ids))
    assert ids == [same.new_id("request") for _ in range(100)]
    assert {32} == {len(one) for one in ids}


def test_a_wording_is_made_once():
    """And remembered under its key."""
    wordings, made = Wordings(), []

    def make():
        made.append(len(made))
        return b"%d" % made[-1]

    assert [b"0", b"0", b"1"] == [wordings.get(key, make) for key in ("a", "a", "b")]
    wordings.clear()
    assert b"2" == wordings.get("a", make)


def test_the_longest_unused_wording_goes_first():
    """What is read again stays."""
    wordings, made = Wordings(capacity=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        wordings.get(key, lambda key=key: made.append(key) or b"x")

    assert ["a", "b", "c", "b"] == made
