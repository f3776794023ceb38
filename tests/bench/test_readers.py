from __future__ import annotations

import subprocess
import sys
from pathlib import Path

READERS = Path(__file__).parent / "readers.py"


def test_the_benchmark_of_readers_runs():
    """With tiny counts it prints throughput, memory and journal, each with its goal; the figures mean nothing."""
    command = [sys.executable, str(READERS), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603  our own program

    first, *verdicts = done.stdout.splitlines()
    assert first.startswith("400 requests")
    assert 3 == len(verdicts)
    assert all(line.endswith(("(met)", "(NOT MET)")) for line in verdicts)
