"""Callbacks that wait for their moment; part of a world, so that its snapshots hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ANY_CALL = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery that leaves when `due`, or right behind the next one of the call `behind` (ANY_CALL: of any)."""

    due: datetime
    behind: str | None = None


class Parking:
    def __init__(self) -> None:
        self._parked: dict[str, Parked] = {}
        # Left before their moment: what their timers find then is nothing to do, and no retry.
        self._gone: dict[str, datetime] = {}

    def park(self, delivery_id: str, parked: Parked) -> None:
        self._parked[delivery_id] = parked

    def find(self, delivery_id: str) -> Parked | None:
        return self._parked.get(delivery_id)

    def leave(self, delivery_id: str, due: datetime) -> bool:
        """The moment of a delivery has come; False if it has left before that."""
        self._parked.pop(delivery_id, None)
        if self._gone.get(delivery_id) != due:
            return True
        del self._gone[delivery_id]
        return False

    def follow(self, delivery_id: str, call_sid: str) -> tuple[str, ...]:
        """Those that leave behind a delivery, in the order in which they came."""
        following = tuple(
            parked_id
            for parked_id, parked in self._parked.items()
            if parked_id != delivery_id and parked.behind in {ANY_CALL, call_sid}
        )
        for parked_id in following:
            self._gone[parked_id] = self._parked.pop(parked_id).due
        return following

    def clear(self) -> None:
        self._parked.clear()
        self._gone.clear()
