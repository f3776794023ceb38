"""Puts histories into a world, part by part: each call once and in order, whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import anyio.lowlevel

from mockserver.domain.call import Outcome
from mockserver.domain.errors import AlreadyExists, BadInput
from mockserver.engine.history import Historian, Plan, longest_life
from mockserver.engine.world import World

# So many calls at once: some ten milliseconds, for which everybody else waits.
_SLICE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """Of a history of `calls` calls in the last `days` days: `count` of them from number `first` on (None: the rest).

    The parts of a history, told in order, come to the same as all of it in one.
    """

    calls: int
    days: int
    seed: int
    first: int = 0
    count: int | None = None

    @property
    def end(self) -> int:
        return self.calls if self.count is None else self.first + self.count


@dataclass(frozen=True, slots=True)
class Chapter:
    """What has been told of a part: the calls up to number `end`, by outcome."""

    plan: Plan
    end: int
    outcomes: Counter[Outcome | None]


@dataclass(slots=True)
class _Telling:
    """A history that has been begun. `next` is the number of the first call that is still to come."""

    historian: Historian
    next: int = 0


class Histories:
    """The histories of one world, by seed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tellings: dict[int, _Telling] = {}

    def clear(self) -> None:
        """The calls have been forgotten: all may be told again."""
        self._tellings.clear()

    def progress(self) -> Mapping[int, tuple[Historian, int]]:
        """How far each history has been told."""
        return {seed: (telling.historian, telling.next) for seed, telling in self._tellings.items()}

    def resume(self, progress: Mapping[int, tuple[Historian, int]]) -> None:
        """Go on from there."""
        self._tellings = {seed: _Telling(historian, number) for seed, (historian, number) in progress.items()}

    async def tell(self, part: Part) -> Chapter:
        """Put a part of a history into the world, giving way to others now and then.

        Raises BadInput for more than the world keeps and for a part that is not the next one, AlreadyExists for calls
        that have been told before.
        """
        chapter = self._opened(part)
        while chapter.end < part.end:
            chapter = self._told_on(chapter, part)
            await anyio.lowlevel.checkpoint()
        return chapter

    def tell_at_once(self, part: Part) -> Chapter:
        """The same, where nobody else waits."""
        chapter = self._opened(part)
        while chapter.end < part.end:
            chapter = self._told_on(chapter, part)
        return chapter

    def _opened(self, part: Part) -> Chapter:
        bounds = self._world.store.bounds
        for name, value, lowest, highest in (
            ("calls", part.calls, 1, bounds.max_calls),
            ("days", part.days, 1, bounds.max_age.days),
            ("first", part.first, 0, part.calls - 1),
            ("count", part.end - part.first, 1, part.calls - part.first),
        ):
            if not lowest <= value <= highest:
                message = f"{name} must be between {lowest} and {highest}, not {value}"
                raise BadInput(message, where=name, hint=_HINTS[name])
        return Chapter(self._telling(part, part.first).historian.plan, part.first, Counter())

    def _told_on(self, chapter: Chapter, part: Part) -> Chapter:
        # Asked for anew: since the last slice another request may have gone on, or the world been reset.
        telling = self._telling(part, chapter.end)
        end = min(chapter.end + _SLICE, part.end)
        world = self._world
        calls = [
            telling.historian.call(number, serial=world.next_number("serial")) for number in range(chapter.end, end)
        ]
        world.store.import_settled(calls)
        telling.next = end
        if end == part.calls:
            telling.historian.rest()
        return replace(chapter, end=end, outcomes=chapter.outcomes + Counter(call.outcome for call in calls))

    def _telling(self, part: Part, number: int) -> _Telling:
        """The history that goes on with call `number`; it begins with call 0."""
        telling = self._tellings.get(part.seed)
        if telling is None and number == 0:
            telling = self._tellings[part.seed] = _Telling(Historian(self._world, self._plan(part)))
        following = telling.next if telling else 0
        if number > following:
            message = f"the history of seed {part.seed} goes on with call {following}, not {number}"
            raise BadInput(message, where="first", hint="Parts are told in order, from first 0 on.")
        if telling is None or number < following or telling.historian.plan.size != (part.calls, part.days):
            message = f"the world has {following} calls of a history with seed {part.seed} already"
            raise AlreadyExists(message, hint="Choose another seed, or forget the calls: POST .../reset?scope=calls.")
        return telling

    def _plan(self, part: Part) -> Plan:
        now = self._world.clock.now()
        since, until = now - timedelta(days=part.days), now - longest_life(self._world)
        return Plan(part.calls, part.days, part.seed, since, until)


_HINTS = {
    "calls": "The option --max-calls says how many calls a world keeps.",
    "days": "The world forgets calls that are older.",
    "first": "The calls of a history are numbered from 0.",
    "count": "Leave it out for the rest of the history.",
}
