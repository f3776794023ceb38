"""A world as it was: everything in it, copied, to go back to as often as one likes.

What is frozen is shared, what changes is copied: containers, and objects of ours, field by field. The journal and the
events stay: they tell what happened, and that does not go away.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import anyio

from mockserver.domain.errors import Exhausted, NotSettled, UnknownSnapshot
from mockserver.engine.clock import Clock
from mockserver.engine.dispatcher import Dispatcher
from mockserver.engine.histories import Histories
from mockserver.engine.history import Historian
from mockserver.engine.runner import Runner
from mockserver.engine.world import World

_MOST = 100
# What a world is born with and keeps, and the records of what happened, which go on. Its clock and its histories have a
# way of their own.
_BORN_WITH = frozenset({"spec", "account", "seed", "public_url", "_populate"})
_RECORDS = frozenset({"journal", "events", "lasts", "uses", "exercised", "streams"})
_KEPT = _BORN_WITH | _RECORDS | {"clock"}
_SETTLES_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`parts` are the fields of the world, `progress` how far its histories are; with so many `calls`."""

    name: str
    at: datetime
    calls: int
    parts: Mapping[str, Any]
    clock: Clock
    progress: Mapping[int, tuple[Historian, int]]


class Snapshots:
    """The snapshots of one world, by name."""

    def __init__(self, world: World, dispatcher: Dispatcher, runner: Runner, histories: Histories) -> None:
        self._world = world
        self._dispatcher = dispatcher
        self._runner = runner
        self._histories = histories
        self._known: dict[str, Snapshot] = {}
        # Called when the world is about to be another one.
        self.on_restore: Callable[[], None] = lambda: None

    @property
    def all(self) -> tuple[Snapshot, ...]:
        return tuple(self._known.values())

    def get(self, name: str) -> Snapshot:
        try:
            return self._known[name]
        except KeyError:
            message = f"no snapshot {name!r} of this world"
            raise UnknownSnapshot(message) from None

    async def take(self, name: str) -> Snapshot:
        """Keep the world as it is when nothing is in flight; a snapshot of that name is replaced.

        Raises Exhausted if there are too many, NotSettled if a callback is under way for too long.
        """
        if name not in self._known and len(self._known) >= _MOST:
            message = f"the world has {_MOST} snapshots, which is its bound"
            raise Exhausted(message, hint="Delete those that are done with.")
        await self._settle()
        world = self._world
        parts = {field: copied(value) for field, value in vars(world).items() if field not in _KEPT}
        kept = Snapshot(
            name, world.clock.now(), len(world.store), parts, world.clock.stopped(), self._histories.progress()
        )
        self._known[name] = kept
        return kept

    async def restore(self, name: str) -> Snapshot:
        """Let the world be as it was; its clock goes on from then. Raises UnknownSnapshot, NotSettled."""
        kept, world = self.get(name), self._world
        await self._settle()
        self.on_restore()
        self._dispatcher.clear()
        for field in [field for field in vars(world) if field not in _KEPT]:
            del world.__dict__[field]
        world.__dict__.update({field: copied(value) for field, value in kept.parts.items()})
        world.clock = kept.clock.started()
        self._histories.resume(kept.progress)
        self._runner.clock_changed()
        world.events.append(world.clock.now(), "world.restored", None, snapshot=name)
        return kept

    def remove(self, name: str) -> Snapshot:
        kept = self.get(name)
        del self._known[name]
        return kept

    async def _settle(self) -> None:
        """Callbacks that are on the wire belong to the world as it is now."""
        with anyio.move_on_after(_SETTLES_WITHIN):
            await self._dispatcher.until_quiet()
            return
        message = f"callbacks are still under way after {_SETTLES_WITHIN} real seconds"
        raise NotSettled(message)


def copied(value: Any) -> Any:  # noqa: ANN401  whatever a world is made of
    """A copy that nothing done to the original changes, and the other way round."""
    if isinstance(value, dict):
        twin = type(value)()
        twin.update((key, copied(one)) for key, one in value.items())
        return twin
    if isinstance(value, deque):
        return deque((copied(one) for one in value), value.maxlen)
    if isinstance(value, (list, set)):
        return type(value)(copied(one) for one in value)
    if isinstance(value, (array, bytearray)):
        return value[:]
    return _twin(value) if _changes(value) else value


def _twin(value: Any) -> Any:  # noqa: ANN401  an object of ours
    twin = object.__new__(type(value))
    for field, one in _fields(value):
        object.__setattr__(twin, field, copied(one))
    return twin


def _changes(value: object) -> bool:
    """Whether it is one of ours that holds something that changes; plain values, and those of others, do not."""
    kind = type(value)
    if not kind.__module__.startswith("mockserver.") or isinstance(value, Enum):
        return False
    return not is_dataclass(value) or _holds_containers(value)


def _fields(value: object) -> list[tuple[str, Any]]:
    slots = (name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()))
    names = (*getattr(value, "__dict__", ()), *slots)
    return [(name, getattr(value, name)) for name in names if hasattr(value, name)]


def _holds_containers(value: object) -> bool:
    return any(isinstance(one, (dict, list, set, deque, array)) for _, one in _fields(value))
