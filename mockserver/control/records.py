"""The two records: requests that came in, deliveries that went out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from mockserver.control import record_views
from mockserver.control.desk import DEFAULT_LIMIT, Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.errors import BadInput, UnknownExchange
from mockserver.engine.delivery import Delivery, DeliveryState
from mockserver.engine.journal import Exchange, Journal
from mockserver.operations.operation import Operation, Parameter

_T = TypeVar("_T", Delivery, Exchange)


async def list_deliveries(visit: Visit) -> record_views.DeliveryList:
    state = visit.query("state")
    if state is not None and state not in set(DeliveryState):
        message = f"state {state!r} is none of {', '.join(DeliveryState)}"
        raise BadInput(message, where="state")
    deliveries = visit.world.store.deliveries(visit.query("call_sid"))
    page, following = _page(visit, deliveries, lambda one: state is None or one.state == state)
    return record_views.DeliveryList([record_views.delivery_view(delivery) for delivery in page], following)


async def get_delivery(visit: Visit) -> record_views.DeliveryView:
    return record_views.delivery_view(visit.world.store.delivery(visit.path("delivery_id")))


async def redeliver(visit: Visit) -> record_views.DeliveryView:
    return record_views.delivery_view(visit.engine.redeliver(visit.world, visit.path("delivery_id")))


async def list_requests(visit: Visit) -> record_views.ExchangeList:
    return _exchanges(visit, visit.world.journal)


async def list_strays(visit: Visit) -> record_views.ExchangeList:
    return _exchanges(visit, visit.engine.strays)


async def get_request(visit: Visit) -> record_views.ExchangeView:
    wanted = visit.path("request_id")
    for exchange in visit.world.journal.entries():
        if exchange.id == wanted:
            return record_views.exchange_view(exchange)
    message = f"no request {wanted!r} is in the journal"
    raise UnknownExchange(message)


def _exchanges(visit: Visit, journal: Journal) -> record_views.ExchangeList:
    operation, is_refused = visit.query("operation"), visit.query("refused") == "true"

    def is_wanted(one: Exchange) -> bool:
        return (operation is None or one.operation == operation) and (not is_refused or one.refusal is not None)

    page, following = _page(visit, journal.entries(), is_wanted)
    return record_views.ExchangeList([record_views.exchange_view(one) for one in page], journal.dropped, following)


def _page(visit: Visit, records: Sequence[_T], is_wanted: Callable[[_T], bool]) -> tuple[list[_T], str | None]:
    """The records behind `after`, oldest first, and the id to ask for the next page with."""
    limit, after = visit.query_number("limit", DEFAULT_LIMIT), visit.query("after")
    start = 0
    if after is not None:
        ids = [record.id for record in records]
        # What `after` named may have been pushed out of the journal: then all that is left is newer.
        start = ids.index(after) + 1 if after in ids else 0
    found = [record for record in records[start:] if is_wanted(record)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


_DELIVERIES = "/worlds/{account_sid}/deliveries"
_REQUESTS = "/worlds/{account_sid}/requests"
_PAGING = (
    Parameter("limit", "integer", "at most 1000, 100 by default"),
    Parameter("after", "string", "`next` of the page before, or the last id that you have"),
)
_OF_REQUESTS = (
    Parameter("operation", "string", "operation id, such as exotel-v3.create-call"),
    Parameter("refused", "boolean", "only those that were not served"),
    *_PAGING,
)
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
        errors=error_rows(errors.UnknownWorld),
        parameters=(
            Parameter("call_sid", "string", "of one call"),
            Parameter("state", "string", f"one of {', '.join(DeliveryState)}"),
            *_PAGING,
        ),
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
        "Send a callback again",
        OUR_OWN,
        redeliver,
        record_views.DeliveryView,
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
        errors=error_rows(errors.UnknownWorld),
        parameters=_OF_REQUESTS,
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
        parameters=_OF_REQUESTS,
    ),
)
