"""v1's errors: RestExceptions, in the format asked for."""

from __future__ import annotations

from mockserver.providers.exotel import sources
from mockserver.providers.exotel.rest_exceptions import (
    AUTHENTICATION_FAILED,
    COMMON_ERRORS,
    ErrorBody,
    RestError,
    RestException,
    bad_request,
    error_answer,
    error_row,
    not_found,
    rest_exception,
)

__all__ = [
    "AUTHENTICATION_FAILED",
    "ERRORS",
    "ErrorBody",
    "RestException",
    "V1Error",
    "bad_request",
    "error_answer",
    "ndnc",
    "not_found",
    "rest_exception",
]

V1Error = RestError

_NDNC = "Call to {number} can not be made because of TRAI NDNC regulations."

ERRORS = (*COMMON_ERRORS, error_row(403, _NDNC.format(number="the number"), sources.CLIENTS))


def ndnc(number: str) -> V1Error:
    return V1Error(403, _NDNC.format(number=number), hint="Send CallType=trans, or call a number without DND.")
