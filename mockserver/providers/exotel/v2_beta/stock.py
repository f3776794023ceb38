"""The numbers that can be bought: twenty, drawn from the world's seed, without those that are owned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.domain.contact import Contact
from mockserver.engine.world import World
from mockserver.providers.exotel.circles import CIRCLES
from mockserver.providers.exotel.rest_endpoint import Visit
from mockserver.providers.exotel.rest_exceptions import bad_request, not_found
from mockserver.providers.exotel.v2_beta.render import (
    COUNTRY,
    LANDLINE,
    MOBILE,
    TOLL_FREE,
    WHOLE_COUNTRY,
    is_sms_capable,
    number_type,
    region,
)
from mockserver.providers.exotel.v2_beta.wire import PAGE_NAMES, refuse_unknown

_TYPES = (LANDLINE, MOBILE, TOLL_FREE)
FILTERS = ("IncomingSMS", "InRegion", "Contains")
# How the national numbers begin, and how many digits follow. The last of each landline's is the operator's.
_LANDLINES = ("114", "224", "334", "404", "444", "804", "794", "204", "1414", "7314", "1724", "4844")
_MOBILES = ("95131", "95132", "95133", "95134", "95135", "95136")
_TOLL_FREE = ("18001", "18002")
_LENGTH, _TOLL_FREE_LENGTH = 10, 11
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}


def asked_stock(visit: Visit) -> list[Contact]:
    """What the path and the filters leave of the stock. Raises RestError."""
    country, wanted = visit.request.path_params["country"], visit.request.path_params.get("number_type")
    if country != COUNTRY:
        raise not_found(f"There is no stock in {country}", hint=f"The stock is in {COUNTRY}.")
    if wanted not in {None, *_TYPES}:
        raise not_found(f"There is no stock of {wanted}", hint=f"The types are {', '.join(_TYPES)}.")
    query = visit.query()
    # Shipped clients send a page size here; answers have no pages.
    refuse_unknown(query, (*FILTERS, *PAGE_NAMES), visit.world)
    is_for_sms, circle, part = _is_true("IncomingSMS", query), _circle(query), query.get("Contains", "").strip()
    return [
        contact
        for contact in _stock(visit.world)
        if wanted in {None, number_type(contact)}
        and (is_sms_capable(contact) or not is_for_sms)
        and circle in {"", region(contact, visit.world)}
        and (part in contact.key or part in contact.local)
    ]


def _stock(world: World) -> Iterator[Contact]:
    rng = world.rng("stock", COUNTRY)
    owned = {exophone.contact for exophone in world.directory.exophones}
    for prefix in (*_LANDLINES, *_MOBILES, *_TOLL_FREE):
        digits = (_TOLL_FREE_LENGTH if prefix in _TOLL_FREE else _LENGTH) - len(prefix)
        contact = Contact(f"+91{prefix}{rng.randrange(10**digits):0{digits}d}")
        if contact not in owned:
            yield contact


def _is_true(name: str, query: Mapping[str, str]) -> bool:
    text = query.get(name, "").strip()
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise bad_request(f"{name}: {text!r} is neither true nor false") from None


def _circle(query: Mapping[str, str]) -> str:
    text = query.get("InRegion", "").strip()
    if text and text not in {*CIRCLES, WHOLE_COUNTRY}:
        raise bad_request(f"InRegion: {text!r} is none of {', '.join((*CIRCLES, WHOLE_COUNTRY))}")
    return text
