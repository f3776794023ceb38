"""The default store: everything in memory, bounded by age and count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from mockserver.domain.call import Call
from mockserver.domain.effects import StartTimer
from mockserver.domain.errors import AlreadyExists, Exhausted
from mockserver.engine.call_filter import Page, PageRequest
from mockserver.engine.delivery import Delivery
from mockserver.engine.ports import Bounds, Change, Retry, Size, Tick, Timer
from mockserver.storage.call_table import CallTable
from mockserver.storage.ledger import Ledger
from mockserver.storage.timers import TimerHeap


class MemoryStore:
    """One world's calls.

    At most `max_calls` calls are kept, and settled calls not longer than `max_age` after their start: the oldest
    settled call without an open delivery goes first, with its deliveries. Calls that are alive are never dropped.
    """

    def __init__(self, max_calls: int = 1_000_000, max_age: timedelta = timedelta(days=190)) -> None:
        self.bounds = Bounds(max_calls, max_age)
        self._forget_all()

    def _forget_all(self) -> None:
        self._calls = CallTable()
        self._timers = TimerHeap()
        self._ledger = Ledger()
        self._holders: dict[str, str] = {}
        self._held_by: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def size(self) -> Size:
        return Size(len(self._calls), len(self._ledger), len(self._timers))

    def clear(self) -> int:
        removed = len(self._calls)
        self._forget_all()
        return removed

    def make_room(self, now: datetime) -> None:
        oldest_allowed, most = now - self.bounds.max_age, self.bounds.max_calls
        while self._calls.begins_before(oldest_allowed) or len(self._calls) >= most:
            oldest = self._calls.oldest_packed()
            if oldest is None or (oldest[1] >= oldest_allowed and len(self._calls) < most):
                break
            self._forget(oldest[0])
        if len(self._calls) >= most:
            message = f"{len(self._calls)} calls are alive and the world holds at most {most}"
            raise Exhausted(message)

    def import_settled(self, calls: Iterable[Call]) -> None:
        by_sid: dict[str, Call] = {}
        for call in calls:
            if call.sid in self._calls or call.sid in by_sid:
                message = f"there is a call {call.sid!r} already"
                raise AlreadyExists(message)
            by_sid[call.sid] = call
        for sid, call in by_sid.items():
            self._calls.put(call)
            self._calls.pack(sid)
        while len(self._calls) > self.bounds.max_calls and (oldest := self._calls.oldest_packed()):
            self._forget(oldest[0])

    def _forget(self, sid: str) -> None:
        self._calls.forget(sid)
        self._ledger.forget_call(sid)

    def commit(self, change: Change) -> None:
        call = change.call
        self._calls.put(call)
        self._hold(call)
        for effect in change.timers:
            if isinstance(effect, StartTimer):
                self._timers.start(effect.due, call.sid, effect.input)
            else:
                self._timers.cancel(call.sid, effect)
        for delivery in change.deliveries:
            self._ledger.put(delivery)
        self._settle(call.sid)

    def call(self, sid: str) -> Call:
        return self._calls.get(sid)

    def call_of_serial(self, serial: int) -> Call:
        return self._calls.get_by_serial(serial)

    def page(self, request: PageRequest) -> Page:
        return self._calls.page(request)

    def holder_of(self, contact_key: str) -> str | None:
        return self._holders.get(contact_key)

    def _hold(self, call: Call) -> None:
        held = call.held_keys
        # Who hangs up, or does not answer, may be free before the call is over.
        for key in self._held_by.get(call.sid, ()):
            if key not in held and self._holders.get(key) == call.sid:
                del self._holders[key]
        for key in held:
            self._holders[key] = call.sid
        if held:
            self._held_by[call.sid] = held
        else:
            self._held_by.pop(call.sid, None)

    def _settle(self, sid: str) -> None:
        """Pack the call if nothing will happen to it any more, so that it takes little room and may be dropped."""
        if sid not in self._calls:
            return
        if self._ledger.has_open(sid):
            self._calls.unpack(sid)
        elif self._calls.get(sid).is_settled:
            self._calls.pack(sid)

    def next_due(self) -> datetime | None:
        return self._timers.next_due()

    def take_due(self, until: datetime) -> Timer | None:
        return self._timers.take_due(until)

    def retry_at(self, due: datetime, delivery: Delivery) -> None:
        self._timers.start(due, delivery.call_sid, Retry(delivery.id))

    def tick_at(self, due: datetime, call_sid: str, tick: Tick) -> None:
        self._timers.start(due, call_sid, tick)

    def delivery(self, delivery_id: str) -> Delivery:
        return self._ledger.get(delivery_id)

    def deliveries(self, call_sid: str | None = None) -> list[Delivery]:
        return self._ledger.all() if call_sid is None else self._ledger.of_call(call_sid)

    def put_delivery(self, delivery: Delivery) -> None:
        self._ledger.put(delivery)
        self._settle(delivery.call_sid)
