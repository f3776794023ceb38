"""v2_beta's routes: each path with and without `.json`, which some clients add; the answers are JSON in any case."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation, Parameter
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.formats import answer
from mockserver.providers.exotel.rest_endpoint import Endpoint, Visit, rest_app
from mockserver.providers.exotel.rest_exceptions import ErrorBody
from mockserver.providers.exotel.v2_beta import errors, render, wire
from mockserver.providers.exotel.v2_beta.stock import asked_stock
from mockserver.providers.provider import Version


async def list_numbers(visit: Visit) -> Response:
    page = wire.parse_page(visit)
    return answer(render.exophone_page(page, visit.request.url, visit.world), is_json=True)


async def buy_number(visit: Visit) -> Response:
    exophone = visit.world.directory.add_exophone(await wire.parse_purchase(visit))
    return answer(render.bought_row(exophone, visit.world), is_json=True)


async def get_number(visit: Visit) -> Response:
    return answer(render.exophone_row(wire.owned_exophone(visit), visit.world), is_json=True)


async def change_number(visit: Visit) -> Response:
    change = await wire.parse_change(visit)
    exophone = visit.world.directory.put_exophone(wire.changed(wire.owned_exophone(visit), change))
    return answer(render.exophone_row(exophone, visit.world), is_json=True)


async def release_number(visit: Visit) -> Response:
    visit.world.directory.remove_exophone(wire.owned_exophone(visit).contact)
    released = render.Released()
    return answer(released, is_json=True, status=released.status)


async def list_countries(visit: Visit) -> Response:
    wire.refuse_unknown(visit.query(), (), visit.world)
    return answer(render.countries(visit.world), is_json=True)


async def list_stock(visit: Visit) -> Response:
    return answer([render.stock_row(contact, visit.world) for contact in asked_stock(visit)], is_json=True)


_ACCOUNT = "/Accounts/{account_sid}"
_NUMBERS = f"{_ACCOUNT}/IncomingPhoneNumbers"
_NUMBER = f"{_NUMBERS}/{{exophone_sid}}"
_COUNTRIES = f"{_ACCOUNT}/AvailablePhoneNumbers"
_PAGE_PARAMETERS = (
    Parameter("Page", "integer", "from 0; `page` will do, too"),
    Parameter("PageSize", "integer", "1 to 100, 50 by default; `page_size` will do, too"),
)
_FILTERS = (
    Parameter("IncomingSMS", "boolean", "only numbers that take messages"),
    Parameter("InRegion", "string", "only numbers of this telecom circle"),
    Parameter("Contains", "string", "only numbers with these digits"),
)

OPERATIONS = (
    Operation(
        "exotel-v2-beta.list-numbers",
        "GET",
        _NUMBERS,
        "List the ExoPhones",
        sources.EXOPHONES,
        list_numbers,
        render.ExophonePage,
        errors=errors.LIST_ERRORS,
        parameters=_PAGE_PARAMETERS,
    ),
    Operation(
        "exotel-v2-beta.buy-number",
        "POST",
        _NUMBERS,
        "Buy an ExoPhone",
        sources.EXOPHONES,
        buy_number,
        render.BoughtExophone,
        request=wire.BuyNumber,
        errors=errors.BUY_ERRORS,
    ),
    Operation(
        "exotel-v2-beta.get-number",
        "GET",
        _NUMBER,
        "Read an ExoPhone",
        sources.EXOPHONES,
        get_number,
        render.ExophoneRow,
        errors=errors.GET_ERRORS,
    ),
    Operation(
        "exotel-v2-beta.change-number",
        "PUT",
        _NUMBER,
        "Assign an ExoPhone to a flow, or rename it",
        sources.EXOPHONES,
        change_number,
        render.ExophoneRow,
        request=wire.ChangeNumber,
        errors=errors.CHANGE_ERRORS,
    ),
    Operation(
        "exotel-v2-beta.release-number",
        "DELETE",
        _NUMBER,
        "Release an ExoPhone",
        sources.EXOPHONES,
        release_number,
        render.Released,
        status=202,
        errors=errors.RELEASE_ERRORS,
    ),
    Operation(
        "exotel-v2-beta.list-countries",
        "GET",
        _COUNTRIES,
        "List the countries whose numbers can be bought",
        sources.EXOPHONES,
        list_countries,
        render.Countries,
        errors=errors.COUNTRIES_ERRORS,
    ),
    Operation(
        "exotel-v2-beta.list-country-stock",
        "GET",
        f"{_COUNTRIES}/{{country}}",
        "List a country's numbers that can be bought",
        sources.UNDOCUMENTED,
        list_stock,
        list[render.StockRow],
        errors=errors.STOCK_ERRORS,
        parameters=_FILTERS,
    ),
    Operation(
        "exotel-v2-beta.list-stock",
        "GET",
        f"{_COUNTRIES}/{{country}}/{{number_type}}",
        "List a country's numbers of one type (Landline, Mobile, TollFree) that can be bought",
        sources.EXOPHONES,
        list_stock,
        list[render.StockRow],
        errors=errors.STOCK_ERRORS,
        parameters=_FILTERS,
    ),
)


def build(engine: Engine) -> ASGIApp:
    """v2_beta as an application of its own."""
    routes = [
        Route(operation.path + suffix, Endpoint(operation, engine, is_json=True), methods=[operation.method])
        # With the suffix first: a name in a path takes a dot for one of its own.
        for suffix in (".json", "")
        for operation in OPERATIONS
    ]
    return rest_app(engine, wire.PREFIX, OPERATIONS, routes, answers_json=_always)


def _always(_path: str) -> bool:
    return True


def openapi() -> Document:
    return openapi_document(
        title="Exotel ExoPhones (v2_beta), as mockserver emulates them",
        version=__version__,
        description="The account's numbers, and those for sale. Bodies are forms, or JSON with the same fields.",
        prefix=wire.PREFIX,
        operations=OPERATIONS,
        error=ErrorBody,
        has_basic_auth=True,
    )


VERSION = Version(
    operations=OPERATIONS,
    readings=render.READINGS,
    build=build,
    openapi=openapi,
)
