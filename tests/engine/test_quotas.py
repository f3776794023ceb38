"""Quotas: windows that slide on the world's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.domain.errors import BadInput, RateLimited
from mockserver.engine.quotas import DOCUMENTED, Quota, Quotas

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Now:
    """A clock that is set by hand, in seconds after noon."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return NOON + timedelta(seconds=self.seconds)


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def quotas(now):
    return Quotas(now)


def served(quotas, operation, times=1):
    """Which of the next requests are served."""
    found = []
    for _ in range(times):
        try:
            quotas.take(operation)
        except RateLimited:
            found.append(False)
        else:
            found.append(True)
    return found


def test_without_a_quota_all_is_served(quotas):
    """Nothing is limited that nobody limits."""
    assert [True] * 1_000 == served(quotas, "a", 1_000)


def test_what_is_beyond_the_limit_is_refused(quotas):
    """With what it is that is used up."""
    quotas.put(Quota("a", 3, 60))

    assert [True, True, True, False] == served(quotas, "a", 4)
    with pytest.raises(RateLimited, match="the quota of a is used up: 3 requests in 60 seconds"):
        quotas.take("a")


def test_the_window_slides(quotas, now):
    """Each request is outside a span after it; refused ones were never inside."""
    quotas.put(Quota(None, 2, 60))
    found = []
    for second in (0, 30, 31, 59.9, 60, 61, 89, 90, 120):
        now.seconds = second
        found += served(quotas, "a")

    assert [True, True, False, False, True, False, False, True, True] == found


def test_operations_have_quotas_of_their_own(quotas):
    """Besides the one for all together, which counts them all."""
    quotas.put(Quota("a", 1, 60))
    quotas.put(Quota(None, 3, 60))

    assert [True, False] == served(quotas, "a", 2)
    assert [True, True, False] == served(quotas, "b", 3)
    assert [(Quota("a", 1, 60), 1), (Quota(None, 3, 60), 3)] == quotas.used()


def test_a_quota_takes_the_place_of_the_former(quotas):
    """One for each operation, and it begins unused."""
    quotas.put(Quota("a", 1, 60))
    served(quotas, "a", 2)
    quotas.put(Quota("a", 2, 60))

    assert [(Quota("a", 2, 60), 0)] == quotas.used()
    assert [True, True, False] == served(quotas, "a", 3)


def test_quotas_can_be_removed(quotas):
    """All of them."""
    quotas.put(Quota(None, 0, 60))
    assert [False] == served(quotas, "a")

    assert 1 == quotas.clear()
    assert [True] == served(quotas, "a")


def test_a_reset_goes_back_to_the_beginning(now):
    """Quotas that the world began with are in force again, unused."""
    quotas = Quotas(now, (Quota(None, 1, 60),))
    served(quotas, "a", 2)
    quotas.put(Quota("a", 0, 60))

    assert 2 == quotas.reset()
    assert [(Quota(None, 1, 60), 0)] == quotas.used()


def test_the_documented_quota_is_200_a_minute(now):
    """Over all operations together."""
    quotas = Quotas(now, DOCUMENTED)

    assert [True] * 200 + [False] == served(quotas, "a", 100) + served(quotas, "b", 101)


@pytest.mark.parametrize(("limit", "seconds"), [(-1, 60), (10**7, 60), (1, 0), (1, -1), (1, 1e9), (1, float("nan"))])
def test_a_quota_that_cannot_be_is_refused(limit, seconds):
    """A limit from 0 on, in a span above 0."""
    with pytest.raises(BadInput):
        Quota(None, limit, seconds)


def test_quotas_are_bounded(quotas):
    """A thousand; one that is known can still change."""
    for number in range(1_000):
        quotas.put(Quota(f"o{number}", 1, 60))
    quotas.put(Quota("o1", 2, 60))
    with pytest.raises(BadInput, match="1000"):
        quotas.put(Quota("one more", 1, 60))
