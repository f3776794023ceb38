"""The one place where time comes from.

| mode   | how time moves                                             | for                         |
|--------|------------------------------------------------------------|-----------------------------|
| real   | as on the wall                                             | a developer at a laptop     |
| scaled | `speed` times as fast                                      | a demonstration, load       |
| manual | only when told                                             | tests                       |
| jump   | to the next timer, as soon as nothing is in flight         | black-box tests, containers |
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from mockserver.domain.errors import BadInput

# Where clocks that do not follow the wall begin, so that two runs see the same times: a Monday, 10:00 in India.
FIXED_START = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
# Sids carry the year in two digits from 2000 on.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_FASTEST = 100_000.0


class ClockMode(StrEnum):
    REAL = "real"
    SCALED = "scaled"
    MANUAL = "manual"
    JUMP = "jump"


class Clock:
    """A world's time. It never goes back."""

    def __init__(self, mode: ClockMode = ClockMode.REAL, *, speed: float = 1.0, start: datetime | None = None) -> None:
        self._mode = mode
        self._speed = _checked_speed(mode, speed)
        self._anchor_real = time.monotonic()
        if start is not None and not _EARLIEST <= start < _LATEST:
            years = f"{_EARLIEST.year} and {_LATEST.year}"
            raise BadInput(f"a clock starts between {years}, not at {start.isoformat()}", where="start")
        self._anchor = start or (datetime.now(UTC) if self.runs_by_itself else FIXED_START)

    @property
    def mode(self) -> ClockMode:
        return self._mode

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def runs_by_itself(self) -> bool:
        return self._mode in {ClockMode.REAL, ClockMode.SCALED}

    def now(self) -> datetime:
        if not self.runs_by_itself:
            return self._anchor
        return self._anchor + timedelta(seconds=(time.monotonic() - self._anchor_real) * self._speed)

    def set_mode(self, mode: ClockMode, *, speed: float = 1.0) -> None:
        """Go on from the present moment in another mode."""
        speed = _checked_speed(mode, speed)
        self._anchor, self._anchor_real = self.now(), time.monotonic()
        self._mode, self._speed = mode, speed

    def move_to(self, at: datetime) -> None:
        """Let time be `at`, unless it is later already. Only a clock that does not run by itself is moved."""
        self._anchor = max(self._anchor, at)

    def stopped(self) -> Clock:
        """A clock that has kept this moment, and the way in which time moves."""
        twin = Clock(ClockMode.MANUAL, start=self.now())
        twin._mode, twin._speed = self._mode, self._speed
        return twin

    def started(self) -> Clock:
        """A clock that goes on now from the moment that a stopped one has kept."""
        twin = Clock(ClockMode.MANUAL, start=self._anchor)
        twin._mode, twin._speed = self._mode, self._speed
        return twin

    def real_seconds_until(self, due: datetime) -> float:
        """How long to wait on the wall; only for a clock that runs by itself."""
        return max(0.0, (due - self.now()).total_seconds() / self._speed)


def _checked_speed(mode: ClockMode, speed: float) -> float:
    if mode is not ClockMode.SCALED:
        return 1.0
    if not 0 < speed <= _FASTEST:
        message = f"speed must be above 0 and at most {_FASTEST:.0f}, not {speed}"
        raise BadInput(message, where="speed")
    return speed
