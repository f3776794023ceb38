# Made of ../awaiting by tests/support/blocking.py: change it there.
"""What goes wrong in a world on purpose, and what the application made of it."""

from __future__ import annotations

from typing import Unpack

from mockserver.control.fault_bodies import FaultBody, Kind, QuotaBody
from mockserver.control.fault_views import AlarmList, AlarmView, FaultList, FaultView, QuotaList, QuotaView
from mockserver.control.world_views import Removed
from mockserver.testing.client.blocking.part import Part
from mockserver.testing.client.errors import DoubleDial
from mockserver.testing.client.fields import FaultFields
from mockserver.testing.client.wire import segment


class Faults(Part):
    """Fault rules, quotas, alarms."""

    def faults(self) -> list[FaultView]:
        return (self._ask(FaultList, "GET", "/faults")).faults

    def add_fault(self, kind: Kind = "error", **fields: Unpack[FaultFields]) -> FaultView:
        """Let something go wrong with the next requests or callbacks. Once, unless `times` says otherwise (None: until
        healed). Each kind has parameters of its own; others are refused.
        """
        return self._ask(FaultView, "POST", "/faults", FaultBody(kind=kind, **fields))

    def delete_fault(self, fault_id: str) -> FaultView:
        return self._ask(FaultView, "DELETE", f"/faults/{segment(fault_id)}")

    def heal(self) -> dict[str, int]:
        """Remove all fault rules; how many went."""
        return (self._ask(Removed, "DELETE", "/faults")).removed

    def quotas(self) -> list[QuotaView]:
        return (self._ask(QuotaList, "GET", "/quotas")).quotas

    def set_quota(self, limit: int, *, seconds: float = 60.0, operation: str | None = None) -> list[QuotaView]:
        """Serve so many requests in so many seconds of the world's clock, of an operation or of all together."""
        body = QuotaBody(limit=limit, seconds=seconds, operation=operation)
        return (self._ask(QuotaList, "PUT", "/quotas", body)).quotas

    def clear_quotas(self) -> dict[str, int]:
        """Remove all quotas; how many went."""
        return (self._ask(Removed, "DELETE", "/quotas")).removed

    def alarms(self) -> list[AlarmView]:
        """The calls that were dialled again after a lost answer."""
        return (self._ask(AlarmList, "GET", "/alarms")).alarms

    def clear_alarms(self) -> dict[str, int]:
        """Forget the alarms, and which answers were lost; how many alarms went."""
        return (self._ask(Removed, "DELETE", "/alarms")).removed

    def check(self) -> None:
        """Raise DoubleDial if there is an alarm."""
        alarms = self.alarms()
        if alarms:
            raise DoubleDial(alarms)
