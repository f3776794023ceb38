"""The deliveries of a world: by id, by call, and how many of each call are still open."""

from __future__ import annotations

from mockserver.domain.errors import UnknownDelivery
from mockserver.engine.delivery import Delivery


class Ledger:
    def __init__(self) -> None:
        self._deliveries: dict[str, Delivery] = {}
        self._of_call: dict[str, list[str]] = {}
        self._open: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._deliveries)

    def get(self, delivery_id: str) -> Delivery:
        """Raises UnknownDelivery."""
        try:
            return self._deliveries[delivery_id]
        except KeyError:
            message = f"no delivery {delivery_id!r} in this world"
            raise UnknownDelivery(message) from None

    def all(self) -> list[Delivery]:
        return list(self._deliveries.values())

    def of_call(self, call_sid: str) -> list[Delivery]:
        return [self._deliveries[delivery_id] for delivery_id in self._of_call.get(call_sid, ())]

    def has_open(self, call_sid: str) -> bool:
        """Whether a delivery of the call still waits for an attempt."""
        return self._open.get(call_sid, 0) > 0

    def put(self, delivery: Delivery) -> None:
        known = self._deliveries.get(delivery.id)
        if known is None:
            self._of_call.setdefault(delivery.call_sid, []).append(delivery.id)
        was_open = known is not None and not known.state.is_final
        change = (not delivery.state.is_final) - was_open
        if change:
            self._open[delivery.call_sid] = self._open.get(delivery.call_sid, 0) + change
        self._deliveries[delivery.id] = delivery

    def forget_call(self, call_sid: str) -> None:
        for delivery_id in self._of_call.pop(call_sid, ()):
            del self._deliveries[delivery_id]
        self._open.pop(call_sid, None)
