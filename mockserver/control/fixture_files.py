"""The fixtures that come with the package, wherever it is installed."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from mockserver.domain.errors import BadInput, UnknownFixture

_PACKAGE, _FOLDER, _MANIFEST = "mockserver", "fixtures", "manifest.json"


class FixtureRow(msgspec.Struct):
    """One file, as far as a list needs it. Paths are below the folder of fixtures."""

    path: str
    kind: str
    sha256: str
    bytes: int
    operation: str = ""
    status: int = 0
    media_type: str = ""


class _Listed(msgspec.Struct):
    files: list[FixtureRow]


def fixtures_root(folder: str | None = None) -> Traversable:
    """A folder of the user's, else ours: inside the installed package, or beside it in a checkout.

    Raises BadInput if a folder of the user's has no manifest.
    """
    if folder is not None:
        if not Path(folder, _MANIFEST).is_file():
            message = f"{folder}: there is no {_MANIFEST} in this folder"
            hint = f"Write one: mockserver fixtures generate --into {folder}."
            raise BadInput(message, where="fixtures", hint=hint)
        return Path(folder)
    shipped = files(_PACKAGE).joinpath(_FOLDER)
    if shipped.is_dir():
        return shipped
    with_repository: Traversable = files(_PACKAGE).joinpath("..", _FOLDER)
    return with_repository


def fixture_rows(root: Traversable) -> list[FixtureRow]:
    """What the manifest lists. Raises UnknownFixture if there is none."""
    return msgspec.json.decode(fixture(root, _MANIFEST), type=_Listed).files


def fixture(root: Traversable, path: str) -> bytes:
    """The bytes of a file that the manifest lists, or of the manifest. Raises UnknownFixture."""
    manifest = root.joinpath(_MANIFEST)
    if not manifest.is_file():
        message = "there are no fixtures in this installation"
        raise UnknownFixture(message, hint="Write some: mockserver fixtures generate --into DIRECTORY.")
    if path == _MANIFEST:
        return manifest.read_bytes()
    if path not in {row.path for row in fixture_rows(root)}:
        message = f"no fixture {path!r}"
        raise UnknownFixture(message)
    return root.joinpath(*path.split("/")).read_bytes()
