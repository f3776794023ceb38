"""A hundred talks with bots at once in real time, and one of ten minutes in moved time.

    .venv/bin/python tests/bench/streams.py            a hundred streams of 20 s, then 10 minutes moved by hand
    .venv/bin/python tests/bench/streams.py --smoke    a few short ones: only shows that it runs

The bots are in a process of their own; they say what they hear. Jitter is how far a frame's arrival is from its place
on a schedule of 100 ms, as the bot's process sees it. Exit code 1 if a frame is missing or a stream did not end well.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from aiohttp import WSMsgType, web
from run import cpu_seconds, mockserver

from mockserver.testing import Client, PartyBody, TurnBody, World

FRAME = 0.1
JITTER_GOAL, CPU_GOAL, MINUTES_GOAL = 20.0, 100.0, 30.0


@dataclass(frozen=True)
class Counts:
    streams: int
    seconds: float
    moved_seconds: float


REAL = Counts(streams=100, seconds=20.0, moved_seconds=600.0)
SMOKE = Counts(streams=3, seconds=1.0, moved_seconds=5.0)


def serve_bots(pipe: Connection) -> None:
    """Bots until somebody asks for the arrivals: a list of moments for each stream."""
    asyncio.run(_serve_bots(pipe))


async def _serve_bots(pipe: Connection) -> None:
    arrivals: list[list[float]] = []

    async def bot(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        moments: list[float] = []
        arrivals.append(moments)
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.data.startswith('{"event":"media"'):
                moments.append(time.perf_counter())
                await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/bot", bot)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(site._server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, pipe.recv) is not None:
        pipe.send(list(arrivals))
        arrivals.clear()
    await runner.cleanup()


def at_once(world: World, bot: str, pipe: Connection, pid: int, counts: Counts) -> tuple[list[str], bool]:
    story = [TurnBody("speech", seconds=counts.seconds / 2), TurnBody("silence")]
    world.tell_default(from_=PartyBody(ring=0, says=story), talk=counts.seconds)
    # The first stream of a server waits for what it takes to be imported.
    world.wait_for_call(world.call_bot(bot, from_="+919811112222"), is_over=True, seconds=60.0)
    pipe.send("forget the first one")
    pipe.recv()
    before, began = cpu_seconds(pid), time.perf_counter()
    sids = [world.call_bot(bot, from_=f"+9198{number:08}") for number in range(counts.streams)]
    for sid in sids:
        world.wait_for_call(sid, is_over=True, seconds=60.0)
    used, lasted = cpu_seconds(pid) - before, time.perf_counter() - began
    pipe.send("arrivals")
    off = [abs(one) for moments in pipe.recv() for one in _deviations(moments)]
    streams = world.streams().streams[1:]
    frames = sum(world.get_stream(one.sid).counts["caller.media"] for one in streams)
    wanted = counts.streams * round(counts.seconds / FRAME)
    ended_well = sum(one.ending == "call-over" for one in streams)
    underruns = sum(len(one.measures.underruns) for one in streams)
    worst, cpu = _share(off, 0.99), 100 * used / lasted
    return [
        f"{counts.streams} streams of {counts.seconds:g} s in real time, {frames} of {wanted} frames",
        _line("jitter of a frame, ms (median)", 1_000 * statistics.median(off), None),
        _line("one in a hundred is off by more than, ms", 1_000 * worst, JITTER_GOAL),
        f"  the worst by {1_000 * max(off):.1f} ms; underruns heard: {underruns}",
        _line("CPU of the server, % of one core", cpu, CPU_GOAL),
    ], ended_well == counts.streams and frames >= wanted - 5 * counts.streams


def moved(world: World, bot: str, counts: Counts) -> tuple[list[str], bool]:
    world.tell_default(from_=PartyBody(ring=0, says=[TurnBody("speech", seconds=60)]), talk=counts.moved_seconds)
    sid = world.call_bot(bot, from_="+919811112222")
    began = time.perf_counter()
    world.advance(counts.moved_seconds + 200, cap_seconds=300)
    taken = time.perf_counter() - began
    [stream] = world.call_streams(sid).streams
    frames = world.get_stream(stream.sid).counts["caller.media"]
    return [
        f"a talk of {counts.moved_seconds:g} s in moved time, {frames} frames, each answered",
        _line("real seconds that it took", taken, MINUTES_GOAL),
    ], frames == round(counts.moved_seconds / FRAME)


def _deviations(moments: list[float]) -> list[float]:
    """How far each is from its place, where the schedule is the one that fits them best."""
    places = [moment - number * FRAME for number, moment in enumerate(moments)]
    middle = statistics.median(places) if places else 0.0
    return [place - middle for place in places]


def _share(found: list[float], share: float) -> float:
    return sorted(found)[int(len(found) * share)]


def _line(what: str, value: float, goal: float | None) -> str:
    told = "" if goal is None else f"  < {goal:g} ({'met' if value < goal else 'NOT MET'})"
    return f"{what:<42} {value:>8.2f}{told}"


def measure(counts: Counts) -> tuple[list[str], bool]:
    ours, theirs = multiprocessing.Pipe()
    bots = multiprocessing.Process(target=serve_bots, args=(theirs,), daemon=True)
    bots.start()
    bot = f"ws://127.0.0.1:{ours.recv()}/bot"
    with mockserver() as (url, process), Client(url) as client:
        with client.create_world(clock="real") as world:
            lines, first = at_once(world, bot, ours, process.pid, counts)
        with client.create_world() as world:
            more, second = moved(world, bot, counts)
    ours.send(None)
    bots.join(5)
    return [*lines, *more], first and second


def main() -> None:
    lines, is_well = measure(SMOKE if "--smoke" in sys.argv else REAL)
    print("\n".join(lines))  # noqa: T201  its output
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
