"""v2's errors on users and devices."""

from __future__ import annotations

from mockserver.domain import errors as domain
from mockserver.operations.operation import ErrorRow
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_errors import (
    AUTHENTICATION_FAILED,
    TOO_LARGE,
    UNPARSABLE,
    UNSUPPORTED_CONTENT_TYPE,
    NotAuthenticated,
    OtherAccount,
    VendorError,
    Wording,
)
from mockserver.providers.exotel.envelope_errors import error_row as _row

_MANDATORY = "Mandatory Parameter missing"

FIRST_NAME_MANDATORY = _row(400, 1001, "first_name is mandatory", sources.V2_USERS, _MANDATORY)
CONTACT_MANDATORY = _row(400, 1402, "device_contact_uri is mandatory", sources.V2_USERS)
INVALID_NUMBER = _row(400, 1401, "Invalid phone number", sources.V2_USERS)
INVALID_REQUEST = _row(400, 1007, "Invalid request", sources.V2_USERS, UNPARSABLE)
EMAIL_FIXED = _row(400, 1002, "Cannot update email", sources.V2_USERS, "Invalid parameter")
NOT_AUTHORIZED = _row(403, 1003, "Authorization failed", sources.V2_USERS)
ANOTHER_IS_ON = _row(403, 10810, "Another device is already ON", sources.V2_USERS)
KYC = _row(403, 10814, "KYC is incomplete", sources.V2_USERS)
TRIAL = _row(403, 10815, "Not allowed for a trial account", sources.V2_USERS)
NOT_PSTN = _row(403, 10817, "A non-PSTN device cannot be updated", sources.V2_USERS)
USER_NOT_FOUND = _row(404, 10801, "User not found", sources.V2_USERS)
DEVICE_NOT_FOUND = _row(404, 10702, "User Device not found", sources.BY_ANALOGY)
UNVERIFIED = _row(409, 10809, "Device is unverified", sources.V2_USERS)
CHANGED_TO_TAKEN = _row(409, 10811, "Device already exists", sources.V2_USERS)
CREATED_WITH_TAKEN = _row(409, 10812, "Device already exists", sources.V2_USERS)
EMAIL_TAKEN = _row(409, 10813, "Email already exists", sources.V2_USERS)
INTERNAL = _row(500, 1004, "Internal Server Error", sources.V2_USERS)
TOO_MANY = _row(429, None, "Too Many Requests", sources.V2_USERS)

READ_ERRORS = (AUTHENTICATION_FAILED, NOT_AUTHORIZED, TOO_MANY, INTERNAL)
LIST_ERRORS = (INVALID_REQUEST, INVALID_NUMBER, *READ_ERRORS)
USER_ERRORS = (USER_NOT_FOUND, *READ_ERRORS)
GET_ERRORS = (INVALID_REQUEST, *USER_ERRORS)
DELETE_ERRORS = (*USER_ERRORS, TOO_LARGE)
_WRITE_ERRORS = (INVALID_REQUEST, KYC, TRIAL, UNSUPPORTED_CONTENT_TYPE, TOO_LARGE, *READ_ERRORS)
CREATE_ERRORS = (
    FIRST_NAME_MANDATORY,
    CONTACT_MANDATORY,
    INVALID_NUMBER,
    CREATED_WITH_TAKEN,
    EMAIL_TAKEN,
    *_WRITE_ERRORS,
)
UPDATE_ERRORS = (USER_NOT_FOUND, EMAIL_FIXED, EMAIL_TAKEN, *_WRITE_ERRORS)
DEVICE_ERRORS = (
    USER_NOT_FOUND,
    DEVICE_NOT_FOUND,
    INVALID_NUMBER,
    ANOTHER_IS_ON,
    NOT_PSTN,
    UNVERIFIED,
    CHANGED_TO_TAKEN,
    *_WRITE_ERRORS,
)
PASSWORD_ERRORS = (USER_NOT_FOUND, *_WRITE_ERRORS)
DEVICE_PASSWORD_ERRORS = (DEVICE_NOT_FOUND, *PASSWORD_ERRORS)


def _invalid(description: str) -> ErrorRow:
    return _row(400, 1007, description, sources.V2_USERS, UNPARSABLE)


USERS = Wording(
    rows={
        NotAuthenticated: AUTHENTICATION_FAILED,
        OtherAccount: NOT_AUTHORIZED,
        domain.UnknownUser: USER_NOT_FOUND,
        domain.UnknownDevice: DEVICE_NOT_FOUND,
        domain.BadContact: INVALID_NUMBER,
        domain.RateLimited: TOO_MANY,
    },
    invalid=_invalid,
    unparsable=_invalid,
    internal=INTERNAL,
)


def mandatory(field: str) -> VendorError:
    return VendorError(_row(400, 1001, f"{field} is mandatory", sources.V2_USERS, _MANDATORY))
