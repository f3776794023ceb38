"""The state machine: one pure step from a call and an input to the next call and its effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from mockserver.domain.call import Call, CallEvent, CallState, Leg, LegState, Order, Outcome, Pace, Subscription
from mockserver.domain.errors import IllegalInput
from mockserver.domain.states import CALL_TABLE, CLOCK_TABLE, FLOW_TABLE, LEG_TABLE, RELEASED_BY, Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story


@dataclass(frozen=True, slots=True)
class Input:
    """Something that happens to a call; with a `side`, to that side's leg."""

    trigger: Trigger
    side: Side | None = None
    digits: str = ""

    def __str__(self) -> str:
        return f"{self.trigger} ({self.side})" if self.side else str(self.trigger)


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`input` is due at `due`, unless cancelled."""

    due: datetime
    input: Input


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """Cancel the call's timers for one side's leg, or all of them."""

    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell one subscriber, with the call as it is at this step."""

    subscription: Subscription
    leg_number: int | None = None


Effect = StartTimer | CancelTimers | Notify


@dataclass(frozen=True, slots=True)
class Step:
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

_PRESSES_AFTER = 1.0


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
        return _enter(call, clock_row.target, clock_row.outcome, at, ())

    leg = call.leg(event.side)
    source = leg.state if leg else LegState.IDLE
    target = LEG_TABLE.get((source, event.trigger))
    table = FLOW_TABLE if call.order.runs_flow else CALL_TABLE
    row = table.get((call.state, event.side, target)) if target else None
    if target is None or row is None:
        raise _illegal(call, event)
    moved = _dialled(call, event.side, at, rng) if target is LegState.RINGING else leg
    if moved is not None:
        moved = _moved(moved, target, event, at, call.story)
        call = replace(call, legs=(*call.legs[: moved.number - 1], moved, *call.legs[moved.number :]))
    return _enter(call, row.target, row.outcome, at, _leg_effects(call, moved, event, at))


def _illegal(call: Call, event: Input) -> IllegalInput:
    legs = ", ".join(f"{leg.side} leg {leg.state}" for leg in call.legs) or "no legs"
    message = f"call {call.sid} is {call.state} ({legs}): {event} is not possible now"
    return IllegalInput(message)


def _dial(call: Call, side: Side) -> Input:
    is_dialled = call.story.party(side).reaction is not Reaction.NOT_DIALLED and call.order.party(side) is not None
    return Input(Trigger.DIAL if is_dialled else Trigger.SKIP, side)


def _dialled(call: Call, side: Side, at: datetime, rng: Random) -> Leg | None:
    party = call.order.party(side)
    if party is None:
        return None
    return Leg(
        number=len(call.legs) + 1,
        side=side,
        party=party,
        sid=f"{rng.getrandbits(112):028x}{call.sid[-4:]}",
        state=LegState.IDLE,
        dialled_at=at,
        updated_at=at,
    )


def _moved(leg: Leg, target: LegState, event: Input, at: datetime, story: Story) -> Leg:
    if target is LegState.RINGING:
        return replace(leg, state=target, updated_at=at)
    if event.trigger is Trigger.PRESS:
        return replace(leg, digits=leg.digits + event.digits, updated_at=at)
    if target is LegState.ANSWERED:
        return replace(leg, state=target, answered_at=at, updated_at=at, is_machine=story.party(leg.side).is_machine)
    ended_itself = event.trigger not in {Trigger.CANCEL, Trigger.RELEASE, Trigger.RING_OUT}
    return replace(leg, state=target, ended_at=at, updated_at=at, ended_itself=ended_itself)


def _leg_effects(call: Call, leg: Leg | None, event: Input, at: datetime) -> tuple[Effect, ...]:
    if leg is None:
        return ()
    if event.trigger is Trigger.DIAL:
        return tuple(_ring_timers(call, leg, at))
    if event.trigger is Trigger.ANSWER:
        return (
            CancelTimers(leg.side),
            *_answered_timers(call, leg, at),
            *_notifications(call, CallEvent.ANSWERED, leg.number),
        )
    return ()


def _ring_timers(call: Call, leg: Leg, at: datetime) -> list[StartTimer]:
    party = call.story.party(leg.side)
    timers = [StartTimer(_later(at, call.order.ring_timeout), Input(Trigger.RING_OUT, leg.side))]
    is_patient = party.reaction is Reaction.NO_ANSWER and not 0 < party.ring < call.order.ring_timeout
    if not is_patient:
        # First in the list: of two timers of one instant the earlier started fires first, so an answer in the
        # very second of the ring time-out counts.
        timers.insert(0, StartTimer(_later(at, party.ring), Input(_REACTION_TRIGGERS[party.reaction], leg.side)))
    return timers


def _answered_timers(call: Call, leg: Leg, at: datetime) -> list[StartTimer]:
    party = call.story.party(leg.side)
    timers = []
    if leg.side is Side.FROM:
        timers.append(StartTimer(_later(at, call.order.time_limit), Input(Trigger.TIME_LIMIT)))
        if party.gives_up_after is not None:
            # Started before leg 2's ring time-out, so that of two in one instant the hang-up comes first.
            patience = min(party.gives_up_after, call.order.ring_timeout)
            timers.append(StartTimer(_later(at, patience), Input(Trigger.HANG_UP, leg.side)))
    return timers


def _enter(call: Call, target: CallState, outcome: Outcome | None, at: datetime, effects: tuple[Effect, ...]) -> Step:
    """The call in its new state, with what entering that state brings about."""
    is_new = target is not call.state
    call = replace(call, state=target, updated_at=at)
    entry = _ENTRIES.get(target) if is_new else None
    if entry is None:
        return Step(call, effects)
    call, more = entry(call, outcome, at)
    return Step(call, (*effects, *more))


def _enter_ringing_to(call: Call, _: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    return call, (StartTimer(at, _dial(call, Side.TO)),)


def _enter_talking(call: Call, _: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    return call, (CancelTimers(Side.FROM), *_talk_timers(call.story, at))


def _enter_in_flow(call: Call, _: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    # Somebody is alone with a flow, which lasts as long as the talk would have.
    alone = replace(call.story, to_party=PartyStory(), hangs_up=Side.FROM)
    return call, tuple(_talk_timers(alone, at))


def _enter_ended(call: Call, outcome: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    call = replace(call, outcome=outcome, ended_at=at, legs=tuple(_released(leg, at, call) for leg in call.legs))
    return call, (CancelTimers(), StartTimer(_later(at, call.pace.process_after), Input(Trigger.PROCESS)))


def _enter_processed(call: Call, _: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    call = replace(call, processed_at=at)
    due = max(at, _later(call.ended_at or at, call.pace.settle_after))
    return call, (*_notifications(call, CallEvent.OVER, None), StartTimer(due, Input(Trigger.SETTLE)))


def _enter_settled(call: Call, _: Outcome | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    return replace(call, settled_at=at), ()


_ENTRIES = {
    CallState.RINGING_TO: _enter_ringing_to,
    CallState.TALKING: _enter_talking,
    CallState.IN_FLOW: _enter_in_flow,
    CallState.ENDED: _enter_ended,
    CallState.PROCESSED: _enter_processed,
    CallState.SETTLED: _enter_settled,
}


def _released(leg: Leg, at: datetime, call: Call) -> Leg:
    trigger = RELEASED_BY.get(leg.state)
    if trigger is None:
        return leg
    return _moved(leg, LEG_TABLE[leg.state, trigger], Input(trigger, leg.side), at, call.story)


def _talk_timers(story: Story, at: datetime) -> list[StartTimer]:
    """Digits a second into the talk (or half-way through a shorter one), then the hang-up."""
    presses_after = _PRESSES_AFTER if story.talk is None else min(_PRESSES_AFTER, story.talk / 2)
    timers = [
        StartTimer(_later(at, presses_after), Input(Trigger.PRESS, side, story.party(side).digits))
        for side in Side
        if story.party(side).digits
    ]
    if story.talk is not None:
        timers.append(StartTimer(_later(at, story.talk), Input(Trigger.HANG_UP, story.hangs_up)))
    return timers


def _notifications(call: Call, event: CallEvent, leg_number: int | None) -> list[Notify]:
    return [
        Notify(subscription, leg_number) for subscription in call.order.subscriptions if subscription.event is event
    ]


def _later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)
