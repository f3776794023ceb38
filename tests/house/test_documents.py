from __future__ import annotations

import re
import tomllib

from mockserver import __version__
from mockserver.cli.documents import state_drawing
from mockserver.domain.states import CALL_ROWS, CLOCK_ROWS, FLOW_ROWS, LEG_ROWS


def test_the_state_diagrams_are_drawn_from_the_tables(root):
    """What stands between the marks is what `mockserver states --write .github/ARCHITECTURE.md` writes."""
    text = (root / ".github/ARCHITECTURE.md").read_text()
    between = text.partition("<!-- states: begin -->\n")[2].partition("\n<!-- states: end -->")[0]

    assert state_drawing() == between


def test_every_transition_is_in_the_diagrams():
    """Each row that leads to another state has its arrow, and no state is reached by none."""
    arrows = set(re.findall(r"^    (\S+) --> (\w+)", state_drawing(), re.MULTILINE))
    rows = [(row.source, row.target) for row in (*CALL_ROWS, *FLOW_ROWS, *CLOCK_ROWS, *LEG_ROWS)]
    expected = {(_name(source), _name(target)) for source, target in rows if source is not target}

    assert set() == expected - arrows
    assert set() == {source for source, _ in arrows if source != "[*]"} - {target for _, target in arrows}


def test_the_layers_in_the_note_are_those_that_are_checked(root):
    """The order of imports in the architecture note is the contract of import-linter."""
    note = (root / ".github/ARCHITECTURE.md").read_text()
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]

    assert "\n".join(["```", *layers, "```"]) in note


def test_the_tree_in_the_note_is_the_tree(root):
    """The architecture note shows every package and every module at the top of the house."""
    note = (root / ".github/ARCHITECTURE.md").read_text()
    shown = re.findall(r"^    (\w+(?:/|\.py)) ", note, re.MULTILINE)
    there = [
        path for path in (root / "mockserver").iterdir() if not path.name.startswith("__") and path.name != "py.typed"
    ]

    assert sorted(f"{path.name}/" if path.is_dir() else path.name for path in there) == sorted(shown)


def test_the_changelog_tells_of_this_version(root):
    """The newest heading of the changelog is the version of the package."""
    newest = re.search(r"^## (\S+)", (root / "CHANGELOG.md").read_text(), re.MULTILINE)[1]

    assert __version__ == newest


def test_every_link_of_the_notes_leads_somewhere(root):
    """Files that the notes under .github link to are there."""
    links = [
        (note.name, link)
        for note in (root / ".github").glob("*.md")
        for link in re.findall(r"]\((?!https?:)([^)#]+)\)", note.read_text())
    ]

    assert links
    assert [] == [(note, link) for note, link in links if not (root / ".github" / link).is_file()]


def _name(state: str) -> str:
    return state.replace("-", "_")
