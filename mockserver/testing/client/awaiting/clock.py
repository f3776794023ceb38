"""The clock of a world."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from mockserver.control.bodies import AdvanceBody, ClockBody, ClockModeName, RunUntilBody
from mockserver.control.world_views import ClockView, ReceiptView
from mockserver.testing.client.awaiting.part import AsyncPart


class AsyncClock(AsyncPart):
    """Time: read it, change how it moves, move it."""

    async def clock(self) -> ClockView:
        """Mode, speed, present time and the next timer."""
        return await self._ask(ClockView, "GET", "/clock")

    async def now(self) -> datetime:
        """The present time of the world."""
        return (await self.clock()).now

    async def set_clock(self, mode: ClockModeName | None = None, *, speed: float | None = None) -> ClockView:
        """Change how time moves; `speed` goes with mode scaled."""
        return await self._ask(ClockView, "PATCH", "/clock", ClockBody(mode=mode, speed=speed))

    async def advance(self, seconds: float, *, cap_seconds: float = 30.0) -> ReceiptView:
        """Move a manual clock, and answer when all that became due has been carried out, callbacks and retries too.

        Settling may take `cap_seconds` of real time. Raises ClockNotManual, Conflict (somebody else moves it), and
        NotSettled.
        """
        body = AdvanceBody(seconds=seconds, cap_seconds=cap_seconds)
        return await self._ask(ReceiptView, "POST", "/clock/advance", body, seconds=cap_seconds)

    async def run_until(
        self,
        call_sid: str | None = None,
        state: Literal["ended", "processed", "settled"] = "settled",
        *,
        deliveries: int | None = None,
        idle: bool = False,
        within_seconds: float = 86_400.0,
        cap_seconds: float = 30.0,
    ) -> ReceiptView:
        """Move a manual clock until a call has come to a state, or so many callbacks are delivered, or nothing is left
        to happen. `met` of the receipt says whether that came within `within_seconds` of the world's clock.
        """
        body = RunUntilBody(
            call_sid=call_sid,
            state=state,
            deliveries=deliveries,
            idle=idle,
            within_seconds=within_seconds,
            cap_seconds=cap_seconds,
        )
        return await self._ask(ReceiptView, "POST", "/clock/run-until", body, seconds=cap_seconds)
