"""The meaning of a filter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.order import Direction
from mockserver.domain.story import PartyStory, Reaction, Story
from mockserver.engine.call_filter import FIELDS, Condition, Keyset, Operator, matches, place_of

EQ, IN, GTE, LTE = Operator.EQ, Operator.IN, Operator.GTE, Operator.LTE

pytestmark = pytest.mark.anyio


@pytest.fixture
async def settled(house):
    """A call of 25 seconds that has settled: 23 s on leg 1, 20 s on leg 2."""
    async with house.running():
        call = house.place()
        await house.advance(200)
        yield house.call(call.sid)


@pytest.fixture
def alive(house):
    """A call that was just placed, to nobody."""
    return house.place(to_party=None)


async def test_every_field_tells_a_fact_of_the_call(settled):
    """By the name under which filters ask for it."""
    assert {
        "sid": settled.sid,
        "state": CallState.SETTLED,
        "outcome": Outcome.COMPLETED,
        "result": LegState.COMPLETED,
        "direction": Direction.OUTBOUND_API,
        "from": "+919810012345",
        "to": "+919820012345",
        "exophone": "+912241499102",
        "created_at": settled.created_at,
        "duration": 25,
        "price": 1_500,
    } == {name: fact(settled) for name, fact in FIELDS.items()}


@pytest.mark.parametrize(
    ("field", "operator", "value", "is_match"),
    [
        ("outcome", EQ, Outcome.COMPLETED, True),
        ("outcome", EQ, Outcome.TO_UNANSWERED, False),
        ("result", IN, frozenset({LegState.BUSY, LegState.COMPLETED}), True),
        ("result", IN, frozenset({LegState.BUSY}), False),
        ("result", IN, frozenset(), False),
        ("from", EQ, "+919810012345", True),
        ("to", EQ, "+919810012345", False),
        ("duration", GTE, 25, True),
        ("duration", GTE, 26, False),
        ("duration", LTE, 25, True),
        ("duration", LTE, 24, False),
        ("price", EQ, 1_500, True),
    ],
)
async def test_a_condition_compares_one_field(field, operator, value, is_match, settled):
    """Equal, one of several, at least, at most."""
    assert is_match is matches(settled, (Condition(field, operator, value),))


async def test_times_compare_inclusively(settled):
    """The very moment is both at least and at most."""
    at, later = settled.created_at, settled.created_at + timedelta(microseconds=1)

    assert [True, True, True, False, True] == [
        matches(settled, (Condition("created_at", operator, value),))
        for operator, value in ((EQ, at), (GTE, at), (LTE, at), (GTE, later), (LTE, later))
    ]


async def test_all_conditions_must_hold(settled):
    """No condition matches everything."""
    true, false = Condition("duration", GTE, 1), Condition("duration", GTE, 100)

    assert [True, True, False, False] == [
        matches(settled, rows) for rows in ((), (true, true), (true, false), (false, true))
    ]


@pytest.mark.parametrize("field", ["to", "outcome", "result", "duration", "price"])
def test_what_is_not_known_never_matches(field, alive):
    """Neither equal to nothing nor among any; as a number neither at least nor at most."""
    rows = [Condition(field, EQ, None), Condition(field, IN, frozenset({None}))]
    if field in {"duration", "price"}:
        rows += [Condition(field, GTE, 0), Condition(field, LTE, 0)]

    assert FIELDS[field](alive) is None
    assert [False] * len(rows) == [matches(alive, (row,)) for row in rows]


@pytest.mark.parametrize(
    ("field", "operator"),
    [(field, operator) for field in ("sid", "state", "result", "from", "to", "exophone") for operator in (GTE, LTE)]
    + [("created_at", IN)],
)
def test_a_comparison_that_makes_no_sense_is_refused(field, operator):
    """Names have no order, and no two calls are asked for by their very moments."""
    with pytest.raises(ValueError, match=f"{field} cannot be compared by {operator}"):
        Condition(field, operator, frozenset())


async def test_duration_and_price_are_unknown_until_they_settle(house):
    """The provider tells them about two minutes after the end; a call that costs nothing never has a price."""
    async with house.running():
        call = house.place(Story(PartyStory(Reaction.BUSY)))
        await house.advance(100)
        ended = house.call(call.sid)
        await house.advance(100)

    assert (None, None) == (FIELDS["duration"](ended), FIELDS["price"](ended))
    assert (0, None) == (FIELDS["duration"](house.call(call.sid)), FIELDS["price"](house.call(call.sid)))


def test_calls_are_in_the_order_of_time_and_then_of_sid(alive):
    """A place can be compared with any other."""
    here = place_of(alive)
    later = Keyset(alive.created_at + timedelta(seconds=1), "0")
    behind = Keyset(alive.created_at, alive.sid + "0")

    assert [here, behind, later] == sorted([later, behind, here])
