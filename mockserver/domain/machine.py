"""The state machine: one pure step from a call and an input to the next call and its effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from mockserver.domain.call import Call, CallState, Leg, LegState
from mockserver.domain.errors import IllegalInput
from mockserver.domain.order import CallEvent, Order, Pace, Subscription
from mockserver.domain.sids import new_leg_sid
from mockserver.domain.states import (
    CALL_TABLE,
    CLOCK_TABLE,
    FLOW_TABLE,
    LEG_TABLE,
    RELEASED_BY,
    CallRow,
    ClockRow,
    Trigger,
)
from mockserver.domain.story import PartyStory, Reaction, Side, Story


@dataclass(frozen=True, slots=True)
class Input:
    """Something that happens to a call; with a `side`, to that side's leg."""

    trigger: Trigger
    side: Side | None = None
    digits: str = ""

    def __str__(self) -> str:
        return f"{self.trigger} ({self.side})" if self.side else str(self.trigger)


# Named tuples from here on: each step makes a handful of them, and they are made twice as fast.


class StartTimer(NamedTuple):
    """`input` is due at `due`, unless cancelled."""

    due: datetime
    input: Input


class CancelTimers(NamedTuple):
    """Cancel the call's timers for one side's leg, or all of them."""

    side: Side | None = None


class Notify(NamedTuple):
    """Tell one subscriber, with the call as it is at this step."""

    subscription: Subscription
    leg_number: int | None = None


Effect = StartTimer | CancelTimers | Notify


class Step(NamedTuple):
    call: Call
    effects: tuple[Effect, ...]


# The input with which a story's reaction comes about; a party that does not answer is left to the ring time-out.
_REACTION_TRIGGERS = {
    Reaction.ANSWERS: Trigger.ANSWER,
    Reaction.NO_ANSWER: Trigger.RING_OUT,
    Reaction.BUSY: Trigger.BUSY,
    Reaction.UNREACHABLE: Trigger.FAIL,
    Reaction.REJECTS: Trigger.REJECT,
}

_ENDED_BY_OTHERS = frozenset({Trigger.CANCEL, Trigger.RELEASE, Trigger.RING_OUT})
_PRESSES_AFTER = 1.0

# There are few of them, and every step makes some.
_input = lru_cache(maxsize=64)(Input)


def begin(sid: str, order: Order, story: Story, at: datetime, *, account_sid: str, pace: Pace) -> Step:
    """A call that has been accepted and whose first dial is due."""
    call = Call(
        sid=sid,
        account_sid=account_sid,
        order=order,
        story=story,
        pace=pace,
        state=CallState.QUEUED,
        created_at=at,
        updated_at=at,
    )
    return Step(call, (StartTimer(call.start_at, _dial(call, Side.FROM)),))


def step(call: Call, event: Input, at: datetime, rng: Random) -> Step:
    """What `event` at `at` makes of the call. `rng` mints the sids of new legs.

    Raises IllegalInput where the tables have no row.
    """
    if event.side is None:
        clock_row = CLOCK_TABLE.get((call.state, event.trigger))
        if clock_row is None:
            raise _illegal(call, event)
        return _enter(call, clock_row, call.legs, at, ())

    leg = call.leg(event.side)
    source = leg.state if leg else LegState.IDLE
    target = LEG_TABLE.get((source, event.trigger))
    table = FLOW_TABLE if call.order.runs_flow else CALL_TABLE
    row = table.get((call.state, event.side, target)) if target else None
    if target is None or row is None:
        raise _illegal(call, event)
    if target is LegState.RINGING:
        leg = _dialled(call, event.side, at, rng)
    elif leg is not None:
        leg = _moved(leg, target, event, at, call.story)
    legs = (*call.legs[: leg.number - 1], leg, *call.legs[leg.number :]) if leg else call.legs
    return _enter(call, row, legs, at, _leg_effects(call, leg, event, at))


def _illegal(call: Call, event: Input) -> IllegalInput:
    legs = ", ".join(f"{leg.side} leg {leg.state}" for leg in call.legs) or "no legs"
    message = f"call {call.sid} is {call.state} ({legs}): {event} is not possible now"
    return IllegalInput(message)


def _dial(call: Call, side: Side) -> Input:
    is_dialled = call.story.party(side).reaction is not Reaction.NOT_DIALLED and call.order.party(side) is not None
    return _input(Trigger.DIAL if is_dialled else Trigger.SKIP, side)


def _dialled(call: Call, side: Side, at: datetime, rng: Random) -> Leg | None:
    party = call.order.party(side)
    if party is None:
        return None
    return Leg(
        number=len(call.legs) + 1,
        side=side,
        party=party,
        sid=new_leg_sid(rng, call.sid),
        state=LegState.RINGING,
        dialled_at=at,
        updated_at=at,
    )


def _moved(leg: Leg, target: LegState, event: Input, at: datetime, story: Story) -> Leg:
    if event.trigger is Trigger.PRESS:
        return replace(leg, digits=leg.digits + event.digits, updated_at=at)
    # Field by field, here and in `_in_state`: with `replace`, copying takes most of a step's time.
    kept = (leg.number, leg.side, leg.party, leg.sid, target, leg.dialled_at, at)
    if target is LegState.ANSWERED:
        return Leg(*kept, at, is_machine=story.party(leg.side).is_machine)
    ended_itself = event.trigger not in _ENDED_BY_OTHERS
    return Leg(*kept, leg.answered_at, at, leg.digits, leg.is_machine, ended_itself)


def _leg_effects(call: Call, leg: Leg | None, event: Input, at: datetime) -> tuple[Effect, ...]:
    if leg is None:
        return ()
    if event.trigger is Trigger.DIAL:
        return _ring_timers(call, leg.side, at)
    if event.trigger is Trigger.ANSWER:
        return (
            CancelTimers(leg.side),
            *(_from_timers(call, at) if leg.side is Side.FROM else ()),
            *_notifications(call, CallEvent.ANSWERED, leg.number),
        )
    return ()


def _ring_timers(call: Call, side: Side, at: datetime) -> tuple[StartTimer, ...]:
    party, timeout = call.story.party(side), call.order.ring_timeout
    ring_out = StartTimer(_later(at, timeout), _input(Trigger.RING_OUT, side))
    if party.reaction is Reaction.NO_ANSWER and not 0 < party.ring < timeout:
        return (ring_out,)
    # The reaction first: of two timers of one instant the earlier started fires first, so an answer in the very second
    # of the ring time-out counts.
    return StartTimer(_later(at, party.ring), _input(_REACTION_TRIGGERS[party.reaction], side)), ring_out


def _from_timers(call: Call, at: datetime) -> tuple[StartTimer, ...]:
    limit = StartTimer(_later(at, call.order.time_limit), _input(Trigger.TIME_LIMIT))
    gives_up_after = call.story.from_party.gives_up_after
    if gives_up_after is None:
        return (limit,)
    # Started before leg 2's ring time-out, so that of two in one instant the hang-up comes first.
    patience = min(gives_up_after, call.order.ring_timeout)
    return limit, StartTimer(_later(at, patience), _input(Trigger.HANG_UP, Side.FROM))


def _enter(
    call: Call, row: CallRow | ClockRow, legs: tuple[Leg, ...], at: datetime, effects: tuple[Effect, ...]
) -> Step:
    """The call in its new state, with what entering that state brings about."""
    entry = _ENTRIES.get(row.target) if row.target is not call.state else None
    call = _in_state(call, row, legs, at)
    return Step(call, (*effects, *entry(call, at)) if entry else effects)


def _in_state(call: Call, row: CallRow | ClockRow, legs: tuple[Leg, ...], at: datetime) -> Call:
    outcome, ended_at, processed_at, settled_at = call.outcome, call.ended_at, call.processed_at, call.settled_at
    if row.target is CallState.ENDED:
        legs, outcome, ended_at = tuple(_released(leg, at, call.story) for leg in legs), row.outcome, at
    elif row.target is CallState.PROCESSED:
        processed_at = at
    elif row.target is CallState.SETTLED:
        settled_at = at
    kept = (call.sid, call.account_sid, call.order, call.story, call.pace)
    return Call(*kept, row.target, call.created_at, at, legs, outcome, ended_at, processed_at, settled_at)


def _enter_ringing_to(call: Call, at: datetime) -> tuple[Effect, ...]:
    return (StartTimer(at, _dial(call, Side.TO)),)


def _enter_talking(call: Call, at: datetime) -> tuple[Effect, ...]:
    return CancelTimers(Side.FROM), *_talk_timers(call.story, at)


def _enter_in_flow(call: Call, at: datetime) -> tuple[Effect, ...]:
    # Somebody is alone with a flow, which lasts as long as the talk would have.
    alone = replace(call.story, to_party=PartyStory(), hangs_up=Side.FROM)
    return tuple(_talk_timers(alone, at))


def _enter_ended(call: Call, at: datetime) -> tuple[Effect, ...]:
    return CancelTimers(), StartTimer(_later(at, call.pace.process_after), _input(Trigger.PROCESS))


def _enter_processed(call: Call, at: datetime) -> tuple[Effect, ...]:
    due = max(at, _later(call.ended_at or at, call.pace.settle_after))
    return *_notifications(call, CallEvent.OVER, None), StartTimer(due, _input(Trigger.SETTLE))


_ENTRIES = {
    CallState.RINGING_TO: _enter_ringing_to,
    CallState.TALKING: _enter_talking,
    CallState.IN_FLOW: _enter_in_flow,
    CallState.ENDED: _enter_ended,
    CallState.PROCESSED: _enter_processed,
}


def _released(leg: Leg, at: datetime, story: Story) -> Leg:
    trigger = RELEASED_BY.get(leg.state)
    if trigger is None:
        return leg
    return _moved(leg, LEG_TABLE[leg.state, trigger], _input(trigger, leg.side), at, story)


def _talk_timers(story: Story, at: datetime) -> list[StartTimer]:
    """Digits a second into the talk (or half-way through a shorter one), then the hang-up."""
    presses_after = _PRESSES_AFTER if story.talk is None else min(_PRESSES_AFTER, story.talk / 2)
    timers = [
        StartTimer(_later(at, presses_after), Input(Trigger.PRESS, side, story.party(side).digits))
        for side in Side
        if story.party(side).digits
    ]
    if story.talk is not None:
        timers.append(StartTimer(_later(at, story.talk), _input(Trigger.HANG_UP, story.hangs_up)))
    return timers


def _notifications(call: Call, event: CallEvent, leg_number: int | None) -> tuple[Notify, ...]:
    wanted = call.order.subscriptions
    return tuple(Notify(one, leg_number) for one in wanted if one.event is event) if wanted else ()


def _later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)
