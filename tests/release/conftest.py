"""Wheel and sdist, built once for all tests from a copy of what they are made of."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

# A day of its own, so that a time of another day is seen.
EPOCH = "1767225600"
SOURCES = ("mockserver", "fixtures", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore")


@dataclass(frozen=True)
class Release:
    wheel: Path
    sdist: Path

    def wheel_names(self) -> set[str]:
        return set(ZipFile(self.wheel).namelist())

    def sdist_names(self) -> set[str]:
        """Without the folder that all of them are in."""
        with tarfile.open(self.sdist) as archive:
            return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def build(root, tmp_path_factory) -> Callable[[], Release]:
    """Builds both from a fresh copy, whose files have times of their own, beside things that are no part of them."""

    def build() -> Release:
        folder = tmp_path_factory.mktemp("release")
        source = folder / "source"
        source.mkdir()
        for name in SOURCES:
            here, there = root / name, source / name
            if here.is_dir():
                shutil.copytree(here, there, copy_function=shutil.copyfile)
            elif here.exists():
                shutil.copyfile(here, there)
        for junk in ("tests/test_it.py", ".ci/run", "mockserver/__pycache__/x.cpython-311.pyc", "notes.txt", ".venv/x"):
            (source / junk).parent.mkdir(parents=True, exist_ok=True)
            (source / junk).write_text("junk")
        return Release(*(_built(kind, source, folder) for kind in (WheelBuilder, SdistBuilder)))

    return build


@pytest.fixture(scope="session")
def release(build) -> Release:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return build()


def _built(kind: type, source: Path, folder: Path) -> Path:
    [path] = kind(str(source)).build(directory=str(folder), versions=["standard"])
    return Path(path)
