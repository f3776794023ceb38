"""What is due to happen in a state that a call has come to: the story and the route, as timers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from mockserver.domain.call import Call, Leg
from mockserver.domain.effects import CancelTimers, Effect, Input, OpenStream, StartTimer
from mockserver.domain.legs import story_of
from mockserver.domain.states import Trigger
from mockserver.domain.story import Reaction, Side

# The input with which a story's reaction comes about; a party that does not answer is left to the ring time-out.
_REACTION_TRIGGERS = {
    Reaction.ANSWERS: Trigger.ANSWER,
    Reaction.NO_ANSWER: Trigger.RING_OUT,
    Reaction.BUSY: Trigger.BUSY,
    Reaction.UNREACHABLE: Trigger.FAIL,
    Reaction.REJECTS: Trigger.REJECT,
}
_PRESSES_AFTER = 1.0
# Of callers whose story does not say whether they leave a message when a flow asks for one, in seconds.
_MESSAGE = 10.0

# There are few of them, and every step makes some.
_input = lru_cache(maxsize=256)(Input)


def dial(call: Call, side: Side, attempt: int = 0) -> Input:
    """The next dial on a side, or its omission."""
    is_dialled = call.story.party(side, attempt).reaction is not Reaction.NOT_DIALLED
    return _input(Trigger.DIAL if is_dialled and call.order.party(side, attempt) else Trigger.SKIP, side)


def ringing(call: Call, leg: Leg, at: datetime) -> tuple[Effect, ...]:
    told, timeout, side, number = story_of(call, leg), call.order.ring_timeout, leg.side, leg.number
    ring_out = StartTimer(later(at, timeout), _input(Trigger.RING_OUT, side, "", number))
    if told.reaction not in _REACTION_TRIGGERS or (told.reaction is Reaction.NO_ANSWER and not 0 < told.ring < timeout):
        return (ring_out,)
    # The reaction first: of two timers of one instant the earlier started fires first, so an answer in the very second
    # of the ring time-out counts.
    reaction = _input(_REACTION_TRIGGERS[told.reaction], side, "", number)
    return StartTimer(later(at, told.ring), reaction), ring_out


def first_answered(call: Call, at: datetime) -> tuple[Effect, ...]:
    """The time limit, and the first party's patience."""
    limit = StartTimer(later(at, call.order.time_limit), _input(Trigger.TIME_LIMIT))
    patience, is_routed = call.story.from_party.gives_up_after, call.order.route is not None
    if call.story.asks_callback_after is not None and is_routed:
        asks = StartTimer(later(at, call.story.asks_callback_after), _input(Trigger.CALL_BACK, Side.FROM))
        return limit, asks
    if patience is None:
        return (limit,)
    # Started before leg 2's ring time-out, so that of two in one instant the hang-up comes first.
    patience = patience if is_routed else min(patience, call.order.ring_timeout)
    return limit, StartTimer(later(at, patience), _input(Trigger.HANG_UP, Side.FROM))


def in_flow(call: Call, at: datetime) -> tuple[Effect, ...]:
    story, route = call.story, call.order.route
    if call.order.runs_applets:
        return ()
    if route is None:
        # Somebody is alone with a flow, which lasts as long as the talk would have.
        return (*_presses(call, Side.FROM, story.talk, at), *alone(call, at))
    pressed = _presses(call, Side.FROM, route.menu, at) if route.menu else ()
    return (*pressed, StartTimer(later(at, route.menu), _input(Trigger.ENQUEUE, Side.FROM)))


def alone(call: Call, at: datetime) -> tuple[Effect, ...]:
    """When who is alone with a flow or a bot hangs up, if the script has not done so before."""
    return _hang_up(call.story.talk, Side.FROM, at)


def stream_opened(call: Call, leg: Leg) -> tuple[Effect, ...]:
    """The stream that begins with the connection of a leg."""
    stream = call.order.stream
    if stream is None or leg.is_transfer:
        return ()
    # Where nobody is dialled second, there is only one connection to begin with.
    begins_at = stream.begins_at if call.order.to_party is not None else Side.FROM
    return (OpenStream(stream, leg.side, call.order.is_with_bot),) if leg.side is begins_at else ()


def waiting(call: Call, at: datetime) -> tuple[Effect, ...]:
    """The dials that follow the queue: of all at once, or of the first."""
    route = call.order.route
    if route is None or not route.parties:
        return _nobody(call, later(at, route.queue if route else 0.0))
    due = later(at, route.queue)
    attempts = range(route.first, route.first + route.width)
    return tuple(StartTimer(due, dial(call, Side.TO, attempt)) for attempt in attempts)


def ringing_to(call: Call, at: datetime) -> tuple[Effect, ...]:
    return () if call.order.route else (StartTimer(at, dial(call, Side.TO)),)


def unanswered(call: Call, leg: Leg, at: datetime) -> tuple[Effect, ...]:
    """After one of a routed call's agents did not answer: the next one's turn, or nobody's."""
    route = call.order.route
    cancelled = CancelTimers(leg.side, leg.number)
    if route is None or leg.side is Side.FROM:
        return (cancelled,)
    others = [one for one in call.legs_on(Side.TO)[route.first :] if one.number != leg.number]
    ended = 1 + sum(not one.is_living for one in others)
    # Dials that are due in this very instant count as done: so many are to ring at a time.
    begun = route.width + ended
    if route.dial is not None and route.dial.asks_after_attempt:
        is_last = ended == route.width
    elif begun <= len(route.parties) - route.first:
        return cancelled, StartTimer(at, dial(call, Side.TO, route.first + begun - 1))
    else:
        is_last = ended == len(route.parties) - route.first
    return (cancelled, *_nobody(call, at)) if is_last else (cancelled,)


def _nobody(call: Call, due: datetime) -> tuple[Effect, ...]:
    """Nobody answers: a message, or the end. What follows in a flow, the flow knows."""
    if call.order.runs_applets:
        return (StartTimer(due, _input(Trigger.PROCEED)),)
    trigger = Trigger.NOBODY if call.story.voicemail is None else Trigger.BEEP
    return (StartTimer(due, _input(trigger, Side.FROM)),)


def talking(call: Call, at: datetime) -> tuple[Effect, ...]:
    story = call.story
    # What they press, they press once, whoever takes over later.
    is_first = not any(leg.is_transfer for leg in call.legs)
    has_pressed = call.progress.told > 0 or (call.order.route is not None and call.order.route.menu > 0)
    sides = [side for side in Side if is_first and not (has_pressed and side is Side.FROM)]
    presses = [timer for side in sides for timer in _presses(call, side, story.talk, at)]
    return (CancelTimers(Side.FROM), *presses, *_talk_limit(call, at), *_hang_up(story.talk, story.hangs_up, at))


def _talk_limit(call: Call, at: datetime) -> tuple[Effect, ...]:
    """The end of this talk, which is not that of the call."""
    dial = call.order.route.dial if call.order.route else None
    if dial is None or dial.talk_limit is None:
        return ()
    return (StartTimer(later(at, dial.talk_limit), _input(Trigger.PROCEED)),)


def transferring(_call: Call, _at: datetime) -> tuple[Effect, ...]:
    return *(CancelTimers(side) for side in Side), CancelTimers(trigger=Trigger.PROCEED)


def voicemail(call: Call, at: datetime) -> tuple[Effect, ...]:
    message = _MESSAGE if call.story.voicemail is None else call.story.voicemail
    return CancelTimers(Side.FROM), CancelTimers(Side.TO), *_hang_up(message, Side.FROM, at)


def _presses(call: Call, side: Side, lasts: float | None, at: datetime) -> tuple[Effect, ...]:
    """Digits a second into the talk, or half-way through a shorter one."""
    leg = call.leg(side)
    digits = story_of(call, leg).digits if leg else ""
    if not digits:
        return ()
    after = _PRESSES_AFTER if lasts is None else min(_PRESSES_AFTER, lasts / 2)
    return (StartTimer(later(at, after), Input(Trigger.PRESS, side, digits)),)


def _hang_up(after: float | None, side: Side, at: datetime) -> tuple[Effect, ...]:
    return () if after is None else (StartTimer(later(at, after), _input(Trigger.HANG_UP, side)),)


def later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)
