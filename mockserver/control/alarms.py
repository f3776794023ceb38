"""Alarms: what an application did wrong when something went wrong."""

from __future__ import annotations

from mockserver.control import world_views
from mockserver.control.desk import Visit
from mockserver.control.fault_views import AlarmList, alarm_view
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.operations.operation import Operation


async def list_alarms(visit: Visit) -> AlarmList:
    return AlarmList([alarm_view(alarm) for alarm in visit.world.alarms.alarms])


async def clear_alarms(visit: Visit) -> world_views.Removed:
    return world_views.Removed({"alarms": visit.world.alarms.clear()})


_ALARMS = "/worlds/{account_sid}/alarms"
_IN_WORLD = error_rows(errors.UnknownWorld)

OPERATIONS = (
    Operation(
        "control.list-alarms",
        "GET",
        _ALARMS,
        "List the calls that were dialled again after a lost answer",
        OUR_OWN,
        list_alarms,
        AlarmList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.clear-alarms",
        "DELETE",
        _ALARMS,
        "Forget the alarms, and which answers were lost",
        OUR_OWN,
        clear_alarms,
        world_views.Removed,
        errors=_IN_WORLD,
    ),
)
