"""The bulk listing: parameters, cursors, and the links of a page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, quote_plus

import msgspec

from mockserver.domain.call import Call
from mockserver.domain.errors import UnknownCall
from mockserver.engine.call_filter import Keyset, Page, PageRequest, place_of
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.v1 import filters
from mockserver.providers.exotel.v1.errors import bad_request
from mockserver.providers.exotel.v1.quantities import url_minutes, whole_number
from mockserver.providers.exotel.v1.records import CallRecord, Shape, bulk_record

_known = sources.V1_BULK.field

_DEFAULT_SIZE, _LARGEST_SIZE = "50", 100
_NEWEST_FIRST, _OLDEST_FIRST = "DateCreated:desc", "DateCreated:asc"

# In the order in which the links name them: both examples of the portal agree with it, where they overlap.
_LINKED = (
    "PageSize",
    "Sid",
    "DateCreated",
    "SortBy",
    "Status",
    "To",
    "From",
    "PhoneNumber",
    "Duration",
    "Price",
    "Direction",
    "details",
    "NumbersMetadata",
    "RecordingUrlValidity",
)
_NAMES = frozenset({*_LINKED, "Before", "After"})


class Metadata(msgspec.Struct, rename="pascal"):
    """Where a page stands. The links are paths with query."""

    total: Annotated[int, _known("how many match, on all pages")]
    page_size: Annotated[int, _known("how many records are on this page")]
    first_page_uri: Annotated[str, _known()]
    prev_page_uri: Annotated[str | None, _known("null on the first page")]
    next_page_uri: Annotated[str | None, _known("null on the last page")]


class CallList(msgspec.Struct, rename="pascal"):
    metadata: Annotated[Metadata, _known()]
    calls: Annotated[list[CallRecord], _known()]


class Listing(msgspec.Struct, frozen=True):
    """A request for a page, understood. `parameters` are what the links repeat."""

    request: PageRequest
    shape: Shape
    parameters: Mapping[str, str]
    path: str


def parse_listing(path: str, query: str, world: World, *, is_json: bool) -> Listing:
    """Raises V1Error for what cannot be understood."""
    given = {name: value for name, value in parse_qsl(query, keep_blank_values=True) if value.strip()}
    if world.settings.is_strict:
        _refuse_unknown(given)
    newest_first = _newest_first(given.get("SortBy", _NEWEST_FIRST))
    if "Before" in given and "After" in given:
        raise bad_request("Before and After cannot be used together")
    before, after = (_place(name, given[name], world) if name in given else None for name in ("Before", "After"))
    shape = Shape(is_json, given.get("details", "").lower() == "true", url_minutes(given))
    size = whole_number("PageSize", given.get("PageSize", _DEFAULT_SIZE), 1, _LARGEST_SIZE)
    return Listing(
        PageRequest(filters.call_filter(given, world), size, newest_first, after, before),
        shape,
        {**given, "SortBy": _NEWEST_FIRST if newest_first else _OLDEST_FIRST},
        path,
    )


def metadata(listing: Listing, page: Page) -> Metadata:
    first, last = (page.calls[0], page.calls[-1]) if page.calls else (None, None)
    return Metadata(
        total=page.total,
        page_size=len(page.calls),
        first_page_uri=_uri(listing),
        prev_page_uri=_uri(listing, "Before", first) if page.has_previous else None,
        next_page_uri=_uri(listing, "After", last) if page.has_next else None,
    )


def json_records(listing: Listing, page: Page, world: World) -> list[msgspec.Raw]:
    """The page's records in JSON. Those that have settled are worded once and then repeated."""
    return [msgspec.Raw(_json_record(call, listing.shape, world)) for call in page.calls]


def _json_record(call: Call, shape: Shape, world: World) -> bytes:
    def make() -> bytes:
        return msgspec.json.encode(bulk_record(call, world, shape))

    # A pre-signed URL depends on the moment at which it is asked for.
    if not call.is_settled or shape.url_minutes:
        return make()
    return world.wordings.get(("exotel-v1", call.sid, shape.has_details), make)


def cursor(call: Call) -> str:
    """`<unix seconds>,<sid>` in base64."""
    return base64.b64encode(f"{int(call.created_at.timestamp())},{call.sid}".encode()).decode()


def _uri(listing: Listing, cursor_name: str = "", call: Call | None = None) -> str:
    # Quirk: values are escaped, but for the colon in SortBy and the equals signs of the cursor; the cursor comes last
    # (all of the portal's examples).
    pairs = [
        f"{name}={listing.parameters[name] if name == 'SortBy' else quote_plus(listing.parameters[name])}"
        for name in _LINKED
        if name in listing.parameters
    ]
    if call is not None:
        pairs.append(f"{cursor_name}={cursor(call)}")
    return f"{listing.path}?{'&'.join(pairs)}"


def _place(name: str, text: str, world: World) -> Keyset:
    """The place that a cursor names: exactly, if the call is still there; else to the second."""
    try:
        epoch, _, sid = base64.b64decode(text, validate=True).decode("ascii").partition(",")
        at = datetime.fromtimestamp(int(epoch), UTC)
    except (binascii.Error, UnicodeDecodeError, ValueError, OverflowError, OSError):
        raise bad_request(f"{name}: {text!r} is not a cursor of this listing") from None
    if not sid:
        raise bad_request(f"{name}: {text!r} is not a cursor of this listing")
    try:
        return place_of(world.store.call(sid))
    except UnknownCall:
        return Keyset(at, sid)


def _newest_first(text: str) -> bool:
    if text not in {_NEWEST_FIRST, _OLDEST_FIRST}:
        raise bad_request(f"SortBy: {text!r} is neither {_OLDEST_FIRST} nor {_NEWEST_FIRST}")
    return text == _NEWEST_FIRST


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in given:
        if name not in _NAMES:
            raise bad_request(f"{name}: no such parameter", hint=f"The parameters are {', '.join(sorted(_NAMES))}.")
