"""Workers share a server and leave nothing on it."""

from __future__ import annotations

import runpy
from pathlib import Path

BENCHMARK = runpy.run_path(str(Path(__file__).with_name("workers.py")))


def test_workers_leave_nothing_behind():
    """When the run is over, the server has its own world, and no request that belongs to none."""
    assert [] == BENCHMARK["leaks"](tests=12, workers=2)
