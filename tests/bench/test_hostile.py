from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOSTILE = Path(__file__).parent / "hostile.py"


def test_the_benchmark_of_hostile_clients_runs():
    """With tiny counts every attack has its line, and no request of the bystander fails."""
    command = [sys.executable, str(HOSTILE), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603  our own program

    lines = done.stdout.splitlines()
    assert 6 == len([line for line in lines if line.endswith(("(met)", "(NOT MET)"))])
    assert [True] * 6 == [", 0 of " in line for line in lines]
