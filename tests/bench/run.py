"""Measures what users feel, side by side with what it could be at best, in one run.

    .venv/bin/python tests/bench/run.py            the real run, one to two minutes
    .venv/bin/python tests/bench/run.py --smoke    tiny counts: only shows that the benchmark runs

Medians of alternating rounds; the ratio is of the medians. Nothing else should run on the machine.
"""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
AUTHORIZATION = "Basic " + base64.b64encode(b"key:token").decode()
CALLS = "/v3/accounts/mock/calls"
CONTROL = "/_mock/v1/worlds/mock"
CONNECTIONS = 16
IN_FLIGHT = 100
CALLBACKS_A_CALL = 3


@dataclass(frozen=True)
class Counts:
    starts: int
    rounds: int
    gets: int
    posts: int
    calls: int
    deliveries: int


REAL = Counts(starts=9, rounds=7, gets=6_000, posts=4_000, calls=1_000, deliveries=5)
SMOKE = Counts(starts=1, rounds=1, gets=20, posts=20, calls=5, deliveries=1)


@dataclass(frozen=True)
class Row:
    """One line of the table. Without a yardstick the goal is for the figure itself."""

    what: str
    ours: float
    unit: str
    yardstick: float | None
    goal: str
    is_met: bool


@dataclass(frozen=True)
class Load:
    """A request, made for a server that runs, and how often it is sent in one round."""

    what: str
    request: Callable[[str], bytes]
    count: int
    goal: float


def order(callback: str | None = None) -> dict[str, Any]:
    """A call as applications place them; with a receiver it asks for three callbacks: two answers, one end."""
    body: dict[str, Any] = {
        "from": {"contact_uri": "+919800000530"},
        "to": {"contact_uri": "+919800000220"},
        "virtual_number": "+912241499102",
        "custom_field": "order 4711",
    }
    if callback:
        body["status_callback"] = [{"event": event, "url": callback} for event in ("answered", "terminal")]
    return body


# Processes


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as started:  # noqa: S603  our own programs
        try:
            yield started
        finally:
            started.kill()


def script(name: str, *words: object) -> list[str]:
    return [sys.executable, str(HERE / name), *map(str, words)]


def line_of(started: subprocess.Popen[str], seconds: float = 60) -> str:
    deadline = threading.Timer(seconds, started.kill)
    deadline.start()
    try:
        return started.stdout.readline().strip()  # type: ignore[union-attr]  # it is a pipe
    finally:
        deadline.cancel()


@contextmanager
def mockserver(*words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with process(COMMAND, "--port", "0", "--print-json", *words) as started:
        yield json.loads(line_of(started))["url"], started


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# HTTP


def exchange(url: str, method: str, path: str, body: object = None) -> Any:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse().read()
    connection.close()
    return json.loads(answer)


def raw_request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: {AUTHORIZATION}\r\nAccept: */*\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def throughput(url: str, request: bytes, count: int, folder: Path, status: str = "200") -> float:
    """Answers a second."""
    file = folder / "request"
    file.write_bytes(request)
    address = urlsplit(url)
    words = script("load.py", address.hostname, address.port, file, CONNECTIONS, count)
    done = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)  # noqa: S603  our own program
    if done["statuses"] != {status: count}:
        message = f"not every answer was {status}: {done['statuses']}"
        raise SystemExit(message)
    return count / done["seconds"]


# What is measured


def start_to_first_answer(counts: Counts, _folder: Path) -> list[Row]:
    """From exec to the first 200, with the same polling for both."""
    ours, bare = alternate(
        counts.starts,
        lambda: _seconds_to_answer(lambda port: [COMMAND, "--port", str(port)], "/livez"),
        lambda: _seconds_to_answer(lambda port: script("static_app.py", port), "/"),
    )
    return [Row("start to first answer", ours * 1000, "ms", bare * 1000, "<= 1.3", ours / bare <= 1.3)]


def get_and_post(counts: Counts, folder: Path) -> list[Row]:
    """Requests a second, each against an application that answers the same bytes."""
    loads = (
        Load("GET one call", _get_a_call, counts.gets, 0.7),
        Load("POST one call", _post_a_call, counts.posts, 0.4),
    )
    return [_side_by_side(load, counts.rounds, folder) for load in loads]


def thousand_calls(counts: Counts, folder: Path) -> list[Row]:
    """Placed while time stands, so that all are alive together; then time jumps to the end of the last."""
    expected = counts.calls * CALLBACKS_A_CALL
    with _receiver(expected, folder) as (receiver, tally), mockserver("--clock", "manual") as (url, started):
        at_rest = cpu_seconds(started.pid)
        body = json.dumps(order(f"{receiver}/status")).encode()
        throughput(url, raw_request("POST", CALLS, body), counts.calls, folder)
        exchange(url, "PATCH", f"{CONTROL}/clock", {"mode": "jump"})
        tally()
        spent = cpu_seconds(started.pid) - at_rest
    what = f"{counts.calls:,} calls, {expected:,} callbacks, jumping clock: CPU of the server"
    return [Row(what, spent, "s", None, "< 3 s", spent < 3)]


def callbacks_a_second(counts: Counts, folder: Path) -> list[Row]:
    """Measured by the receiver, from the first to the last."""
    clocks = (
        ("jumping clock, one at a time", {"mode": "jump"}, 1),
        (f"scaled clock, up to {IN_FLIGHT} in flight", {"mode": "scaled", "speed": 100_000}, IN_FLIGHT),
    )
    rows = []
    for what, clock, in_flight in clocks:
        ours, bare = alternate(
            counts.deliveries,
            lambda clock=clock: _callback_rate(counts, folder, clock),
            lambda in_flight=in_flight: _bare_rate(counts, folder, in_flight),
        )
        rows.append(_rate_row(f"callbacks ({what})", ours, bare, 0.5))
    return rows


def recordings(counts: Counts, _folder: Path) -> list[Row]:
    """A minute of talk, from the request to the last byte: for who listens first on a server, and for who follows."""
    firsts, others = [], []
    for _ in range(counts.rounds):
        with mockserver("--clock", "manual") as (url, _started):
            request = _get_a_minute(url)
            firsts.append(_milliseconds(url, request))
            others += [_milliseconds(url, request) for _ in range(20)]
    what = "a recording of 60 s, {}, ms"
    first, other = statistics.median(firsts), statistics.median(others)
    return [
        Row(what.format("the first on a server"), first, "ms", None, "< 200 ms", first < 200),
        Row(what.format("any other"), other, "ms", None, "< 10 ms", other < 10),
    ]


def alternate(rounds: int, ours: Callable[[], float], bare: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured in turns so that a slow minute hits both."""
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _seconds_to_answer(words: Callable[[int], list[str]], path: str) -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.perf_counter()
    with process(*words(port)):
        while not _answers(port, path):
            threading.Event().wait(0.002)
        return time.perf_counter() - began


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(4096).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False


def _get_a_call(url: str) -> bytes:
    sid = exchange(url, "POST", CALLS, order())["response"]["call_details"]["sid"]
    return raw_request("GET", f"{CALLS}/{sid}")


def _get_a_minute(url: str) -> bytes:
    talks = {**order(), "to": {"contact_uri": "+919900000060"}, "recording": {"record": True}}
    sid = exchange(url, "POST", CALLS, talks)["response"]["call_details"]["sid"]
    exchange(url, "POST", f"{CONTROL}/clock/advance", {"seconds": 100})
    return raw_request("GET", f"/recordings/exotelrecordings/mock/{sid}.mp3")


def _milliseconds(url: str, request: bytes) -> float:
    began = time.perf_counter()
    if not _answer(url, request):
        message = "there is no recording to measure"
        raise SystemExit(message)
    return (time.perf_counter() - began) * 1000


def _post_a_call(_url: str) -> bytes:
    return raw_request("POST", CALLS, json.dumps(order("http://127.0.0.1:9/status")).encode())


def _side_by_side(load: Load, rounds: int, folder: Path) -> Row:
    # A manual clock: what the calls do later is measured below, here it is the request alone.
    with mockserver("--clock", "manual") as (url, _):
        request, answer = load.request(url), folder / "answer"
        answer.write_bytes(_answer(url, request))
        with process(*script("static_app.py", 0, answer)) as started:
            static_url = line_of(started)
            static_request = re.sub(rb" /\S+ ", b" / ", request, count=1)
            for warm_url, warm_request in ((url, request), (static_url, static_request)):
                throughput(warm_url, warm_request, min(load.count, 500), folder)
            ours, bare = alternate(
                rounds,
                lambda: throughput(url, request, load.count, folder),
                lambda: throughput(static_url, static_request, load.count, folder),
            )
    return _rate_row(load.what, ours, bare, load.goal)


def _answer(url: str, request: bytes) -> bytes:
    """The body that a request is answered with."""
    address = urlsplit(url)
    closing = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(closing)
        return connection.makefile("rb").read().partition(b"\r\n\r\n")[2]


def _rate_row(what: str, ours: float, bare: float, goal: float) -> Row:
    return Row(what, ours, "/s", bare, f">= {goal}", ours / bare >= goal)


@contextmanager
def _receiver(expected: int, folder: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """Its address, and what waits for all callbacks and returns how many came a second."""
    with process(*script("receiver.py", expected)) as started:

        def rate() -> float:
            report = json.loads(line_of(started))
            (folder / "body").write_text(report["body"])
            return (report["count"] - 1) / report["seconds"]

        yield line_of(started), rate


def _callback_rate(counts: Counts, folder: Path, clock: dict[str, Any]) -> float:
    expected = counts.calls * CALLBACKS_A_CALL
    with _receiver(expected, folder) as (receiver, rate), mockserver("--clock", "manual") as (url, _):
        body = json.dumps(order(f"{receiver}/status")).encode()
        throughput(url, raw_request("POST", CALLS, body), counts.calls, folder)
        exchange(url, "PATCH", f"{CONTROL}/clock", clock)
        return rate()


def _bare_rate(counts: Counts, folder: Path, in_flight: int) -> float:
    """The same bodies: the last callback of ours."""
    body, expected = folder / "body", counts.calls * CALLBACKS_A_CALL
    with (
        _receiver(expected, folder) as (receiver, rate),
        process(*script("bare_client.py", f"{receiver}/status", body, in_flight, expected)),
    ):
        return rate()


def table(rows: list[Row]) -> str:
    head = f"{'':<66} {'ours':>10} {'at best':>10} {'ratio':>6}  goal"
    return "\n".join([head, "-" * len(head), *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    verdict = "met" if row.is_met else "NOT MET"
    if row.yardstick is None:
        return f"{row.what:<66} {row.ours:>10,.2f} {'':>10} {'':>6}  {row.goal} ({verdict})"
    ratio = row.ours / row.yardstick
    figures = f"{row.ours:>10,.0f} {row.yardstick:>10,.0f} {ratio:>6.2f}"
    return f"{row.what + ', ' + row.unit:<66} {figures}  {row.goal} ({verdict})"


def main() -> None:
    counts = SMOKE if "--smoke" in sys.argv else REAL
    with tempfile.TemporaryDirectory() as name:
        folder, rows = Path(name), []
        for measure in (start_to_first_answer, get_and_post, thousand_calls, callbacks_a_second, recordings):
            rows += measure(counts, folder)
    print(table(rows))  # noqa: T201  its output


if __name__ == "__main__":
    main()
