"""The errors of v1 and v2_beta: a RestException with the HTTP status again, a message, and now and then a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from starlette.responses import Response

from mockserver.domain import errors as domain
from mockserver.engine.faults import FaultRule, InjectedFault
from mockserver.operations.operation import ErrorRow
from mockserver.operations.provenance import Provenance
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.formats import answer

_known = sources.CLIENTS.field


class RestException(msgspec.Struct, rename="pascal", omit_defaults=True):
    status: Annotated[int, _known("the HTTP status again")]
    message: Annotated[str, _known()]
    code: Annotated[int | None, _known("seen in few answers only")] = None


class ErrorBody(msgspec.Struct, rename="pascal"):
    rest_exception: Annotated[RestException, _known()]


class RestError(domain.MockserverError):
    """A refusal in the words of a RestException."""

    def __init__(self, status: int, message: str, *, hint: str = "", code: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


def bad_request(message: str, *, hint: str = "") -> RestError:
    """The vendor documents no message for bad input: all of these are ours."""
    return RestError(400, message, hint=hint)


def not_found(message: str = "Not Found", *, hint: str = "") -> RestError:
    return RestError(404, message, hint=hint)


AUTHENTICATION_FAILED = "Authentication failed. Check your API key and token."


def error_row(status: int, text: str, known: Provenance) -> ErrorRow:
    return ErrorRow(status, None, text, text, known)


COMMON_ERRORS = (
    error_row(400, "Bad Request", sources.V1_STATUS_CODES),
    error_row(401, AUTHENTICATION_FAILED, sources.V1_STATUS_CODES),
    error_row(402, "Payment Required", sources.V1_STATUS_CODES),
    error_row(404, "Not Found", sources.V1_STATUS_CODES),
    error_row(409, "Conflict", sources.V1_STATUS_CODES),
    error_row(413, "the request body is too large", sources.UNDOCUMENTED),
    error_row(429, "Too Many Requests", sources.V1_STATUS_CODES),
    error_row(500, "Server Error", sources.V1_STATUS_CODES),
    error_row(503, "Service Unavailable; ", sources.CLIENTS),
)

_STATUSES: Mapping[type[domain.MockserverError], int] = {
    domain.BadContact: 400,
    domain.BadInput: 400,
    domain.UnknownExophone: 400,
    domain.UnknownCall: 404,
    domain.AlreadyExists: 409,
    domain.Exhausted: 503,
}


def rest_exception(error: domain.MockserverError, rows: Iterable[ErrorRow] = ()) -> RestException:
    """The wording of a refusal; `rows` are the errors of the operation."""
    if isinstance(error, RestError):
        return RestException(error.status, error.message, error.code)
    if isinstance(error, InjectedFault):
        return _fault(error.rule, rows)
    if isinstance(error, domain.RateLimited):
        return RestException(429, "Too Many Requests")
    return RestException(_STATUSES.get(type(error), 500), error.message)


def error_answer(exception: RestException, *, is_json: bool, headers: dict[str, str] | None = None) -> Response:
    return answer(ErrorBody(exception), is_json=is_json, status=exception.status, headers=headers)


def _fault(rule: FaultRule, rows: Iterable[ErrorRow]) -> RestException:
    known = next((row.message for row in rows if row.status == rule.status), rule.phrase)
    return RestException(rule.status, known if rule.text is None else rule.phrase, rule.code)
