"""Measures what clients that behave notice of clients that do not.

    .venv/bin/python tests/bench/hostile.py            real counts, about a minute
    .venv/bin/python tests/bench/hostile.py --smoke    tiny counts: only shows that the benchmark runs

A server of its own process with its default limits; each attack is a process of its own. Meanwhile a bystander places
calls and reads them, one request after another: what is told is how long its requests take, at the median and at the
worst, how many failed, and the server's memory afterwards.
"""

from __future__ import annotations

import json
import resource
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from run import AUTHORIZATION, line_of, mockserver, order, process, script

PLACE = "/v3/accounts/mock/calls"
WORST_GOAL_SECONDS = 1.0


@dataclass(frozen=True)
class Sizes:
    seconds: float
    slow: int
    idle: int
    body: int


REAL = Sizes(seconds=8.0, slow=500, idle=5_000, body=1_000_000_000)
SMOKE = Sizes(seconds=0.2, slow=5, idle=20, body=20_000_000)


def _connected(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), 30)


def slow_loris(host: str, port: int, sizes: Sizes) -> None:
    """Many clients whose request never ends, a byte at a time; who is cut off comes again."""
    clients: list[socket.socket | None] = [None] * sizes.slow
    while True:
        for number, client in enumerate(clients):
            try:
                if client is None:
                    client = clients[number] = _connected(host, port)  # noqa: PLW2901  it is replaced
                    client.sendall(b"POST /v3/accounts/mock/calls HTTP/1.1\r\nHost: mock\r\nX-")
                client.sendall(b"y")
            except OSError:
                clients[number] = None
        _begun()


def huge_body(host: str, port: int, sizes: Sizes) -> None:
    """Bodies of a gigabyte, with their length and in chunks, one after the other for ever."""
    part = b"x" * 1_000_000
    chunk = b"%x\r\n%s\r\n" % (len(part), part)
    while True:
        for said, text in ((f"Content-Length: {sizes.body}", part), ("Transfer-Encoding: chunked", chunk)):
            with suppress(OSError), _connected(host, port) as client:
                client.sendall(f"POST {PLACE} HTTP/1.1\r\nHost: mock\r\n{said}\r\n\r\n".encode())
                for _ in range(sizes.body // len(part)):
                    client.sendall(text)
            _begun()


def idle(host: str, port: int, sizes: Sizes) -> None:
    """Thousands of connections on which nothing comes; who is cut off comes again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft != resource.RLIM_INFINITY else soft, hard))
    clients = [_connected(host, port) for _ in range(sizes.idle)]
    _begun()
    while clients:
        for number, client in enumerate(clients):
            with suppress(BlockingIOError):
                with suppress(ConnectionError):
                    client.recv(1, socket.MSG_DONTWAIT)
                client.close()
                clients[number] = _connected(host, port)
        threading.Event().wait(0.1)


def malformed(host: str, port: int, _sizes: Sizes) -> None:
    """What is no HTTP, as fast as it goes."""
    kinds = (b"\x16\x03\x01\x02\x00", b"G\x00T / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")
    while True:
        for kind in kinds:
            with suppress(OSError), _connected(host, port) as client:
                client.sendall(kind * 10)
                client.recv(1_000)
        _begun()


def header_flood(host: str, port: int, _sizes: Sizes) -> None:
    """Heads without end, as fast as they go."""
    lines = b"X-Flood: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 20_000
    while True:
        with suppress(OSError), _connected(host, port) as client:
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: mock\r\n" + lines)
            client.recv(1_000)
        _begun()


ATTACKS: dict[str, Callable[[str, int, Sizes], None]] = {
    "slow-loris": slow_loris,
    "huge-body": huge_body,
    "idle": idle,
    "malformed": malformed,
    "header-flood": header_flood,
}
_said: list[bool] = []


def _begun() -> None:
    """Tell, once, that the attack is on."""
    if not _said:
        _said.append(True)
        print("begun", flush=True)  # noqa: T201  a script


class Bystander:
    """Places a call and reads it, on one connection."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        self._headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
        self.seconds: list[float] = []
        self.failures = 0

    def goes_on(self, seconds: float) -> None:
        body, end = json.dumps(order()), time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                placed = json.loads(self._ask("POST", PLACE, body))
                self._ask("GET", f"{PLACE}/{placed['response']['call_details']['sid']}", None)
            except (OSError, ValueError, KeyError):
                self.failures += 1
                self._connection.close()
            self.seconds.append((time.monotonic() - began) / 2)

    @property
    def is_served(self) -> bool:
        return max(self.seconds) < WORST_GOAL_SECONDS and not self.failures

    def told(self) -> str:
        median, worst = (1000 * some(self.seconds) for some in (statistics.median, max))
        return f"median {median:6.1f} ms, worst {worst:6.1f} ms, {self.failures} of {len(self.seconds)} failed"

    def _ask(self, method: str, path: str, body: str | None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        return self._connection.getresponse().read()


@contextmanager
def attacked(kind: str | None, url: str, is_smoke: bool) -> Iterator[None]:  # noqa: FBT001  a script
    if kind is None:
        yield
        return
    address = urlsplit(url)
    words = ["--attack", kind, address.hostname, address.port, *(["--smoke"] if is_smoke else [])]
    with process(*script("hostile.py", *words)) as attacker:
        line_of(attacker)
        yield


def memory_mb(pid: int) -> float:
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def measure(is_smoke: bool) -> None:  # noqa: FBT001  a script
    sizes = SMOKE if is_smoke else REAL
    with ExitStack() as running:
        url, server = running.enter_context(mockserver("--clock", "jump", "--max-calls", "1000"))
        for kind in (None, *ATTACKS):
            bystander = Bystander(url)
            with attacked(kind, url, is_smoke):
                bystander.goes_on(sizes.seconds)
            told = f"{kind or 'nobody else':14} {bystander.told()}, {memory_mb(server.pid):5.0f} MB"
            verdict = "met" if bystander.is_served else "NOT MET"
            print(f"{told}, goal worst < {WORST_GOAL_SECONDS:g} s ({verdict})", flush=True)  # noqa: T201  a script


def main() -> None:
    is_smoke = "--smoke" in sys.argv
    if "--attack" in sys.argv:
        kind, host, port = sys.argv[sys.argv.index("--attack") + 1 :][:3]
        ATTACKS[kind](host, int(port), SMOKE if is_smoke else REAL)
    else:
        measure(is_smoke)


if __name__ == "__main__":
    main()
