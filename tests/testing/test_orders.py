"""The orders in which callbacks may come, and the fault rules that bring them about."""

from __future__ import annotations

import pytest

from mockserver.testing.orders import IN_ORDER, KINDS, Disorder, Expected, Order, orders

THREE = [
    Expected("answered", ("status",), 24.0),
    Expected("answered", ("status",), 21.0),
    Expected("terminal", ("status", "price"), 0.0),
]


def names(kinds, expected=THREE, most=None):
    return [order.name for order in orders(expected, kinds, most=most)]


def test_the_smallest_come_first():
    """As it should be, then each disorder alone, then two at once; each order once."""
    found = list(orders(THREE))
    sizes = [len(order.disorders) for order in found]

    assert IN_ORDER.disorders == found[0].disorders
    assert sorted(sizes) == sizes
    assert {0, 1, 2} == set(sizes)
    assert len(found) == len({order.name for order in found})


@pytest.mark.parametrize(
    ("kind", "singles"),
    [
        ("swap", ["swap-1", "swap-2"]),
        ("duplicate", ["duplicate-1", "duplicate-2", "duplicate-3"]),
        ("delay", ["delay-1", "delay-2"]),
        ("drop", ["drop-1", "drop-2", "drop-3"]),
        ("overtake", ["overtake"]),
        ("lost-answer", ["lost-answer"]),
        ("extra-event", ["extra-event-1", "extra-event-2", "extra-event-3"]),
        ("missing-field", ["missing-field-1-status", "missing-field-3-status", "missing-field-3-price"]),
    ],
)
def test_each_kind_has_its_places(kind, singles):
    """The last callback has none to change places with; one callback of an event stands for all in what it lacks."""
    assert ["in-order", *singles] == [name for name in names([kind]) if "+" not in name]


def test_every_kind_is_explored():
    """What the kinds promise is among the orders."""
    alone = {order.disorders[0].kind for order in orders(THREE) if len(order.disorders) == 1}

    assert set(KINDS) == alone


def test_one_callback_suffers_one_thing():
    """Two disorders are of two callbacks; an answer has one fate, and the callback that overtakes has its own."""
    pairs = [order.disorders for order in orders(THREE) if len(order.disorders) == 2]

    assert [] == [pair for pair in pairs if pair[0].position == pair[1].position and pair[0].position]
    assert [] == [pair for pair in pairs if {"overtake", "lost-answer"} == {one.kind for one in pair}]
    assert [] == [
        pair for pair in pairs if "overtake" in {one.kind for one in pair} and 1 in {one.position for one in pair}
    ]


def test_a_late_callback_comes_behind_the_last():
    """It is delayed by a second more than it takes until the last one."""
    assert [25.0, 22.0] == [
        order.disorders[0].seconds for order in orders(THREE, ["delay"]) if len(order.disorders) == 1
    ]


def test_at_most_so_many():
    """A bound cuts the largest off."""
    assert ["in-order", "swap-1"] == names(KINDS, most=2)


def test_a_story_without_callbacks_has_disorders_of_the_answer_only():
    """There is nothing else to go wrong."""
    assert ["in-order", "overtake", "lost-answer"] == names(KINDS, [])


@pytest.mark.parametrize(
    ("disorders", "skips"),
    [
        ([Disorder("drop", 3)], [2]),
        # What the first rule has hit, the second never sees.
        ([Disorder("swap", 1), Disorder("drop", 3)], [0, 1]),
        ([Disorder("drop", 3), Disorder("swap", 1)], [0, 1]),
        ([Disorder("swap", 2), Disorder("drop", 3)], [1, 1]),
        # One that overtakes is hit by no other rule.
        ([Disorder("overtake"), Disorder("drop", 3)], [None, 1]),
        ([Disorder("lost-answer"), Disorder("drop", 3)], [None, 2]),
        # Only those that have the field count.
        ([Disorder("missing-field", 3, field="price")], [0]),
        ([Disorder("missing-field", 3, field="status")], [2]),
        ([Disorder("drop", 1), Disorder("missing-field", 3, field="status")], [0, 1]),
    ],
)
def test_rules_skip_what_comes_before(disorders, skips):
    """Each rule lets those callbacks pass that come before its own and that it is held against."""
    assert skips == [fields.get("skip") for _, fields in Order(tuple(disorders), tuple(THREE)).faults()]


def test_an_order_is_told_in_words():
    """What goes wrong, for people."""
    order = Order((Disorder("swap", 1), Disorder("missing-field", 3, field="price")))

    assert "callback 1 comes behind the next, and callback 3 lacks price" == str(order)
    assert "all comes as it should" == str(IN_ORDER)


def test_an_order_includes_those_that_have_less():
    """And itself; by what goes wrong, whatever the callbacks are."""
    both, one = Order((Disorder("swap", 1), Disorder("drop", 3))), Order((Disorder("drop", 3),), tuple(THREE))

    assert (True, False, True) == (both.includes(one), one.includes(both), both.includes(IN_ORDER))
