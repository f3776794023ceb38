"""Where decisions come from: everything that is drawn here asks Choices, and Hypothesis is only one kind of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

_T = TypeVar("_T")

# Drawn by Faker (en_IN) once and kept: what is generated under a seed must not depend on the version of its lists.
NAMES = (
    ("Asha", "Rao"),
    ("Vivaan", "Iyer"),
    ("Meera", "Nair"),
    ("Kabir", "Shetty"),
    ("Zoya", "D'Souza"),
    ("Ishaan", "Bose"),
    ("Anika", "Menon"),
    ("Rohan", "Kulkarni"),
)
TEXTS = ("order 4711", "bbye", "ticket-7", "नमस्ते", 'a "b" <c> & d', "x" * 128)
ONE_IN = 4


class Impossible(Exception):
    """These decisions lead nowhere; others may."""


class Choices(Protocol):
    """Somebody who decides. What comes first, or is least, is the simplest."""

    def one_of(self, options: Sequence[_T]) -> _T: ...

    def whole(self, lowest: int, highest: int) -> int:
        """Both ends included."""

    def chance(self) -> bool:
        """Whether something that need not be is there."""

    def text(self) -> str:
        """A few characters of any kind that JSON, a form and XML can carry; never empty."""

    def names(self, count: int) -> Sequence[tuple[str, str]]:
        """First and last names of so many people, 3 to 20 letters each."""


class SeededChoices:
    """The same decisions for the same seed, whatever the machine and the versions of libraries."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)  # noqa: S311  repeatable is what it has to be

    def one_of(self, options: Sequence[_T]) -> _T:
        return options[self.whole(0, len(options) - 1)]

    def whole(self, lowest: int, highest: int) -> int:
        # Not randrange: how it uses its bits is no promise of the library.
        return lowest + int(self._rng.random() * (highest - lowest + 1))

    def chance(self) -> bool:
        return self.whole(1, ONE_IN) == 1

    def text(self) -> str:
        return self.one_of(TEXTS)

    def names(self, count: int) -> Sequence[tuple[str, str]]:
        return [NAMES[place % len(NAMES)] for place in range(count)]
