"""v3's errors: every documented row, and which of our refusals each stands for."""

from __future__ import annotations

from dataclasses import replace

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

_INTERNAL = "Internal Server Error"
_NOT_SUPPORTED = "Call not found / unsupported in this API"

ACCOUNT_NOT_FOUND = _row(404, 1017, "AccountSid not found", sources.V3_CONNECT)
TENANT_NOT_FOUND = _row(404, 1017, "Tenant not found", sources.V3_LEGS)
ACCOUNT_SID_MANDATORY = _row(400, 1001, "account_sid is mandatory", sources.V3_CONNECT, "Mandatory Parameter missing")
RECORDING_CHANNELS = _row(
    400, 1002, "Valid values for RecordingChannels are single, dual", sources.V3_CONNECT, "Invalid parameter"
)
CALL_NOT_FOUND = _row(404, 10744, "Call not found", sources.V3_LEGS)
LEGS_NOT_FOUND = _row(500, 10743, "Legs not found", sources.V3_LEGS)
USER_NOT_FOUND = _row(404, 10731, "User not found", sources.V3_CONNECT)
NO_DEVICE_FOR_USER = _row(404, 10806, "No device found for user", sources.V3_CONNECT)
DEVICE_NOT_FOUND = _row(404, 10702, "User Device not found", sources.V3_CONNECT)
DEVICE_TURNED_OFF = _row(404, 10703, "Device is currently unavailable (turned off)", sources.V3_CONNECT)
DEVICE_UNAVAILABLE = _row(409, 1012, "User device is unavailable", sources.V3_CONNECT)
DEVICE_UNVERIFIED = _row(409, 10705, "User device is unverified", sources.V3_CONNECT)
DEVICE_BUSY = _row(409, 10706, "User device is currently busy", sources.V3_CONNECT)
# Quirk: the v3 error table lists 10706 a second time, with 404; a live account was seen to answer that.
DEVICE_BUSY_404 = _row(404, 10706, "User device is currently busy", sources.V3_CONNECT)
VOIP_NOT_ALLOWED = _row(405, 10712, "VOIP calls are not allowed", sources.V3_CONNECT)
VIRTUAL_NUMBER_NOT_FOUND = _row(404, 10716, "Given virtual_number not found", sources.V3_CONNECT)

RATE_LIMITED = _row(429, 10724, "Too many requests (from Mavrix)", sources.V3_LEGS)
_RATE_LIMITED_TOO = replace(RATE_LIMITED, provenance=sources.BY_ANALOGY)

INTERNAL = _row(500, 1100, _INTERNAL, sources.V3_CONNECT)

_COMMON = (AUTHENTICATION_FAILED, _row(500, None, _INTERNAL, sources.V3_LEGS))
CREATE_ERRORS = (
    AUTHENTICATION_FAILED,
    ACCOUNT_NOT_FOUND,
    ACCOUNT_SID_MANDATORY,
    RECORDING_CHANNELS,
    USER_NOT_FOUND,
    NO_DEVICE_FOR_USER,
    DEVICE_NOT_FOUND,
    DEVICE_TURNED_OFF,
    DEVICE_UNAVAILABLE,
    DEVICE_UNVERIFIED,
    DEVICE_BUSY,
    DEVICE_BUSY_404,
    VOIP_NOT_ALLOWED,
    VIRTUAL_NUMBER_NOT_FOUND,
    *(_row(404, code, _NOT_SUPPORTED, sources.V3_CONNECT) for code in (1021, 1022, 3043, 3044, 3045)),
    INTERNAL,
    *(
        _row(500, code, _INTERNAL, sources.V3_CONNECT)
        for code in (1101, 1200, 1203, 1300, 1500, 1600, 1601, 1800, 3040, 3042, 3046, 3075, 3080, 4060)
    ),
    _row(400, 1007, "unexpected EOF", sources.GENERIC_ERRORS, UNPARSABLE),
    _row(400, 10725, "Invalid request body,failed parsing :  to to.contact_uri is invalid", sources.WEBSDK),
    UNSUPPORTED_CONTENT_TYPE,
    TOO_LARGE,
    _RATE_LIMITED_TOO,
)
LEGS_ERRORS = (
    *_COMMON,
    LEGS_NOT_FOUND,
    _row(500, 10715, "Error retrieving leg details", sources.V3_LEGS),
    RATE_LIMITED,
    CALL_NOT_FOUND,
    TENANT_NOT_FOUND,
)
DETAILS_ERRORS = (
    *_COMMON,
    _row(404, 10744, "Call not found", sources.BY_ANALOGY),
    ACCOUNT_NOT_FOUND,
    _RATE_LIMITED_TOO,
)


def _invalid(description: str) -> ErrorRow:
    if description == RECORDING_CHANNELS.description:
        return RECORDING_CHANNELS
    return _row(400, 1002, description, sources.GENERIC_ERRORS, "Invalid parameter")


def _unparsable(reason: str) -> ErrorRow:
    return _row(400, 1007, reason, sources.GENERIC_ERRORS, UNPARSABLE)


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
        domain.UnknownCall: CALL_NOT_FOUND,
        domain.NoLegs: LEGS_NOT_FOUND,
        domain.RateLimited: RATE_LIMITED,
    },
    invalid=_invalid,
    unparsable=_unparsable,
    internal=INTERNAL,
    readings={
        domain.DeviceOff: ("exotel-v3.device-off", "10703", DEVICE_TURNED_OFF),
        domain.ContactBusy: ("exotel-v3.busy-status", "404", DEVICE_BUSY_404),
    },
)
LEGS = replace(CALLS, rows={**CALLS.rows, OtherAccount: TENANT_NOT_FOUND})


def mandatory(field: str) -> VendorError:
    return VendorError(_row(400, 1001, f"{field} is mandatory", sources.GENERIC_ERRORS, "Mandatory Parameter missing"))


def invalid_contact(block: str, field: str) -> VendorError:
    # Quirk: the two blanks and the doubled name stand so in the vendor's own rendering of this error.
    text = f"Invalid request body,failed parsing :  {block} {field} is invalid"
    return VendorError(_row(400, 10725, text, sources.WEBSDK), hint=domain.BadContact.hint)
