"""`mockserver clock`: reads and moves the time of a world."""

from __future__ import annotations

from typing import Literal

from cyclopts import App

from mockserver.cli.target import USUAL_WORLD, OnWorld, WorldTarget, print_json, told
from mockserver.control.bodies import ClockModeName
from mockserver.control.world_views import ClockView, EventView, ReceiptView

app = App(name="clock", help="The clock of a world: read it, move it, change how it moves.", config=())


@app.default
@app.command
def show(*, target: OnWorld = USUAL_WORLD) -> int:
    """Show mode, time and the next timer."""
    return told(lambda: _show(target))


@app.command
def advance(seconds: float, *, cap_seconds: float = 30.0, target: OnWorld = USUAL_WORLD) -> int:
    """Move a manual clock, and print what happened when all of it has happened, callbacks and retries too.

    Parameters
    ----------
    seconds
        How far, on the world's clock.
    cap_seconds
        Real seconds that this may take.
    """
    return told(lambda: _advance(target, seconds, cap_seconds))


@app.command
def run_until(
    *,
    call: str | None = None,
    state: Literal["ended", "processed", "settled"] = "settled",
    deliveries: int | None = None,
    idle: bool = False,
    within: float = 86_400.0,
    target: OnWorld = USUAL_WORLD,
) -> int:
    """Move a manual clock until a condition holds; exit code 1 if it does not come true.

    Parameters
    ----------
    call
        Sid of a call that is to come to a state.
    state
        That state.
    deliveries
        So many callbacks are to be delivered.
    idle
        Nothing is to be left to happen.
    within
        Seconds of the world's clock after which it is given up.
    """
    met = False

    def run() -> None:
        nonlocal met
        with target.entered() as world:
            receipt = world.run_until(call, state, deliveries=deliveries, idle=idle, within_seconds=within)
        met = receipt.met
        _print_receipt(target, receipt)

    return told(run) or int(not met)


@app.command(name="set")
def set_mode(mode: ClockModeName, *, speed: float | None = None, target: OnWorld = USUAL_WORLD) -> int:
    """Change how time moves.

    Parameters
    ----------
    mode
        real, scaled, manual, or jump.
    speed
        With scaled: how many times faster than real.
    """
    return told(lambda: _set(target, mode, speed))


def _show(target: WorldTarget) -> None:
    with target.entered() as world:
        _print_clock(target, world.clock())


def _set(target: WorldTarget, mode: ClockModeName, speed: float | None) -> None:
    with target.entered() as world:
        _print_clock(target, world.set_clock(mode, speed=speed))


def _advance(target: WorldTarget, seconds: float, cap_seconds: float) -> None:
    with target.entered() as world:
        _print_receipt(target, world.advance(seconds, cap_seconds=cap_seconds))


def _print_clock(target: WorldTarget, view: ClockView) -> None:
    if target.json:
        print_json(view)
        return
    speed = f", {view.speed:g} times as fast" if view.mode == "scaled" else ""
    print(f"{view.now:%Y-%m-%d %H:%M:%S %Z}  ({view.mode}{speed})")
    print(f"next timer: {f'{view.next_due:%Y-%m-%d %H:%M:%S %Z}' if view.next_due else 'none'}")


def _print_receipt(target: WorldTarget, receipt: ReceiptView) -> None:
    if target.json:
        print_json(receipt)
        return
    for event in receipt.events:
        print(_line(event, receipt))
    seconds = (receipt.ended_at - receipt.started_at).total_seconds()
    unmet = "" if receipt.met else "; the condition did not come true"
    print(f"{receipt.ended_at:%Y-%m-%d %H:%M:%S %Z}, {seconds:g} s later, {len(receipt.events)} events{unmet}")


def _line(event: EventView, receipt: ReceiptView) -> str:
    seconds = (event.at - receipt.started_at).total_seconds()
    facts = " ".join(f"{name}={value}" for name, value in event.facts.items() if value is not None)
    return f"{seconds:10.2f}  {event.kind:<18} {event.call_sid or '-'}  {facts}"
