"""The fixtures that come with the package, wherever it is installed."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from mockserver.domain.errors import UnknownFixture

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


def fixtures_root() -> Traversable:
    """The folder: inside the installed package, or beside it in a checkout."""
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
