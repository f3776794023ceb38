"""How we print times, and which elements our XML has: learnt from the fixtures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from mockserver.control.fixture_files import FixtureRow, fixture_rows

_FORMATS = {
    "YYYY-MM-DD HH:MM:SS": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "YYYY-MM-DD HH:MM:SS+hh:mm": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "YYYY-MM-DDTHH:MM:SS+hh:mm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "YYYY-MM-DDTHH:MM:SSZ": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "YYYY-MM-DDTHH:MM:SS": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "YYYY-MM-DDTHH:MM:SS.f+hh:mm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)",
    "YYYY-MM-DD HH:MM:SS.f": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)?",
    "Day, DD Mon YYYY HH:MM:SS": r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d.*",
    "YYYY-MM-DD": r"\d{4}-\d\d-\d\d",
    "unix seconds": r"\d{10}",
}


def is_time(text: str) -> str | None:
    """The name of the format in which a text is a time; None for one that is none."""
    return next((name for name, pattern in _FORMATS.items() if re.fullmatch(pattern, text)), None)


class Times:
    """What the fixtures below `root` show."""

    def __init__(self, root: Traversable) -> None:
        self._formats: dict[tuple[str, str], set[str]] = {}
        self._xml: dict[str, list[frozenset[str]]] = {}
        for row in fixture_rows(root):
            if row.kind == "responses":
                self._learn(row, root.joinpath(*row.path.split("/")).read_bytes())

    def formats(self, operation_id: str, place: str) -> frozenset[str]:
        """The formats of the times that stand at a place; none where something else stands there, too."""
        found = self._formats.get((operation_id, place), set())
        return frozenset() if "" in found else frozenset(found)

    def xml(self, operation_id: str) -> Sequence[frozenset[str]]:
        """The paths of the elements in each XML fixture."""
        return self._xml.get(operation_id, ())

    def _learn(self, row: FixtureRow, content: bytes) -> None:
        if row.path.endswith(".xml"):
            root = ET.fromstring(content)  # noqa: S314  our own
            self._xml.setdefault(row.operation, []).append(frozenset(elements(root)))
            return
        for place, text in _texts(msgspec.json.decode(content), "response"):
            self._formats.setdefault((row.operation, place), set()).add(is_time(text) or "")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, f"{place}[]")
    elif isinstance(value, str) and value:
        yield place, value


def elements(element: ET.Element, place: str = "") -> Iterator[str]:
    """The paths of all elements below one."""
    for one in element:
        inner = f"{place}.{one.tag}" if place else one.tag
        yield inner
        yield from elements(one, inner)
