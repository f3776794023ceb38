"""What v2 is sent about calls: the body of `POST /calls`, understood as an order; sids."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from mockserver.domain.contact import Contact, parse_contact, parse_number
from mockserver.domain.errors import BadContact, UnknownUser
from mockserver.domain.media import Recording
from mockserver.domain.order import CallEvent, Order, Subscription
from mockserver.engine.callers import find_caller, known_party, require_voip
from mockserver.engine.world import World
from mockserver.providers.callback_request import JSON
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_errors import InvalidField, VendorError
from mockserver.providers.exotel.json_bodies import (
    LONGEST_CALL,
    USUAL_RING,
    check_subscriptions,
    check_url,
    choice,
    json_body,
    seconds,
)
from mockserver.providers.exotel.urls import WEB_SCHEMES
from mockserver.providers.exotel.v2 import errors

DIALECT = "exotel-v2"

_known = sources.V2_CONNECT.field
_seen = sources.CLIENTS.field
_errors_say = sources.WEBSDK.field


class Agent(msgspec.Struct):
    """The user, dialled first on a device that is on, verified and free. One of the two is mandatory."""

    user_contact_uri: Annotated[str | None, _known("the user's device: E.164 number or SIP URI")] = None
    user_id: Annotated[str | None, _known("dialled on the device that is on")] = None


class Customer(msgspec.Struct):
    """Dialled when the user has answered. The first that is there counts."""

    customer_contact_uri: Annotated[str | None, _seen("what clients send")] = None
    contact_uri: Annotated[str | None, _errors_say("as the vendor's own error text calls it")] = None
    number: Annotated[str | None, _known("as a later guide calls it")] = None


class StatusCallback(msgspec.Struct):
    url: Annotated[str | None, _known("mandatory; an empty one asks for nothing")] = None
    event: Annotated[str | None, _known("none: the end of the call", enum=["answered", "terminal", None])] = None
    method: Annotated[str, _seen("POST is all there is", enum=["POST"])] = "POST"


class PlaceCall(msgspec.Struct):
    """The body of `POST /v2/accounts/{account_sid}/calls`. Booleans and integers may also come as strings."""

    from_: Annotated[Agent | None, _known("mandatory")] = msgspec.field(name="from", default=None)
    to: Annotated[Customer | None, _known("mandatory")] = None
    virtual_number: Annotated[str | None, _known("mandatory; ExoPhone, E.164 or local form")] = None
    recording: Annotated[bool | None, _known()] = None
    recording_channels: Annotated[str | None, _known(enum=["single", "dual", None])] = None
    wait_audio_url: Annotated[str | None, _known("what the user hears while the customer rings")] = None
    max_time_limit: Annotated[int | None, _known("seconds; 4 hours by default")] = None
    attempt_time_out: Annotated[int | None, _known("seconds that each party rings; 30 by default")] = None
    custom_field: Annotated[str | None, _known()] = None
    status_callback: Annotated[list[StatusCallback] | None, _known()] = None


_decoder = msgspec.json.Decoder(PlaceCall, strict=False)
_EVENTS = {None: CallEvent.OVER, "terminal": CallEvent.OVER, "answered": CallEvent.ANSWERED}
_CHANNELS = {"single": 1, "dual": 2}
_METHODS = {"POST": "POST"}
# Old sids are 32 hexadecimal digits, newer ones 28 and a date suffix.
_CALL_SID = re.compile("[0-9A-Za-z]{32}")


def call_sid(text: str) -> str:
    """Raises VendorError for what cannot be one."""
    if not _CALL_SID.fullmatch(text):
        raise errors.not_a_sid(text)
    return text


def parse_order(content_type: str | None, body: bytes, world: World) -> Order:
    """The order in a request body.

    Raises VendorError, Unparsable and InvalidField for what cannot be understood, and the domain's refusals.
    """
    return _order(json_body(content_type, body, _decoder, refuses_unknown=world.settings.is_strict), world)


def _order(wire: PlaceCall, world: World) -> Order:
    from_contact, user_id = _agent(wire.from_)
    to_contact = _customer(wire.to)
    exophone = _exophone(wire.virtual_number)
    channels = choice("recording_channels", wire.recording_channels or "single", _CHANNELS)
    time_limit = seconds("max_time_limit", wire.max_time_limit, LONGEST_CALL)
    ring_timeout = seconds("attempt_time_out", wire.attempt_time_out, USUAL_RING)
    subscriptions = _subscriptions(wire.status_callback or [])
    if wire.wait_audio_url:
        check_url("wait_audio_url", wire.wait_audio_url, WEB_SCHEMES)

    world.directory.exophone(exophone)
    caller = find_caller(world, from_contact, user_id, is_managed=True)
    if caller.party.user_id is None:
        message = f"{from_contact} belongs to no user of this account"
        raise UnknownUser(message)
    require_voip(world, to_contact)
    return Order(
        from_party=caller.party,
        to_party=known_party(world.directory, to_contact),
        exophone=exophone,
        ring_timeout=ring_timeout,
        time_limit=time_limit,
        custom_field=wire.custom_field,
        recording=Recording(channels) if wire.recording else None,
        wait_audio_url=wire.wait_audio_url or None,
        subscriptions=subscriptions,
        holds=caller.holds,
    )


def _agent(block: Agent | None) -> tuple[Contact | None, str | None]:
    user_id = (block.user_id if block else None) or None
    uri = block.user_contact_uri if block else None
    if user_id and not uri:
        return None, user_id
    return _contact("from", "user_contact_uri", uri), user_id


def _customer(block: Customer | None) -> Contact:
    uris = (block.customer_contact_uri, block.contact_uri, block.number) if block else ()
    return _contact("to", "contact_uri", next((uri for uri in uris if uri is not None), None))


def _contact(block: str, field: str, uri: str | None) -> Contact:
    try:
        return parse_contact(uri or "")
    except BadContact as error:
        raise errors.invalid_contact(block, field) from error


def _exophone(number: str | None) -> Contact:
    if not number or not number.strip():
        message = "virtual_number is mandatory"
        raise InvalidField(message)
    try:
        return parse_number(number)
    except BadContact as error:
        raise VendorError(errors.VIRTUAL_NUMBER_NOT_FOUND, hint=error.hint) from error


def _subscriptions(blocks: list[StatusCallback]) -> tuple[Subscription, ...]:
    check_subscriptions(len(blocks))
    return tuple(_subscription(block, block.url.strip()) for block in blocks if _has_url(block) and block.url)


def _has_url(block: StatusCallback) -> bool:
    if block.url is None:
        message = "status_callback.url is mandatory"
        raise InvalidField(message)
    return bool(block.url.strip())


def _subscription(block: StatusCallback, url: str) -> Subscription:
    check_url("status_callback.url", url, WEB_SCHEMES)
    return Subscription(
        event=choice("status_callback.event", block.event or None, _EVENTS),
        url=url,
        method=choice("status_callback.method", block.method.upper(), _METHODS),
        content_type=JSON,
        dialect=DIALECT,
    )
