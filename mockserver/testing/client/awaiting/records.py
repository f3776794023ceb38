"""What came in and what went out: requests, callbacks, events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from mockserver.control.bodies import RedeliveryBody
from mockserver.control.feed import EventList
from mockserver.control.record_views import Count, DeliveryList, DeliveryView, ExchangeList, ExchangeView
from mockserver.control.waiting import WaitedDeliveries, WaitedRequests
from mockserver.control.wishes import DeliveriesWait, DeliveryMatch, RequestMatch, RequestsWait
from mockserver.control.world_views import Removed
from mockserver.testing.client.awaiting.feed import AsyncFeed
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.fields import DeliveryFields, DeliveryQuery, RequestFields, RequestQuery
from mockserver.testing.client.wire import control_ask, segment


class AsyncRecords(AsyncPart):
    """Pages are oldest first; `next` of one is the `after` of the page that follows."""

    async def requests(
        self, *, limit: int | None = None, after: str | None = None, **match: Unpack[RequestQuery]
    ) -> ExchangeList:
        """A page of the requests that the application made."""
        return await self._ask(ExchangeList, "GET", "/requests", query={**match, "limit": limit, "after": after})

    async def count_requests(self, **match: Unpack[RequestQuery]) -> int:
        return (await self._ask(Count, "GET", "/requests/count", query=match)).count

    async def find_requests(
        self, *, limit: int | None = None, after: str | None = None, **match: Unpack[RequestFields]
    ) -> ExchangeList:
        """A page of requests, also by `headers` and by what their `json` says among other things."""
        query = {"limit": limit, "after": after}
        return await self._ask(ExchangeList, "POST", "/requests/find", RequestMatch(**match), query=query)

    async def get_request(self, request_id: str) -> ExchangeView:
        return await self._ask(ExchangeView, "GET", f"/requests/{segment(request_id)}")

    async def clear_requests(self) -> dict[str, int]:
        """Forget the requests; how many went."""
        return (await self._ask(Removed, "DELETE", "/requests")).removed

    async def wait_for_requests(
        self,
        count: int = 1,
        *,
        seconds: float = 5.0,
        behind: str | None = None,
        **match: Unpack[RequestFields],
    ) -> list[ExchangeView]:
        """The requests, when `count` have come; also those from before, but for those up to the id `behind`.

        Within so many real `seconds`, at most 60. Raises NotMet, which says what came instead.
        """
        body = RequestsWait(match=RequestMatch(**match), count=count, timeout=seconds, since=behind)
        return (await self._ask(WaitedRequests, "POST", "/requests/wait", body, seconds=seconds)).requests

    async def deliveries(
        self, *, limit: int | None = None, after: str | None = None, **match: Unpack[DeliveryQuery]
    ) -> DeliveryList:
        """A page of the callbacks with all attempts."""
        return await self._ask(DeliveryList, "GET", "/deliveries", query={**match, "limit": limit, "after": after})

    async def count_deliveries(self, **match: Unpack[DeliveryQuery]) -> int:
        return (await self._ask(Count, "GET", "/deliveries/count", query=match)).count

    async def get_delivery(self, delivery_id: str) -> DeliveryView:
        return await self._ask(DeliveryView, "GET", f"/deliveries/{segment(delivery_id)}")

    async def redeliver(
        self,
        delivery_id: str,
        *,
        body: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        url: str | None = None,
    ) -> DeliveryView:
        """Send a callback again, as it was, or with another body, headers (None: without that one), URL."""
        edited = RedeliveryBody(body=body, headers=None if headers is None else dict(headers), url=url)
        return await self._ask(DeliveryView, "POST", f"/deliveries/{segment(delivery_id)}/redeliver", edited)

    async def wait_for_deliveries(
        self,
        count: int = 1,
        *,
        seconds: float = 5.0,
        behind: str | None = None,
        **match: Unpack[DeliveryFields],
    ) -> list[DeliveryView]:
        """The callbacks, when `count` have come; also those from before, but for those up to the id `behind`.

        Within so many real `seconds`, at most 60. Raises NotMet, which says what came instead.
        """
        body = DeliveriesWait(match=DeliveryMatch(**match), count=count, timeout=seconds, since=behind)
        return (await self._ask(WaitedDeliveries, "POST", "/deliveries/wait", body, seconds=seconds)).deliveries

    async def events(
        self,
        *,
        kind: str | None = None,
        call_sid: str | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> EventList:
        """A page of what happened."""
        query = {"kind": kind, "call_sid": call_sid, "limit": limit, "after": after}
        return await self._ask(EventList, "GET", "/events", query=query)

    def follow(
        self,
        *,
        kind: str | None = None,
        call_sid: str | None = None,
        after: int | None = None,
        most: int | None = None,
    ) -> AsyncFeed:
        """What happens from now on, or behind the event `after`: `async with world.follow() as events`.

        Ends by itself after `most` events, and when the world goes.
        """
        query = {"kind": kind, "call_sid": call_sid, "after": after, "most": most}
        return AsyncFeed(self._transport, control_ask("GET", f"{self._path}/events/stream", query=query))
