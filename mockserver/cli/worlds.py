"""`mockserver worlds`: looks at the worlds of a running server, makes, removes and fills them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from cyclopts import App, Parameter

from mockserver.cli.printing import print_table
from mockserver.cli.target import USUAL_SERVER, USUAL_WORLD, OnServer, OnWorld, Target, WorldTarget, print_json, told
from mockserver.control.world_views import WorldView
from mockserver.testing.client.fields import WorldFields

_CALLS_A_PART = 2_000

app = App(name="worlds", help="The worlds of a running server.", config=())


@app.command(name="list")
def list_worlds(*, json: Annotated[bool, Parameter(negative=())] = False, server: OnServer = USUAL_SERVER) -> int:
    """List the worlds with their credentials.

    Parameters
    ----------
    json
        Print JSON, for programs.
    """
    return told(lambda: _list(server, is_json=json))


@app.command
def create(
    sid: str | None = None,
    *,
    clock: Literal["real", "scaled", "manual", "jump"] = "manual",
    seed: int = 0,
    json: Annotated[bool, Parameter(negative=())] = False,
    server: OnServer = USUAL_SERVER,
) -> int:
    """Make a world and print its credentials.

    Parameters
    ----------
    sid
        Account SID; made up if left out, as key and token are.
    clock
        How its time moves.
    seed
        Seed of all that is random in it.
    json
        Print JSON, for programs.
    """
    return told(lambda: _create(server, {"account_sid": sid, "clock": clock, "seed": seed}, is_json=json))


@app.command
def delete(sid: str, *, server: OnServer = USUAL_SERVER) -> int:
    """Throw a world away.

    Parameters
    ----------
    sid
        Account SID of the world.
    """
    return told(lambda: _delete(server, sid))


@app.command
def seed(*, calls: int = 1_000, days: int = 60, seed: int = 0, target: OnWorld = USUAL_WORLD) -> int:
    """Fill a world with a realistic history of calls that are over.

    Parameters
    ----------
    calls
        How many.
    days
        The span of days before now in which they lie.
    seed
        Same seed, same history. A world takes each history once.
    """
    return told(lambda: _seed(target, calls, days, seed))


def _list(server: Target, *, is_json: bool) -> None:
    with server.client() as client:
        _show([world.view for world in client.worlds()], is_json=is_json)


def _create(server: Target, settings: WorldFields, *, is_json: bool) -> None:
    with server.client() as client:
        _show([client.create_world(**settings).view], is_json=is_json)


def _show(views: list[WorldView], *, is_json: bool) -> None:
    if is_json:
        for view in views:
            print_json(view)
        return
    rows = [(one.account_sid, one.api_key, one.api_token, one.zone, one.seed) for one in views]
    print_table(("ACCOUNT SID", "KEY", "TOKEN", "ZONE", "SEED"), rows)


def _delete(server: Target, sid: str) -> None:
    with server.client() as client:
        client.world(sid).delete()
    print(f"world {sid} has gone")


def _seed(target: WorldTarget, calls: int, days: int, seed: int) -> None:
    outcomes = Counter[str]()
    with target.entered() as world, _bar(calls) as show:
        first: int | None = 0
        while first is not None:
            # An impossible number of calls is asked for as it is: the server says what is possible.
            count = min(_CALLS_A_PART, calls - first) if calls > 0 else None
            part = world.tell_history(calls, days=days, seed=seed, first=first, count=count)
            outcomes.update(part.outcomes)
            first = part.next
            show(calls if first is None else first)
    if target.json:
        print_json({"calls": calls, "since": part.since, "until": part.until, "outcomes": outcomes})
        return
    span = f"from {part.since:%Y-%m-%d %H:%M} to {part.until:%Y-%m-%d %H:%M %Z}"
    print(f"{calls:,} calls in world {target.world}, created {span}")
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
