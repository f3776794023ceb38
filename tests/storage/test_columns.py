"""Rows of a mask, nearest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.engine.call_filter import Condition, Operator
from mockserver.storage.columns import Columns, microseconds, nearest


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), 1_000_005),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), -1_000_000),
        (datetime(2026, 1, 5, 4, 30, tzinfo=UTC), 1_767_587_400_000_000),
    ],
)
def test_a_moment_is_kept_to_the_microsecond(at, expected):
    """As a whole number since 1970."""
    assert expected == microseconds(at)


@settings(deadline=None)
@given(
    st.lists(st.booleans(), max_size=2_000), st.integers(0, 50), st.integers(0, 30), st.booleans(), st.integers(0, 100)
)
def test_the_nearest_rows_are_the_first_that_the_mask_lets_through(lets, first, size, ascends, skipped):
    """In either direction, however rare they are."""
    rows = range(first, first + len(lets))[skipped:]
    rows = rows if ascends else rows[::-1]

    assert [row for row in rows if lets[row - first]][:size] == nearest(np.array(lets, dtype=bool), first, rows, size)


def test_without_a_mask_the_nearest_rows_are_the_next():
    """Nothing is left out."""
    assert [9, 8, 7] == nearest(None, 0, range(10)[::-1], 3)


def test_a_window_is_cut_by_every_condition_on_time(call, start):
    """All of them hold; a window that is turned around is empty."""
    columns = Columns()
    for number in range(10):
        columns.append(call(number))

    def window(*rows):
        return columns.window(
            tuple(Condition("created_at", operator, start + timedelta(seconds=at)) for operator, at in rows)
        )

    assert (0, 10) == window()
    assert (3, 8) == window((Operator.GTE, 1), (Operator.GTE, 3), (Operator.LTE, 7))
    assert (4, 5) == window((Operator.EQ, 4))
    assert 0 == len(range(*window((Operator.GTE, 7), (Operator.LTE, 3))))


def test_no_condition_needs_no_mask(call):
    """Unless rows have been forgotten."""
    columns = Columns()
    for number in range(3):
        columns.append(call(number))
    columns.blank(1)

    assert columns.mask((), 0, 3, has_blanks=False) is None
    assert [True, False, True] == columns.mask((), 0, 3, has_blanks=True).tolist()


def test_columns_can_grow_while_a_mask_is_held(call):
    """Who reads does not lock out who writes."""
    columns = Columns()
    columns.append(call(1))
    mask = columns.mask((Condition("from", Operator.EQ, call(1).order.from_party.contact.key),), 0, 1, has_blanks=False)
    columns.append(call(2))

    assert ([True], 2) == (mask.tolist(), len(columns))
