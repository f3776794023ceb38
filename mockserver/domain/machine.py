"""The state machine: one pure step from a call and an input to the next call and its effects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random

from mockserver.domain import flows, legs, plans
from mockserver.domain.call import Call, CallState, Leg, LegState
from mockserver.domain.causes import HangupCause
from mockserver.domain.effects import CancelTimers, CloseStreams, Effect, Input, Notify, StartTimer, Step
from mockserver.domain.errors import IllegalInput
from mockserver.domain.order import CallEvent, Order, Pace, Party
from mockserver.domain.sids import new_leg_sid
from mockserver.domain.states import (
    APPLET_CLOCK_TABLE,
    APPLET_TABLE,
    CALL_TABLE,
    CLOCK_TABLE,
    FLOW_TABLE,
    LEG_TABLE,
    OF_THE_CALL,
    ROUTE_CLOCK_TABLE,
    ROUTE_TABLE,
    UNANSWERED,
    CallRow,
    ClockRow,
    Trigger,
)
from mockserver.domain.story import Side, Story

_CallKey = tuple[CallState, Side, LegState]
_ClockKey = tuple[CallState, Trigger]
_DIALS = frozenset({Trigger.DIAL, Trigger.SKIP})


def begin(sid: str, order: Order, story: Story, at: datetime, *, account_sid: str, pace: Pace, serial: int = 0) -> Step:
    """A call that has been accepted and whose first dial is due, or one that is coming in."""
    call = Call(
        sid=sid,
        account_sid=account_sid,
        order=order,
        story=story,
        pace=pace,
        state=CallState.QUEUED,
        created_at=at,
        updated_at=at,
        serial=serial,
    )
    first = Input(Trigger.ARRIVE, Side.FROM) if order.comes_in else plans.dial(call, Side.FROM)
    return Step(call, (StartTimer(call.start_at, first),))


def step(call: Call, event: Input, at: datetime, rng: Random) -> Step:
    """What `event` at `at` makes of the call. `rng` mints the sids of new legs.

    Raises IllegalInput where the tables have no row.
    """
    if not call.order.runs_applets:
        return _step(call, event, at, rng)
    flows.check(call, event)
    before = flows.connected(call, event) if event.trigger is Trigger.CONNECT else call
    return flows.carried_on(call, event, _step(before, event, at, rng), at)


def _step(call: Call, event: Input, at: datetime, rng: Random) -> Step:
    table, clock_table = _tables(call.order)
    if event.trigger in OF_THE_CALL:
        clock_row = clock_table.get((call.state, event.trigger))
        if clock_row is None:
            raise _illegal(call, event)
        return _enter(call, clock_row, call.legs, at, ())

    leg = _leg_of(call, event)
    target = LEG_TABLE.get((leg.state if leg else LegState.IDLE, event.trigger))
    row = table.get((call.state, event.side, target)) if event.side and target else None
    if target is None or row is None:
        raise _illegal(call, event)
    if event.trigger is Trigger.PRESS:
        # The leg was answered before, which is what the row is about: who presses a key moves nobody.
        row = row._replace(target=call.state)
    if leg is not None:
        leg = _moved(call, leg, target, event, at)
        after = (*call.legs[: leg.number - 1], leg, *call.legs[leg.number :])
        return _enter(call, row, after, at, _leg_effects(call, leg, event, at))
    if target is LegState.NOT_DIALLED:
        return _enter(call, row, call.legs, at, ())
    party = _party_for(call, event)
    if party is None:
        raise _illegal(call, event)
    leg = _new_leg(call, event, party, at, rng)
    before = tuple(_handed_over(one, event, at) for one in call.legs)
    return _enter(call, row, (*before, leg), at, _leg_effects(call, leg, event, at))


def _tables(order: Order) -> tuple[Mapping[_CallKey, CallRow], Mapping[_ClockKey, ClockRow]]:
    if order.runs_applets:
        return APPLET_TABLE, APPLET_CLOCK_TABLE
    if order.route is not None:
        return ROUTE_TABLE, ROUTE_CLOCK_TABLE
    return FLOW_TABLE if order.runs_flow else CALL_TABLE, CLOCK_TABLE


def _illegal(call: Call, event: Input) -> IllegalInput:
    known = ", ".join(f"{leg.side} leg {leg.state}" for leg in call.legs) or "no legs"
    message = f"call {call.sid} is {call.state} ({known}): {event} is not possible now"
    return IllegalInput(message)


def _leg_of(call: Call, event: Input) -> Leg | None:
    """The leg that something happens to; None for one that is yet to be made."""
    on_side = [leg for leg in call.legs if leg.side is event.side and event.leg in {None, leg.number}]
    if not on_side or (event.trigger in _DIALS and (event.party or call.order.route)):
        return None
    return next((leg for leg in on_side if (leg.state, event.trigger) in LEG_TABLE), on_side[-1])


def _party_for(call: Call, event: Input) -> Party | None:
    """Who is dialled, if anybody is to be: in a talk, only in place of one of the two."""
    if (event.party is not None) is not (call.state is CallState.TALKING):
        return None
    side = event.side or Side.FROM
    return event.party or call.order.party(side, len(call.legs_on(side)) if side is Side.TO else 0)


def _new_leg(call: Call, event: Input, party: Party, at: datetime, rng: Random) -> Leg:
    has_arrived = event.trigger is Trigger.ARRIVE
    return Leg(
        number=len(call.legs) + 1,
        side=event.side or Side.FROM,
        party=party,
        sid=new_leg_sid(rng, call.sid),
        state=LegState.ANSWERED if has_arrived else LegState.RINGING,
        dialled_at=at,
        updated_at=at,
        answered_at=at if has_arrived else None,
        is_transfer=event.party is not None,
    )


def _handed_over(leg: Leg, event: Input, at: datetime) -> Leg:
    """The legs before that of a third party: who hands the call over is out of it."""
    is_out = event.party is not None and leg.side is event.side
    return legs.released(leg, at, HangupCause.BLIND_TRANSFER) if is_out else leg


def _moved(call: Call, leg: Leg, target: LegState, event: Input, at: datetime) -> Leg:
    if event.trigger is Trigger.PRESS:
        return legs.pressed(leg, at, event.digits)
    told = legs.story_of(call, leg)
    if target is LegState.ANSWERED:
        return legs.answered(leg, at, told)
    return legs.ended(leg, event.trigger, at, legs.told_cause(event.trigger, told))


def _leg_effects(call: Call, leg: Leg, event: Input, at: datetime) -> tuple[Effect, ...]:
    if event.trigger is Trigger.DIAL:
        return plans.ringing(call, leg, at)
    if event.trigger in {Trigger.ANSWER, Trigger.ARRIVE}:
        is_first = leg.side is Side.FROM and not leg.is_transfer
        return (
            CancelTimers(leg.side),
            *(plans.first_answered(call, at) if is_first else ()),
            *_notifications(call, CallEvent.ANSWERED, leg.number),
            *plans.stream_opened(call, leg),
        )
    if leg.state in UNANSWERED and call.order.route is not None and call.state is CallState.RINGING_TO:
        return plans.unanswered(call, leg, at)
    return ()


def _enter(
    call: Call, row: CallRow | ClockRow, after: tuple[Leg, ...], at: datetime, effects: tuple[Effect, ...]
) -> Step:
    """The call in its new state, with what entering that state brings about."""
    entry = _ENTRIES.get(row.target) if row.target is not call.state else None
    call = _in_state(call, row, after, at)
    if entry is None:
        return Step(call, effects)
    # What a transfer cancels is what was due before it.
    both = (entry(call, at), effects) if row.target is CallState.TRANSFERRING else (effects, entry(call, at))
    return Step(call, (*both[0], *both[1]))


def _in_state(call: Call, row: CallRow | ClockRow, after: tuple[Leg, ...], at: datetime) -> Call:
    outcome, ended_at, processed_at, settled_at = call.outcome, call.ended_at, call.processed_at, call.settled_at
    queued_at = call.queued_at
    if row.target is CallState.ENDED:
        outcome, ended_at = row.outcome or flows.reached(call, after, row), at
        after = tuple(_left(leg, at, row) for leg in after)
    elif row.target is CallState.PROCESSED:
        processed_at = at
    elif row.target is CallState.SETTLED:
        settled_at = at
    elif row.target is CallState.WAITING:
        queued_at = queued_at or at
    elif row.target in {CallState.TALKING, CallState.VOICEMAIL}:
        after = tuple(_lost_race(leg, at, row.target) for leg in after)
    elif row.target is CallState.IN_FLOW:
        after = tuple(leg if leg.side is Side.FROM else _let_go(leg, at, row) for leg in after)
    kept = (call.sid, call.account_sid, call.order, call.story, call.pace, row.target, call.created_at, at, after)
    moments = (outcome, ended_at, processed_at, settled_at, call.serial, queued_at)
    return Call(*kept, *moments, call.wrapup, call.progress)


def _left(leg: Leg, at: datetime, row: CallRow | ClockRow) -> Leg:
    """A leg when the call ends."""
    is_limit = isinstance(row, ClockRow) and row.trigger is Trigger.TIME_LIMIT and leg.state is LegState.ANSWERED
    return legs.released(leg, at, HangupCause.ALLOTTED_TIMEOUT if is_limit else None)


def _let_go(leg: Leg, at: datetime, row: CallRow | ClockRow) -> Leg:
    """The leg of an agent when the flow goes on alone with the caller: the talk may have come to its limit."""
    is_limit = isinstance(row, ClockRow) and leg.state is LegState.ANSWERED
    return legs.released(leg, at, HangupCause.ALLOTTED_TIMEOUT if is_limit else None)


def _lost_race(leg: Leg, at: datetime, target: CallState) -> Leg:
    """A leg that still rings when another was answered, or the voicemail has begun."""
    if leg.state is not LegState.RINGING:
        return leg
    return legs.released(leg, at, HangupCause.LOSE_RACE if target is CallState.TALKING else None)


def _enter_ended(call: Call, at: datetime) -> tuple[Effect, ...]:
    process = StartTimer(plans.later(at, call.pace.process_after), Input(Trigger.PROCESS))
    return (CancelTimers(), process, *((CloseStreams(),) if call.order.may_stream else ()))


def _enter_processed(call: Call, at: datetime) -> tuple[Effect, ...]:
    due = max(at, plans.later(call.ended_at or at, call.pace.settle_after))
    return *_notifications(call, CallEvent.OVER, None), StartTimer(due, Input(Trigger.SETTLE))


_ENTRIES = {
    CallState.RINGING_TO: plans.ringing_to,
    CallState.TALKING: plans.talking,
    CallState.IN_FLOW: plans.in_flow,
    CallState.WAITING: plans.waiting,
    CallState.TRANSFERRING: plans.transferring,
    CallState.VOICEMAIL: plans.voicemail,
    CallState.ENDED: _enter_ended,
    CallState.PROCESSED: _enter_processed,
}


def _notifications(call: Call, event: CallEvent, leg_number: int | None) -> tuple[Notify, ...]:
    wanted = call.order.subscriptions
    return tuple(Notify(one, leg_number) for one in wanted if one.event is event) if wanted else ()
