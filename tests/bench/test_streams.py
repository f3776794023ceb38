from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STREAMS = Path(__file__).parent / "streams.py"


def test_streams_at_once_are_measured():
    """The benchmark runs: no frame is lost but those of the handshake, and every stream ends with its call."""
    command = [sys.executable, str(STREAMS), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603  our own program

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert done.stdout.startswith("3 streams of 1 s in real time")
