"""Measures v1's list of calls: how a page's time grows with the number of calls, its throughput, and memory.

    .venv/bin/python tests/bench/listing.py            10,000 and 1,000,000 calls, some minutes
    .venv/bin/python tests/bench/listing.py --smoke    tiny counts: only shows that the benchmark runs

Times are of the application in this process, without a socket: medians. A *fresh* page has never been asked for, so
that its calls have to be unpacked and worded; a *known* one has. Nothing else should run on the machine.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from run import AUTHORIZATION, alternate, line_of, mockserver, process, raw_request, script, throughput
from starlette.types import ASGIApp

from mockserver.bootstrap import build_app
from mockserver.settings import Settings
from mockserver.storage.packing import unpacked

CALLS = "/v1/Accounts/mock/Calls.json"
GROWTH_GOAL, THROUGHPUT_GOAL, BYTES_GOAL = 3.0, 0.3, 1536


@dataclass(frozen=True)
class Sizes:
    few: int
    many: int
    rounds: int
    requests: int


REAL = Sizes(few=10_000, many=1_000_000, rounds=7, requests=2_000)
SMOKE = Sizes(few=300, many=3_000, rounds=1, requests=20)


class Caller:
    """Asks the application as a server would, and takes the time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def get(self, query: str) -> tuple[bytes, float]:
        """The body of an answer, and the seconds that it took."""
        began = time.perf_counter()
        body = self._loop.run_until_complete(self._ask("GET", CALLS, query))
        return body, time.perf_counter() - began

    def forget(self) -> None:
        """Let no page be known: neither what packed calls hold nor how they are worded."""
        unpacked.cache_clear()
        # A change of settings, even of none, may change the wording.
        self._loop.run_until_complete(self._ask("PATCH", "/_mock/v1/worlds/mock", ""))

    async def _ask(self, method: str, path: str, query: str) -> bytes:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"bench"), (b"authorization", AUTHORIZATION.encode())],
        }
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent)
        if sent[0]["status"] != 200:
            raise SystemExit(f"{method} {path}?{query} was answered with {sent[0]['status']}: {body!r}")
        return body


@dataclass(frozen=True)
class Times:
    """In seconds: of the very first request, of fresh pages and of known ones."""

    first: float
    fresh: float
    known: float


def times(caller: Caller, query: str, rounds: int) -> Times:
    """Walks some pages, then asks for the first one again and again."""
    caller.forget()
    body, first = caller.get(query)
    fresh, following = [], json.loads(body)["Metadata"]["NextPageUri"]
    while following is not None and len(fresh) < 10 * rounds:
        body, took = caller.get(following.partition("?")[2])
        fresh.append(took)
        following = json.loads(body)["Metadata"]["NextPageUri"]
    known = [caller.get(query)[1] for _ in range(30 * rounds)]
    return Times(first, statistics.median(fresh or [first]), statistics.median(known))


def best_customer(caller: Caller) -> str:
    """The number with the most outbound calls."""
    called, query = Counter(), "PageSize=100&Direction=outbound-api"
    while query:
        page = json.loads(caller.get(query)[0])
        called.update(call["To"] for call in page["Calls"])
        query = (page["Metadata"]["NextPageUri"] or "").partition("?")[2]
    return "+91" + called.most_common(1)[0][0].removeprefix("0")


def resident_bytes() -> int:
    gc.collect()
    return 1024 * int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def filled(calls: int) -> ASGIApp:
    print(f"filling a world with {calls:,} calls ...", file=sys.stderr, flush=True)  # noqa: T201  it takes a while
    return build_app(Settings(clock="manual", history=calls, max_calls=calls))


def growth(sizes: Sizes) -> list[str]:
    """Times at few and at many calls, and the memory that the difference takes."""
    small = Caller(filled(sizes.few))
    queries = {
        "page of 50": "PageSize=50",
        "with a number": f"PageSize=50&To={quote(best_customer(small))}",
        "with status and duration": "PageSize=50&Status=no-answer&Duration=gte:30s%3Blte:50s",
    }
    at_few = {what: times(small, query, sizes.rounds) for what, query in queries.items()}
    before, began = resident_bytes(), time.perf_counter()
    big = Caller(filled(sizes.many))
    seconds, grown = time.perf_counter() - began, resident_bytes() - before
    at_many = {what: times(big, query, sizes.rounds) for what, query in queries.items()}

    head = f"{'ms':<34}{sizes.few:>12,} calls{sizes.many:>14,} calls{'ratio':>8}  goal"
    lines = [head, "-" * len(head)]
    for what in queries:
        for kind in ("first", "fresh", "known"):
            few, many = (1000 * getattr(some[what], kind) for some in (at_few, at_many))
            goal = "" if kind == "first" else _verdict(many / few <= GROWTH_GOAL, f"<= {GROWTH_GOAL:.0f}")
            lines.append(f"{what + ', ' + kind:<34}{few:>18.2f}{many:>20.2f}{many / few:>8.2f}  {goal}")
    each = grown / sizes.many
    return [
        *lines,
        "",
        f"memory of an ended call: {each:,.0f} bytes, goal {_verdict(each <= BYTES_GOAL, f'<= {BYTES_GOAL}')}",
        f"told in: {seconds:,.1f} s, {1_000_000 * seconds / sizes.many:,.0f} microseconds a call",
    ]


def throughputs(sizes: Sizes, folder: Path) -> list[str]:
    """Pages of 50 a second, against an application that answers the same bytes."""
    head = f"{'pages of 50 a second':<34}{'ours':>12}{'at best':>14}{'ratio':>8}  goal"
    lines = [head, "-" * len(head)]
    with mockserver("--clock", "manual", "--history", str(sizes.few)) as (url, _):
        for what, query in (
            ("without a filter", "PageSize=50"),
            ("with status and duration", "PageSize=50&Status=no-answer&Duration=gte:30s%3Blte:50s"),
        ):
            ours, bare = _side_by_side(url, query, sizes, folder)
            goal = _verdict(ours / bare >= THROUGHPUT_GOAL, f">= {THROUGHPUT_GOAL}")
            lines.append(f"{what:<34}{ours:>12,.0f}{bare:>14,.0f}{ours / bare:>8.2f}  {goal}")
    return lines


def _side_by_side(url: str, query: str, sizes: Sizes, folder: Path) -> tuple[float, float]:
    # The same application in this process answers the same bytes: same seed, same history.
    body, _ = Caller(filled(sizes.few)).get(query)
    answer = folder / "answer"
    answer.write_bytes(body)
    with ExitStack() as stack:
        static_url = line_of(stack.enter_context(process(*script("static_app.py", 0, answer))))

        def rate(base: str, path: str) -> Callable[[], float]:
            return lambda: throughput(base, raw_request("GET", path), sizes.requests, folder)

        ours, bare = rate(url, f"{CALLS}?{query}"), rate(static_url, "/")
        ours()
        bare()
        return alternate(sizes.rounds, ours, bare)


def _verdict(is_met: bool, goal: str) -> str:  # noqa: FBT001  the only other word is the goal
    return f"{goal} ({'met' if is_met else 'NOT MET'})"


def main() -> None:
    sizes = SMOKE if "--smoke" in sys.argv else REAL
    with tempfile.TemporaryDirectory() as name:
        lines = [*throughputs(sizes, Path(name)), "", *growth(sizes)]
    print("\n".join(lines))  # noqa: T201  its output


if __name__ == "__main__":
    main()
