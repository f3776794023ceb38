"""Timers in memory: a heap by (due, sequence), with cancellation by call, side and leg."""

from __future__ import annotations

import heapq
from datetime import datetime

from mockserver.domain.effects import CancelTimers, Input
from mockserver.engine.ports import Retry, Tick, Timer

_FEW = 64


class TimerHeap:
    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int]] = []
        self._timers: dict[int, Timer] = {}
        self._of_call: dict[str, set[int]] = {}
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._timers)

    def start(self, due: datetime, call_sid: str, work: Input | Retry | Tick) -> None:
        self._sequence += 1
        self._timers[self._sequence] = Timer(due, self._sequence, call_sid, work)
        self._of_call.setdefault(call_sid, set()).add(self._sequence)
        heapq.heappush(self._heap, (due, self._sequence))

    def cancel(self, call_sid: str, cancelled: CancelTimers) -> None:
        """Cancel inputs that are due for a call. Retries of callbacks, and what its streams do, are not cancelled."""
        for sequence in tuple(self._of_call.get(call_sid, ())):
            work = self._timers[sequence].work
            if isinstance(work, Input) and cancelled.covers(work):
                self._remove(sequence)
        if len(self._heap) > _FEW + 2 * len(self._timers):
            # The cancelled stay in the heap until they are due: a time limit of hours would keep its entry for hours.
            self._heap = [(timer.due, timer.sequence) for timer in self._timers.values()]
            heapq.heapify(self._heap)

    def next_due(self) -> datetime | None:
        while self._heap:
            due, sequence = self._heap[0]
            if sequence in self._timers:
                return due
            heapq.heappop(self._heap)
        return None

    def take_due(self, until: datetime) -> Timer | None:
        due = self.next_due()
        if due is None or due > until:
            return None
        return self._remove(heapq.heappop(self._heap)[1])

    def _remove(self, sequence: int) -> Timer:
        timer = self._timers.pop(sequence)
        siblings = self._of_call[timer.call_sid]
        siblings.discard(sequence)
        if not siblings:
            del self._of_call[timer.call_sid]
        return timer
