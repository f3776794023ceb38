"""Snapshots: keep a world as it is, and go back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from mockserver.control.bodies import Body, Name
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.engine.snapshots import Snapshot
from mockserver.operations.operation import Operation

_described = OUR_OWN.field


class SnapshotBody(Body):
    name: Annotated[Name, _described("one that is known is replaced")]


class SnapshotView(msgspec.Struct):
    name: Annotated[str, _described()]
    at: Annotated[datetime, _described("on the world's clock")]
    calls: Annotated[int, _described("how many the world had")]


class SnapshotList(msgspec.Struct):
    snapshots: list[SnapshotView]


async def list_snapshots(visit: Visit) -> SnapshotList:
    return SnapshotList([_view(one) for one in visit.engine.snapshots(visit.world).all])


async def take_snapshot(visit: Visit) -> SnapshotView:
    body = await visit.body(SnapshotBody)
    return _view(await visit.engine.snapshots(visit.world).take(body.name))


async def restore_snapshot(visit: Visit) -> SnapshotView:
    return _view(await visit.engine.snapshots(visit.world).restore(visit.path("name")))


async def delete_snapshot(visit: Visit) -> SnapshotView:
    return _view(visit.engine.snapshots(visit.world).remove(visit.path("name")))


def _view(one: Snapshot) -> SnapshotView:
    return SnapshotView(one.name, one.at, one.calls)


_SNAPSHOTS = "/worlds/{account_sid}/snapshots"
_SNAPSHOT = f"{_SNAPSHOTS}/{{name}}"
_KNOWN = error_rows(errors.UnknownWorld, errors.UnknownSnapshot)

OPERATIONS = (
    Operation(
        "control.list-snapshots",
        "GET",
        _SNAPSHOTS,
        "List the snapshots",
        OUR_OWN,
        list_snapshots,
        SnapshotList,
        errors=error_rows(errors.UnknownWorld),
    ),
    Operation(
        "control.take-snapshot",
        "POST",
        _SNAPSHOTS,
        "Keep the world as it is, under a name",
        OUR_OWN,
        take_snapshot,
        SnapshotView,
        request=SnapshotBody,
        status=201,
        errors=error_rows(errors.UnknownWorld, errors.Exhausted, errors.NotSettled),
    ),
    Operation(
        "control.restore-snapshot",
        "POST",
        f"{_SNAPSHOT}/restore",
        "Let the world be as it was, calls, directory, scenarios, clock and all",
        OUR_OWN,
        restore_snapshot,
        SnapshotView,
        errors=error_rows(errors.UnknownWorld, errors.UnknownSnapshot, errors.NotSettled),
    ),
    Operation(
        "control.delete-snapshot",
        "DELETE",
        _SNAPSHOT,
        "Remove a snapshot",
        OUR_OWN,
        delete_snapshot,
        SnapshotView,
        errors=_KNOWN,
    ),
)
