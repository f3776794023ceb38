"""ExoPhones as v2_beta shows them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import phonenumbers
from starlette.datastructures import URL

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Exophone
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.circles import circle_of, number_rng
from mockserver.providers.exotel.v2_beta.wire import PREFIX, Page
from mockserver.providers.provider import Reading

COUNTRY, _COUNTRY_NAME = "IN", "India"
# The region of numbers that belong to no circle.
WHOLE_COUNTRY = COUNTRY
LANDLINE, MOBILE, TOLL_FREE = "Landline", "Mobile", "TollFree"
_TYPES = {
    phonenumbers.PhoneNumberType.FIXED_LINE: LANDLINE,
    phonenumbers.PhoneNumberType.MOBILE: MOBILE,
    phonenumbers.PhoneNumberType.TOLL_FREE: TOLL_FREE,
}
_RENT, _CURRENCY = "499.000000", "INR"

_PHONE_NUMBER = Reading(
    "exotel-v2-beta.phone-number",
    ("e164", "national"),
    "How an ExoPhone's phone_number is written: +91..., as the portal has it, or 0..., as a recorded answer has it.",
    sources.CLIENTS,
)
READINGS = (_PHONE_NUMBER,)

_known = sources.EXOPHONES.field
_seen = sources.CLIENTS.field
_ours = sources.UNDOCUMENTED.field


class Capabilities(msgspec.Struct):
    voice: Annotated[bool, _known()]
    sms: Annotated[bool, _known()]


class ExophoneRow(msgspec.Struct):
    sid: Annotated[str, _known()]
    phone_number: Annotated[str, _known()]
    friendly_name: Annotated[str, _known("a valid CallerId of v1")]
    capabilities: Annotated[Capabilities, _known()]
    country: Annotated[str, _known("ISO 3166")]
    region: Annotated[str, _known("telecom circle")]
    voice_url: Annotated[str | None, _seen("URL of the flow for calls")]
    sms_url: Annotated[str | None, _seen("URL of the flow for messages")]


class BoughtExophone(ExophoneRow):
    rental_price: Annotated[str, _known("a month's")]
    currency: Annotated[str, _known()]


class ExophonePage(msgspec.Struct):
    page: Annotated[int, _known("from 0")]
    page_size: Annotated[int, _known()]
    uri: Annotated[str, _known()]
    first_page_uri: Annotated[str, _known()]
    next_page_uri: Annotated[str | None, _known("null on the last page")]
    previous_page_uri: Annotated[str | None, _known("null on the first page")]
    incoming_phone_numbers: Annotated[list[ExophoneRow], _known()]


class Released(msgspec.Struct, rename="pascal"):
    status: Annotated[int, _known("the HTTP status again")] = 202
    message: Annotated[str, _known()] = "Accepted"


class Country(msgspec.Struct):
    country_code: Annotated[str, _known("ISO 3166")]
    country: Annotated[str, _known()]
    uri: Annotated[str, _known()]


class Countries(msgspec.Struct):
    uri: Annotated[str, _known()]
    countries: Annotated[list[Country], _known()]


class StockRow(msgspec.Struct):
    friendly_name: Annotated[str, _known()]
    phone_number: Annotated[str, _known("E.164")]
    capabilities: Annotated[Capabilities, _known()]
    country: Annotated[str, _known("ISO 3166")]
    region: Annotated[str, _known("telecom circle")]
    number_type: Annotated[str, _known(enum=[LANDLINE, MOBILE, TOLL_FREE])]
    rental_price: Annotated[str, _known("a month's")]


def number_type(contact: Contact) -> str | None:
    """None for what is sold in none of the three types."""
    return _TYPES.get(phonenumbers.number_type(phonenumbers.parse(contact.key)))


def is_sms_capable(contact: Contact) -> bool:
    """Toll-free numbers take no messages (recorded answers)."""
    return number_type(contact) != TOLL_FREE


def region(contact: Contact, world: World) -> str:
    """The circle of an Indian number; where there is none, the country."""
    country = _country(contact)
    if country != COUNTRY or number_type(contact) == TOLL_FREE:
        return country
    return circle_of(contact, number_rng(contact, world))


def exophone_row(exophone: Exophone, world: World) -> ExophoneRow:
    return ExophoneRow(**_row(exophone, world))


def bought_row(exophone: Exophone, world: World) -> BoughtExophone:
    return BoughtExophone(**_row(exophone, world), rental_price=_RENT, currency=_CURRENCY)


def stock_row(contact: Contact, world: World) -> StockRow:
    return StockRow(
        friendly_name=contact.local,
        phone_number=contact.key,
        capabilities=_capabilities(contact),
        country=COUNTRY,
        region=region(contact, world),
        number_type=number_type(contact) or LANDLINE,
        rental_price=_RENT,
    )


def exophone_page(page: Page, url: URL, world: World) -> ExophonePage:
    """The page of the account's ExoPhones, with links to its neighbours at the URL that was asked."""
    owned = world.directory.exophones

    def uri(number: int) -> str:
        return f"{url.scheme}://{url.netloc}{url.path}?Page={number}&PageSize={page.size}"

    return ExophonePage(
        page=page.number,
        page_size=page.size,
        uri=uri(page.number),
        first_page_uri=uri(0),
        next_page_uri=None if page.is_last(len(owned)) else uri(page.number + 1),
        previous_page_uri=uri(page.number - 1) if page.number else None,
        incoming_phone_numbers=[exophone_row(one, world) for one in page.of(owned)],
    )


def countries(world: World) -> Countries:
    uri = f"{PREFIX}/Accounts/{world.sid}/AvailablePhoneNumbers"
    return Countries(uri, [Country(COUNTRY, _COUNTRY_NAME, f"{uri}/{COUNTRY}")])


def _row(exophone: Exophone, world: World) -> dict[str, Any]:
    contact = exophone.contact
    is_national = _PHONE_NUMBER.chosen(world) == "national"
    return {
        "sid": exophone.sid,
        "phone_number": contact.local if is_national else contact.key,
        "friendly_name": exophone.friendly_name,
        "capabilities": _capabilities(contact),
        "country": _country(contact),
        "region": region(contact, world),
        "voice_url": exophone.voice_url or None,
        "sms_url": exophone.sms_url or None,
    }


def _capabilities(contact: Contact) -> Capabilities:
    return Capabilities(voice=True, sms=is_sms_capable(contact))


def _country(contact: Contact) -> str:
    return phonenumbers.region_code_for_country_code(phonenumbers.parse(contact.key).country_code or 0)
