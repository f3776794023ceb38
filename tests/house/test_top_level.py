from __future__ import annotations

import re
from pathlib import Path

ALLOWED = {
    "pyproject.toml",
    "mockserver",
    "fixtures",
    "tests",
    "Dockerfile",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
}
# Written with brackets so that this file does not mention what it forbids.
FORBIDDEN = re.compile(
    r"/wor[k]/|\bshare[d]/|\bseed 0[0]|farm[-]bench"
    r"|pypi[.]org|pythonhosted[.]org|registry[.]npm[j]s|deb[.]debian[.]org|proxy[.]golang|crates[.]io"
)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIXM[E]|XX[X]|HAC[K])\b")


def test_the_top_level_is_bare(repository_files):
    """Beside the fixed names, the top level of the repository holds only dotfiles."""
    names = {path.parts[0] for path in repository_files}

    assert set() == {name for name in names if not name.startswith(".")} - ALLOWED


def test_nothing_of_the_workplace_is_mentioned(root, repository_files):
    """No file names a machine's paths, a registry's host or a document that users do not have."""
    found = [f"{place}: {line.strip()}" for place, line in _lines(root, repository_files) if FORBIDDEN.search(line)]

    assert [] == found


def test_nothing_is_left_for_later(root, repository_files):
    """What is not done is an issue and not a comment."""
    found = [f"{place}: {line.strip()}" for place, line in _lines(root, repository_files) if UNFINISHED.search(line)]

    assert [] == found


def _lines(root: Path, paths: list[Path]) -> list[tuple[str, str]]:
    return [
        (f"{path}:{number}", line)
        for path in paths
        for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1)
    ]
