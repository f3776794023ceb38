"""AgentStream's words on the line: what we send to a bot, and what bots send. JSON text, one message a frame."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from mockserver.engine.lines import Asked, Line
from mockserver.engine.world import World
from mockserver.operations.provenance import assumed
from mockserver.providers.exotel import sources
from mockserver.providers.provider import Reading
from mockserver.streams.effects import (
    Send,
    SendConnected,
    SendDigit,
    SendMark,
    SendMedia,
    SendStart,
)
from mockserver.streams.received import Kind, Received, Unreadable
from mockserver.streams.record import StreamRecord
from mockserver.streams.setup import RATES, Setup

_known = sources.STREAM.field
_seen = sources.CLIENTS.field
_CONTRADICTED = assumed("the portal's pages contradict each other; as in the official echo bot")

NUMBERS = Reading(
    "exotel-streams.numbers",
    ("number", "text"),
    "sequence_number and chunk: numbers as in the examples, or texts as in the table of fields",
    _CONTRADICTED,
)
FRAME = Reading(
    "exotel-streams.frame",
    ("100ms", "20ms", "200ms"),
    "audio in one message: 100 ms and 3200 bytes are documented, which are 200 ms at 8 kHz; 20 ms were observed",
    sources.STREAM,
)
CLEARED_MARKS = Reading(
    "exotel-streams.cleared-marks",
    ("echoed", "dropped"),
    "what becomes of marks whose audio is cleared: they come back at once, or never",
    sources.UNDOCUMENTED,
)
FIRST_ANSWER = Reading(
    "exotel-streams.first-answer",
    ("10s", "never"),
    "whether a bot that sends nothing for ten seconds is given up; documented without saying what counts as an answer",
    assumed("of what a bot may send, the first message of any kind counts"),
)
READINGS = (NUMBERS, FRAME, CLEARED_MARKS, FIRST_ANSWER)

_FRAMES = {"100ms": 100_000, "20ms": 20_000, "200ms": 200_000}
_RATE = "sample-rate"
_MOST_PARAMETERS, _LONGEST_PARAMETERS = 3, 256
_MULTIPLE, _SMALLEST, _LARGEST = 320, 3_200, 100_000
# WebSocket's own codes: data of a kind, or with a meaning, that is not understood.
_NOT_TEXT, _NOT_JSON = 1003, 1007
_LONGEST_NAME = 1_000
_DIGIT_MILLIS = "200"

Number = int | str


class Connected(msgspec.Struct, tag="connected", tag_field="event"):
    """The first message."""


class MediaFormat(msgspec.Struct):
    encoding: Annotated[str, _CONTRADICTED.field()] = "raw/slin"
    sample_rate: Annotated[str, _known()] = "8000"
    bit_rate: Annotated[str, _CONTRADICTED.field("bits of a sample")] = "16"


class StartFacts(msgspec.Struct):
    stream_sid: Annotated[str, _known()]
    call_sid: Annotated[str, _known()]
    account_sid: Annotated[str, _known()]
    from_: Annotated[str, _known()] = msgspec.field(name="from")
    to: Annotated[str, _known("the ExoPhone, where somebody is alone with the bot (assumed)")]
    custom_parameters: Annotated[dict[str, str], _known("from the query of the URL")]
    media_format: Annotated[MediaFormat, _known()]


class Start(msgspec.Struct, tag="start", tag_field="event"):
    sequence_number: Annotated[Number, _CONTRADICTED.field()]
    stream_sid: Annotated[str, _known("also inside")]
    start: Annotated[StartFacts, _known()]


class MediaFacts(msgspec.Struct):
    chunk: Annotated[Number, _CONTRADICTED.field("from 1 on")]
    timestamp: Annotated[str, _known("milliseconds from the start to the first sample")]
    payload: Annotated[str, _known("16-bit little-endian linear PCM, mono, in base64")]


class Media(msgspec.Struct, tag="media", tag_field="event"):
    sequence_number: Annotated[Number, _CONTRADICTED.field()]
    stream_sid: Annotated[str, _known()]
    media: Annotated[MediaFacts, _known()]


class DtmfFacts(msgspec.Struct):
    duration: Annotated[str, _known("milliseconds")]
    digit: Annotated[str, _known()]


class Dtmf(msgspec.Struct, tag="dtmf", tag_field="event"):
    sequence_number: Annotated[Number, _CONTRADICTED.field()]
    stream_sid: Annotated[str, _known()]
    dtmf: Annotated[DtmfFacts, _known()]


class MarkFacts(msgspec.Struct):
    name: Annotated[str, _known()]


class Mark(msgspec.Struct, tag="mark", tag_field="event"):
    sequence_number: Annotated[Number, _CONTRADICTED.field()]
    stream_sid: Annotated[str, _known()]
    mark: Annotated[MarkFacts, _known("the bot's own")]


class StopFacts(msgspec.Struct):
    call_sid: Annotated[str, _known()]
    account_sid: Annotated[str, _known()]
    reason: Annotated[str, _known(enum=["callended", "stopped"])]


class Stop(msgspec.Struct, tag="stop", tag_field="event"):
    sequence_number: Annotated[Number, _CONTRADICTED.field()]
    stream_sid: Annotated[str, _known()]
    stop: Annotated[StopFacts, _known("the socket is closed behind it")]


Message = Connected | Start | Media | Dtmf | Mark | Stop
_encode = msgspec.json.Encoder().encode


class AgentStream:
    """Implements the engine's StreamDialect."""

    def asked(self, url: str, world: World) -> Asked:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        parameters = {name: value for name, value in pairs if name != _RATE}
        rate = dict(pairs).get(_RATE, str(RATES[0]))
        setup = Setup(
            rate=int(rate) if rate in map(str, RATES) else RATES[0],
            frame=_FRAMES[FRAME.chosen(world)],
            is_strict=world.settings.is_strict,
            echoes_cleared=CLEARED_MARKS.chosen(world) == "echoed",
            has_to_answer=FIRST_ANSWER.chosen(world) != "never",
        )
        return Asked(setup, parameters, tuple(_excesses(parameters, rate)))

    def write(self, message: Send, line: Line, audio: bytes) -> str:
        return _encode(_worded(message, line, audio)).decode()

    def read(self, message: str | bytes, line: Line) -> Received:
        if isinstance(message, bytes):
            raise Unreadable(f"binary: {len(message)} bytes came in a binary frame, messages are text", _NOT_TEXT)
        try:
            fields = msgspec.json.decode(message)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Unreadable(f"json: {error}", _NOT_JSON) from error
        if not isinstance(fields, dict):
            raise Unreadable("json: a message is an object", _NOT_JSON)
        return _understood(fields, line.record)


def _excesses(parameters: Mapping[str, str], rate: str) -> Iterator[str]:
    """What in a URL is more than the provider takes."""
    if rate not in map(str, RATES):
        known = ", ".join(map(str, RATES))
        yield f"sample-rate: {rate[:20]!r} is none of {known}"
    if len(parameters) > _MOST_PARAMETERS:
        yield f"parameters: {len(parameters)} custom parameters, at most {_MOST_PARAMETERS} are taken"
    length = sum(len(name) + len(value) for name, value in parameters.items())
    if length > _LONGEST_PARAMETERS:
        yield f"parameters-length: {length} characters of custom parameters, at most {_LONGEST_PARAMETERS} are taken"


def _worded(message: Send, line: Line, audio: bytes) -> Message:
    if isinstance(message, SendConnected):
        return Connected()
    sid, number = line.record.sid, _number(message.number, line.world)
    match message:
        case SendStart():
            return Start(number, sid, _start_facts(line))
        case SendMedia():
            chunk, timestamp = _number(message.chunk, line.world), str(message.start // 1_000)
            return Media(number, sid, MediaFacts(chunk, timestamp, base64.b64encode(audio).decode()))
        case SendDigit():
            return Dtmf(number, sid, DtmfFacts(_DIGIT_MILLIS, message.digit))
        case SendMark():
            return Mark(number, sid, MarkFacts(message.name))
    return Stop(number, sid, StopFacts(line.call.sid, line.world.sid, message.reason))


def _start_facts(line: Line) -> StartFacts:
    call, record = line.call, line.record
    called = call.called_party
    return StartFacts(
        stream_sid=record.sid,
        call_sid=call.sid,
        account_sid=line.world.sid,
        from_=call.order.from_party.contact.local,
        to=(called.contact if called else call.order.exophone).local,
        custom_parameters=record.parameters,
        media_format=MediaFormat(sample_rate=str(record.rate)),
    )


def _number(number: int, world: World) -> Number:
    return str(number) if NUMBERS.chosen(world) == "text" else number


def _understood(fields: dict[str, Any], record: StreamRecord) -> Received:
    event = fields.get("event")
    strange_sid = tuple(_strange_sid(fields, record))
    match event:
        case "media":
            return _audio(fields.get("media"), strange_sid)
        case "mark":
            mark = fields.get("mark")
            name = mark.get("name") if isinstance(mark, dict) else None
            if name is None:
                return Received(Kind.OTHER, oddities=(*strange_sid, "mark: it has no name"), is_void=True)
            return Received(Kind.MARK, name=str(name)[:_LONGEST_NAME], oddities=strange_sid, is_void=bool(strange_sid))
        case "clear":
            return Received(Kind.CLEAR, oddities=strange_sid, is_void=bool(strange_sid))
    oddity = f"event: {str(event)[:40]!r} is none that a bot sends"
    return Received(Kind.OTHER, oddities=(*strange_sid, oddity), is_void=True)


def _strange_sid(fields: dict[str, Any], record: StreamRecord) -> Iterator[str]:
    """Quirk: pages and clients write `stream_sid` or `streamSid`, and some send null (documented, and seen)."""
    sid = fields.get("stream_sid", fields.get("streamSid"))
    if sid is None:
        yield "stream-sid: a message has none"
    elif sid != record.sid:
        yield f"stream-sid: {str(sid)[:40]!r} is another stream's"


def _audio(media: object, strange_sid: tuple[str, ...]) -> Received:
    payload = media.get("payload") if isinstance(media, dict) else None
    try:
        audio = base64.b64decode(payload or "")
    except (ValueError, TypeError, binascii.Error):
        audio = b""
    if not isinstance(payload, str) or not audio:
        return Received(Kind.OTHER, oddities=(*strange_sid, "payload: no audio in base64"), is_void=True)
    sizes = []
    if len(audio) % _MULTIPLE:
        sizes.append(f"size-multiple: {len(audio)} bytes of audio are no multiple of {_MULTIPLE}")
    if len(audio) < _SMALLEST:
        sizes.append(f"size-small: {len(audio)} bytes of audio, below {_SMALLEST}")
    if len(audio) > _LARGEST:
        sizes.append(f"size-large: {len(audio)} bytes of audio, above {_LARGEST}")
    oddities = (*strange_sid, *sizes)
    return Received(Kind.MEDIA, audio, oddities=oddities, is_void=bool(oddities))
