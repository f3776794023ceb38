"""v1's routes: each path twice, without a suffix for XML and with `.json`; and the RestException around all of them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mockserver import __version__
from mockserver.domain.errors import UnknownCall
from mockserver.domain.order import CALL_EVENTS
from mockserver.engine.engine import Engine
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation, Parameter
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.formats import answer, answers_json
from mockserver.providers.exotel.rest_endpoint import Endpoint, Visit, form_fields, rest_app
from mockserver.providers.exotel.v1 import errors, listing, records
from mockserver.providers.exotel.v1.callbacks import EndCallback, EventCallback, write_callback
from mockserver.providers.exotel.v1.numbers import Numbers, number_metadata
from mockserver.providers.exotel.v1.quantities import url_minutes
from mockserver.providers.exotel.v1.records import CallRecord, Shape
from mockserver.providers.exotel.v1.wire import FIELDS, parse_order
from mockserver.providers.provider import Version

PREFIX = "/v1"
_JSON_SUFFIX = ".json"
_seen = sources.CLIENTS.field
_streamed = sources.STREAM_SESSION.field


class SingleCall(msgspec.Struct, rename="pascal"):
    call: CallRecord


class AccountView(msgspec.Struct, rename="pascal"):
    sid: str
    status: str


class AccountAnswer(msgspec.Struct, rename="pascal"):
    account: AccountView


class ActiveStreams(msgspec.Struct):
    """In XML: Stream, with ActiveStreamCount and ThrottleLimit."""

    status: Annotated[str, _streamed(enum=["success"])]
    active_streams: Annotated[int, _streamed()]
    max_allowed_streams: Annotated[int, _streamed("see stream_limit of the world's settings")]
    account_sid: Annotated[str, _streamed()]


class ListedNumber(msgspec.Struct, rename="pascal"):
    sid: Annotated[str, _seen("as in v2_beta")]
    phone_number: Annotated[str, _seen()]
    friendly_name: Annotated[str, _seen("a valid CallerId")]


class NumberItem(msgspec.Struct, rename="pascal"):
    incoming_phone_number: Annotated[ListedNumber, _seen()]


class NumberItems(msgspec.Struct, rename="pascal"):
    incoming_phone_numbers: Annotated[list[NumberItem], _seen()]


async def list_calls(visit: Visit) -> Response:
    scope = visit.request.scope
    query = scope["query_string"].decode("latin-1")
    asked = listing.parse_listing(scope["path"], query, visit.world, is_json=visit.is_json)
    page = visit.world.store.page(asked.request)
    metadata = listing.metadata(asked, page)
    if visit.is_json:
        content: Any = {"Metadata": metadata, "Calls": listing.json_records(asked, page, visit.world)}
        return answer(content, is_json=True)
    calls = [records.xml_form(records.bulk_record(call, visit.world, asked.shape)) for call in page.calls]
    # Quirk: calls stand directly below the root, and empty elements have two tags (the portal's example).
    return answer({"Metadata": metadata, "Call": calls}, is_json=False, closes_empty=False)


async def connect(visit: Visit) -> Response:
    pairs = [*await form_fields(visit.request), *parse_qsl(visit.request.url.query, keep_blank_values=True)]
    call = visit.engine.place(visit.world, parse_order(pairs, visit.world))
    visit.placed = call.sid
    record = records.placed_record(call, visit.world, Shape(visit.is_json))
    return _single(record, visit)


async def get_call(visit: Visit) -> Response:
    query = visit.query()
    shape = Shape(visit.is_json, query.get("details", "").lower() == "true", url_minutes(query))
    sid = visit.request.path_params["call_sid"]
    try:
        call = visit.world.store.call(sid)
    except UnknownCall as error:
        raise errors.not_found(f"Call {sid} not found", hint=error.hint) from error
    return _single(records.single_record(call, visit.world, shape), visit)


def _single(record: CallRecord, visit: Visit) -> Response:
    if visit.is_json:
        return answer(SingleCall(record), is_json=True)
    return answer({"Call": records.xml_form(record)}, is_json=False)


async def get_account(visit: Visit) -> Response:
    return answer(AccountAnswer(AccountView(visit.world.sid, "active")), is_json=visit.is_json)


async def get_number(visit: Visit) -> Response:
    number = visit.request.path_params["number"]
    return answer(number_metadata(number, visit.world), is_json=visit.is_json)


async def get_active_streams(visit: Visit) -> Response:
    # Quirk: the two formats have nothing in common (one page of the portal shows XML, another JSON).
    active, limit = visit.world.streams.active, visit.world.settings.stream_limit
    if visit.is_json:
        return answer(ActiveStreams("success", active, limit, visit.world.sid), is_json=True)
    return answer({"Stream": {"ActiveStreamCount": str(active), "ThrottleLimit": str(limit)}}, is_json=False)


async def list_numbers(visit: Visit) -> Response:
    numbers = [
        NumberItem(ListedNumber(one.sid, one.contact.key, one.friendly_name)) for one in visit.world.directory.exophones
    ]
    if visit.is_json:
        return answer(NumberItems(numbers), is_json=True)
    return answer({"IncomingPhoneNumber": [one.incoming_phone_number for one in numbers]}, is_json=False)


_LIST_PARAMETERS = (
    Parameter("Sid", "string", "up to 100 call sids, comma-separated"),
    Parameter("DateCreated", "string", "gte:YYYY-MM-DD HH:MM:SS;lte:..., at most a month; the last 31 days by default"),
    Parameter("To", "string", "up to 5 numbers, comma-separated"),
    Parameter("From", "string", "up to 5 numbers, comma-separated"),
    Parameter("PhoneNumber", "string", "up to 5 ExoPhones, comma-separated"),
    Parameter("Status", "string", "status words, comma-separated"),
    Parameter("Duration", "string", "gte:10s;lte:45s, eq:30s or 30s"),
    Parameter("Price", "string", "gte:0.10;lte:1.0, eq:1.500 or 1.500"),
    Parameter("Direction", "string", "inbound, outbound-dial, outbound-api"),
    Parameter("PageSize", "integer", "1 to 100, 50 by default"),
    Parameter("SortBy", "string", "DateCreated:asc or DateCreated:desc (default)"),
    Parameter("Before", "string", "cursor of PrevPageUri"),
    Parameter("After", "string", "cursor of NextPageUri"),
    Parameter("details", "boolean", "adds Details to each call"),
    Parameter("NumbersMetadata", "boolean", "accepted and repeated in the links; adds nothing, as in the examples"),
    Parameter("RecordingUrlValidity", "integer", "minutes, 5 to 60: adds PreSignedRecordingUrl"),
)
_GET_PARAMETERS = _LIST_PARAMETERS[-3:-2] + _LIST_PARAMETERS[-1:]
_CONNECT_PARAMETERS = tuple(Parameter(name, "string", "as a form field, too") for name in FIELDS)
_ACCOUNT = "/Accounts/{account_sid}"

OPERATIONS = (
    Operation(
        "exotel-v1.list-calls",
        "GET",
        f"{_ACCOUNT}/Calls",
        "List ended calls",
        sources.V1_BULK,
        list_calls,
        listing.CallList,
        errors=errors.ERRORS,
        parameters=_LIST_PARAMETERS,
    ),
    Operation(
        "exotel-v1.connect",
        "POST",
        f"{_ACCOUNT}/Calls/connect",
        "Connect two numbers, or a number to a flow",
        sources.V1_CONNECT,
        connect,
        SingleCall,
        errors=errors.ERRORS,
        parameters=_CONNECT_PARAMETERS,
        form=_CONNECT_PARAMETERS,
        callbacks=(EventCallback, EndCallback),
        callback_url="{$request.body#/StatusCallback}",
    ),
    Operation(
        "exotel-v1.create-call",
        "POST",
        f"{_ACCOUNT}/Calls",
        "The same as connect",
        sources.CLIENTS,
        connect,
        SingleCall,
        errors=errors.ERRORS,
        parameters=_CONNECT_PARAMETERS,
        form=_CONNECT_PARAMETERS,
        callbacks=(EventCallback, EndCallback),
        callback_url="{$request.body#/StatusCallback}",
    ),
    Operation(
        "exotel-v1.get-call",
        "GET",
        f"{_ACCOUNT}/Calls/{{call_sid}}",
        "Read a call, also while it runs",
        sources.V1_DETAILS,
        get_call,
        SingleCall,
        errors=errors.ERRORS,
        parameters=_GET_PARAMETERS,
    ),
    Operation(
        "exotel-v1.get-account",
        "GET",
        _ACCOUNT,
        "Check the credentials",
        sources.CLIENTS,
        get_account,
        AccountAnswer,
        errors=errors.ERRORS,
    ),
    Operation(
        "exotel-v1.get-number",
        "GET",
        f"{_ACCOUNT}/Numbers/{{number}}",
        "Circle, operator and DND of a number",
        sources.V1_NUMBERS,
        get_number,
        Numbers,
        errors=errors.ERRORS,
    ),
    Operation(
        "exotel-v1.get-active-streams",
        "GET",
        f"{_ACCOUNT}/ActiveStreams",
        "Count the open streams, and how many may be",
        sources.STREAM_SESSION,
        get_active_streams,
        ActiveStreams,
        errors=errors.ERRORS,
    ),
    Operation(
        "exotel-v1.list-numbers",
        "GET",
        f"{_ACCOUNT}/IncomingPhoneNumbers",
        "List the ExoPhones, the older way",
        sources.CLIENTS,
        list_numbers,
        NumberItems,
        errors=errors.ERRORS,
    ),
)


# A client may follow what the Uri of a call says in JSON.
_GET_CALL = next(operation for operation in OPERATIONS if operation.handle is get_call)


def build(engine: Engine) -> ASGIApp:
    """v1 as an application of its own."""
    routes = [
        Route(operation.path + suffix, Endpoint(operation, engine, is_json=bool(suffix)), methods=[operation.method])
        # With the suffix first: a name in a path takes a dot for one of its own.
        for suffix in (_JSON_SUFFIX, "")
        for operation in OPERATIONS
    ]
    by_its_uri = Route(
        f"{_ACCOUNT}/Calls.json/{{call_sid}}", Endpoint(_GET_CALL, engine, is_json=True), methods=["GET"]
    )
    return rest_app(engine, PREFIX, OPERATIONS, [by_its_uri, *routes], answers_json)


def openapi() -> Document:
    return openapi_document(
        title="Exotel voice v1, as mockserver emulates it",
        version=__version__,
        description="Each path answers XML, and JSON with the suffix `.json`.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=errors.ErrorBody,
        has_basic_auth=True,
        unless_said=sources.V1_BULK,
    )


VERSION = Version(
    operations=OPERATIONS,
    readings=records.READINGS,
    build=build,
    write_callback=write_callback,
    events=CALL_EVENTS,
    openapi=openapi,
)
