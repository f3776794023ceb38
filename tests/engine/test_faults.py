"""Rules of errors on purpose: whom they hit, how often, and how many there may be."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from mockserver.domain.errors import BadInput, UnknownFault
from mockserver.engine.faults import Faults, InjectedFault
from mockserver.engine.faults.effects import Error
from mockserver.engine.faults.rules import Asked, Match

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def faults():
    """No rules yet."""
    return Faults(lambda purpose, key: Random(f"{purpose}/{key}"), lambda: NOON)  # noqa: S311  as a world does


@pytest.fixture
def add(faults):
    """Adds an error rule."""

    def add(operation, status, code=None, text=None, times=1):
        return faults.add(Error(status, code, text), Match(operation=operation), times=times)

    return add


def injected(faults, operation, times):
    """Which of the next requests of an operation were answered by a rule."""
    hits = [faults.hit_request(Asked(operation, "POST", "/")) for _ in range(times)]
    return [hit and hit.rule.id for hit in hits]


def test_without_a_rule_nothing_happens(faults):
    """A world begins healthy."""
    assert [None] == injected(faults, "v3.place-call", 1)


def test_a_rule_answers_the_next_request_of_its_operation(faults, add):
    """Once, unless told otherwise; others pass."""
    add("v3.place-call", 503, 1009, "Try later", 1)

    assert [None] == injected(faults, "v3.get-call", 1)
    assert ["f1", None] == injected(faults, "v3.place-call", 2)


def test_the_fault_carries_its_rule(faults, add):
    """Status, code, text, and how often it was injected."""
    add(None, 503, 1009, "Try later", None)
    rule = faults.hit_request(Asked("anything", "GET", "/")).rule

    assert "fault rule f1: status 503, code 1009" == InjectedFault(rule).message
    assert (503, 1009, "Try later", 1) == (rule.status, rule.code, rule.text, rule.injected)


@pytest.mark.parametrize(
    ("status", "text", "phrase"),
    [(503, "Try later", "Try later"), (503, None, "Service Unavailable"), (599, None, "Error"), (404, "", "Not Found")],
)
def test_a_fault_without_a_text_has_the_words_of_its_status(status, text, phrase, add):
    """As HTTP calls it."""
    assert phrase == add(None, status, None, text, 1).phrase


def test_times_count_down(faults, add):
    """To zero, and the rule says so."""
    add(None, 500, None, None, 3)

    assert ["f1", "f1", "f1", None] == injected(faults, "anything", 4)
    assert [(0, 3)] == [(rule.remaining, rule.injected) for rule in faults.rules]


def test_a_rule_can_be_for_ever(faults, add):
    """It counts what it has done."""
    add(None, 500, None, None, None)

    assert ["f1"] * 20 == injected(faults, "anything", 20)
    assert [(None, 20)] == [(rule.remaining, rule.injected) for rule in faults.rules]


def test_the_first_rule_that_covers_is_used(faults, add):
    """In the order in which they were added; a rule that is used up lets the next one through."""
    add("other", 500, None, None, None)
    add(None, 500, None, None, 1)
    add("this", 500, None, None, 1)

    assert ["f2", "f3", None] == injected(faults, "this", 3)


def test_a_rule_is_removed_by_its_id(faults, add):
    """Once; then it is unknown. Its id is not given again."""
    rule = add(None, 500, None, None, None)
    faults.remove(rule.id)
    with pytest.raises(UnknownFault, match="f1"):
        faults.remove(rule.id)

    assert [None] == injected(faults, "anything", 1)
    assert "f2" == add(None, 500, None, None, None).id


def test_clearing_heals_everything(faults, add):
    """It says how many rules went."""
    add(None, 500, None, None, None)
    add(None, 501, None, None, None)

    assert 2 == faults.clear()
    assert () == faults.rules
    assert 0 == faults.clear()


def test_rules_are_bounded(faults, add):
    """A thousand are enough for anybody."""
    for _ in range(1_000):
        add(None, 500, None, None, None)
    with pytest.raises(BadInput, match="1000"):
        add(None, 500, None, None, None)

    assert 1_000 == len(faults.rules)


def test_rules_that_are_used_up_make_room_and_the_others_stay(faults, add):
    """The order of those that are left is the order in which they were added."""
    add("this", 500, None, None, None)
    for _ in range(999):
        add("other", 500, None, None, 1)
    injected(faults, "other", 999)
    add("this", 501, None, None, None)

    assert ["f1", "f1001"] == [rule.id for rule in faults.rules]


def test_rules_that_are_used_up_do_not_fill_the_bound(faults, add):
    """A suite that injects one fault in each of its tests never has to clear anything."""
    for _ in range(1_500):
        add(None, 500, None, None, 1)
        injected(faults, "anything", 1)

    assert ["f1501"] == [add(None, 500, None, None, 1).id]
