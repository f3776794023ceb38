"""What the pytest plugin costs a run that does not use it: its import, and what it imports.

python tests/bench/import_cost.py
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

LIMIT_MS = 10.0
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)")


def milliseconds() -> float:
    """Of one import in a new interpreter that has pytest already, by `-X importtime`."""
    program = "import pytest; import mockserver.pytest_plugin"
    command = [sys.executable, "-X", "importtime", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own words
    rows = [match.groups() for line in done.stderr.splitlines() if (match := _LINE.match(line))]
    return sum(int(own) for own, _, _, name in rows if name.startswith("mockserver")) / 1000


def main(runs: int = 9) -> int:
    found = [milliseconds() for _ in range(runs)]
    median = statistics.median(found)
    verdict = "met" if median < LIMIT_MS else "NOT MET"
    sys.stdout.write(
        f"import of the unused plugin: median {median:.1f} ms of {runs} runs, best {min(found):.1f} ms, "
        f"limit {LIMIT_MS:g} ms ({verdict})\n"
    )
    return 0 if median < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
