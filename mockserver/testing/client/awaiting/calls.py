"""The calls of a world: find them, play their parties, let calls come in."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from mockserver.control.bodies import DigitsBody, SideBody
from mockserver.control.call_views import CallList, CallView
from mockserver.control.incoming import IncomingBody, TransferBody, WrapupBody
from mockserver.control.wishes import CallWait
from mockserver.domain.call import CallState, Outcome
from mockserver.domain.story import Side
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.fields import IncomingFields, WrapupFields
from mockserver.testing.client.wire import segment


class AsyncCalls(AsyncPart):
    """Calls by sid. Who plays a party may name its `side`, and its `leg` where a side has several."""

    async def calls(  # noqa: PLR0913  what a list is filtered by
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        exophone: str | None = None,
        state: CallState | None = None,
        outcome: Outcome | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> CallList:
        """A page of the calls, newest first; its `next` is the `after` of the page that follows."""
        query = {"from": from_, "to": to, "exophone": exophone, "state": state, "outcome": outcome}
        more = {"since": since, "until": until, "limit": limit, "after": after}
        return await self._ask(CallList, "GET", "/calls", query={**query, **more})

    async def get_call(self, call_sid: str) -> CallView:
        """A call with its story, legs, moments and callbacks."""
        return await self._ask(CallView, "GET", f"/calls/{segment(call_sid)}")

    async def answer(self, call_sid: str, side: Side | None = None, *, leg: int | None = None) -> CallView:
        """Answer the leg that rings."""
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/answer", SideBody(side=side, leg=leg))

    async def reject(self, call_sid: str, side: Side | None = None, *, leg: int | None = None) -> CallView:
        """Reject on the leg that rings."""
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/reject", SideBody(side=side, leg=leg))

    async def hang_up(self, call_sid: str, side: Side | None = None, *, leg: int | None = None) -> CallView:
        """Hang up, or withdraw what still rings."""
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/hangup", SideBody(side=side, leg=leg))

    async def press(self, call_sid: str, digits: str, side: Side | None = None, *, leg: int | None = None) -> CallView:
        """Press DTMF digits."""
        body = DigitsBody(side=side, leg=leg, digits=digits)
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/digits", body)

    async def transfer(self, call_sid: str, to: str, side: Side | None = None) -> CallView:
        """Hand a talk over to somebody else, in the place of `side`; by default of the agent."""
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/transfer", TransferBody(to=to, side=side))

    async def wrap_up(self, call_sid: str, **fields: Unpack[WrapupFields]) -> CallView:
        """Note disposition, tags, campaign and original call; what is left out is taken away."""
        return await self._ask(CallView, "PUT", f"/calls/{segment(call_sid)}/wrapup", WrapupBody(**fields))

    async def incoming(self, number: str, from_: str, **fields: Unpack[IncomingFields]) -> CallView:
        """Somebody calls an ExoPhone."""
        body = IncomingBody(from_, **fields)
        return await self._ask(CallView, "POST", f"/numbers/{segment(number)}/incoming", body)

    async def wait_for_call(
        self,
        call_sid: str,
        *,
        state: CallState | None = None,
        outcome: Outcome | None = None,
        is_over: bool | None = None,
        seconds: float = 5.0,
    ) -> CallView:
        """Until a call is in a state or has been, has an outcome, is over (that, if nothing is said).

        Within so many real `seconds`, at most 60. Raises NotMet, which says how it is instead.
        """
        body = CallWait(state=state, outcome=outcome, is_over=is_over, timeout=seconds)
        return await self._ask(CallView, "POST", f"/calls/{segment(call_sid)}/wait", body, seconds=seconds)
