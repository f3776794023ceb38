from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parent / "run.py"
MEASURED = (
    "start to first answer",
    "GET one call",
    "POST one call",
    "jumping clock: CPU of the server",
    "callbacks (jumping clock",
    "callbacks (scaled clock",
    "a recording of 60 s, the first on a server",
    "a recording of 60 s, any other",
)


def test_the_benchmark_runs():
    """With tiny counts it prints a line with a verdict for everything that it measures; the figures mean nothing."""
    command = [sys.executable, str(RUN), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603  our own program

    lines = done.stdout.splitlines()[2:]

    assert len(MEASURED) == len(lines)
    for what, line in zip(MEASURED, lines, strict=True):
        assert what in line
        assert line.endswith(("(met)", "(NOT MET)"))
