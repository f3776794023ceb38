"""v1's errors: a RestException with the HTTP status and a message, in the format asked for."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import Response

from mockserver.domain import errors as domain
from mockserver.engine.faults import FaultRule, InjectedFault
from mockserver.operations.operation import ErrorRow
from mockserver.operations.provenance import Provenance
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.v1.formats import answer

_known = sources.CLIENTS.field


class RestException(msgspec.Struct, rename="pascal", omit_defaults=True):
    status: Annotated[int, _known("the HTTP status again")]
    message: Annotated[str, _known()]
    code: Annotated[int | None, _known("seen in few answers only")] = None


class ErrorBody(msgspec.Struct, rename="pascal"):
    rest_exception: RestException


class V1Error(domain.MockserverError):
    """A refusal in v1's own words."""

    def __init__(self, status: int, message: str, *, hint: str = "", code: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


def bad_request(message: str, *, hint: str = "") -> V1Error:
    """The vendor documents no message for bad input: all of these are ours."""
    return V1Error(400, message, hint=hint)


AUTHENTICATION_FAILED = "Authentication failed. Check your API key and token."
_NDNC = "Call to {number} can not be made because of TRAI NDNC regulations."

_TEXTS: Mapping[int, tuple[str, Provenance]] = {
    400: ("Bad Request", sources.V1_STATUS_CODES),
    401: (AUTHENTICATION_FAILED, sources.V1_STATUS_CODES),
    402: ("Payment Required", sources.V1_STATUS_CODES),
    403: (_NDNC.format(number="the number"), sources.CLIENTS),
    404: ("Not Found", sources.V1_STATUS_CODES),
    409: ("Conflict", sources.V1_STATUS_CODES),
    429: ("Too Many Requests", sources.V1_STATUS_CODES),
    500: ("Server Error", sources.V1_STATUS_CODES),
    503: ("Service Unavailable; ", sources.CLIENTS),
}

ERRORS = tuple(ErrorRow(status, None, text, text, known) for status, (text, known) in _TEXTS.items())

_STATUSES: Mapping[type[domain.MockserverError], int] = {
    domain.BadContact: 400,
    domain.BadInput: 400,
    domain.UnknownExophone: 400,
    domain.UnknownCall: 404,
    domain.AlreadyExists: 409,
    domain.Exhausted: 503,
}


def ndnc(number: str) -> V1Error:
    return V1Error(403, _NDNC.format(number=number), hint="Send CallType=trans, or call a number without DND.")


def not_found(message: str = "Not Found", *, hint: str = "") -> V1Error:
    return V1Error(404, message, hint=hint)


def rest_exception(error: domain.MockserverError) -> RestException:
    if isinstance(error, V1Error):
        return RestException(error.status, error.message, error.code)
    if isinstance(error, InjectedFault):
        return _fault(error.rule)
    return RestException(_STATUSES.get(type(error), 500), error.message)


def error_answer(exception: RestException, *, is_json: bool, headers: dict[str, str] | None = None) -> Response:
    return answer(ErrorBody(exception), is_json=is_json, status=exception.status, headers=headers)


def _fault(rule: FaultRule) -> RestException:
    known = _TEXTS.get(rule.status)
    return RestException(rule.status, rule.text or (known[0] if known else HTTPStatus(rule.status).phrase), rule.code)
