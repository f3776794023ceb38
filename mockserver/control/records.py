"""The two records: requests that came in, deliveries that went out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from mockserver.control import record_views
from mockserver.control.bodies import RedeliveryBody
from mockserver.control.desk import DEFAULT_LIMIT, Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.control.wishes import DeliveryMatch, RequestMatch, from_query, parameters
from mockserver.control.world_views import Removed
from mockserver.domain import errors
from mockserver.engine.delivery import Delivery
from mockserver.engine.journal import Exchange, Journal
from mockserver.engine.matching import Matcher
from mockserver.engine.world import World
from mockserver.operations.operation import Operation, Parameter

_T = TypeVar("_T", Delivery, Exchange)


async def list_deliveries(visit: Visit) -> record_views.DeliveryList:
    page, following = _page(visit, *_wanted_deliveries(visit))
    return record_views.DeliveryList([record_views.delivery_view(delivery) for delivery in page], following)


async def count_deliveries(visit: Visit) -> record_views.Count:
    return _count(*_wanted_deliveries(visit))


async def get_delivery(visit: Visit) -> record_views.DeliveryView:
    return record_views.delivery_view(visit.world.store.delivery(visit.path("delivery_id")))


async def redeliver(visit: Visit) -> record_views.DeliveryView:
    world, body = visit.world, await visit.body(RedeliveryBody)
    return record_views.delivery_view(visit.engine.redeliver(world, visit.path("delivery_id"), body.edit()))


async def list_requests(visit: Visit) -> record_views.ExchangeList:
    return _exchanges(visit, visit.world.journal, from_query(visit, RequestMatch), visit.world)


async def find_requests(visit: Visit) -> record_views.ExchangeList:
    return _exchanges(visit, visit.world.journal, await visit.body(RequestMatch), visit.world)


async def count_requests(visit: Visit) -> record_views.Count:
    return _count(visit.world.journal.entries(), from_query(visit, RequestMatch).matcher())


async def clear_requests(visit: Visit) -> Removed:
    return Removed({"requests": visit.world.journal.clear()})


async def list_strays(visit: Visit) -> record_views.ExchangeList:
    return _exchanges(visit, visit.engine.strays, from_query(visit, RequestMatch), None)


async def clear_strays(visit: Visit) -> Removed:
    return Removed({"requests": visit.engine.strays.clear()})


async def get_request(visit: Visit) -> record_views.ExchangeView:
    world = visit.world
    return record_views.exchange_view(world.journal.get(visit.path("request_id")), world)


def _exchanges(visit: Visit, journal: Journal, match: RequestMatch, world: World | None) -> record_views.ExchangeList:
    page, following = _page(visit, journal.entries(), match.matcher())
    return record_views.ExchangeList(
        [record_views.exchange_view(one, world) for one in page], journal.dropped, following
    )


def _wanted_deliveries(visit: Visit) -> tuple[list[Delivery], Matcher[Delivery]]:
    match = from_query(visit, DeliveryMatch)
    return visit.world.store.deliveries(match.call_sid), match.matcher()


def _count(records: Sequence[_T], matcher: Matcher[_T]) -> record_views.Count:
    return record_views.Count(sum(1 for record in records if matcher.fits(record)))


def _page(visit: Visit, records: Sequence[_T], matcher: Matcher[_T]) -> tuple[list[_T], str | None]:
    """The records behind `after`, oldest first, and the id to ask for the next page with."""
    limit, after = visit.query_number("limit", DEFAULT_LIMIT), visit.query("after")
    start = 0
    if after is not None:
        ids = [record.id for record in records]
        # What `after` named may have been pushed out of the journal: then all that is left is newer.
        start = ids.index(after) + 1 if after in ids else 0
    found = [record for record in records[start:] if matcher.fits(record)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


_DELIVERIES = "/worlds/{account_sid}/deliveries"
_REQUESTS = "/worlds/{account_sid}/requests"
_PAGING = (
    Parameter("limit", "integer", "at most 1000, 100 by default"),
    Parameter("after", "string", "`next` of the page before, or the last id that you have"),
)
_OF_REQUESTS = parameters(RequestMatch)
_OF_DELIVERIES = parameters(DeliveryMatch)
_ON_WORLD = error_rows(errors.UnknownWorld)
_ON_DELIVERY = error_rows(errors.UnknownWorld, errors.UnknownDelivery)

OPERATIONS = (
    Operation(
        "control.list-deliveries",
        "GET",
        _DELIVERIES,
        "List the callbacks, oldest first",
        OUR_OWN,
        list_deliveries,
        record_views.DeliveryList,
        errors=_ON_WORLD,
        parameters=(*_OF_DELIVERIES, *_PAGING),
    ),
    Operation(
        "control.count-deliveries",
        "GET",
        f"{_DELIVERIES}/count",
        "Count callbacks",
        OUR_OWN,
        count_deliveries,
        record_views.Count,
        errors=_ON_WORLD,
        parameters=_OF_DELIVERIES,
    ),
    Operation(
        "control.get-delivery",
        "GET",
        f"{_DELIVERIES}/{{delivery_id}}",
        "Read a callback with all attempts",
        OUR_OWN,
        get_delivery,
        record_views.DeliveryView,
        errors=_ON_DELIVERY,
    ),
    Operation(
        "control.redeliver",
        "POST",
        f"{_DELIVERIES}/{{delivery_id}}/redeliver",
        "Send a callback again, as it was or edited",
        OUR_OWN,
        redeliver,
        record_views.DeliveryView,
        request=RedeliveryBody,
        status=202,
        errors=_ON_DELIVERY,
    ),
    Operation(
        "control.list-requests",
        "GET",
        _REQUESTS,
        "List the requests of this world, oldest first",
        OUR_OWN,
        list_requests,
        record_views.ExchangeList,
        errors=_ON_WORLD,
        parameters=(*_OF_REQUESTS, *_PAGING),
    ),
    Operation(
        "control.count-requests",
        "GET",
        f"{_REQUESTS}/count",
        "Count requests",
        OUR_OWN,
        count_requests,
        record_views.Count,
        errors=_ON_WORLD,
        parameters=_OF_REQUESTS,
    ),
    Operation(
        "control.find-requests",
        "POST",
        f"{_REQUESTS}/find",
        "List requests, also by headers and by what their JSON says",
        OUR_OWN,
        find_requests,
        record_views.ExchangeList,
        request=RequestMatch,
        errors=_ON_WORLD,
        parameters=_PAGING,
    ),
    Operation(
        "control.clear-requests",
        "DELETE",
        _REQUESTS,
        "Forget the requests of this world",
        OUR_OWN,
        clear_requests,
        Removed,
        errors=_ON_WORLD,
    ),
    Operation(
        "control.get-request",
        "GET",
        f"{_REQUESTS}/{{request_id}}",
        "Read a request with its answer",
        OUR_OWN,
        get_request,
        record_views.ExchangeView,
        errors=error_rows(errors.UnknownWorld, errors.UnknownExchange),
    ),
    Operation(
        "control.list-strays",
        "GET",
        "/requests",
        "List the requests that belong to no world",
        OUR_OWN,
        list_strays,
        record_views.ExchangeList,
        errors=error_rows(),
        parameters=(*_OF_REQUESTS, *_PAGING),
    ),
    Operation(
        "control.clear-strays",
        "DELETE",
        "/requests",
        "Forget the requests that belong to no world",
        OUR_OWN,
        clear_strays,
        Removed,
        errors=error_rows(),
    ),
)
