"""`mockserver worlds`: looks at the worlds of a running server and fills them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import TypeVar
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
from cyclopts import App

from mockserver.control import PREFIX
from mockserver.control.problems import Problem
from mockserver.control.world_views import HistoryView, WorldList

_T = TypeVar("_T")

_URL = "http://127.0.0.1:8080"
_ANSWER_SECONDS = 120.0
_CALLS_A_PART = 2_000
_opener = build_opener(ProxyHandler({}))

app = App(
    name="worlds",
    help="The worlds of a running server. A control token is taken from MOCKSERVER_CONTROL_TOKEN.",
    config=(),
)


class _Refused(Exception):
    """The server said no, or nothing; what there is to tell about it stands in the message."""


@app.command(name="list")
def list_worlds(*, url: str = _URL) -> int:
    """List the worlds with their credentials.

    Parameters
    ----------
    url
        Base URL of the server.
    """
    return _told(lambda: _list(url))


@app.command
def seed(*, calls: int = 1_000, days: int = 60, seed: int = 0, world: str = "mock", url: str = _URL) -> int:
    """Fill a world with a realistic history of calls that are over.

    Parameters
    ----------
    calls
        How many.
    days
        The span of days before now in which they lie.
    seed
        Same seed, same history. A world takes each history once.
    world
        Account SID of the world.
    url
        Base URL of the server.
    """
    return _told(lambda: _seed(url, world, {"calls": calls, "days": days, "seed": seed}))


def _told(command: Callable[[], None]) -> int:
    """The exit code of a command; a refusal is one line on stderr."""
    try:
        command()
    except _Refused as refusal:
        sys.stderr.write(f"mockserver: {refusal}\n")
        return 1
    return 0


def _list(url: str) -> None:
    worlds = _ask(WorldList, url, "GET", "/worlds").worlds
    rows = [["ACCOUNT SID", "KEY", "TOKEN", "ZONE", "SEED"]]
    rows += [[one.account_sid, one.api_key, one.api_token, one.zone, str(one.seed)] for one in worlds]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _seed(url: str, world: str, history: dict[str, int]) -> None:
    calls, outcomes = history["calls"], Counter[str]()
    path = f"/worlds/{quote(world, safe='')}/history"
    with _bar(calls) as show:
        first: int | None = 0
        while first is not None:
            # An impossible number of calls is asked for as it is: the server says what is possible.
            count = min(_CALLS_A_PART, calls - first) if calls > 0 else None
            told = _ask(HistoryView, url, "POST", path, {**history, "first": first, "count": count})
            outcomes.update(told.outcomes)
            first = told.next
            show(calls if first is None else first)
    print(
        f"{calls:,} calls in world {world}, created from {told.since:%Y-%m-%d %H:%M} to {told.until:%Y-%m-%d %H:%M %Z}"
    )
    for outcome, number in outcomes.most_common():
        if number:
            print(f"  {outcome:<18} {number:>10,}")


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """Shows on a terminal how many are done; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    # Imported here: no other command needs it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(BarColumn(), MofNCompleteColumn(), "calls", TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def _ask(kind: type[_T], url: str, method: str, path: str, body: object = None) -> _T:
    data = None if body is None else msgspec.json.encode(body)
    headers = {"Content-Type": "application/json"}
    token = os.environ.get("MOCKSERVER_CONTROL_TOKEN")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        request = Request(f"{url.rstrip('/')}{PREFIX}{path}", data, headers, method=method)  # noqa: S310  the user's own
        with _opener.open(request, timeout=_ANSWER_SECONDS) as answer:
            return _understood(answer.read(), kind, url)
    except HTTPError as error:
        problem = _understood(error.read(), Problem, url)
        raise _Refused(f"{problem.detail}. {problem.hint}".rstrip()) from error
    except (OSError, HTTPException, ValueError) as error:
        trouble = getattr(error, "reason", "") or error
        reason = getattr(trouble, "strerror", "") or str(trouble) or type(error).__name__
        message = f"no server answers at {url}: {reason}. Start one with mockserver, or say where it is with --url."
        raise _Refused(message) from error


def _understood(content: bytes, kind: type[_T], url: str) -> _T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        message = f"{url} answers something else than was asked for; is it a mockserver?"
        raise _Refused(message) from error
