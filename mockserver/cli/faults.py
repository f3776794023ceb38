"""`mockserver faults`: lets things go wrong in a world, and heals it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from mockserver.cli.printing import print_table
from mockserver.cli.target import USUAL_WORLD, OnWorld, WorldTarget, print_json, told
from mockserver.control.fault_bodies import EventName, FaultMatchBody, Kind, Method
from mockserver.control.fault_views import FaultView
from mockserver.testing.client.fields import FaultFields, FaultParameters

app = App(name="faults", help="What goes wrong in a world on purpose.", config=())


@app.default
@app.command(name="list")
def list_faults(*, target: OnWorld = USUAL_WORLD) -> int:
    """List the fault rules."""
    return told(lambda: _list(target))


@app.command
def add(
    kind: Kind = "error",
    *,
    method: Method | None = None,
    path: str | None = None,
    number: str | None = None,
    event: EventName | None = None,
    parameters: Annotated[FaultParameters | None, Parameter(name="*")] = None,
    target: OnWorld = USUAL_WORLD,
) -> int:
    """Let something go wrong with the next request or callback. Which parameters a kind takes, the README lists.

    Parameters
    ----------
    kind
        What goes wrong.
    method
        Only requests of this method.
    path
        Only paths (of callbacks: URLs) that fit this pattern with * and ?.
    number
        Only what concerns this phone number, in any spelling.
    event
        Only callbacks about this event.
    """
    match = FaultMatchBody(method=method, path=path, number=number, event=event)
    return told(lambda: _add(target, kind, {**(parameters or {}), "match": match}))


@app.command
def heal(fault_id: str | None = None, *, target: OnWorld = USUAL_WORLD) -> int:
    """Remove a fault rule, or all.

    Parameters
    ----------
    fault_id
        Id of the rule; all if left out.
    """
    return told(lambda: _heal(target, fault_id))


def _list(target: WorldTarget) -> None:
    with target.entered() as world:
        _show(target, world.faults())


def _add(target: WorldTarget, kind: Kind, fields: FaultFields) -> None:
    with target.entered() as world:
        _show(target, [world.add_fault(kind, **fields)])


def _heal(target: WorldTarget, fault_id: str | None) -> None:
    with target.entered() as world:
        removed = world.heal()["faults"] if fault_id is None else len([world.delete_fault(fault_id)])
    if target.json:
        print_json({"removed": {"faults": removed}})
    else:
        print(f"{removed} fault rules removed")


def _show(target: WorldTarget, views: list[FaultView]) -> None:
    if target.json:
        for view in views:
            print_json(view)
        return
    rows = [(one.id, one.kind, _said(one.match), _said(one.parameters), _left(one), one.injected) for one in views]
    print_table(("ID", "KIND", "FOR", "PARAMETERS", "LEFT", "INJECTED"), rows)


def _left(view: FaultView) -> str:
    left = "until healed" if view.remaining is None else str(view.remaining)
    return left if view.expires_at is None else f"{left}, to {view.expires_at:%H:%M:%S}"


def _said(values: object) -> str:
    """Names and values of what is said; `all` where nothing is."""
    pairs = (
        values
        if isinstance(values, dict)
        else {name: getattr(values, name) for name in FaultMatchBody.__struct_fields__}
    )
    return " ".join(f"{name}={value}" for name, value in pairs.items() if value is not None) or "-"
