"""Measures what a stalled reader of events costs: throughput with and without one, and memory after all requests.

    .venv/bin/python tests/bench/readers.py            100,000 requests, a minute or two
    .venv/bin/python tests/bench/readers.py --smoke    tiny counts: only shows that the benchmark runs

The reader asks for the feed and never reads a byte of it. It is dropped when it has fallen behind; each round begins
with a new one. Nothing else should run on the machine.
"""

from __future__ import annotations

import re
import socket
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from run import CALLS, CONTROL, mockserver, raw_request, throughput

RATIO_GOAL, GROWTH_GOAL = 0.9, 16.0
PATH = f"{CALLS}/{'x' * 250}"


@dataclass(frozen=True)
class Counts:
    rounds: int
    requests: int


REAL = Counts(rounds=5, requests=10_000)
SMOKE = Counts(rounds=1, requests=200)


@contextmanager
def stalled_reader(url: str) -> Iterator[None]:
    """A connection that has asked for the feed of events, and takes as little of it as a system allows."""
    address = urlsplit(url)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        connection.connect((address.hostname, address.port))
        connection.sendall(f"GET {CONTROL}/events/stream HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        connection.recv(1)
        yield


def megabytes(pid: int) -> float:
    """Memory that a process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024  # type: ignore[index]


def metric(url: str, name: str) -> float:
    text = urlopen(f"{url}/metrics", timeout=10).read().decode()  # noqa: S310  our own server
    return float(re.search(rf"^{name} (\S+)", text, re.MULTILINE)[1])  # type: ignore[index]


def measure(counts: Counts, folder: Path) -> list[str]:
    request = raw_request("GET", PATH)
    with mockserver("--clock", "manual") as (url, started):
        # The journal and the log of events fill up: what they hold is no growth.
        throughput(url, request, min(2 * counts.requests, 12_000), folder, "404")
        before, alone, stalled = megabytes(started.pid), [], []
        for _ in range(counts.rounds):
            alone.append(throughput(url, request, counts.requests, folder, "404"))
            with stalled_reader(url):
                stalled.append(throughput(url, request, counts.requests, folder, "404"))
        growth = megabytes(started.pid) - before
        dropped, held = metric(url, "mockserver_event_readers_dropped_total"), metric(url, "mockserver_journal_bytes")
    ratio = statistics.median(stalled) / statistics.median(alone)
    total = 2 * counts.rounds * counts.requests
    return [
        f"{total:,} requests, of them half with a stalled reader; {dropped:.0f} readers dropped",
        _line("requests a second, stalled : alone", ratio, f">= {RATIO_GOAL}", ratio >= RATIO_GOAL),
        _line("memory grown, MB", growth, f"< {GROWTH_GOAL}", growth < GROWTH_GOAL),
        _line("journal, MB", held / 1e6, "<= 8", held <= 8e6),
    ]


def _line(what: str, value: float, goal: str, is_met: bool) -> str:  # noqa: FBT001  a verdict
    return f"{what:<40} {value:>8.2f}  {goal} ({'met' if is_met else 'NOT MET'})"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        print("\n".join(measure(SMOKE if "--smoke" in sys.argv else REAL, Path(name))))  # noqa: T201  its output


if __name__ == "__main__":
    main()
