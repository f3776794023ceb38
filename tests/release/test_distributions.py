"""What is released: the same bytes each time, all that users need, and nothing else."""

from __future__ import annotations

import re
import tarfile
from email import message_from_bytes
from zipfile import ZipFile

from hatchling.builders.wheel import WheelBuilder

from mockserver import __version__

EPOCH = "1767225600"


def test_two_builds_are_the_same_bytes(build, release, monkeypatch):
    """Whenever and wherever they are built from the same files."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    again = build()

    assert release.wheel.read_bytes() == again.wheel.read_bytes()
    assert release.sdist.read_bytes() == again.sdist.read_bytes()


def test_the_time_of_the_build_is_the_one_that_is_said(release):
    """SOURCE_DATE_EPOCH, and nobody's clock."""
    assert {(2026, 1, 1)} == {one.date_time[:3] for one in ZipFile(release.wheel).infolist()}


def test_the_wheel_has_all_that_is_served(release, root):
    """Modules, the marker for type checkers, and every fixture with its manifest and its scenarios."""
    names = release.wheel_names()
    modules = {path.relative_to(root).as_posix() for path in (root / "mockserver").rglob("*.py")}
    fixtures = {
        f"mockserver/{path.relative_to(root).as_posix()}" for path in (root / "fixtures").rglob("*") if path.is_file()
    }

    assert set() == (modules | fixtures | {"mockserver/py.typed"}) - names
    assert "mockserver/fixtures/manifest.json" in fixtures
    assert any(name.endswith(".toml") for name in fixtures)


def test_the_wheel_has_nothing_else(release):
    """One package and its metadata: no tests, no byte code, nothing of the workshop."""
    tops = {name.partition("/")[0] for name in release.wheel_names()}

    assert {"mockserver", f"mockserver-{__version__}.dist-info"} == tops
    assert [] == [name for name in release.wheel_names() if name.endswith((".pyc", ".pyo", "~")) or "/test_" in name]


def test_the_sdist_has_what_a_wheel_is_built_of_and_nothing_else(release):
    """Package, fixtures, and the documents that the metadata name."""
    tops = {name.partition("/")[0] for name in release.sdist_names()} - {""}

    assert {"mockserver", "fixtures", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO"} == tops - {
        ".gitignore"
    }
    assert [] == [name for name in release.sdist_names() if name.endswith(".pyc")]


def test_a_wheel_of_the_sdist_is_the_wheel(release, tmp_path):
    """Who builds from the sdist has the same files."""
    with tarfile.open(release.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()
    [wheel] = WheelBuilder(str(source)).build(directory=str(tmp_path / "dist"), versions=["standard"])

    assert release.wheel_names() == set(ZipFile(wheel).namelist())


def test_version_and_changelog_go_together(release, root):
    """The wheel's name and metadata, the program, and the newest heading of the changelog say the same."""
    metadata = message_from_bytes(
        ZipFile(release.wheel).read(f"mockserver-{__version__}.dist-info/METADATA"),
    )
    newest = re.search(r"^## (\S+)", (root / "CHANGELOG.md").read_text(), re.MULTILINE)[1]

    assert [__version__] * 3 == [metadata["Version"], newest, release.wheel.name.split("-")[1]]
    assert f"mockserver-{__version__}.tar.gz" == release.sdist.name
