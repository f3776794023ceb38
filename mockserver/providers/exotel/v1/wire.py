"""What v1's connect request is sent: form fields from body and query, understood as an order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.directory import Directory, Flow
from mockserver.domain.errors import BadContact, UnknownExophone
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.order import STREAM_FLOW, CallEvent, Order, Subscription
from mockserver.domain.story import Side
from mockserver.engine.callers import known_party
from mockserver.engine.world import World
from mockserver.providers.callback_request import JSON, MULTIPART
from mockserver.providers.exotel.urls import SOCKET_SCHEMES, STREAM_SCHEMES, WEB_SCHEMES, is_sound_url
from mockserver.providers.exotel.v1 import numbers
from mockserver.providers.exotel.v1.errors import bad_request, ndnc
from mockserver.providers.exotel.v1.quantities import whole_number

DIALECT = "exotel-v1"
# The variant of a subscription without events: four fields after the call.
ONLY_THE_END = "only-the-end"

FIELDS = (
    "From",
    "To",
    "Url",
    "CallerId",
    "CallType",
    "TimeLimit",
    "TimeOut",
    "WaitUrl",
    "Record",
    "RecordingChannels",
    "RecordingFormat",
    "CustomField",
    "StartPlaybackToNew",
    "StartPlaybackValueNew",
    "StatusCallback",
    "StatusCallbackEvents",
    "StatusCallbackContentType",
    "StreamUrl",
    "StreamType",
    "StreamName",
    "StreamBegin",
)

_T = TypeVar("_T")
_EVENTS_FIELD = "StatusCallbackEvents"
_EVENTS_SPELLING = re.compile(rf"{_EVENTS_FIELD}(?:\[\d*\])?")
_FLOW_URL = re.compile(r"https?://my\.exotel\.(?:com|in)/[^/]+/exoml/start_voice/([^/?#]+)/?", re.IGNORECASE)
_LONGEST_CALL = 14_400
_LONGEST_CUSTOM_FIELD = 128
_LONGEST_STREAM_URL, _LONGEST_STREAM_NAME = 600, 32
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_CHANNELS = {"single": 1, "dual": 2}
_FORMATS = {"mp3": False, "mp3-hq": True}
_PLAYBACK_PARTIES = {"callee": False, "both": True}
_CONTENT_TYPES = {MULTIPART: MULTIPART, JSON: JSON}
_EVENTS = {"answered": CallEvent.ANSWERED, "terminal": CallEvent.OVER}
# It stands on one page of the portal; nobody has seen its body, so it asks for nothing.
_UNSEEN_EVENT = "ringing"
_STREAM_TYPES = {"bidirectional": True, "unidirectional": False}
_STREAM_BEGINS = {"leg1connect": Side.FROM, "leg2connect": Side.TO}
_CALL_TYPES = {"trans": "trans", "promo": "promo"}


def parse_order(pairs: Iterable[tuple[str, str]], world: World) -> Order:
    """The order in the fields of body and query, the body's first. Raises V1Error."""
    fields, events = _fields(pairs)
    if world.settings.is_strict:
        _refuse_unknown(fields)
    flow = _flow(fields, world.directory)
    to_contact = None if flow else _contact("To", fields)
    stream = _stream(fields, is_strict=world.settings.is_strict)
    if not flow and to_contact is None and stream is None:
        raise bad_request("To: the number to connect, or Url of a flow, is mandatory")
    from_contact = _contact("From", fields)
    if from_contact is None:
        raise bad_request("From: the number to dial first is mandatory")
    if _choice(fields, "CallType", _CALL_TYPES, "trans") == "promo" and to_contact is not None:
        _refuse_dnd(to_contact, world)
    return Order(
        from_party=known_party(world.directory, from_contact),
        to_party=known_party(world.directory, to_contact) if to_contact else None,
        exophone=_exophone(fields, world),
        ring_timeout=_seconds(fields, "TimeOut", 30),
        time_limit=_seconds(fields, "TimeLimit", _LONGEST_CALL),
        custom_field=_custom_field(fields),
        recording=_recording(fields),
        wait_audio_url=_url(fields, "WaitUrl", WEB_SCHEMES),
        playbacks=_playbacks(fields),
        stream=stream,
        subscriptions=_subscriptions(fields, events, runs_flow=to_contact is None),
        flow=flow or (STREAM_FLOW if to_contact is None else None),
    )


def _fields(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """The first value of each field, and all events in their order, however the list is spelt."""
    fields: dict[str, str] = {}
    events: list[str] = []
    for name, value in pairs:
        if _EVENTS_SPELLING.fullmatch(name):
            events.append(value.strip())
        elif name and value.strip():
            fields.setdefault(name, value if name == "CustomField" else value.strip())
    return fields, [event for event in events if event]


def _refuse_unknown(fields: Mapping[str, str]) -> None:
    for name in fields:
        if name not in {*FIELDS, "details"}:
            raise bad_request(f"{name}: no such parameter", hint=f"The parameters are {', '.join(FIELDS)}.")


def _contact(name: str, fields: Mapping[str, str]) -> Contact | None:
    text = fields.get(name)
    if text is None:
        return None
    try:
        return parse_contact(text)
    except BadContact as error:
        raise bad_request(f"{name}: {error.message}", hint=error.hint) from error


def _flow(fields: Mapping[str, str], directory: Directory) -> Flow | None:
    url = fields.get("Url")
    if url is None:
        return None
    match = _FLOW_URL.fullmatch(url)
    if match is None:
        raise bad_request(
            f"Url: {url!r} is not the URL of a flow", hint="http://my.exotel.com/<sid>/exoml/start_voice/<app id>"
        )
    flow = directory.flows.get(match[1])
    if flow is None:
        known = ", ".join(directory.flows) or "none"
        raise bad_request(f"Url: there is no flow {match[1]!r}", hint=f"The flows of this account: {known}.")
    return flow


def _exophone(fields: Mapping[str, str], world: World) -> Contact:
    """CallerId, a number or the friendly name of an ExoPhone; without it, the account's first."""
    exophones = world.directory.exophones
    text = fields.get("CallerId")
    if text is None:
        if world.settings.is_strict or not exophones:
            raise bad_request("CallerId: the ExoPhone to call from is mandatory")
        return exophones[0].contact
    for exophone in exophones:
        if exophone.friendly_name == text:
            return exophone.contact
    try:
        return world.directory.exophone(parse_contact(text)).contact
    except (BadContact, UnknownExophone) as error:
        # What is no number may be the friendly name of one that is yet to be added.
        raise bad_request(f"CallerId: {error.message}", hint=UnknownExophone.hint) from error


def _refuse_dnd(contact: Contact, world: World) -> None:
    if numbers.is_on_dnd(contact, world):
        raise ndnc(contact.local)


def _seconds(fields: Mapping[str, str], name: str, default: int) -> float:
    text = fields.get(name, str(default))
    return float(whole_number(name, text, 1, _LONGEST_CALL, "number of seconds"))


def _custom_field(fields: Mapping[str, str]) -> str | None:
    text = fields.get("CustomField")
    if text is not None and len(text) > _LONGEST_CUSTOM_FIELD:
        raise bad_request(f"CustomField: {len(text)} characters are too many, at most {_LONGEST_CUSTOM_FIELD}")
    return text


def _recording(fields: Mapping[str, str]) -> Recording | None:
    channels = _choice(fields, "RecordingChannels", _CHANNELS, "single")
    is_high_quality = _choice(fields, "RecordingFormat", _FORMATS, "mp3")
    return Recording(channels, is_high_quality) if _choice(fields, "Record", _BOOLEANS, "false") else None


def _playbacks(fields: Mapping[str, str]) -> tuple[Playback, ...]:
    is_for_both = _choice(fields, "StartPlaybackToNew", _PLAYBACK_PARTIES, "callee")
    url = _url(fields, "StartPlaybackValueNew", WEB_SCHEMES)
    return (Playback("start", is_for_both, url),) if url else ()


def _stream(fields: Mapping[str, str], *, is_strict: bool) -> Stream | None:
    # The applets take a web address that answers the socket's, too; of this field that is not documented.
    url = _url(fields, "StreamUrl", SOCKET_SCHEMES if is_strict else STREAM_SCHEMES)
    if url is None:
        return None
    is_two_way = _choice(fields, "StreamType", _STREAM_TYPES, "bidirectional")
    if len(url) > _LONGEST_STREAM_URL:
        raise bad_request(f"StreamUrl: {len(url)} characters are too many, at most {_LONGEST_STREAM_URL}")
    if len(fields.get("StreamName", "")) > _LONGEST_STREAM_NAME:
        raise bad_request(f"StreamName: at most {_LONGEST_STREAM_NAME} characters")
    # One page of the portal writes "at Leg1Connect".
    begin = {"StreamBegin": fields.get("StreamBegin", "Leg1Connect").removeprefix("at ")}
    begins_at = _choice(begin, "StreamBegin", _STREAM_BEGINS, "leg1connect")
    return Stream(url, begins_at, is_two_way, fields.get("StreamName", ""))


def _subscriptions(fields: Mapping[str, str], events: list[str], *, runs_flow: bool) -> tuple[Subscription, ...]:
    url = _url(fields, "StatusCallback", WEB_SCHEMES)
    content_type = _choice(fields, "StatusCallbackContentType", _CONTENT_TYPES, MULTIPART)
    seen = [event for event in events if event.lower() != _UNSEEN_EVENT]
    wanted = [_choice({_EVENTS_FIELD: event}, _EVENTS_FIELD, _EVENTS, "") for event in seen]
    if url is None:
        return ()
    # Quirk: events have no effect on calls into a flow (documented); those report their end only.
    if not events or runs_flow:
        return (Subscription(CallEvent.OVER, url, "POST", content_type, DIALECT, ONLY_THE_END),)
    return tuple(Subscription(event, url, "POST", content_type, DIALECT) for event in dict.fromkeys(wanted))


def _url(fields: Mapping[str, str], name: str, schemes: frozenset[str]) -> str | None:
    url = fields.get(name)
    if url is not None and not is_sound_url(url, schemes):
        raise bad_request(f"{name}: {url!r} is not a URL ({', '.join(sorted(schemes))})")
    return url


def _choice(fields: Mapping[str, str], name: str, choices: Mapping[str, _T], default: str) -> _T:
    text = fields.get(name, default)
    try:
        return choices[text.lower()]
    except KeyError:
        raise bad_request(f"{name}: {text!r} is none of {', '.join(choices)}") from None
