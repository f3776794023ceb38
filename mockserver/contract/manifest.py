"""The manifest: what is in the fixtures, how each came about, and which shapes occur where."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.drawing.wire import Request

FORMAT = 1
NAME = "manifest.json"


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One file.

    `kind` is requests, responses, errors, callbacks, examples or scenarios. A generated file was drawn by `strategy`
    under `seed`; sent to a server without a world `sample`, the manifest's prelude (with `world_seed` as the seed of
    the world), `setup` and `request` lead to the same bytes. `covers` are the points that occur here first.
    """

    path: str
    kind: str
    sha256: str
    bytes: int
    operation: str = ""
    media_type: str = ""
    status: int = 0
    strategy: str = ""
    seed: str = ""
    world_seed: int = 0
    setup: list[Request] = []
    request: Request | None = None
    error: dict[str, Any] = {}
    sent: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    covers: list[str] = []


class Coverage(msgspec.Struct, kw_only=True):
    """How many points of a schema occur, and why the others cannot."""

    operation: str
    kind: str
    points: int
    covered: int
    impossible: dict[str, str]


class Manifest(msgspec.Struct, kw_only=True):
    format: int
    mockserver: str
    prelude: list[Request]
    files: list[Entry]
    coverage: list[Coverage]


def encoded(manifest: Manifest) -> bytes:
    """In JSON, one line for each file, so that a difference can be read."""
    encode = msgspec.json.Encoder().encode
    lists: dict[str, list[Any]] = {"prelude": manifest.prelude, "files": manifest.files, "coverage": manifest.coverage}
    plain = {"format": manifest.format, "mockserver": manifest.mockserver}
    head = b",\n".join(b'"%s": %s' % (name.encode(), encode(value)) for name, value in plain.items())
    rows = (
        b'"%s": [\n%s\n]' % (name.encode(), b",\n".join(encode(one) for one in value)) for name, value in lists.items()
    )
    return b"{\n%s,\n%s\n}\n" % (head, b",\n".join(rows))


def decoded(content: bytes) -> Manifest:
    """Raises msgspec.MsgspecError for what is no manifest."""
    return msgspec.json.decode(content, type=Manifest)
