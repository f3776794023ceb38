"""What may be wrong at the end of a test, check by check, in lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mockserver.control.record_views import DeliveryView, ExchangeView
from mockserver.engine.delivery import DeliveryState
from mockserver.testing.client.errors import DoubleDial
from mockserver.testing.received import event_word
from mockserver.testing.suite_world import SuiteWorld

_LOWEST_ERROR = 500


def undelivered(world: SuiteWorld) -> Iterator[str]:
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


def server_errors(world: SuiteWorld) -> Iterator[str]:
    for asked in world.requests(status="5xx", limit=1_000).requests:
        if asked.fault is None:
            yield request_line(asked)
    for one in world.all_deliveries():
        statuses = [attempt.status for attempt in one.attempts if (attempt.status or 0) >= _LOWEST_ERROR]
        if statuses and not _is_planned(world, one):
            yield f"{_line(one)} was answered {statuses[-1]} by the application"


def double_dials(world: SuiteWorld) -> Iterator[str]:
    alarms = world.alarms()
    if alarms:
        yield from str(DoubleDial(alarms)).splitlines()


def unmatched(world: SuiteWorld) -> Iterator[str]:
    for asked in world.requests(unmatched=True, limit=1_000).requests:
        yield request_line(asked)


def disliked_answers(world: SuiteWorld) -> Iterator[str]:
    for one in world.all_deliveries():
        # Of what did not come at all, or broke, other checks tell.
        if one.complaints and one.state == DeliveryState.DELIVERED and _last_status(one) < _LOWEST_ERROR:
            yield from (f"{_line(one)}: {complaint}" for complaint in one.complaints)


FINDERS: Mapping[str, Callable[[SuiteWorld], Iterator[str]]] = {
    "undelivered": undelivered,
    "server-errors": server_errors,
    "double-dials": double_dials,
    "unmatched": unmatched,
    "disliked-answers": disliked_answers,
}


def request_line(asked: ExchangeView) -> str:
    why = f": {asked.refusal}. {asked.hint or ''}".rstrip() if asked.refusal else ""
    return f"{asked.id} {asked.method} {asked.path} was answered {asked.status}{why}"


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
