"""Coverage: what of all that the emulator knows was exercised, on the whole server or in one world."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from mockserver.control import world_views
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.engine.coverage import Exercised, Kind, Known
from mockserver.operations.operation import Operation

_described = OUR_OWN.field
_Counts = dict[str, int]


class KindView(msgspec.Struct):
    """Operations that were served, errors, outcomes of calls, results of legs, or events of callbacks."""

    kind: Annotated[str, _described(enum=list(Kind))]
    known: Annotated[int, _described("how many items there are")]
    seen: Annotated[int, _described("how many of them came about")]
    items: Annotated[_Counts, _described("every known item, with how often it came about")]
    beyond: Annotated[_Counts, _described("what came about and is in no document, such as errors made up by a fault")]


class CoverageView(msgspec.Struct):
    known: Annotated[int, _described("items of all kinds")]
    seen: Annotated[int, _described("how many of them came about")]
    percent: Annotated[float, _described("of the known items, with one decimal, rounded down")]
    kinds: list[KindView]


async def get_coverage(visit: Visit) -> CoverageView:
    engine, total = visit.engine, Exercised()
    for one in (engine.exercised, *(world.exercised for world in engine.worlds)):
        total.add(one)
    return coverage_view(total.counts, visit.desk.coverable)


async def get_world_coverage(visit: Visit) -> CoverageView:
    return coverage_view(visit.world.exercised.counts, visit.desk.coverable)


async def clear_coverage(visit: Visit) -> world_views.Removed:
    engine = visit.engine
    everywhere = (engine.exercised, *(world.exercised for world in engine.worlds))
    return world_views.Removed({"coverage": sum(one.clear() for one in everywhere)})


def coverage_view(counts: Counter[tuple[Kind, str]], coverable: Known) -> CoverageView:
    kinds = [_kind_view(kind, counts, items) for kind, items in coverable.items()]
    known, seen = sum(one.known for one in kinds), sum(one.seen for one in kinds)
    return CoverageView(known, seen, percent(seen, known), kinds)


def percent(seen: int, known: int) -> float:
    """Rounded down: nothing is complete that is not."""
    return seen * 1_000 // known / 10 if known else 100.0


def _kind_view(kind: Kind, counts: Counter[tuple[Kind, str]], known: tuple[str, ...]) -> KindView:
    items = {name: counts[kind, name] for name in known}
    beyond = {name: count for (of, name), count in counts.items() if of is kind and name not in items}
    return KindView(kind, len(items), sum(1 for count in items.values() if count), items, dict(sorted(beyond.items())))


OPERATIONS = (
    Operation(
        "control.get-coverage",
        "GET",
        "/coverage",
        "Read what was exercised on this server, also in worlds that have gone",
        OUR_OWN,
        get_coverage,
        CoverageView,
    ),
    Operation(
        "control.clear-coverage",
        "DELETE",
        "/coverage",
        "Begin to count what is exercised anew",
        OUR_OWN,
        clear_coverage,
        world_views.Removed,
    ),
    Operation(
        "control.get-world-coverage",
        "GET",
        "/worlds/{account_sid}/coverage",
        "Read what was exercised in one world",
        OUR_OWN,
        get_world_coverage,
        CoverageView,
        errors=error_rows(errors.UnknownWorld),
    ),
)
