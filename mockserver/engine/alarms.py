"""The double-dial alarm: a caller that never learned of its call dials the same pair again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mockserver.domain.call import Call
from mockserver.engine.clock import Clock, ClockMode

_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Unheard:
    """A call whose answer did not reach the caller whole. `fault` is the rule that is to blame."""

    call_sid: str
    pair: tuple[str, str | None]
    at: datetime
    real: float
    fault: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """The same pair was dialled twice: `first_sid` is the call that the caller never heard of.

    Times on the world's clock, `window` in seconds. Contacts are keys; `to_contact` is None where a flow was dialled.
    """

    id: str
    first_sid: str
    second_sid: str
    from_contact: str
    to_contact: str | None
    fault: str
    lost_at: datetime
    dialled_at: datetime
    window: float


class Alarms:
    """The latest alarms of a world. `clock` and `window` (in seconds) tell what the world has, `tell` takes events.

    A clock that jumps is past the end of a call before anybody could dial again: then the window is in real seconds.
    """

    def __init__(
        self,
        clock: Callable[[], Clock],
        window: Callable[[], float],
        tell: Callable[..., None],
        *,
        real: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._window = window
        self._tell = tell
        self._real = real
        self._unheard: deque[Unheard] = deque(maxlen=_MOST_KEPT)
        self._alarms: deque[Alarm] = deque(maxlen=_MOST_KEPT)
        self._count = 0

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        return tuple(self._alarms)

    def unheard(self, call: Call, fault: str) -> None:
        """The answer to the request that placed the call was lost on its way just now."""
        if all(known.call_sid != call.sid for known in self._unheard):
            self._unheard.append(Unheard(call.sid, _pair(call), self._clock().now(), self._real(), fault))

    def dialled(self, call: Call) -> Alarm | None:
        """A call has been placed. It raises the alarm if its pair's last answer was lost less than a window ago.

        One that comes in was dialled by nobody here.
        """
        if not self._unheard or call.order.comes_in:
            return None
        window, pair, at = self._window(), _pair(call), self._clock().now()
        lost = next((one for one in reversed(self._unheard) if one.pair == pair and self._age(one) <= window), None)
        if lost is None:
            return None
        # Who dials again knows of the second call, unless that answer is lost, too.
        self._unheard.remove(lost)
        self._count += 1
        alarm = Alarm(f"a{self._count}", lost.call_sid, call.sid, *pair, lost.fault, lost.at, at, window)
        self._alarms.append(alarm)
        facts = {"alarm": alarm.id, "first": alarm.first_sid, "fault": alarm.fault}
        self._tell(at, "alarm.double-dial", call.sid, **facts)
        return alarm

    def _age(self, lost: Unheard) -> float:
        if self._clock().mode is ClockMode.JUMP:
            return self._real() - lost.real
        return (self._clock().now() - lost.at).total_seconds()

    def of_call(self, call_sid: str) -> Alarm | None:
        """The alarm that placing this call raised."""
        return next((one for one in reversed(self._alarms) if one.second_sid == call_sid), None)

    def clear(self) -> int:
        """Forget all alarms and lost answers; the number of alarms."""
        removed = len(self._alarms)
        self._alarms.clear()
        self._unheard.clear()
        return removed


def _pair(call: Call) -> tuple[str, str | None]:
    to = call.order.to_party
    return call.order.from_party.contact.key, to.contact.key if to else None
