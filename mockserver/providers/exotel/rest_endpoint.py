"""What surrounds every operation of v1 and v2_beta: admission, faults, the RestException, the release of callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.domain.errors import MockserverError
from mockserver.engine.engine import Engine
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.gate import pass_gate
from mockserver.operations.operation import ErrorRow, Operation
from mockserver.operations.shell import api_app
from mockserver.operations.trace import Trace, trace_of
from mockserver.providers.exotel.admission import CHALLENGE, admitted_world
from mockserver.providers.exotel.rest_exceptions import (
    AUTHENTICATION_FAILED,
    RestError,
    bad_request,
    error_answer,
    rest_exception,
)

_LARGEST_BODY = 256 * 1024


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


# Finds the world that a request may use, and leaves it in the trace, also when it raises RestError.
Admit = Callable[[Engine, Request, Trace], World]


def admitted_by_credentials(engine: Engine, request: Request, trace: Trace) -> World:
    """The world in the path, if the credentials are its own."""
    sid = request.path_params["account_sid"]
    world = admitted_world(engine, request.headers.get("authorization"))
    if world is None or world.sid != sid:
        trace.world = engine.find_world(sid)
        hint = f"These credentials belong to account {world.sid!r}." if world else "Send the world's key and token."
        raise RestError(401, AUTHENTICATION_FAILED, hint=hint)
    trace.world = world
    return world


class Endpoint:
    """One operation in one format as an ASGI application."""

    def __init__(self, operation: Operation, engine: Engine, *, is_json: bool, admitted: Admit | None = None) -> None:
        self._operation = operation
        self._engine = engine
        self._is_json = is_json
        self._admitted = admitted or admitted_by_credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = trace_of(scope)
        trace.operation = self._operation.id
        request = Request(scope, receive, send)
        visit: Visit | None = None
        try:
            visit = Visit(request, self._engine, self._admitted(self._engine, request, trace), self._is_json)
            await pass_gate(request, trace, visit.world, self._operation.id)
            self._engine.runner(visit.world).catch_up()
            response: Response = await self._operation.handle(visit)
            trace.placed = visit.placed
        except MockserverError as error:
            response = _failure(error, self._operation.errors, trace, is_json=self._is_json)
        try:
            await response(scope, receive, send)
        finally:
            if visit is not None and visit.placed is not None:
                self._engine.answer_sent(visit.world, visit.placed)


async def form_fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form body, however it is encoded. A body of another type holds none."""
    if "content-type" not in request.headers:
        # The portal's own Node examples send a form without saying so.
        return parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
    try:
        form = await request.form(max_files=0)
    except HTTPException as error:
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        raise bad_request(f"the form cannot be read: {error.detail}") from error
    return [(name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)]


def rest_app(
    engine: Engine,
    prefix: str,
    operations: Sequence[Operation],
    routes: Sequence[Route],
    answers_json: Callable[[str], bool],
) -> ASGIApp:
    """An application whose unknown paths and verbs, surprises and large bodies are RestExceptions, too.

    `answers_json` says of a path whether its answers are JSON.
    """

    def refuse(scope: Scope, status: int, detail: str, hint: str) -> Response:
        text = "Server Error" if status == HTTPStatus.INTERNAL_SERVER_ERROR else detail
        error = RestError(status, text, hint=f"{hint} Paths are case-sensitive.")
        return _failure(error, (), trace_of(scope), is_json=answers_json(scope["path"]))

    def world_of(request: Request) -> World | None:
        return admitted_world(engine, request.headers.get("authorization"))

    return api_app(prefix, operations, routes, refuse, largest_body=_LARGEST_BODY, world_of=world_of)


def _failure(error: MockserverError, rows: Iterable[ErrorRow], trace: Trace, *, is_json: bool) -> Response:
    trace.refusal, trace.hint = error.message, error.hint or None
    exception = rest_exception(error, rows)
    trace.code = exception.code
    headers = {"WWW-Authenticate": CHALLENGE} if exception.status == HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, InjectedFault):
        trace.fault = headers["X-Mockserver-Fault"] = error.rule.id
    return error_answer(exception, is_json=is_json, headers=headers)
