"""A call's whole life at once, for calls that nobody waits for: the machine's own steps, on a clock of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from random import Random

from mockserver.domain.call import Call, Leg
from mockserver.domain.effects import CancelTimers, Input, StartTimer, Step
from mockserver.domain.machine import step
from mockserver.domain.order import Order
from mockserver.domain.sids import new_leg_sid


def told(first: Step, rng: Random) -> Call:
    """What the call that begins with `first` has become when nothing more will happen to it.

    `rng` mints the sids of the legs. Timers fire by (due, order of starting), as those of a world do; nobody is
    notified.
    """
    timers: list[tuple[datetime, int, Input]] = []
    started = 0
    call, effects = first.call, first.effects
    while True:
        for effect in effects:
            if isinstance(effect, StartTimer):
                started += 1
                heappush(timers, (effect.due, started, effect.input))
            elif isinstance(effect, CancelTimers):
                timers = [one for one in timers if not effect.covers(one[2])]
                heapify(timers)
        if not timers:
            return call
        due, _, event = heappop(timers)
        result = step(call, event, due, rng)
        call, effects = result.call, result.effects


def retold(call: Call, sid: str, order: Order, at: datetime, rng: Random, *, serial: int = 0) -> Call:
    """What a told call would have been at another time: the machine knows differences of time only.

    Of the order nothing may differ that a call's course depends on: time-outs, flow, and whether there is a second
    party.
    """
    later = at - call.created_at
    return Call(
        sid,
        call.account_sid,
        order,
        call.story,
        call.pace,
        call.state,
        at,
        call.updated_at + later,
        tuple(_leg_again(leg, sid, order, later, rng) for leg in call.legs),
        call.outcome,
        _moved(call.ended_at, later),
        _moved(call.processed_at, later),
        _moved(call.settled_at, later),
        serial,
        _moved(call.queued_at, later),
        call.wrapup,
    )


def _leg_again(leg: Leg, call_sid: str, order: Order, later: timedelta, rng: Random) -> Leg:
    return Leg(
        leg.number,
        leg.side,
        order.party(leg.side) or leg.party,
        new_leg_sid(rng, call_sid),
        leg.state,
        leg.dialled_at + later,
        leg.updated_at + later,
        _moved(leg.answered_at, later),
        _moved(leg.ended_at, later),
        leg.digits,
        leg.is_machine,
        leg.ended_itself,
        leg.cause,
        leg.is_transfer,
    )


def _moved(at: datetime | None, later: timedelta) -> datetime | None:
    return None if at is None else at + later
