"""Control errors: problem+json with a stable code and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import Response

from mockserver.domain import errors as domain
from mockserver.operations.operation import ErrorRow
from mockserver.operations.provenance import documented

OUR_OWN = documented("mockserver's own control API")
MEDIA_TYPE = "application/problem+json"

_described = OUR_OWN.field


class Problem(msgspec.Struct):
    """What went wrong (RFC 9457), with a code for programs and a hint for people."""

    type: Annotated[str, _described()]
    title: Annotated[str, _described()]
    status: Annotated[int, _described()]
    code: Annotated[str, _described("stable; for programs")]
    detail: Annotated[str, _described()]
    hint: Annotated[str, _described("what to do about it")]
    where: Annotated[str, _described("the field or parameter, if it is one")] = ""


_CODES: Mapping[type[domain.MockserverError], tuple[int, str]] = {
    domain.BadContact: (400, "bad-contact"),
    domain.BadStory: (400, "bad-story"),
    domain.BadInput: (400, "bad-input"),
    domain.UnknownWorld: (404, "unknown-world"),
    domain.UnknownExophone: (404, "unknown-number"),
    domain.UnknownCall: (404, "unknown-call"),
    domain.UnknownDelivery: (404, "unknown-delivery"),
    domain.UnknownFault: (404, "unknown-fault"),
    domain.UnknownRule: (404, "unknown-rule"),
    domain.UnknownUser: (404, "unknown-user"),
    domain.UnknownDevice: (404, "unknown-device"),
    domain.UnknownEntry: (404, "unknown-entry"),
    domain.UnknownScenario: (404, "unknown-scenario"),
    domain.UnknownFixture: (404, "unknown-fixture"),
    domain.NoAuthority: (404, "no-authority"),
    domain.UnknownStream: (404, "unknown-stream"),
    domain.UnknownSnapshot: (404, "unknown-snapshot"),
    domain.UnknownExchange: (404, "unknown-request"),
    domain.IllegalInput: (409, "illegal-input"),
    domain.ContactBusy: (409, "contact-busy"),
    domain.AlreadyExists: (409, "already-exists"),
    domain.ClockBusy: (409, "clock-busy"),
    domain.ClockNotManual: (409, "clock-not-manual"),
    domain.Exhausted: (507, "exhausted"),
    domain.NotSettled: (504, "not-settled"),
}

_USUAL_HINT = "/openapi/control.json describes every request."
_TOO_LARGE = (413, "body-too-large")
UNAUTHORIZED = ErrorRow(401, "unauthorized", "Unauthorized", "the server has a control token", OUR_OWN)
_BAD_INPUT = _CODES[domain.BadInput]


def problem_response(
    status: int, code: str, detail: str, hint: str, *, where: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    problem = Problem("about:blank", HTTPStatus(status).phrase, status, code, detail, hint, where)
    return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)


def refusal(error: domain.MockserverError) -> Response:
    """The problem for a refusal of the engine."""
    status, code = _CODES.get(type(error), _BAD_INPUT)
    return problem_response(status, code, error.message, error.hint or _USUAL_HINT, where=getattr(error, "where", ""))


def error_rows(*kinds: type[domain.MockserverError]) -> tuple[ErrorRow, ...]:
    """The rows of an operation's table; every operation may find its input bad or the body too large."""
    codes = [*(_CODES[kind] for kind in kinds), _BAD_INPUT, _TOO_LARGE]
    return tuple(
        ErrorRow(status, code, HTTPStatus(status).phrase, code.replace("-", " "), OUR_OWN)
        for status, code in dict.fromkeys(codes)
    )
