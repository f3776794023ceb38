"""What goes wrong in a world on purpose, and what the application made of it."""

from __future__ import annotations

from typing import Unpack

from mockserver.control.fault_bodies import FaultBody, Kind, QuotaBody
from mockserver.control.fault_views import AlarmList, AlarmView, FaultList, FaultView, QuotaList, QuotaView
from mockserver.control.world_views import Removed
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.errors import DoubleDial
from mockserver.testing.client.fields import FaultFields
from mockserver.testing.client.wire import segment


class AsyncFaults(AsyncPart):
    """Fault rules, quotas, alarms."""

    async def faults(self) -> list[FaultView]:
        return (await self._ask(FaultList, "GET", "/faults")).faults

    async def add_fault(self, kind: Kind = "error", **fields: Unpack[FaultFields]) -> FaultView:
        """Let something go wrong with the next requests or callbacks. Once, unless `times` says otherwise (None: until
        healed). Each kind has parameters of its own; others are refused.
        """
        return await self._ask(FaultView, "POST", "/faults", FaultBody(kind=kind, **fields))

    async def delete_fault(self, fault_id: str) -> FaultView:
        return await self._ask(FaultView, "DELETE", f"/faults/{segment(fault_id)}")

    async def heal(self) -> dict[str, int]:
        """Remove all fault rules; how many went."""
        return (await self._ask(Removed, "DELETE", "/faults")).removed

    async def quotas(self) -> list[QuotaView]:
        return (await self._ask(QuotaList, "GET", "/quotas")).quotas

    async def set_quota(self, limit: int, *, seconds: float = 60.0, operation: str | None = None) -> list[QuotaView]:
        """Serve so many requests in so many seconds of the world's clock, of an operation or of all together."""
        body = QuotaBody(limit=limit, seconds=seconds, operation=operation)
        return (await self._ask(QuotaList, "PUT", "/quotas", body)).quotas

    async def clear_quotas(self) -> dict[str, int]:
        """Remove all quotas; how many went."""
        return (await self._ask(Removed, "DELETE", "/quotas")).removed

    async def alarms(self) -> list[AlarmView]:
        """The calls that were dialled again after a lost answer."""
        return (await self._ask(AlarmList, "GET", "/alarms")).alarms

    async def clear_alarms(self) -> dict[str, int]:
        """Forget the alarms, and which answers were lost; how many alarms went."""
        return (await self._ask(Removed, "DELETE", "/alarms")).removed

    async def check(self) -> None:
        """Raise DoubleDial if there is an alarm."""
        alarms = await self.alarms()
        if alarms:
            raise DoubleDial(alarms)
