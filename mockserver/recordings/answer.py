"""A recording over HTTP: whole, in part, or only its head."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import format_datetime

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mockserver.domain.call import Call
from mockserver.operations.trace import trace_of
from mockserver.recordings.mp3 import Mp3
from mockserver.recordings.ranges import Unsatisfiable, part_asked_for
from mockserver.recordings.talks import recording_with
from mockserver.streams.known import Streams

MEDIA_TYPE = "audio/mpeg"
_PIECE = 64 * 1024


async def recording_answer(request: Request, call: Call, streams: Streams) -> Response:
    """What a GET or HEAD for the recording of a call that has been processed is answered."""
    recording = await to_thread.run_sync(recording_with, call, streams)
    tag = f'"{recording.digest}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Last-Modified": format_datetime((call.processed_at or call.updated_at).astimezone(UTC), usegmt=True),
    }
    if _names(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    try:
        part = part_asked_for(_range_header(request, headers), recording.size)
    except Unsatisfiable:
        trace_of(request.scope).refusal = f"the range lies outside of {recording.size} bytes"
        return Response(None, 416, {**headers, "Content-Range": f"bytes */{recording.size}"})
    status = 200
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{recording.size}"
    return _answer(request, recording, part or range(recording.size), status, headers)


def _answer(request: Request, recording: Mp3, part: range, status: int, headers: dict[str, str]) -> Response:
    headers["Content-Length"] = str(len(part))
    if request.method == "HEAD":
        return Response(None, status, headers, MEDIA_TYPE)
    return StreamingResponse(_pieces(recording, part), status, headers, MEDIA_TYPE)


async def _pieces(recording: Mp3, part: range) -> AsyncIterator[bytes]:
    for start in range(part.start, part.stop, _PIECE):
        yield recording.read(start, min(start + _PIECE, part.stop))


def _range_header(request: Request, headers: dict[str, str]) -> str | None:
    """None where a range does not count: for a HEAD, and for who has a part of another file."""
    known = request.headers.get("if-range")
    is_same = known is None or known in {headers["ETag"], headers["Last-Modified"]}
    return request.headers.get("range") if is_same and request.method == "GET" else None


def _names(header: str | None, tag: str) -> bool:
    known = {one.strip().removeprefix("W/") for one in (header or "").split(",")}
    return bool(known & {tag, "*"})
