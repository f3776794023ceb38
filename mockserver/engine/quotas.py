"""How many requests a world may see within so many seconds of its clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mockserver.domain.errors import BadInput, RateLimited

_MOST_QUOTAS = 1_000
_HIGHEST_LIMIT = 1_000_000
_LONGEST_SPAN = 31_622_400.0


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` requests in any `seconds` of the world's clock. `operation` None: all operations together."""

    operation: str | None
    limit: int
    seconds: float

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= _HIGHEST_LIMIT:
            raise BadInput(f"limit must be from 0 to {_HIGHEST_LIMIT}, not {self.limit}", where="limit")
        if not 0 < self.seconds <= _LONGEST_SPAN:
            message = f"seconds must be above 0 and at most {_LONGEST_SPAN:.0f}, not {self.seconds:g}"
            raise BadInput(message, where="seconds")


# The vendor counts "calls" to its voice APIs, all of them together, for each account.
DOCUMENTED = (Quota(None, 200, 60.0),)


@dataclass(slots=True)
class _Window:
    quota: Quota
    served: deque[datetime]

    def used(self, now: datetime) -> int:
        """How many were served in the span that ends now. One that was served exactly a span ago is outside."""
        oldest = now - timedelta(seconds=self.quota.seconds)
        while self.served and self.served[0] <= oldest:
            self.served.popleft()
        return len(self.served)


class Quotas:
    """A world's quotas, at most one for each operation and one for all. `now` tells the world's time.

    Requests that are refused do not count. `initial` are those that the world begins with.
    """

    def __init__(self, now: Callable[[], datetime], initial: tuple[Quota, ...] = ()) -> None:
        self._now = now
        self._initial = initial
        self._windows: dict[str | None, _Window] = {}
        self.reset()

    def used(self) -> list[tuple[Quota, int]]:
        """The quotas, and how much of each is used up at this moment."""
        now = self._now()
        return [(window.quota, window.used(now)) for window in self._windows.values()]

    def put(self, quota: Quota) -> None:
        """Set a quota, in place of the operation's former one; what was served before does not count."""
        if len(self._windows) >= _MOST_QUOTAS and quota.operation not in self._windows:
            message = f"there are {_MOST_QUOTAS} quotas already"
            raise BadInput(message, hint="Remove them with DELETE .../quotas.")
        self._windows[quota.operation] = _Window(quota, deque())

    def take(self, operation: str) -> None:
        """Count a request. Raises RateLimited if that is one too many."""
        if not self._windows:
            return
        now = self._now()
        windows = [window for name in (None, operation) if (window := self._windows.get(name))]
        for window in windows:
            quota = window.quota
            if window.used(now) >= quota.limit:
                what = quota.operation or "all operations"
                message = f"the quota of {what} is used up: {quota.limit} requests in {quota.seconds:g} seconds"
                raise RateLimited(message)
        for window in windows:
            window.served.append(now)

    def clear(self) -> int:
        """Remove all quotas; how many that were."""
        removed = len(self._windows)
        self._windows.clear()
        return removed

    def reset(self) -> int:
        """Back to the quotas that the world began with, unused; how many were in force."""
        removed = self.clear()
        for quota in self._initial:
            self.put(quota)
        return removed
