"""The default store: everything in memory, bounded by age and count."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sortedcontainers import SortedList

from mockserver.domain.call import Call
from mockserver.domain.errors import Exhausted, UnknownCall, UnknownDelivery
from mockserver.domain.machine import StartTimer
from mockserver.engine.call_filter import CallFilter, Keyset, Operator, matches
from mockserver.engine.delivery import Delivery
from mockserver.engine.ports import Change, Retry, Timer
from mockserver.storage.timers import TimerHeap

_Place = tuple[datetime, str]
_INDEXED_CONTACTS = ("from", "to")


class MemoryStore:
    """One world's calls.

    At most `max_calls` calls are kept, and settled calls not longer than `max_age` after their start: the oldest
    settled call without an open delivery goes first, with its deliveries. Calls that are alive are never dropped.
    """

    def __init__(self, max_calls: int = 1_000_000, max_age: timedelta = timedelta(days=190)) -> None:
        self._max_calls = max_calls
        self._max_age = max_age
        self.clear()

    def clear(self) -> int:
        removed = len(self._calls) if hasattr(self, "_calls") else 0
        self._calls: dict[str, Call] = {}
        self._by_time: SortedList[_Place] = SortedList()
        self._by_contact: dict[str, list[_Place]] = {}
        self._disposable: SortedList[_Place] = SortedList()
        self._holders: dict[str, str] = {}
        self._timers = TimerHeap()
        self._deliveries: dict[str, Delivery] = {}
        self._deliveries_of: dict[str, list[str]] = {}
        self._open_deliveries: dict[str, int] = {}
        return removed

    # Calls

    def make_room(self, now: datetime) -> None:
        while self._disposable and self._disposable[0][0] < now - self._max_age:
            self._forget(self._disposable[0][1])
        while len(self._calls) >= self._max_calls:
            if not self._disposable:
                message = f"{len(self._calls)} calls are alive and the world holds at most {self._max_calls}"
                raise Exhausted(message)
            self._forget(self._disposable[0][1])

    def commit(self, change: Change) -> None:
        call = change.call
        if call.sid not in self._calls:
            self._index(call)
        self._calls[call.sid] = call
        self._hold(call)
        for effect in change.timers:
            if isinstance(effect, StartTimer):
                self._timers.start(effect.due, call.sid, effect.input)
            else:
                self._timers.cancel(call.sid, effect.side)
        for delivery in change.deliveries:
            self.put_delivery(delivery)
        self._note_disposable(call.sid)

    def call(self, sid: str) -> Call:
        try:
            return self._calls[sid]
        except KeyError:
            message = f"no call {sid!r} in this account"
            raise UnknownCall(message) from None

    def page(self, wanted: CallFilter, size: int, after: Keyset | None = None, *, newest_first: bool) -> list[Call]:
        places = self._candidates(wanted, newest_first=newest_first)
        if after is not None:
            place = (after.created_at, after.sid)
            places = (one for one in places if (one < place if newest_first else one > place))
        return list(islice(self._matching(places, wanted), size))

    def count(self, wanted: CallFilter) -> int:
        if not wanted:
            return len(self._calls)
        return sum(1 for _ in self._matching(self._candidates(wanted, newest_first=False), wanted))

    def holder_of(self, contact_key: str) -> str | None:
        return self._holders.get(contact_key)

    def _matching(self, places: Iterable[_Place], wanted: CallFilter) -> Iterator[Call]:
        calls = (self._calls[sid] for _, sid in places)
        return (call for call in calls if matches(call, wanted))

    def _candidates(self, wanted: CallFilter, *, newest_first: bool) -> Iterable[_Place]:
        """The fewest places that must be looked at, in order."""
        for row in wanted:
            if row.field == "sid":
                return sorted(self._places_of_sids(row.value, row.operator), reverse=newest_first)
        for row in wanted:
            if row.field in _INDEXED_CONTACTS:
                keys = row.value if row.operator is Operator.IN else (row.value,)
                places = {place for key in keys for place in self._by_contact.get(key, ())}
                return sorted(places, reverse=newest_first)
        low = max(
            (row.value for row in wanted if row.field == "created_at" and row.operator is Operator.GTE), default=None
        )
        high = min(
            (row.value for row in wanted if row.field == "created_at" and row.operator is Operator.LTE), default=None
        )
        first = None if low is None else (low, "")
        last = None if high is None else (high, "\U0010ffff")
        return self._by_time.irange(first, last, reverse=newest_first)

    def _places_of_sids(self, value: object, operator: Operator) -> list[_Place]:
        sids = value if operator is Operator.IN and isinstance(value, frozenset) else (str(value),)
        return [(self._calls[sid].created_at, sid) for sid in sids if sid in self._calls]

    def _index(self, call: Call) -> None:
        place = (call.created_at, call.sid)
        self._by_time.add(place)
        for key in _contact_keys(call):
            insort(self._by_contact.setdefault(key, []), place)

    def _hold(self, call: Call) -> None:
        for key in call.order.holds:
            if not call.is_over:
                self._holders[key] = call.sid
            elif self._holders.get(key) == call.sid:
                del self._holders[key]

    def _note_disposable(self, sid: str) -> None:
        call = self._calls.get(sid)
        if call is None:
            return
        place = (call.created_at, sid)
        if call.is_settled and not self._open_deliveries.get(sid):
            if place not in self._disposable:
                self._disposable.add(place)
        else:
            self._disposable.discard(place)

    def _forget(self, sid: str) -> None:
        call = self._calls.pop(sid)
        place = (call.created_at, sid)
        self._by_time.remove(place)
        self._disposable.remove(place)
        for key in _contact_keys(call):
            places = self._by_contact[key]
            del places[bisect_left(places, place)]
            if not places:
                del self._by_contact[key]
        for delivery_id in self._deliveries_of.pop(sid, ()):
            del self._deliveries[delivery_id]
        self._open_deliveries.pop(sid, None)

    # Timers

    def next_due(self) -> datetime | None:
        return self._timers.next_due()

    def take_due(self, until: datetime) -> Timer | None:
        return self._timers.take_due(until)

    def retry_at(self, due: datetime, delivery: Delivery) -> None:
        self._timers.start(due, delivery.call_sid, Retry(delivery.id))

    # Deliveries

    def delivery(self, delivery_id: str) -> Delivery:
        try:
            return self._deliveries[delivery_id]
        except KeyError:
            message = f"no delivery {delivery_id!r} in this world"
            raise UnknownDelivery(message) from None

    def deliveries(self, call_sid: str | None = None) -> list[Delivery]:
        if call_sid is None:
            return list(self._deliveries.values())
        return [self._deliveries[delivery_id] for delivery_id in self._deliveries_of.get(call_sid, ())]

    def put_delivery(self, delivery: Delivery) -> None:
        known = self._deliveries.get(delivery.id)
        if known is None:
            self._deliveries_of.setdefault(delivery.call_sid, []).append(delivery.id)
        was_open = known is not None and not known.state.is_final
        is_open = not delivery.state.is_final
        self._deliveries[delivery.id] = delivery
        if was_open is not is_open:
            count = self._open_deliveries.get(delivery.call_sid, 0) + (1 if is_open else -1)
            self._open_deliveries[delivery.call_sid] = count
            self._note_disposable(delivery.call_sid)


def _contact_keys(call: Call) -> set[str]:
    keys = {call.order.from_party.contact.key}
    if call.order.to_party is not None:
        keys.add(call.order.to_party.contact.key)
    return keys
