from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WORLDS = Path(__file__).parent / "worlds.py"


def test_worlds_driven_at_once_stay_apart():
    """Calls, faults, quotas, journals and clocks of worlds that several processes drive are those of each alone."""
    command = [sys.executable, str(WORLDS), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603  our own program

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    first, _, _, last = done.stdout.splitlines()
    assert first.startswith("12 worlds driven by 2 processes")
    assert last.endswith("0.00  0 (met)")
