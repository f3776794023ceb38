"""NectarDesk's errors. Nothing about them is documented: statuses and texts are ours, and can be set by fault rules."""

from __future__ import annotations

from mockserver.domain import errors as domain
from mockserver.engine.faults import InjectedFault
from mockserver.engine.world import World
from mockserver.operations.operation import ErrorRow
from mockserver.providers.nectardesk import sources
from mockserver.providers.nectardesk.readings import BAD_ID


class NectarDeskError(domain.MockserverError):
    """A refusal in this API's own words."""

    def __init__(self, row: ErrorRow, *, hint: str = "") -> None:
        super().__init__(row.description, hint=hint)
        self.row = row


class BadCallId(domain.BadInput):
    hint = "A call's id is a number: POST .../calls answers a sid, whose call is listed with its serial by control."


def _row(status: int, text: str) -> ErrorRow:
    return ErrorRow(status, None, text, text, sources.UNDOCUMENTED)


UNAUTHORIZED = _row(401, "Unauthorized")
NOT_FOUND = _row(404, "Call not found")
BAD_REQUEST = _row(400, "Invalid call id")
NO_RECORDING = _row(404, "Recording not found")
NO_SUCH_PATH = _row(404, "Not found")
METHOD_NOT_ALLOWED = _row(405, "Method not allowed")
BAD_RANGE = _row(416, "Range not satisfiable")
TOO_MANY_REQUESTS = _row(429, "Too many requests")
TOO_LARGE = _row(413, "Request body too large")
INTERNAL = _row(500, "Internal server error")

STRAYS = {row.status: row for row in (NO_SUCH_PATH, METHOD_NOT_ALLOWED, TOO_LARGE, INTERNAL)}

GET_ERRORS = (UNAUTHORIZED, NOT_FOUND, BAD_REQUEST, TOO_MANY_REQUESTS, INTERNAL)
RECORDING_ERRORS = (UNAUTHORIZED, NO_RECORDING, BAD_REQUEST, BAD_RANGE, TOO_MANY_REQUESTS, INTERNAL)


def row_of(error: domain.MockserverError, world: World | None) -> ErrorRow:
    """How a refusal is worded."""
    if isinstance(error, NectarDeskError):
        return error.row
    if isinstance(error, InjectedFault):
        rule = error.rule
        known = next((row for row in GET_ERRORS if row.status == rule.status), None)
        return known if known and rule.text is None else _row(rule.status, rule.phrase)
    if isinstance(error, domain.RateLimited):
        return TOO_MANY_REQUESTS
    if isinstance(error, BadCallId):
        return BAD_REQUEST if world is not None and BAD_ID.chosen(world) == "400" else NOT_FOUND
    return NOT_FOUND if isinstance(error, domain.UnknownCall) else INTERNAL
