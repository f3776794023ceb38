"""What v2_beta is sent: fields of a form, of JSON and of the query; pages; which ExoPhone is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from mockserver.domain.contact import parse_contact
from mockserver.domain.directory import Exophone
from mockserver.domain.errors import BadContact, UnknownExophone
from mockserver.engine.world import World
from mockserver.providers.callback_request import JSON
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.quantities import whole_number
from mockserver.providers.exotel.rest_endpoint import Visit, form_fields
from mockserver.providers.exotel.rest_exceptions import bad_request, not_found
from mockserver.providers.exotel.urls import WEB_SCHEMES, is_sound_url

DIALECT = "exotel-v2-beta"
PREFIX = "/v2_beta"

# The portal's links have the first two, its answers the others; which a request may have is not said.
PAGE_NAMES = ("Page", "PageSize", "page", "page_size")
_HIGHEST_PAGE = 1_000_000
_LONGEST_PAGE, _USUAL_PAGE = 100, 50

_HOME_PREFIX = "+91"
_known = sources.EXOPHONES.field


class ChangeNumber(msgspec.Struct, kw_only=True):
    """The body of a change. Forms have the same fields. What is left out stays."""

    voice_url: Annotated[str | None, _known("URL of the flow for calls; an empty one takes the flow away")] = (
        msgspec.field(name="VoiceUrl", default=None)
    )
    sms_url: Annotated[str | None, _known("URL of the flow for messages; an empty one takes the flow away")] = (
        msgspec.field(name="SMSUrl", default=None)
    )
    friendly_name: Annotated[str | None, _known("the number in its local form, if it is empty")] = msgspec.field(
        name="FriendlyName", default=None
    )


class BuyNumber(ChangeNumber, kw_only=True):
    """The body of a purchase. Forms have the same fields."""

    phone_number: Annotated[str | int, _known("an Indian number in any spelling")] = msgspec.field(name="PhoneNumber")


_Fields = TypeVar("_Fields", bound=ChangeNumber)


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int

    def of(self, rows: tuple[Exophone, ...]) -> tuple[Exophone, ...]:
        return rows[self.number * self.size : (self.number + 1) * self.size]

    def is_last(self, total: int) -> bool:
        return (self.number + 1) * self.size >= total


def parse_page(visit: Visit) -> Page:
    """Raises RestError."""
    query = visit.query()
    refuse_unknown(query, PAGE_NAMES, visit.world)
    number = query.get("Page", query.get("page", "")).strip()
    size = query.get("PageSize", query.get("page_size", "")).strip()
    return Page(
        whole_number("Page", number or "0", 0, _HIGHEST_PAGE),
        whole_number("PageSize", size or str(_USUAL_PAGE), 1, _LONGEST_PAGE),
    )


async def parse_purchase(visit: Visit) -> Exophone:
    """The ExoPhone as it is to be. Raises RestError."""
    purchase = await _parse(visit, BuyNumber)
    text = str(purchase.phone_number)
    try:
        contact = parse_contact(text)
    except BadContact as error:
        raise bad_request(f"PhoneNumber: {error.message}", hint=error.hint) from error
    if not contact.key.startswith(_HOME_PREFIX):
        raise bad_request(
            f"PhoneNumber: {text!r} is not an Indian number",
            hint=f"Add others by the control API: POST /_mock/v1/worlds/{visit.world.sid}/numbers.",
        )
    return changed(Exophone(contact, contact.local), purchase)


async def parse_change(visit: Visit) -> ChangeNumber:
    """Raises RestError."""
    return await _parse(visit, ChangeNumber)


def changed(exophone: Exophone, change: ChangeNumber) -> Exophone:
    """The ExoPhone with what the change names. Raises RestError."""
    name = exophone.friendly_name if change.friendly_name is None else change.friendly_name
    voice_url = _flow_url("VoiceUrl", change.voice_url, exophone.voice_url)
    last = voice_url.rstrip("/").rpartition("/")[2]
    return replace(
        exophone,
        voice_url=voice_url,
        flow_id=exophone.flow_id if change.voice_url is None else last if last.isdecimal() else None,
        sms_url=_flow_url("SMSUrl", change.sms_url, exophone.sms_url),
        friendly_name=name or exophone.contact.local,
    )


def owned_exophone(visit: Visit) -> Exophone:
    """The ExoPhone that the path names. Raises RestError."""
    directory, text = visit.world.directory, visit.request.path_params["exophone_sid"]
    try:
        return directory.exophone_of_sid(text)
    except UnknownExophone:
        # Quirk: the sids of older ExoPhones are their numbers (the portal's example), and shipped clients send numbers.
        try:
            return directory.exophone(parse_contact(text))
        except (BadContact, UnknownExophone) as error:
            listed = f"{PREFIX}/Accounts/{visit.world.sid}/IncomingPhoneNumbers"
            raise not_found(f"ExoPhone {text} not found", hint=f"GET {listed} lists the sids.") from error


def refuse_unknown(names: Iterable[str], known: Collection[str], world: World) -> None:
    """Raises RestError for a parameter that is none, where the world is strict."""
    for name in names if world.settings.is_strict else ():
        if name not in known:
            raise bad_request(f"{name}: no such parameter", hint=f"The parameters are: {', '.join(known) or 'none'}.")


async def _parse(visit: Visit, kind: type[_Fields]) -> _Fields:
    query = parse_qsl(visit.request.url.query, keep_blank_values=True)
    fields: dict[str, str] = {}
    for name, value in (*await _body_fields(visit.request), *query):
        if name:
            fields.setdefault(name, value.strip())
    refuse_unknown(fields, [field.encode_name for field in msgspec.structs.fields(kind)], visit.world)
    if kind is BuyNumber and not fields.get("PhoneNumber"):
        raise bad_request("PhoneNumber: the number to buy is mandatory")
    return msgspec.convert(fields, kind)


async def _body_fields(request: Request) -> list[tuple[str, str]]:
    """All fields of the body, whether it is a form or JSON: shipped clients send either."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        return await form_fields(request)
    try:
        fields = msgspec.json.decode(await request.body() or b"{}", type=Mapping[str, str | int | None])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"the body cannot be read: {error}", hint="An object of texts, or form fields.") from error
    return [(name, str(value)) for name, value in fields.items() if value is not None]


def _flow_url(name: str, url: str | None, known: str) -> str:
    if url and not is_sound_url(url, WEB_SCHEMES):
        raise bad_request(f"{name}: {url!r} is not a URL", hint="http://my.exotel.com/<sid>/exoml/start_voice/<app id>")
    return known if url is None else url
