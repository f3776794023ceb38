"""Choices that Hypothesis makes, and shrinks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from mockserver.domain.contact import parse_contact
from mockserver.drawing import people, scenes
from mockserver.drawing.choices import Impossible, SeededChoices
from mockserver.drawing.requests import plain_stage

if TYPE_CHECKING:
    from faker import Faker

_T = TypeVar("_T")
_NAME = re.compile(r"[A-Za-z' -]{3,20}")
_PLACING = ("exotel-v3.create-call", "exotel-v2.create-call", "exotel-v1.connect")
_MOST_SEEDS = 999
_LONGEST_TEXT = 128
_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=_LONGEST_TEXT)


class DrawnChoices:
    """Asks `draw`, as a composite strategy has it, for every decision."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def one_of(self, options: Sequence[_T]) -> _T:
        chosen: _T = self._draw(st.sampled_from(options))
        return chosen

    def whole(self, lowest: int, highest: int) -> int:
        return int(self._draw(st.integers(lowest, highest)))

    def chance(self) -> bool:
        return bool(self._draw(st.booleans()))

    def text(self) -> str:
        return str(self._draw(_TEXTS))

    def names(self, count: int) -> Sequence[tuple[str, str]]:
        """Faker's, from a seed that is drawn."""
        faker = _faker()
        faker.seed_instance(self.whole(0, _MOST_SEEDS))
        return [(_fitting(faker.first_name), _fitting(faker.last_name)) for _ in range(count)]


@cache
def make_ready() -> None:
    """Import whatever a draw may need: the first ones must not look like slow ones."""
    _faker()
    choices = SeededChoices("ready")
    stage = plain_stage(choices)
    stage.remember(1, 1, 0)
    for operation_id in _PLACING * 2:
        with suppress(Impossible):
            scenes.told_call(choices, stage, operation_id)
    for number in people.EVERYWHERE:
        parse_contact(number)


def _fitting(name: Callable[[], str]) -> str:
    """The next name that every API takes."""
    while not _NAME.fullmatch(found := name()):
        pass
    return found


@cache
def _faker() -> Faker:
    # Imported here: only names need it.
    from faker import Faker  # noqa: PLC0415

    return Faker("en_IN")
