"""v2_beta's errors: RestExceptions in JSON. The words for bad input and for taken numbers are ours."""

from __future__ import annotations

from mockserver.providers.exotel import sources
from mockserver.providers.exotel.rest_exceptions import COMMON_ERRORS, error_row

_BAD_REQUEST = tuple(row for row in COMMON_ERRORS if row.status == 400)  # noqa: PLR2004  a table by status
_ANYWHERE = (
    *(row for row in COMMON_ERRORS if row.status in {401, 402, 429, 500, 503}),
    error_row(403, "Forbidden", sources.V1_STATUS_CODES),
)
_NO_EXOPHONE = error_row(404, "ExoPhone not found", sources.EXOPHONES)
_NO_STOCK = error_row(404, "No such stock", sources.UNDOCUMENTED)
_TAKEN = error_row(409, "The number is an ExoPhone of this account already", sources.UNDOCUMENTED)
_TOO_LARGE = error_row(413, "The request body is too large", sources.UNDOCUMENTED)

LIST_ERRORS = (*_BAD_REQUEST, *_ANYWHERE)
GET_ERRORS = (_NO_EXOPHONE, *_ANYWHERE)
BUY_ERRORS = (*_BAD_REQUEST, _TAKEN, _TOO_LARGE, *_ANYWHERE)
CHANGE_ERRORS = (*_BAD_REQUEST, _NO_EXOPHONE, _TOO_LARGE, *_ANYWHERE)
RELEASE_ERRORS = (_NO_EXOPHONE, _TOO_LARGE, *_ANYWHERE)
COUNTRIES_ERRORS = (*_BAD_REQUEST, *_ANYWHERE)
STOCK_ERRORS = (*_BAD_REQUEST, _NO_STOCK, *_ANYWHERE)
