"""What a flow tells, without an answer that counts: agents that ring, answer and leave, and how a connect ended."""

from __future__ import annotations

from mockserver.domain.applets import Connect, Passthru
from mockserver.domain.call import Call, CallState, Leg
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent, Subscription
from mockserver.domain.story import Side

# Where a call is while a connect has reached nobody.
UNREACHED = (CallState.WAITING, CallState.RINGING_TO)


def agent_events(before: Call, call: Call) -> tuple[Notify, ...]:
    """What becomes of the agents that a connect dials, for whoever wants to hear of it."""
    applet, route = before.applet, call.order.route
    if call.legs is before.legs or not isinstance(applet, Connect):
        return ()
    urls = (applet.events_url, route.dial.events_url if route and route.dial else None)
    wanted = [url for url in urls if url is not None]
    return tuple(
        Notify(subscription(call, event, url), leg.number)
        for place, leg in enumerate(call.legs)
        if leg.side is Side.TO
        for was in (before.legs[place] if place < len(before.legs) else None,)
        for event in _events_between(was, leg)
        for url in wanted
    )


def _events_between(was: Leg | None, leg: Leg) -> tuple[CallEvent, ...]:
    if was is None:
        return (CallEvent.AGENT_DIALLED,)
    if was.ended_at is None and leg.ended_at is not None:
        return (CallEvent.AGENT_LEFT,)
    return (CallEvent.AGENT_ANSWERED,) if was.answered_at is None and leg.answered_at is not None else ()


def farewells(before: Call, call: Call) -> tuple[Notify, ...]:
    """When a caller leaves during a connect, the passthrus behind it are told all the same; nobody goes their ways."""
    flow, applet = call.order.flow, before.applet
    if flow is None or not isinstance(applet, Connect) or before.state is CallState.IN_FLOW:
        return ()
    told, way = list[Notify](), applet.nobody if before.state in UNREACHED else applet.next
    behind, seen = flow.applet(way), set[str]()
    while isinstance(behind, Passthru) and behind.id not in seen:
        seen.add(behind.id)
        told.append(Notify(subscription(call, CallEvent.PASSTHRU, behind.url)))
        behind = flow.applet(behind.next)
    return tuple(told)


def subscription(call: Call, event: CallEvent, url: str, variant: str = "") -> Subscription:
    flow = call.order.flow
    return Subscription(event, url, "GET", "", flow.dialect if flow else "", variant)
