"""Many worlds at once: what one costs to make, and whether anything leaks from one to another.

    .venv/bin/python tests/bench/worlds.py            500 worlds, driven by 8 client processes, under a minute
    .venv/bin/python tests/bench/worlds.py --smoke    a few worlds, two processes: only shows that it runs

Each world has a clock, faults, a quota and calls of its own; the processes drive theirs in turns, so that all are under
way at once. In the end each world has to hold exactly what was done to it. Exit code 1 if one does not.
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from run import mockserver

from mockserver.testing import CallRefused, Client, World

CREATE_GOAL = 5.0
EPOCH = datetime(2026, 1, 5, tzinfo=UTC)
CREATE_CALL = "exotel-v3.create-call"


@dataclass(frozen=True)
class Counts:
    worlds: int
    processes: int
    created: int


REAL = Counts(worlds=500, processes=8, created=500)
SMOKE = Counts(worlds=12, processes=2, created=10)


@dataclass(frozen=True)
class Plan:
    """What is done to the world of a number: no two neighbours are alike."""

    number: int

    @property
    def start(self) -> datetime:
        return EPOCH + timedelta(hours=self.number)

    @property
    def calls(self) -> int:
        return 1 + self.number % 4

    @property
    def steps(self) -> list[float]:
        return [1.5 + self.number % 7, 10.0, 3.25 * (1 + self.number % 5)]

    @property
    def has_fault(self) -> bool:
        return self.number % 3 == 0

    @property
    def has_quota(self) -> bool:
        return self.number % 5 == 0


def create(client: Client, plan: Plan) -> World:
    return client.create_world(account_sid=f"apart{plan.number}", seed=plan.number, start=plan.start)


def place(world: World, plan: Plan) -> None:
    """The calls of the plan, a fault before the first and a quota behind the last of them."""
    if plan.has_fault:
        world.add_fault("error", status=503, operation=CREATE_CALL)
        _expect_refusal(world, plan, 503)
    if plan.has_quota:
        world.set_quota(plan.calls, seconds=3_600.0, operation=CREATE_CALL)
    for _ in range(plan.calls):
        _call(world, plan)
    if plan.has_quota:
        _expect_refusal(world, plan, 429)


def _call(world: World, plan: Plan) -> str:
    return world.call(
        from_="+919900000200", to=f"+9198{plan.number:08}", exophone="+912241499102", custom_field=world.sid
    )


def _expect_refusal(world: World, plan: Plan, status: int) -> None:
    try:
        sid = _call(world, plan)
    except CallRefused as refused:
        if refused.status != status:
            raise
    else:
        raise AssertionError(f"{world.sid}: {sid} should have been refused with {status}")


def leaks(world: World, plan: Plan) -> list[str]:
    """Where a world does not hold what was done to it, and that alone."""
    seconds = sum(plan.steps)
    calls, requests = world.calls(), world.requests().requests
    wanted = {
        "time": plan.start + timedelta(seconds=seconds),
        "calls": plan.calls,
        "callees": {f"+9198{plan.number:08}"},
        "custom fields": {world.sid},
        "requests": plan.calls + plan.has_fault + plan.has_quota,
        "worlds of requests": {world.sid},
        "faults": 0,
        "faults in the journal": int(plan.has_fault),
        "quotas": int(plan.has_quota),
        "moves": [3.0] * plan.calls,
    }
    had = {
        "time": world.now(),
        "calls": calls.total,
        "callees": {one.to for one in calls.calls},
        "custom fields": {world.get_call(one.sid).custom_field for one in calls.calls},
        "requests": len(requests),
        "worlds of requests": {one.world for one in requests},
        "faults": len([one for one in world.faults() if one.remaining]),
        "faults in the journal": sum(1 for one in requests if one.fault),
        "quotas": len(world.quotas()),
        "moves": [_answered_after(world, one.sid) for one in calls.calls],
    }
    return [f"{world.sid}: {what} {had[what]}, not {wanted[what]}" for what in wanted if had[what] != wanted[what]]


def _answered_after(world: World, sid: str) -> float:
    """Seconds from the creation of a call until its first party answered."""
    view = world.get_call(sid)
    return (view.legs[0].answered_at - view.call.created_at).total_seconds()


def drive(url: str, numbers: range) -> tuple[list[float], list[str]]:
    """One process: all of its worlds at once, step by step. Milliseconds that each took to make, and leaks."""
    plans, taken, worlds = [Plan(number) for number in numbers], [], []
    with Client(url) as client:
        for plan in plans:
            began = time.perf_counter()
            worlds.append(create(client, plan))
            taken.append((time.perf_counter() - began) * 1_000)
        own = list(zip(worlds, plans, strict=True))
        for world, plan in own:
            place(world, plan)
        for step in range(len(Plan(0).steps)):
            for world, plan in own:
                world.advance(plan.steps[step])
        return taken, [leak for world, plan in own for leak in leaks(world, plan)]


def alone(url: str, count: int) -> list[float]:
    """Milliseconds to make a world where nothing else happens."""
    taken = []
    with Client(url) as client:
        client.worlds()
        for _ in range(count):
            began = time.perf_counter()
            client.create_world()
            taken.append((time.perf_counter() - began) * 1_000)
    return taken


def measure(counts: Counts) -> tuple[list[str], int]:
    with mockserver("--clock", "manual") as (url, _), ProcessPoolExecutor(counts.processes) as processes:
        made = alone(url, counts.created)
        began = time.perf_counter()
        shares = [range(one, counts.worlds, counts.processes) for one in range(counts.processes)]
        driven = list(processes.map(drive, [url] * counts.processes, shares))
        seconds = time.perf_counter() - began
    together = [one for taken, _ in driven for one in taken]
    found = [leak for _, some in driven for leak in some]
    median = statistics.median(made)
    return [
        f"{counts.worlds} worlds driven by {counts.processes} processes in {seconds:.1f} s",
        _line("making a world, ms (median)", median, f"< {CREATE_GOAL:g}", is_met=median < CREATE_GOAL),
        f"  one in a hundred: {_slow(made):.2f} ms; the median while all drive: {statistics.median(together):.2f} ms",
        _line("leaks between worlds", len(found), "0", is_met=not found),
        *found[:20],
    ], len(found)


def _slow(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.99)]


def _line(what: str, value: float, goal: str, *, is_met: bool) -> str:
    return f"{what:<40} {value:>8.2f}  {goal} ({'met' if is_met else 'NOT MET'})"


def main() -> None:
    lines, found = measure(SMOKE if "--smoke" in sys.argv else REAL)
    print("\n".join(lines))  # noqa: T201  its output
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
