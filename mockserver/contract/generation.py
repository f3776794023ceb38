"""All fixtures at once: in memory, onto a disk, and compared with what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from mockserver import __version__
from mockserver.contract.collecting import PRELUDE, collected, coverage
from mockserver.contract.manifest import FORMAT, NAME, Entry, Manifest, decoded, encoded
from mockserver.drawing.choices import SeededChoices
from mockserver.drawing.documents import operation_ids
from mockserver.drawing.requests import plain_stage

# What people have written; it is described by the manifest, and not generated.
_WRITTEN = {"examples": "*/*", "scenarios": "*"}


def generated(root: Traversable, known: Manifest | None = None) -> dict[str, bytes]:
    """Every generated file by path, with the manifest, which describes the written ones below `root`, too.

    With the manifest of an earlier generation nothing is searched for: its seeds are drawn again.
    """
    seeds = None if known is None else [entry.seed for entry in known.files]
    parts = [collected(operation_id, seeds) for operation_id in operation_ids()]
    files = {path: content for part in parts for path, content in part.files.items()}
    entries = [_sealed(entry, files[entry.path]) for part in parts for entry in part.entries]
    manifest = Manifest(
        format=FORMAT,
        mockserver=__version__,
        prelude=plain_stage(SeededChoices("prelude")).setup[:PRELUDE],
        files=[*entries, *_written(root)],
        coverage=[row for part in parts for row in coverage(part)],
    )
    return {**files, NAME: encoded(manifest)}


def write(root: Path) -> dict[str, bytes]:
    """Generate into a folder; what was generated before and is no more goes.

    The seeds of the fixtures that are there are tried first: only where they leave a shape out is searched for others.
    """
    files = generated(root, _known(root)) if (root / NAME).is_file() else generated(root)
    if list(_unexplained(decoded(files[NAME]))):
        files = generated(root)
    kinds = {path.partition("/")[0] for path in files if "/" in path}
    for stale in (path for kind in kinds for path in (root / kind).rglob("*") if path.is_file()):
        if stale.relative_to(root).as_posix() not in files:
            stale.unlink()
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return files


def differences(root: Traversable) -> Iterator[str]:
    """In which files, and where in them, a folder is not what would be generated."""
    found = {path: one.read_bytes() for path, one in _below(root, "")}
    try:
        known = decoded(found.get(NAME, b""))
    except msgspec.MsgspecError as error:
        yield f"{NAME}: cannot be read: {error}"
        return
    yield from differing(generated(root, known), found)
    yield from _unexplained(known)


def differing(wanted: Mapping[str, bytes], found: Mapping[str, bytes]) -> Iterator[str]:
    """One line for each file that is missing, too many, or other than it should be."""
    for path, content in wanted.items():
        if path not in found:
            yield f"{path}: is missing"
        elif content != found[path]:
            yield f"{path}: {_first_difference(content, found[path])}"
    kept = (*(f"{name}/" for name in _WRITTEN), "README")
    yield from (f"{path}: is not generated" for path in found if path not in wanted and not path.startswith(kept))


def _known(root: Path) -> Manifest:
    return decoded((root / NAME).read_bytes())


def _unexplained(manifest: Manifest) -> Iterator[str]:
    return (
        f"{NAME}: {row.operation} {row.kind}: {point} occurs nowhere, and nothing says why"
        for row in manifest.coverage
        for point, why in row.impossible.items()
        if not why
    )


def _sealed(entry: Entry, content: bytes) -> Entry:
    entry.sha256, entry.bytes = hashlib.sha256(content).hexdigest(), len(content)
    return entry


def _written(root: Traversable) -> Iterator[Entry]:
    for kind in _WRITTEN:
        for path, one in sorted(_below(root, kind), key=lambda pair: pair[0]):
            basis = {"basis": "documented", "source": "the vendor's own example"} if kind == "examples" else {}
            yield _sealed(Entry(path=path, kind=kind, sha256="", bytes=0, provenance=basis), one.read_bytes())


def _below(root: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """All files below a folder, with their paths from the root."""
    folder = root.joinpath(*path.split("/")) if path else root
    if not folder.is_dir():
        return
    for one in folder.iterdir():
        inner = f"{path}/{one.name}" if path else one.name
        if one.is_dir():
            yield from _below(root, inner)
        else:
            yield inner, one


def _first_difference(wanted: bytes, found: bytes) -> str:
    try:
        place, ours, theirs = next(_unlike(msgspec.json.decode(wanted), msgspec.json.decode(found), "$"))
    except (msgspec.DecodeError, StopIteration):
        lines = zip([*wanted.splitlines(), b""], [*found.splitlines(), b""], strict=False)
        number, (line, other) = next(
            ((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1]), (0, (wanted, found))
        )
        return f"line {number} is {other.decode(errors='replace')[:80]!r}, not {line.decode()[:80]!r}"
    return f"{place} is {_short(theirs)}, not {_short(ours)}"


def _unlike(wanted: Any, found: Any, place: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401  any JSON values
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in dict.fromkeys([*wanted, *found]):
            yield from _unlike(wanted.get(name, _NOTHING), found.get(name, _NOTHING), f"{place}.{name}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _unlike(one, other, f"{place}[{number}]")
    elif wanted != found or type(wanted) is not type(found):
        yield place, wanted, found


_NOTHING = object()


def _short(value: Any) -> str:  # noqa: ANN401  any JSON value
    return "absent" if value is _NOTHING else msgspec.json.encode(value).decode()[:80]
