"""The ladder of calls: one line for each thing that happened, with its time. For reports and terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mockserver.control.feed import FeedEvent

_Facts = Mapping[str, object]


def ladder(events: Iterable[FeedEvent]) -> str:
    """The lines of all events that have one."""
    return "\n".join(line for event in events if (line := ladder_line(event)) is not None)


def ladder_line(event: FeedEvent) -> str | None:
    """One event in a line; None for what another event says better."""
    words = _WORDS.get(event.kind)
    said = words(event.facts) if words is not None else None
    if said is None:
        return None
    call = f"{event.call_sid[:8]}  " if event.call_sid else " " * 10
    return f"{event.at:%H:%M:%S}  {call}{said}"


def _moved(facts: _Facts) -> str | None:
    before, after = facts["before"], facts["after"]
    if before == after:
        return f"{facts['input']}"
    outcome = f": {facts['outcome']}" if facts.get("outcome") and after == "ended" else ""
    return f"{before} -> {after}{outcome}"


def _leg(facts: _Facts) -> str:
    return f"    leg {facts['leg']} ({facts['side']}) {facts['after']}"


def _attempted(facts: _Facts) -> str:
    answer = facts["status"] or facts["error"]
    again = f", attempt {facts['attempt']}" if facts["attempt"] != 1 else ""
    return f"    callback {event_word(facts['event'])} {facts['url']} <- {answer}{again} ({facts['delivery']})"


def _held(facts: _Facts) -> str:
    return f"    callback {event_word(facts['event'])} held back by {facts['fault']} ({facts['delivery']})"


def _dropped(facts: _Facts) -> str:
    return f"    callback {event_word(facts['event'])} dropped by {facts['fault']} ({facts['delivery']})"


def _blocked(facts: _Facts) -> str:
    return f"    callback {event_word(facts['event'])} {facts['url']} blocked ({facts['delivery']})"


def _answered(facts: _Facts) -> str:
    fault = f" by {facts['fault']}" if facts.get("fault") else ""
    refusal = f": {facts['refusal']}" if facts.get("refusal") else ""
    return f"{facts['method']} {facts['path']} <- {facts['status'] or 'no answer'}{fault}{refusal}"


def _alarm(facts: _Facts) -> str:
    first = str(facts["first"])[:8]
    return f"ALARM: dialled again after fault {facts['fault']} lost the answer about call {first}"


_WORDS: Mapping[str, Callable[[_Facts], str | None]] = {
    "call.placed": lambda facts: f"placed (story: {facts['story']})",
    "call.moved": _moved,
    "leg.moved": _leg,
    "delivery.attempted": _attempted,
    "delivery.held": _held,
    "delivery.dropped": _dropped,
    "delivery.blocked": _blocked,
    "request.answered": _answered,
    "alarm.double-dial": _alarm,
    "world.restored": lambda facts: f"world restored to {facts['snapshot']}",
}


def event_word(event: object) -> str:
    """The event of a callback, as the APIs call it: what is over is terminal."""
    return "terminal" if event == "over" else str(event)
