"""v1's routes: each path twice, without a suffix for XML and with `.json`; and the RestException around all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import __version__
from mockserver.domain.errors import MockserverError, UnknownCall
from mockserver.engine.engine import Engine
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.body_limit import BodyLimit
from mockserver.operations.openapi import Document, openapi_document
from mockserver.operations.operation import Operation, Parameter
from mockserver.operations.trace import Trace, trace_of
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.admission import CHALLENGE, admitted_world
from mockserver.providers.exotel.v1 import errors, listing, records
from mockserver.providers.exotel.v1.callbacks import write_callback
from mockserver.providers.exotel.v1.formats import answer, answers_json
from mockserver.providers.exotel.v1.numbers import Numbers, number_metadata
from mockserver.providers.exotel.v1.quantities import url_minutes
from mockserver.providers.exotel.v1.records import CallRecord, Shape
from mockserver.providers.exotel.v1.wire import DIALECT, FIELDS, parse_order
from mockserver.providers.provider import Provider

PREFIX = "/v1"
_LARGEST_BODY = 256 * 1024
_JSON_SUFFIX = ".json"


class SingleCall(msgspec.Struct, rename="pascal"):
    call: CallRecord


class AccountView(msgspec.Struct, rename="pascal"):
    sid: str
    status: str


class AccountAnswer(msgspec.Struct, rename="pascal"):
    account: AccountView


class ListedNumber(msgspec.Struct, rename="pascal"):
    sid: str
    phone_number: str
    friendly_name: str


class NumberItem(msgspec.Struct, rename="pascal"):
    incoming_phone_number: ListedNumber


class NumberItems(msgspec.Struct, rename="pascal"):
    incoming_phone_numbers: list[NumberItem]


@dataclass(slots=True)
class Visit:
    """An admitted request. A handler that places a call leaves its sid in `placed`."""

    request: Request
    engine: Engine
    world: World
    is_json: bool
    placed: str | None = None

    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)


async def list_calls(visit: Visit) -> Response:
    scope = visit.request.scope
    query = scope["query_string"].decode("latin-1")
    asked = listing.parse_listing(scope["path"], query, visit.world, is_json=visit.is_json)
    page = visit.world.store.page(asked.request)
    metadata = listing.metadata(asked, page)
    if visit.is_json:
        content: Any = {"Metadata": metadata, "Calls": listing.json_records(asked, page, visit.world)}
        return answer(content, is_json=True)
    calls = [records.bulk_record(call, visit.world, asked.shape) for call in page.calls]
    # Quirk: calls stand directly below the root, and empty elements have two tags (the portal's example).
    return answer({"Metadata": metadata, "Call": calls}, is_json=False, closes_empty=False)


async def connect(visit: Visit) -> Response:
    pairs = [*await _form(visit.request), *parse_qsl(visit.request.url.query, keep_blank_values=True)]
    call = visit.engine.place(visit.world, parse_order(pairs, visit.world))
    visit.placed = call.sid
    record = records.placed_record(call, visit.world, Shape(visit.is_json))
    return answer(SingleCall(record), is_json=visit.is_json)


async def get_call(visit: Visit) -> Response:
    query = visit.query()
    shape = Shape(visit.is_json, query.get("details", "").lower() == "true", url_minutes(query))
    sid = visit.request.path_params["call_sid"]
    try:
        call = visit.world.store.call(sid)
    except UnknownCall as error:
        raise errors.not_found(f"Call {sid} not found", hint=error.hint) from error
    return answer(SingleCall(records.single_record(call, visit.world, shape)), is_json=visit.is_json)


async def get_account(visit: Visit) -> Response:
    return answer(AccountAnswer(AccountView(visit.world.sid, "active")), is_json=visit.is_json)


async def get_number(visit: Visit) -> Response:
    number = visit.request.path_params["number"]
    return answer(number_metadata(number, visit.world), is_json=visit.is_json)


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


# What the Uri of a call says in JSON; a client may follow it.
_BY_ITS_URI = replace(OPERATIONS[3], path=f"{_ACCOUNT}/Calls.json/{{call_sid}}")


class Endpoint:
    """One operation in one format as an ASGI application."""

    def __init__(self, operation: Operation, engine: Engine, *, is_json: bool) -> None:
        self._operation = operation
        self._engine = engine
        self._is_json = is_json

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = trace_of(scope)
        trace.operation = self._operation.id
        request = Request(scope, receive, send)
        visit: Visit | None = None
        try:
            visit = Visit(request, self._engine, self._admit(request, trace), self._is_json)
            visit.world.faults.check(self._operation.id)
            self._engine.runner(visit.world).catch_up()
            response: Response = await self._operation.handle(visit)
        except MockserverError as error:
            response = _failure(error, trace, is_json=self._is_json)
        try:
            await response(scope, receive, send)
        finally:
            if visit is not None and visit.placed is not None:
                self._engine.answer_sent(visit.world, visit.placed)

    def _admit(self, request: Request, trace: Trace) -> World:
        sid = request.path_params["account_sid"]
        world = admitted_world(self._engine, request.headers.get("authorization"))
        if world is None or world.sid != sid:
            trace.world = self._engine.find_world(sid)
            hint = f"These credentials belong to account {world.sid!r}." if world else "Send the world's key and token."
            raise errors.V1Error(401, errors.AUTHENTICATION_FAILED, hint=hint)
        trace.world = world
        return world


async def _form(request: Request) -> list[tuple[str, str]]:
    """The fields of a form body, however it is encoded. A body of another type holds none."""
    try:
        form = await request.form(max_files=0)
    except HTTPException as error:
        raise errors.bad_request(f"the form cannot be read: {error.detail}") from error
    return [(name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)]


def _failure(error: MockserverError, trace: Trace, *, is_json: bool) -> Response:
    trace.refusal, trace.hint = error.message, error.hint or None
    exception = errors.rest_exception(error)
    headers = {"WWW-Authenticate": CHALLENGE} if exception.status == 401 else {}  # noqa: PLR2004
    if isinstance(error, InjectedFault):
        trace.fault = headers["X-Mockserver-Fault"] = error.rule.id
    return errors.error_answer(exception, is_json=is_json, headers=headers)


def _refuse(scope: Scope, error: MockserverError) -> Response:
    return _failure(error, trace_of(scope), is_json=answers_json(scope["path"]))


async def _http_error(request: Request, error: HTTPException) -> Response:
    message = error.detail if isinstance(error.detail, str) else "Not Found"
    hint = "v1 paths are case-sensitive: /v1/Accounts/{sid}/Calls." if error.status_code == 404 else ""  # noqa: PLR2004
    return _refuse(request.scope, errors.V1Error(error.status_code, message, hint=hint))


async def _unexpected(request: Request, _error: Exception) -> Response:
    return _refuse(request.scope, errors.V1Error(500, "Server Error", hint="A bug of mockserver: see its log."))


def _too_large(scope: Scope) -> Response:
    return _refuse(scope, errors.V1Error(413, f"the request body is larger than {_LARGEST_BODY} bytes"))


def _routes(engine: Engine) -> list[Route]:
    return [
        Route(operation.path + suffix, Endpoint(operation, engine, is_json=bool(suffix)), methods=[operation.method])
        # With the suffix first: a name in a path takes a dot for one of its own.
        for suffix in (_JSON_SUFFIX, "")
        for operation in (*OPERATIONS, _BY_ITS_URI)
    ]


def build(engine: Engine) -> ASGIApp:
    """v1 as an application of its own, so that unknown paths and verbs answer in v1's dialect too."""
    handlers: dict[Any, Callable[..., Any]] = {HTTPException: _http_error, Exception: _unexpected}
    return BodyLimit(Starlette(routes=_routes(engine), exception_handlers=handlers), _LARGEST_BODY, _too_large)


def openapi() -> Document:
    return openapi_document(
        title="Exotel voice v1, as mockserver emulates it",
        version=__version__,
        description="Each path answers XML, and JSON with the suffix `.json`.",
        prefix=PREFIX,
        operations=OPERATIONS,
        error=errors.ErrorBody,
        has_basic_auth=True,
    )


PROVIDER = Provider(
    name=DIALECT,
    title="Exotel v1",
    prefix=PREFIX,
    account_path="/Accounts",
    operations=OPERATIONS,
    readings=records.READINGS,
    build=build,
    write_callback=write_callback,
    openapi=openapi,
)
