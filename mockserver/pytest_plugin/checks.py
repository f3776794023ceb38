"""What must be well at the end of a test, unless it is allowed not to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from mockserver.control.record_views import DeliveryView, ExchangeView
from mockserver.engine.delivery import DeliveryState
from mockserver.pytest_plugin.serving import OURS_ALONE
from mockserver.testing.client.blocking.client import Client
from mockserver.testing.client.errors import DoubleDial
from mockserver.testing.ladder import event_word
from mockserver.testing.suite_world import SuiteWorld

_LOWEST_ERROR = 500
_ADVICE = {
    "undelivered": "Let something listen there, or move the clock until they have gone out",
    "server-errors": "Mend what broke, or plan it by a fault",
    "double-dials": "Look for the first call before dialling again",
    "unmatched": "Mend the URL, the method or the credentials",
}


def check_all(item: pytest.Item, worlds: Sequence[SuiteWorld]) -> None:
    """Raises pytest's failure with all that is wrong, each with what to do about it."""
    __tracebackhide__ = True
    complaints = [text for world in worlds for text in _complaints(world)]
    client = item.config.stash.get(OURS_ALONE, None)
    if client is not None:
        complaints += _of_strays(client, worlds)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _complaints(world: SuiteWorld) -> Iterator[str]:
    for name, find in _CHECKS.items():
        lines = [] if name in world.allowed else list(find(world))
        if lines:
            yield _complaint(name, lines)


def _complaint(name: str, lines: Sequence[str]) -> str:
    advice = f'{_ADVICE[name]}; or allow it: mockserver.allow("{name}"), or allow in the marker or in mockserver_allow.'
    return "\n".join([f"mockserver found {name}:", *(f"  {line}" for line in lines), advice])


def _undelivered(world: SuiteWorld) -> Iterator[str]:
    is_manual: bool | None = None
    for one in world.all_deliveries():
        if one.state in {DeliveryState.DELIVERED, DeliveryState.DROPPED} or _is_planned(world, one):
            continue
        if one.state == DeliveryState.PENDING:
            if is_manual is None:
                is_manual = world.clock().mode == "manual"
            # Where time moves by itself they are on their way, and what a fault holds back was planned.
            if not is_manual or one.fault is not None:
                continue
        elif _last_status(one) >= _LOWEST_ERROR:
            continue
        yield f"{_line(one)}: {one.state} ({_reason(one)})"


def _server_errors(world: SuiteWorld) -> Iterator[str]:
    for asked in world.requests(status="5xx", limit=1_000).requests:
        if asked.fault is None:
            yield _request_line(asked)
    for one in world.all_deliveries():
        statuses = [attempt.status for attempt in one.attempts if (attempt.status or 0) >= _LOWEST_ERROR]
        if statuses and not _is_planned(world, one):
            yield f"{_line(one)} was answered {statuses[-1]} by the application"


def _double_dials(world: SuiteWorld) -> Iterator[str]:
    alarms = world.alarms()
    if alarms:
        yield from str(DoubleDial(alarms)).splitlines()


def _unmatched(world: SuiteWorld) -> Iterator[str]:
    for asked in world.requests(unmatched=True, limit=1_000).requests:
        yield _request_line(asked)


_CHECKS: Mapping[str, Callable[[SuiteWorld], Iterator[str]]] = {
    "undelivered": _undelivered,
    "server-errors": _server_errors,
    "double-dials": _double_dials,
    "unmatched": _unmatched,
}


def _of_strays(client: Client, worlds: Sequence[SuiteWorld]) -> list[str]:
    """Requests of no world, where nobody else could have made them."""
    strays = client.strays(limit=1_000).requests
    if strays:
        client.clear_strays()
    is_allowed = any("unmatched" in world.allowed for world in worlds)
    return [] if is_allowed or not strays else [_complaint("unmatched", [_request_line(one) for one in strays])]


def _is_planned(world: SuiteWorld, one: DeliveryView) -> bool:
    """The sink answers as the test told it to."""
    return bool(one.attempts) and world.has_sink and one.url.startswith(world.sink.url(""))


def _line(one: DeliveryView) -> str:
    return f"callback {one.id} ({event_word(one.event)}) of call {one.call_sid} to {one.url}"


def _last_status(one: DeliveryView) -> int:
    return (one.attempts[-1].status or 0) if one.attempts else 0


def _reason(one: DeliveryView) -> str:
    if not one.attempts:
        return "not sent yet"
    last = one.attempts[-1]
    return last.error or f"answered {last.status}"


def _request_line(asked: ExchangeView) -> str:
    why = f": {asked.refusal}. {asked.hint or ''}".rstrip() if asked.refusal else ""
    return f"{asked.id} {asked.method} {asked.path} was answered {asked.status}{why}"
