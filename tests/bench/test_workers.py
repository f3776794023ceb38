"""Workers share a server and leave nothing on it."""

from __future__ import annotations

from workers import leaks


def test_workers_leave_nothing_behind():
    """When the run is over, the server has its own world, and no request that belongs to none."""
    assert [] == leaks(tests=12, workers=2)
