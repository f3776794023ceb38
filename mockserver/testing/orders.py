"""The orders in which the callbacks of one story may come: as they should, and with one or two disorders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from mockserver.control.fault_bodies import FaultMatchBody, Kind
from mockserver.testing.client.fields import FaultFields

KINDS: tuple[Kind, ...] = (
    "swap",
    "duplicate",
    "delay",
    "drop",
    "overtake",
    "lost-answer",
    "extra-event",
    "missing-field",
)
# They happen to the answer that creates the call, and one answer has one fate.
_OF_THE_ANSWER = frozenset({"overtake", "lost-answer"})
_WORDS = {
    "swap": "callback {0} comes behind the next",
    "duplicate": "callback {0} comes twice",
    "delay": "callback {0} comes late, {1:g} s after its time",
    "drop": "callback {0} never comes",
    "overtake": "the first callback comes before the answer that creates the call",
    "lost-answer": "the answer that creates the call is lost",
    "extra-event": "an unknown event comes after callback {0}",
    "missing-field": "callback {0} lacks {2}",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A callback of the story as it should come: its event, the names of its fields, and how long until the last."""

    event: str
    fields: tuple[str, ...] = ()
    seconds_to_last: float = 300.0


@dataclass(frozen=True, slots=True)
class Disorder:
    """One thing that goes wrong. `position` counts callbacks from 1; it is 0 where the answer is meant."""

    kind: Kind
    position: int = 0
    seconds: float = 0.0
    field: str | None = None

    @property
    def name(self) -> str:
        place = f"-{self.position}" if self.position else ""
        return f"{self.kind}{place}{f'-{self.field}' if self.field else ''}"

    def __str__(self) -> str:
        return _WORDS[self.kind].format(self.position, self.seconds, self.field or "a field")


@dataclass(frozen=True, slots=True)
class Order:
    """What goes wrong with one story; nothing, if it is empty. `expected` are the callbacks as they should come."""

    disorders: tuple[Disorder, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def name(self) -> str:
        """Short, for the ids of tests."""
        return "+".join(one.name for one in self.disorders) or "in-order"

    def __str__(self) -> str:
        return ", and ".join(str(one) for one in self.disorders) or "all comes as it should"

    def includes(self, other: Order) -> bool:
        """Whether everything that goes wrong in the other goes wrong here, too."""
        return set(other.disorders) <= set(self.disorders)

    @property
    def overtakes(self) -> bool:
        return any(one.kind == "overtake" for one in self.disorders)

    def faults(self) -> list[tuple[Kind, FaultFields]]:
        """The fault rules that bring it about, in their order: a callback that one rule hits is seen by none behind."""
        rules: list[tuple[Kind, FaultFields]] = []
        hit = {1} if self.overtakes else set[int]()
        for one in sorted(self.disorders, key=lambda disorder: disorder.position):
            rules.append((one.kind, self._fields(one, hit)))
            if one.position:
                hit.add(one.position)
        return rules

    def _fields(self, one: Disorder, hit: set[int]) -> FaultFields:
        fields = FaultFields()
        if one.position:
            before = (place for place in range(1, one.position) if place not in hit)
            fields["skip"] = sum(1 for place in before if self._can_suffer(one, place))
        if one.kind == "lost-answer":
            fields["match"] = FaultMatchBody(method="POST")
        if one.kind == "delay":
            fields["seconds"] = one.seconds
        if one.field is not None:
            fields["field"] = one.field
        return fields

    def _can_suffer(self, one: Disorder, position: int) -> bool:
        return one.field is None or position > len(self.expected) or one.field in self.expected[position - 1].fields


IN_ORDER = Order()


def orders(expected: Sequence[Expected], kinds: Iterable[Kind] = KINDS, *, most: int | None = None) -> Iterator[Order]:
    """The orders of a story with these callbacks, the smallest first: none, one disorder, two; at most so many."""
    whole, wanted = tuple(expected), tuple(kinds)
    singles = [one for kind in wanted for one in _disorders(kind, whole)]
    # What one field more or less does does not depend on the order.
    mixed = [one for one in singles if one.kind != "missing-field"]
    pairs = (pair for pair in combinations(mixed, 2) if _go_together(*pair))
    everything = ((), *((one,) for one in singles), *pairs)
    return (Order(disorders, whole) for disorders in islice(everything, most))


def _disorders(kind: Kind, expected: tuple[Expected, ...]) -> Iterator[Disorder]:
    if kind in _OF_THE_ANSWER:
        yield Disorder(kind)
        return
    told = set[tuple[str, str]]()
    for position, callback in enumerate(expected, 1):
        is_last = position == len(expected)
        if kind == "missing-field":
            # One callback of an event stands for all of them.
            for name in callback.fields or (None,):
                if name is None or (callback.event, name) not in told:
                    told.add((callback.event, name or ""))
                    yield Disorder(kind, position, field=name)
        elif kind == "delay" and not is_last:
            yield Disorder(kind, position, seconds=callback.seconds_to_last + 1)
        elif kind != "delay" and not (kind == "swap" and is_last):
            yield Disorder(kind, position)


def _go_together(one: Disorder, other: Disorder) -> bool:
    if one.kind in _OF_THE_ANSWER and other.kind in _OF_THE_ANSWER:
        return False
    if {one.kind, other.kind} & {"overtake"}:
        # The callback that overtakes has its fate already.
        return 1 not in {one.position, other.position}
    return one.position != other.position
