"""Sids: 28 hexadecimal digits and a date suffix."""

# ruff: noqa: S311  no secrets are made here

from __future__ import annotations

import re
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.sids import date_suffix, new_sid

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("local", "suffix"),
    [
        (datetime(2022, 11, 2, tzinfo=INDIA), "16b2"),
        (datetime(2026, 1, 5, tzinfo=INDIA), "1a15"),
        (datetime(2025, 12, 31, tzinfo=INDIA), "19cv"),
        (datetime(2031, 10, 10, tzinfo=INDIA), "1faa"),
    ],
)
def test_the_suffix_tells_year_month_and_day(local, suffix):
    """Two hexadecimal digits of the year since 2000, then month and day in base 36, as in the portal's examples."""
    assert suffix == date_suffix(local)


@settings(deadline=None)
@given(st.integers())
def test_a_sid_has_thirty_two_characters(seed):
    """28 hexadecimal digits with leading zeros kept, and the suffix."""
    sid = new_sid(Random(seed), datetime(2022, 11, 2, tzinfo=INDIA))

    assert re.fullmatch(r"[0-9a-f]{28}16b2", sid)


def test_the_same_randomness_gives_the_same_sid():
    """Sids are derived, never drawn from the environment."""
    local = datetime(2022, 11, 2, tzinfo=INDIA)

    assert new_sid(Random("a"), local) == new_sid(Random("a"), local)
    assert new_sid(Random("a"), local) != new_sid(Random("b"), local)
