"""What v2 and v3 refuse alike: a vendor code with a message and a description, in an envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from mockserver.domain import errors as domain
from mockserver.engine.faults import FaultRule, InjectedFault
from mockserver.engine.world import World
from mockserver.operations.operation import ErrorRow
from mockserver.operations.provenance import Provenance
from mockserver.providers.exotel import sources

_generic = sources.GENERIC_ERRORS.field
# Quirk: the message ends in a comma phrase and a blank.
UNPARSABLE = "Invalid request body,failed parsing "


class ErrorData(msgspec.Struct):
    code: Annotated[int | None, _generic("the vendor's code")]
    message: Annotated[str, _generic()]
    description: Annotated[str, _generic()]


def error_data(row: ErrorRow) -> ErrorData:
    return ErrorData(row.code if isinstance(row.code, int) else None, row.message, row.description)


class VendorError(domain.MockserverError):
    """A refusal in the vendor's own words; where it comes from nothing in the domain."""

    def __init__(self, row: ErrorRow, *, hint: str = "") -> None:
        super().__init__(row.description, hint=hint)
        self.row = row


class NotAuthenticated(domain.MockserverError):
    """No credentials, or wrong ones."""


class OtherAccount(domain.MockserverError):
    """Good credentials, of an account that is not the path's."""


class InvalidField(domain.MockserverError):
    """A value that the operation does not take; the message is the description."""


class Unparsable(domain.MockserverError):
    """A body that is not the JSON it should be; the message is the reason."""


def error_row(status: int, code: int | None, text: str, known: Provenance, message: str | None = None) -> ErrorRow:
    """The `message` of most errors is unknown: the same text as the description is our reading."""
    return ErrorRow(status, code, message or text, text, known)


# In several rows the vendor prints "Authentication failed"; live services of the family say "Authorization failed".
AUTHENTICATION_FAILED = error_row(401, 1010, "Authorization failed", sources.GENERIC_ERRORS)
NOT_FOUND = error_row(404, 1000, "Not Found", sources.GENERIC_ERRORS)
METHOD_NOT_IMPLEMENTED = error_row(405, 1005, "Method not implemented", sources.GENERIC_ERRORS)
UNSUPPORTED_CONTENT_TYPE = error_row(415, 1011, "text/plain", sources.GENERIC_ERRORS, "unsupported content type")
TOO_LARGE = error_row(413, 1007, "request body too large", sources.UNDOCUMENTED, UNPARSABLE)


@dataclass(frozen=True, slots=True)
class Wording:
    """How some operations word refusals: rows by class of error, and rows made of an error's own text.

    `readings` holds by class (a reading, its value, what stands in for the row then).
    """

    rows: Mapping[type[domain.MockserverError], ErrorRow]
    invalid: Callable[[str], ErrorRow]
    unparsable: Callable[[str], ErrorRow]
    internal: ErrorRow
    readings: Mapping[type[domain.MockserverError], tuple[str, str, ErrorRow]] = field(default_factory=dict)

    def row_of(self, error: domain.MockserverError, world: World | None, known: Iterable[ErrorRow]) -> ErrorRow:
        """The row of a refusal; `known` are those of the operation, for faults to name."""
        if isinstance(error, VendorError):
            return error.row
        if isinstance(error, InjectedFault):
            return _fault_row(error.rule, known)
        if isinstance(error, InvalidField):
            return self.invalid(error.message)
        if isinstance(error, Unparsable):
            return self.unparsable(error.message)
        choice = self.readings.get(type(error))
        if choice is not None and world is not None and world.settings.readings.get(choice[0]) == choice[1]:
            return choice[2]
        return self.rows.get(type(error), self.internal)


def body_too_large(limit: int) -> ErrorRow:
    return error_row(413, 1007, f"the request body is larger than {limit} bytes", sources.UNDOCUMENTED, UNPARSABLE)


def unsupported_content_type(content_type: str) -> VendorError:
    row = error_row(415, 1011, content_type, sources.GENERIC_ERRORS, "unsupported content type")
    return VendorError(row, hint="Send the body with Content-Type: application/json.")


def _fault_row(rule: FaultRule, rows: Iterable[ErrorRow]) -> ErrorRow:
    known = next((row for row in rows if (row.status, row.code) == (rule.status, rule.code)), None)
    if known is not None and rule.text is None:
        return known
    known_by = known.provenance if known else sources.UNDOCUMENTED
    return ErrorRow(rule.status, rule.code, rule.phrase, rule.phrase, known_by)
