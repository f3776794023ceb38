"""Talks with bots: which there are, one with all that happened, and its audio."""

from __future__ import annotations

import io
import wave

import msgspec
from anyio import to_thread
from starlette.responses import Response

from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.control.stream_views import StreamDetail, StreamList, detail, summary
from mockserver.domain import errors
from mockserver.domain.errors import BadInput
from mockserver.engine.world import World
from mockserver.operations.operation import Operation, Parameter
from mockserver.streams.record import StreamRecord

_WAV = "audio/wav"
_CHANNELS = ("mono", "dual", "caller", "bot")


async def list_streams(visit: Visit) -> StreamList:
    world = visit.world
    open_only = visit.query("open") == "true"
    return _listed(world, [one for one in world.streams.all if one.is_open or not open_only])


async def list_call_streams(visit: Visit) -> StreamList:
    world, sid = visit.world, visit.path("call_sid")
    world.store.call(sid)
    return _listed(world, list(world.streams.of_call(sid)))


async def get_stream(visit: Visit) -> StreamDetail:
    return detail(visit.world.streams.get(visit.path("stream_sid")))


async def get_audio(visit: Visit) -> Response:
    record, channels = visit.world.streams.get(visit.path("stream_sid")), visit.query("channels") or _CHANNELS[0]
    if channels not in _CHANNELS:
        raise BadInput(f"channels {channels!r} is none of {', '.join(_CHANNELS)}", where="channels")
    return Response(await to_thread.run_sync(_wav, record, channels), media_type=_WAV)


def _listed(world: World, records: list[StreamRecord]) -> StreamList:
    return StreamList([summary(one) for one in records], world.streams.active, world.settings.stream_limit)


def _wav(record: StreamRecord, channels: str) -> bytes:
    # Of use to few, and slow to import.
    from mockserver.streams.sound import mixed, side_by_side  # noqa: PLC0415

    caller, bot = record.tape.sides()
    audio = {
        "mono": lambda: mixed(caller, bot),
        "dual": lambda: side_by_side(caller, bot),
        "caller": lambda: caller,
        "bot": lambda: bot,
    }[channels]()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2 if channels == "dual" else 1)
        writer.setsampwidth(2)
        writer.setframerate(record.rate)
        writer.writeframes(audio)
    return file.getvalue()


_STREAMS = "/worlds/{account_sid}/streams"
_STREAM = f"{_STREAMS}/{{stream_sid}}"
_ON_STREAM = error_rows(errors.UnknownWorld, errors.UnknownStream)

OPERATIONS = (
    Operation(
        "control.list-streams",
        "GET",
        _STREAMS,
        "List the talks with bots, with what was measured",
        OUR_OWN,
        list_streams,
        StreamList,
        errors=error_rows(errors.UnknownWorld),
        parameters=(Parameter("open", "boolean", "only those that are open"),),
    ),
    Operation(
        "control.list-call-streams",
        "GET",
        "/worlds/{account_sid}/calls/{call_sid}/streams",
        "List the streams of a call",
        OUR_OWN,
        list_call_streams,
        StreamList,
        errors=error_rows(errors.UnknownWorld, errors.UnknownCall),
    ),
    Operation(
        "control.get-stream",
        "GET",
        _STREAM,
        "Read a stream with its timeline and measures",
        OUR_OWN,
        get_stream,
        StreamDetail,
        errors=_ON_STREAM,
    ),
    Operation(
        "control.get-stream-audio",
        "GET",
        f"{_STREAM}/audio",
        "Listen to a stream: WAV of both parties",
        OUR_OWN,
        get_audio,
        # Bytes, of which a JSON schema has nothing to say.
        msgspec.Raw,
        errors=_ON_STREAM,
        parameters=(Parameter("channels", "string", "mono (default: both in one), dual (caller left), caller, bot"),),
        media_type=_WAV,
    ),
)
