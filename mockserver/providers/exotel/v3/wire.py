"""What v3 is sent: the body of `POST /calls`, understood as an order."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.contact import Contact, parse_contact, parse_number
from mockserver.domain.errors import BadContact
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.order import CallEvent, Order, Subscription
from mockserver.domain.story import Side
from mockserver.engine.callers import find_caller, known_party, require_voip
from mockserver.engine.world import World
from mockserver.providers.callback_request import JSON, MULTIPART
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_errors import VendorError
from mockserver.providers.exotel.json_bodies import (
    LONGEST_CALL,
    USUAL_RING,
    check_subscriptions,
    check_url,
    choice,
    json_body,
    seconds,
)
from mockserver.providers.exotel.urls import STREAM_SCHEMES, WEB_SCHEMES
from mockserver.providers.exotel.v3 import errors

DIALECT = "exotel-v3"

_known = sources.V3_CONNECT.field
_ours = sources.UNDOCUMENTED.field


class FromBlock(msgspec.Struct):
    """Leg 1: the user or agent, dialled first."""

    contact_uri: Annotated[str | None, _known("phone number, E.164 preferred, or SIP URI")] = None
    state_management: Annotated[bool | None, _known("check that the number is free; always so for users")] = None
    user_id: Annotated[str | None, _ours("the user to dial, on the device that is on; as v2 has it")] = None


class ToBlock(msgspec.Struct):
    """Leg 2: the customer, dialled when leg 1 has answered."""

    contact_uri: Annotated[str | None, _known("phone number in E.164")] = None


class RecordingBlock(msgspec.Struct):
    record: Annotated[bool, _known()] = False
    channels: Annotated[str, _known(enum=["single", "dual"])] = "single"
    format: Annotated[str, _known(enum=["mp3", "mp3-hq"])] = "mp3"


class StatusCallback(msgspec.Struct):
    url: Annotated[str | None, _known("mandatory; an empty one asks for nothing")] = None
    event: Annotated[str | None, _known("none: the end of the call", enum=["answered", "terminal"])] = None
    method: Annotated[str, _known(enum=["POST", "GET"])] = "POST"
    content_type: Annotated[str, _known(enum=[JSON, MULTIPART])] = JSON


class PlaybackBlock(msgspec.Struct):
    value: Annotated[str, _known("URL of the audio")]
    event: Annotated[str, _known(enum=["start", "end"])] = "start"
    to: Annotated[str, _known(enum=["callee", "both"])] = "callee"


class StreamingBlock(msgspec.Struct):
    url: Annotated[str, _known("WebSocket URL")]
    begin: Annotated[str, _known(enum=["from_leg_connect", "to_leg_connect"])] = "from_leg_connect"


class PlaceCall(msgspec.Struct):
    """The body of `POST /v3/accounts/{account_sid}/calls`. Booleans and integers may also come as strings."""

    from_: Annotated[FromBlock | None, _known()] = msgspec.field(name="from", default=None)
    to: Annotated[ToBlock | None, _known()] = None
    virtual_number: Annotated[str | None, _known("ExoPhone, E.164 or local form")] = None
    recording: Annotated[RecordingBlock | None, _known()] = None
    wait_audio_url: Annotated[str | None, _known("wav that leg 1 hears while leg 2 rings")] = None
    max_time_limit: Annotated[int | None, _known("seconds; 4 hours by default")] = None
    attempt_time_out: Annotated[int | None, _known("seconds that each party rings; 30 by default")] = None
    custom_field: Annotated[str | None, _known()] = None
    status_callback: Annotated[list[StatusCallback] | None, _known()] = None
    playback: Annotated[list[PlaybackBlock] | None, _known()] = None
    streaming: Annotated[StreamingBlock | None, _known()] = None


_decoder = msgspec.json.Decoder(PlaceCall, strict=False)

_EVENTS = {None: CallEvent.OVER, "terminal": CallEvent.OVER, "answered": CallEvent.ANSWERED}
_CHANNELS = {"single": 1, "dual": 2}
_FORMATS = {"mp3": False, "mp3-hq": True}
_METHODS = {"POST": "POST", "GET": "GET"}
_CONTENT_TYPES = {JSON: JSON, MULTIPART: MULTIPART}
_PLAYBACK_EVENTS = {"start": "start", "end": "end"}
_PLAYBACK_PARTIES = {"callee": False, "both": True}
_STREAM_BEGINS = {"from_leg_connect": Side.FROM, "to_leg_connect": Side.TO}


def parse_order(content_type: str | None, body: bytes, world: World) -> Order:
    """The order in a request body.

    Raises VendorError, Unparsable and InvalidField for what cannot be understood, and the domain's refusals.
    """
    return _order(json_body(content_type, body, _decoder, refuses_unknown=world.settings.is_strict), world)


def _order(wire: PlaceCall, world: World) -> Order:
    from_contact, user_id, is_managed = _from(wire.from_)
    to_contact = _contact("to", wire.to.contact_uri if wire.to else None)
    exophone = _exophone(wire.virtual_number)
    recording = _recording(wire.recording)
    time_limit = seconds("max_time_limit", wire.max_time_limit, LONGEST_CALL)
    ring_timeout = seconds("attempt_time_out", wire.attempt_time_out, USUAL_RING)
    subscriptions = _subscriptions(wire.status_callback or [])
    playbacks = tuple(_playback(one) for one in wire.playback or [])
    stream = _stream(wire.streaming)
    if wire.wait_audio_url:
        check_url("wait_audio_url", wire.wait_audio_url, WEB_SCHEMES)

    world.directory.exophone(exophone)
    caller = find_caller(world, from_contact, user_id, is_managed=is_managed)
    require_voip(world, to_contact)
    return Order(
        from_party=caller.party,
        to_party=known_party(world.directory, to_contact),
        exophone=exophone,
        ring_timeout=ring_timeout,
        time_limit=time_limit,
        custom_field=wire.custom_field,
        recording=recording,
        wait_audio_url=wire.wait_audio_url or None,
        playbacks=playbacks,
        stream=stream,
        subscriptions=subscriptions,
        holds=caller.holds,
    )


def _from(block: FromBlock | None) -> tuple[Contact | None, str | None, bool]:
    if block is not None and block.user_id:
        contact = _contact("from", block.contact_uri) if block.contact_uri else None
        return contact, block.user_id, True
    contact = _contact("from", block.contact_uri if block else None)
    return contact, None, bool(block and block.state_management)


def _contact(block: str, uri: str | None) -> Contact:
    field = f"{block}.contact_uri"
    if not uri or not uri.strip():
        raise errors.mandatory(field)
    try:
        return parse_contact(uri)
    except BadContact as error:
        raise errors.invalid_contact(block, field) from error


def _exophone(number: str | None) -> Contact:
    if not number or not number.strip():
        raise errors.mandatory("virtual_number")
    try:
        return parse_number(number)
    except BadContact as error:
        raise VendorError(errors.VIRTUAL_NUMBER_NOT_FOUND, hint=error.hint) from error


def _recording(block: RecordingBlock | None) -> Recording | None:
    if block is None:
        return None
    channels = choice("RecordingChannels", block.channels, _CHANNELS)
    is_high_quality = choice("RecordingFormat", block.format, _FORMATS)
    return Recording(channels, is_high_quality) if block.record else None


def _subscriptions(blocks: list[StatusCallback]) -> tuple[Subscription, ...]:
    check_subscriptions(len(blocks))
    # The portal's own examples carry empty URLs: such an entry asks for nothing.
    return tuple(_subscription(block, url) for block in blocks if (url := _callback_url(block)))


def _callback_url(block: StatusCallback) -> str:
    if block.url is None:
        raise errors.mandatory("status_callback.url")
    url = block.url.strip()
    if url:
        check_url("status_callback.url", url, WEB_SCHEMES)
    return url


def _subscription(block: StatusCallback, url: str) -> Subscription:
    return Subscription(
        event=choice("status_callback.event", block.event or None, _EVENTS),
        url=url,
        method=choice("status_callback.method", block.method.upper(), _METHODS),
        content_type=choice("status_callback.content_type", block.content_type.lower(), _CONTENT_TYPES),
        dialect=DIALECT,
    )


def _playback(block: PlaybackBlock) -> Playback:
    if block.value:
        check_url("playback.value", block.value, WEB_SCHEMES)
    moment = choice("playback.event", block.event, _PLAYBACK_EVENTS)
    return Playback(moment, choice("playback.to", block.to, _PLAYBACK_PARTIES), block.value)


def _stream(block: StreamingBlock | None) -> Stream | None:
    if block is None or not block.url.strip():
        return None
    check_url("streaming.url", block.url, STREAM_SCHEMES)
    return Stream(block.url.strip(), choice("streaming.begin", block.begin, _STREAM_BEGINS))
