"""Faults: what requests and callbacks will meet."""

from __future__ import annotations

from mockserver.control import world_views
from mockserver.control.desk import Visit
from mockserver.control.fault_bodies import FaultBody
from mockserver.control.fault_views import FaultList, FaultView, fault_view
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.operations.operation import Operation


async def list_faults(visit: Visit) -> FaultList:
    return FaultList([fault_view(rule) for rule in visit.world.faults.rules])


async def add_fault(visit: Visit) -> FaultView:
    body = await visit.body(FaultBody)
    visit.check_operation(body.operation, "operation")
    visit.check_operation(body.match.operation, "match.operation")
    return fault_view(body.add_to(visit.world.faults))


async def delete_fault(visit: Visit) -> FaultView:
    return fault_view(visit.world.faults.remove(visit.path("fault_id")))


async def heal(visit: Visit) -> world_views.Removed:
    return world_views.Removed({"faults": visit.world.faults.clear()})


_FAULTS = "/worlds/{account_sid}/faults"
_IN_WORLD = error_rows(errors.UnknownWorld)

OPERATIONS = (
    Operation(
        "control.list-faults",
        "GET",
        _FAULTS,
        "List the fault rules",
        OUR_OWN,
        list_faults,
        FaultList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.add-fault",
        "POST",
        _FAULTS,
        "Let something go wrong with the next requests or callbacks",
        OUR_OWN,
        add_fault,
        FaultView,
        request=FaultBody,
        status=201,
        errors=error_rows(errors.UnknownWorld, errors.BadContact),
    ),
    Operation(
        "control.heal",
        "DELETE",
        _FAULTS,
        "Remove all fault rules",
        OUR_OWN,
        heal,
        world_views.Removed,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.delete-fault",
        "DELETE",
        f"{_FAULTS}/{{fault_id}}",
        "Remove a fault rule",
        OUR_OWN,
        delete_fault,
        FaultView,
        errors=error_rows(errors.UnknownWorld, errors.UnknownFault),
    ),
)
