"""An application's answer to an applet, before anybody looks at what it says."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.engine.delivery import Reply

_OK = 200
_REDIRECTS = range(300, 400)
_SHOWN = 60


class Unusable(Exception):
    """An answer that nothing can be made of. The message names what is wrong, where, and the mend."""


def content_type(reply: Reply) -> str:
    """As it was sent; empty without one."""
    return header(reply, "content-type").strip()


def refuse_status(reply: Reply) -> None:
    """Raises Unusable for any status but 200, and for a body that is packed."""
    if reply.status in _REDIRECTS:
        where = header(reply, "location")
        raise Unusable(f"status {reply.status}: redirects (to {where!r}) are not followed; answer 200 at this URL")
    if reply.status != _OK:
        said = f" with the body {opening(reply.body)}" if reply.body else ""
        mend = "answer 200" if reply.status < _REDIRECTS.start else "the application's log may say why"
        raise Unusable(f"status {reply.status}{said}: only 200 is an answer; {mend}")
    encoding = header(reply, "content-encoding")
    if encoding not in {"", "identity"}:
        raise Unusable(f"Content-Encoding {encoding}: nobody asked for it; send the body as it is")


def text_of(reply: Reply) -> str:
    """The body of an answer with status 200, as text. Raises Unusable."""
    refuse_status(reply)
    if reply.is_truncated:
        raise Unusable(f"the body is longer than {len(reply.body)} bytes, and nobody reads that far; send less")
    try:
        return reply.body.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unusable(f"the body is not UTF-8 at byte {error.start}; encode it as UTF-8") from error


def object_of(reply: Reply) -> tuple[dict[str, Any], list[str]]:
    """The JSON object of an answer, and what is wrong with it all the same. Raises Unusable."""
    text = text_of(reply)
    if not text.strip():
        raise Unusable("the body is empty; answer with a JSON object")
    if text.lstrip().startswith("<"):
        raise Unusable(f"the body is a page, {opening(reply.body)}, where JSON is wanted; look at it for an error")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unusable(f"the body is not JSON ({error}): {opening(reply.body)}; answer with a JSON object") from error
    if not isinstance(value, dict):
        raise Unusable(f"the body is {shown(value)}; it has to be a JSON object with the keys of the applet's version")
    kind = content_type(reply)
    if kind.partition(";")[0].strip().lower() == "application/json":
        return value, []
    complaint = f"Content-Type {kind or 'is missing'}: the body was read as JSON all the same; send application/json"
    return value, [complaint]


def shown(value: object) -> str:
    """A value as JSON, the beginning of it if it is long."""
    return _cut(msgspec.json.encode(value).decode())


def opening(body: bytes) -> str:
    """How a body begins, in quotes."""
    return repr(_cut(" ".join(body[: 4 * _SHOWN].decode(errors="replace").split())))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def header(reply: Reply, name: str) -> str:
    """Empty without one."""
    return next((value for known, value in reply.headers if known.lower() == name), "")
