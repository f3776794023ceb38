"""v2's errors on calls: every documented row, and which of our refusals each stands for."""

from __future__ import annotations

from dataclasses import replace

from mockserver.domain import errors as domain
from mockserver.operations.operation import ErrorRow
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_errors import (
    AUTHENTICATION_FAILED,
    TOO_LARGE,
    UNSUPPORTED_CONTENT_TYPE,
    InvalidField,
    NotAuthenticated,
    OtherAccount,
    VendorError,
    Wording,
)
from mockserver.providers.exotel.envelope_errors import error_row as _row

_INTERNAL = "Internal Server Error"
# Quirk: the two blanks stand so in the vendor's own rendering of this error.
_INVALID = "Invalid request body,failed parsing :  "

USER_NOT_FOUND = _row(404, 10731, "User not found", sources.V2_CONNECT)
DEVICE_UNAVAILABLE = _row(409, 1012, "User device is unavailable", sources.V2_CONNECT)
DEVICE_UNVERIFIED = _row(409, 10705, "User device is unverified", sources.V2_CONNECT)
DEVICE_BUSY = _row(409, 10706, "User device is currently busy", sources.V2_CONNECT)
VIRTUAL_NUMBER_NOT_FOUND = _row(404, 10716, "Given virtual_number not found", sources.V2_CONNECT)
INTERNAL = _row(500, 1100, _INTERNAL, sources.V2_CONNECT)
# v3's, which v2's own table does not list.
ACCOUNT_NOT_FOUND = _row(404, 1017, "AccountSid not found", sources.BY_ANALOGY)
NO_DEVICE_FOR_USER = _row(404, 10806, "No device found for user", sources.BY_ANALOGY)
DEVICE_NOT_FOUND = _row(404, 10702, "User Device not found", sources.BY_ANALOGY)
VOIP_NOT_ALLOWED = _row(405, 10712, "VOIP calls are not allowed", sources.BY_ANALOGY)

# The page on call details lists statuses and what they mean, but no vendor codes.
BAD_REQUEST = _row(400, None, "Invalid parameters", sources.V2_DETAILS, "Bad Request")
UNAUTHORIZED = _row(401, None, "Invalid API credentials", sources.V2_DETAILS, "Unauthorized")
CALL_NOT_FOUND = _row(404, None, "call_sid does not exist for this account", sources.V2_DETAILS, "Not Found")
TOO_MANY = _row(429, None, "Rate limit exceeded", sources.V2_DETAILS, "Too Many Requests")
DETAILS_INTERNAL = _row(500, None, _INTERNAL, sources.V2_DETAILS)

CREATE_ERRORS = (
    AUTHENTICATION_FAILED,
    USER_NOT_FOUND,
    DEVICE_UNAVAILABLE,
    DEVICE_UNVERIFIED,
    DEVICE_BUSY,
    VIRTUAL_NUMBER_NOT_FOUND,
    INTERNAL,
    _row(400, 10725, f"{_INVALID}to to.contact_uri is invalid", sources.WEBSDK),
    ACCOUNT_NOT_FOUND,
    NO_DEVICE_FOR_USER,
    DEVICE_NOT_FOUND,
    VOIP_NOT_ALLOWED,
    UNSUPPORTED_CONTENT_TYPE,
    TOO_LARGE,
    replace(TOO_MANY, provenance=sources.BY_ANALOGY),
)
DETAILS_ERRORS = (BAD_REQUEST, UNAUTHORIZED, CALL_NOT_FOUND, ACCOUNT_NOT_FOUND, TOO_MANY, DETAILS_INTERNAL)


def _invalid(description: str) -> ErrorRow:
    return _row(400, 10725, _INVALID + description, sources.WEBSDK)


CALLS = Wording(
    rows={
        NotAuthenticated: AUTHENTICATION_FAILED,
        OtherAccount: ACCOUNT_NOT_FOUND,
        domain.UnknownExophone: VIRTUAL_NUMBER_NOT_FOUND,
        domain.UnknownUser: USER_NOT_FOUND,
        domain.UserHasNoDevice: NO_DEVICE_FOR_USER,
        domain.UnknownDevice: DEVICE_NOT_FOUND,
        domain.DeviceOff: DEVICE_UNAVAILABLE,
        domain.DeviceUnverified: DEVICE_UNVERIFIED,
        domain.ContactBusy: DEVICE_BUSY,
        domain.NotAllowed: VOIP_NOT_ALLOWED,
        domain.RateLimited: TOO_MANY,
    },
    invalid=_invalid,
    unparsable=_invalid,
    internal=INTERNAL,
)
DETAILS = replace(
    CALLS,
    rows={
        NotAuthenticated: UNAUTHORIZED,
        OtherAccount: ACCOUNT_NOT_FOUND,
        domain.UnknownCall: CALL_NOT_FOUND,
        domain.RateLimited: TOO_MANY,
    },
    internal=DETAILS_INTERNAL,
)


def invalid_contact(block: str, field: str) -> InvalidField:
    return InvalidField(f"{block} {block}.{field} is invalid", hint=domain.BadContact.hint)


def not_a_sid(text: str) -> VendorError:
    return VendorError(BAD_REQUEST, hint=f"{text[:64]!r} is no call sid: they are 32 letters and digits.")
