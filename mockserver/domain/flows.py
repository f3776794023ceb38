"""A call's way through the applets of its flow: what entering one brings about, and where its end leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mockserver.domain import plans
from mockserver.domain.applets import (
    Applet,
    Branch,
    Connect,
    Connecting,
    Gather,
    Gathering,
    Greeting,
    Passthru,
    Said,
    Streaming,
    Voicemail,
)
from mockserver.domain.call import Call, CallState, Leg, Outcome
from mockserver.domain.effects import Ask, CancelTimers, Effect, Input, Notify, OpenStream, StartTimer, Step
from mockserver.domain.errors import IllegalInput
from mockserver.domain.flow_news import UNREACHED, agent_events, farewells, subscription
from mockserver.domain.media import Stream
from mockserver.domain.order import CallEvent
from mockserver.domain.plans import later
from mockserver.domain.states import CallRow, ClockRow, Trigger
from mockserver.domain.story import Side

# Flows may go in circles. One that has come so far without an end is hung up: no caller has that much patience.
MOST_APPLETS = 200
_PRESSES_AFTER = 1.0
_ASKS = {
    Greeting: CallEvent.GREETING,
    Gather: CallEvent.GATHER,
    Passthru: CallEvent.PASSTHRU,
    Connect: CallEvent.CONNECT,
}


def check(call: Call, event: Input) -> None:
    """Raises IllegalInput for an answer that nobody waits for, and for what cannot happen while one is waited for."""
    asked = call.progress.open_ask
    is_answer = event.trigger in {Trigger.TOLD, Trigger.UNHEARD, Trigger.CONNECT}
    if is_answer and (asked is None or event.ask != asked):
        message = f"call {call.sid} waits for no answer to question {event.ask}"
        raise IllegalInput(message)
    if asked is not None and event.trigger in {Trigger.PROCEED, Trigger.BEEP, Trigger.FINISH}:
        message = f"call {call.sid} waits in {call.progress.applet} for the answer to question {asked}: no {event} now"
        raise IllegalInput(message)
    if event.trigger is Trigger.CONNECT and not (isinstance(event.answer, Connecting) and event.answer.route.parties):
        message = f"call {call.sid} cannot connect to nobody"
        raise IllegalInput(message)


def connected(call: Call, event: Input) -> Call:
    """The call before it dials whom the application named: these parties follow those who were dialled before."""
    answer = event.answer
    if not isinstance(answer, Connecting):
        return call
    dial, earlier = answer.dial, tuple(leg.party for leg in call.legs_on(Side.TO))
    order = replace(
        call.order,
        route=replace(
            answer.route,
            parties=(*earlier, *answer.route.parties),
            dial=dial,
            first=len(earlier),
            group_id=answer.route.group_id or (call.order.route.group_id if call.order.route else None),
        ),
        ring_timeout=dial.ring_timeout,
        recording=dial.recording or call.order.recording,
        playbacks=dial.playbacks or call.order.playbacks,
        wait_audio_url=dial.wait_audio_url or call.order.wait_audio_url,
    )
    told = (*(call.story.party(Side.TO, place) for place in range(len(earlier))), *answer.stories)
    story = replace(call.story, to_party=told[0], others=told[1:]) if told else call.story
    return replace(call, order=order, story=story, progress=replace(call.progress, open_ask=None))


def carried_on(before: Call, event: Input, stepped: Step, at: datetime) -> Step:
    """The step of a call that runs applets, with what the flow makes of it."""
    call = stepped.call
    effects = (*stepped.effects, *agent_events(before, call))
    if call.is_over:
        gone = () if before.is_over else farewells(before, call)
        return Step(replace(call, progress=replace(call.progress, open_ask=None)), (*effects, *gone))
    if call.state is not CallState.IN_FLOW:
        heard = (CancelTimers(trigger=Trigger.UNHEARD),) if event.trigger is Trigger.CONNECT else ()
        return Step(call, (*effects, *heard))
    call, more = _in_flow(before, event, call, at)
    return Step(call, (*effects, *more))


def reached(call: Call, after: tuple[Leg, ...], row: CallRow | ClockRow) -> Outcome:
    """The outcome of a call that ends somewhere in its flow: how far it has come."""
    has_talked = any(leg.side is Side.TO and leg.answered_at is not None for leg in after)
    if has_talked or call.order.is_into_flow:
        return Outcome.COMPLETED
    if row.source is CallState.VOICEMAIL:
        return Outcome.VOICEMAIL
    if isinstance(row, CallRow):
        return Outcome.FROM_CANCELLED
    if row.trigger is Trigger.CALL_BACK:
        return Outcome.CALLBACK_REQUESTED
    return Outcome.TO_UNANSWERED if any(leg.side is Side.TO for leg in after) else Outcome.TO_NOT_DIALLED


def _in_flow(before: Call, event: Input, call: Call, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    applet = before.applet
    if before.state is not CallState.IN_FLOW:
        return _entered(call, _after(before, applet), at, _let_go(before))
    if event.trigger in {Trigger.TOLD, Trigger.UNHEARD}:
        call = replace(call, progress=replace(call.progress, open_ask=None))
    match event.trigger:
        case Trigger.TOLD:
            return _told(call, event, applet, at)
        case Trigger.UNHEARD:
            return _failed(call, applet, at)
        case Trigger.PROCEED | Trigger.BOT_LEFT:
            return _proceeded(call, applet, at)
        case Trigger.PRESS:
            return _pressed(call, event, applet, at)
    return call, ()


def _after(before: Call, applet: Applet | None) -> str | None:
    """Where a flow goes on when it begins, or when the talk or the ringing of a connect is over."""
    if not isinstance(applet, Connect):
        flow = before.order.flow
        return flow.applets[0].id if flow else None
    if before.state in UNREACHED:
        dial = before.order.route.dial if before.order.route else None
        return applet.id if dial is not None and dial.asks_after_attempt else applet.nobody
    return applet.next


def _let_go(before: Call) -> tuple[Effect, ...]:
    """What was due in the talk or the ringing that is over."""
    sides = {CallState.TALKING: tuple(Side), CallState.RINGING_TO: (Side.TO,), CallState.WAITING: (Side.TO,)}
    cancelled = tuple(CancelTimers(side) for side in sides.get(before.state, ()))
    return (*cancelled, CancelTimers(trigger=Trigger.PROCEED)) if cancelled else ()


def _entered(
    call: Call, applet_id: str | None, at: datetime, effects: tuple[Effect, ...] = ()
) -> tuple[Call, tuple[Effect, ...]]:
    """The call in its next applet; without one, the flow is over."""
    progress, flow = call.progress, call.order.flow
    applet = flow.applet(applet_id) if flow else None
    is_lost = progress.entered >= MOST_APPLETS
    call = replace(
        call,
        progress=replace(
            progress,
            applet=applet.id if applet and not is_lost else None,
            entered=progress.entered + 1,
            since=at,
            keys="",
            tries=0,
            gathering=None,
        ),
    )
    if is_lost:
        return call, (*effects, _due(at, Trigger.FINISH))
    call, more = _begun(call, applet, at)
    return call, (*effects, *more)


def _begun(call: Call, applet: Applet | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    match applet:
        case Greeting(url=None):
            effects: tuple[Effect, ...] = (_due(later(at, applet.says.seconds), Trigger.PROCEED),)
        case Gather(url=None):
            return _gathered(call, applet.waits_for, at)
        case Passthru(is_async=True):
            effects = (Notify(subscription(call, CallEvent.PASSTHRU, applet.url)), _due(at, Trigger.PROCEED))
        case Greeting() | Gather() | Passthru() | Connect():
            return _asked(call, applet, applet.url, at)
        case Streaming():
            stream = OpenStream(Stream(applet.url, Side.FROM, applet.is_two_way), Side.FROM, applet.is_two_way)
            # Who is alone with a bot hangs up as who is alone with a flow.
            effects = (stream, *(plans.alone(call, at) if applet.is_two_way else (_due(at, Trigger.PROCEED),)))
        case Voicemail():
            effects = (_due(later(at, applet.says.seconds), Trigger.BEEP, Side.FROM),)
        case _:
            effects = (_due(at, Trigger.FINISH),)
    return call, effects


def _asked(
    call: Call, applet: Applet, url: str | None, at: datetime, *, is_fallback: bool = False
) -> tuple[Call, tuple[Effect, ...]]:
    """The call with a question open. The platform itself needs no time to answer."""
    number = call.progress.asked + 1
    call = replace(call, progress=replace(call.progress, asked=number, open_ask=number, is_fallback=is_fallback))
    if url is None:
        return call, (Ask(number, None),)
    asked = subscription(call, _ASKS[type(applet)], url, applet.version if isinstance(applet, Connect) else "")
    within = StartTimer(later(at, call.pace.answer_within), Input(Trigger.UNHEARD, ask=number))
    return call, (within, Ask(number, asked))


def _told(call: Call, event: Input, applet: Applet | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    heard = (CancelTimers(trigger=Trigger.UNHEARD),)
    match applet, event.answer:
        case Greeting(), Said() as said:
            return call, (*heard, _due(later(at, said.seconds), Trigger.PROCEED))
        case Gather(), Gathering() as gathering:
            call, effects = _gathered(call, gathering, at)
            return call, (*heard, *effects)
        case Passthru(), Branch(is_first):
            return _entered(call, applet.next if is_first else applet.otherwise, at, heard)
        case Connect(), Connecting():
            return _entered(call, applet.nobody, at, heard)
    return _failed(call, applet, at, heard)


def _failed(
    call: Call, applet: Applet | None, at: datetime, heard: tuple[Effect, ...] = ()
) -> tuple[Call, tuple[Effect, ...]]:
    """No answer that can be used: the second URL is asked; without one, the flow takes its other way."""
    match applet:
        case Gather(fallback_url=str() as url) | Connect(fallback_url=str() as url) if not call.progress.is_fallback:
            call, effects = _asked(call, applet, url, at, is_fallback=True)
            return call, (*heard, *effects)
        case Connect():
            return _entered(call, applet.nobody, at, heard)
        case Gather() | Passthru():
            return _entered(call, applet.otherwise, at, heard)
        case Greeting():
            return _entered(call, applet.next, at, heard)
    return call, heard


def _proceeded(call: Call, applet: Applet | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    match applet:
        case Gather():
            progress, gathering = call.progress, call.progress.gathering or applet.waits_for
            if progress.keys or progress.tries > gathering.repeats:
                return _led(call, applet, gathering, at)
            return _gathered(call, gathering, at)
        case Greeting() | Passthru():
            return _entered(call, applet.next, at)
        case Streaming():
            return _entered(call, applet.next, at, (CancelTimers(trigger=Trigger.HANG_UP),))
    return call, ()


# Keys


def _gathered(call: Call, gathering: Gathering, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    """The call that waits for keys; the story's caller presses what is wanted of the digits that are left."""
    progress = call.progress
    digits = call.story.from_party.digits[progress.told :]
    wanted = next((end for end in range(1, len(digits) + 1) if gathering.ends_with(digits[:end])), len(digits))
    call = replace(
        call,
        progress=replace(progress, tries=progress.tries + 1, gathering=gathering, told=progress.told + wanted),
    )
    pressed = Input(Trigger.PRESS, Side.FROM, digits[:wanted])
    presses = (StartTimer(later(at, _PRESSES_AFTER), pressed),) if wanted else ()
    timeout = gathering.prompt.seconds + max(gathering.timeout, _PRESSES_AFTER if wanted else 0.0)
    return call, (*presses, _due(later(at, timeout), Trigger.PROCEED))


def _pressed(call: Call, event: Input, applet: Applet | None, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    gathering = call.progress.gathering
    if gathering is None or not isinstance(applet, Gather) or event.side is not Side.FROM:
        return call, ()
    call = replace(call, progress=replace(call.progress, keys=call.progress.keys + event.digits))
    cancelled = CancelTimers(trigger=Trigger.PROCEED)
    if gathering.ends_with(call.progress.keys):
        call, effects = _led(call, applet, gathering, at)
        return call, (cancelled, *effects)
    return call, (cancelled, _due(later(at, gathering.timeout), Trigger.PROCEED))


def _led(call: Call, applet: Gather, gathering: Gathering, at: datetime) -> tuple[Call, tuple[Effect, ...]]:
    digits = gathering.digits(call.progress.keys[: gathering.max_digits + len(gathering.finish_on_key)])
    call = replace(call, progress=replace(call.progress, digits=digits))
    return _entered(call, applet.leads_to(digits), at)


def _due(at: datetime, trigger: Trigger, side: Side | None = None) -> StartTimer:
    return StartTimer(at, Input(trigger, side))
