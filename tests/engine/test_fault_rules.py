"""Whom a rule hits and when: matching, skipping, counting, drawing, expiring; and rules that cannot be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadInput
from mockserver.domain.order import CallEvent
from mockserver.engine.faults import Faults
from mockserver.engine.faults.effects import Drop, Duplicate, Latency, LostAnswer, Overtake, Reset
from mockserver.engine.faults.rules import Asked, Match, Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ASKED = Asked("v3.place-call", "POST", "/v3/accounts/a/calls", frozenset({"+919811112222"}))
TOLD = Told(CallEvent.OVER, "POST", "/hooks/calls", frozenset({"+919811112222", "+919833334444"}))


class Now:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def make_faults(now):
    """A book of a world with a seed."""
    return lambda seed=0: Faults(lambda purpose, key: Random(f"{seed}/{purpose}/{key}"), now)  # noqa: S311  as a world


@pytest.fixture
def faults(make_faults):
    return make_faults()


def hits(faults, times=1):
    return [faults.hit_request(ASKED) is not None for _ in range(times)]


@pytest.mark.parametrize(
    ("match", "is_hit"),
    [
        (Match(), True),
        (Match(operation="v3.place-call"), True),
        (Match(operation="v3.get-call"), False),
        (Match(method="POST"), True),
        (Match(method="GET"), False),
        (Match(path="/v3/*"), True),
        (Match(path="*/calls"), True),
        (Match(path="/v3/accounts/?/calls"), True),
        (Match(path="/v3"), False),
        (Match(path="/V3/*"), False),
        (Match(contact=parse_contact("09811112222")), True),
        (Match(contact=parse_contact("09833334444")), False),
        (Match(method="POST", path="/v1/*"), False),
    ],
)
def test_a_request_is_hit_if_all_that_is_said_fits(faults, match, is_hit):
    """Operation, method, path as a glob, number; what is not said fits everything."""
    faults.add(Reset(), match)

    assert [is_hit] == hits(faults)


@pytest.mark.parametrize(
    ("match", "is_hit"),
    [
        (Match(), True),
        (Match(event=CallEvent.OVER), True),
        (Match(event=CallEvent.ANSWERED), False),
        (Match(path="/hooks/*"), True),
        (Match(path="/other/*"), False),
        (Match(contact=parse_contact("9833334444")), True),
    ],
)
def test_a_callback_is_hit_if_all_that_is_said_fits(faults, match, is_hit):
    """Event, and the URL that it goes to; the number is that of either party."""
    faults.add(Drop(), match)

    assert is_hit is (faults.hit_callback(TOLD, lambda _: True) is not None)


def test_requests_and_callbacks_have_faults_of_their_own(faults):
    """No rule of the one hits the other, and an answer is overtaken by its own rules only."""
    faults.add(Reset())
    faults.add(Overtake())
    faults.add(Drop())

    assert "f3" == faults.hit_callback(TOLD, lambda _: True).rule.id
    assert "f2" == faults.hit_answer(TOLD).rule.id
    assert "f1" == faults.hit_request(ASKED).rule.id


def test_a_callback_that_cannot_suffer_a_fault_passes_it(faults):
    """The rule is not used up, and the next is asked."""
    faults.add(Duplicate())
    faults.add(Drop())
    injection = faults.hit_callback(TOLD, lambda effect: not isinstance(effect, Duplicate))

    assert "f2" == injection.rule.id
    assert [(1, 0), (0, 1)] == [(rule.remaining, rule.matched) for rule in faults.rules]


def test_the_first_pass(faults):
    """`skip` of those that match, and then as many as `times` are hit."""
    faults.add(Reset(), Match(method="POST"), skip=2, times=2)
    faults.hit_request(Asked("v3.get-call", "GET", "/"))

    assert [False, False, True, True, False] == hits(faults, 5)


def test_a_probability_is_a_share(faults):
    """Of very many about as many; `times` counts what is hit."""
    faults.add(Reset(), times=None, probability=0.3)
    share = Counter(hits(faults, 2_000))[True] / 2_000

    assert 0.25 < share < 0.35


@pytest.mark.parametrize(("probability", "expected"), [(0.0, {False}), (1.0, {True})])
def test_never_and_always_are_probabilities(faults, probability, expected):
    """Both ends are exact."""
    faults.add(Reset(), times=None, probability=probability)

    assert expected == set(hits(faults, 100))


def test_the_same_seed_draws_the_same(make_faults):
    """Another seed draws otherwise; latencies are drawn from the same source."""

    def drawn(seed):
        faults = make_faults(seed)
        faults.add(Latency("uniform", low=0.0, high=1.0), times=None, probability=0.5)
        found = [faults.hit_request(ASKED) for _ in range(50)]
        return [one and one.effect.draw(one.rng) for one in found]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 1 < len({*drawn(1)} - {None})


def test_what_one_rule_draws_is_nothing_to_another(make_faults):
    """A rule more does not change whom the others hit."""
    alone, crowded = make_faults(), make_faults()
    for faults in (alone, crowded):
        faults.add(Reset(), times=None, probability=0.5)
    crowded.add(LostAnswer(), times=None, probability=0.5)

    def hit_by_first(faults):
        found = [faults.hit_request(ASKED) for _ in range(100)]
        return [one is not None and one.rule.id == "f1" for one in found]

    assert hit_by_first(alone) == hit_by_first(crowded)


def test_a_rule_expires(faults, now):
    """By the clock, whatever remains of it; at its very moment it is over."""
    faults.add(Reset(), times=None, expires_after=60)
    now.at = NOON + timedelta(seconds=59.9)
    assert [True] == hits(faults)
    now.at = NOON + timedelta(seconds=60)

    assert [False] == hits(faults)


def test_an_expired_rule_makes_room(faults, now):
    """As one that is used up does."""
    for _ in range(1_000):
        faults.add(Reset(), times=None, expires_after=60)
    now.at = NOON + timedelta(seconds=60)

    assert "f1001" == faults.add(Reset()).id
    assert 1 == len(faults.rules)


@pytest.mark.parametrize(
    ("effect", "options", "where"),
    [
        (Reset(), {"match": Match(event=CallEvent.OVER)}, "match.event"),
        (Drop(), {"match": Match(operation="v3.place-call")}, "match.operation"),
        (Reset(), {"probability": 1.5}, "probability"),
        (Reset(), {"probability": -0.1}, "probability"),
        (Reset(), {"expires_after": 0}, "expires_after"),
        (Reset(), {"expires_after": 1e9}, "expires_after"),
        (Reset(), {"expires_after": float("nan")}, "expires_after"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(faults, effect, options, where):
    """With the place, and no rule is left behind."""
    with pytest.raises(BadInput) as refused:
        faults.add(effect, **options)

    assert (where, ()) == (refused.value.where, faults.rules)
    assert "f1" == faults.add(Reset()).id


def test_numbers_are_asked_for_only_by_rules_that_name_one(faults):
    """And only by those of requests."""
    faults.add(Reset())
    faults.add(Drop(), Match(contact=parse_contact("09811112222")))
    assert not faults.asks_for_numbers
    faults.add(Reset(), Match(contact=parse_contact("09811112222")))

    assert faults.asks_for_numbers
