"""The repository as these tests see it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def repository_files(root: Path) -> list[Path]:
    """What git knows or would add, relative to the root."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("no git here: what belongs to the repository cannot be told from what lies about in the folder")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603  fixed words
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (root / path).is_file()]


@pytest.fixture(scope="session")
def modules(root: Path) -> list[Path]:
    """The package's modules, relative to the root."""
    return sorted(path.relative_to(root) for path in (root / "mockserver").rglob("*.py"))


@pytest.fixture(scope="session")
def readme(root: Path) -> str:
    return (root / "README.md").read_text()
