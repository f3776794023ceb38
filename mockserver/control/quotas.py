"""Quotas: how many requests a world may see."""

from __future__ import annotations

from mockserver.control import world_views
from mockserver.control.desk import Visit
from mockserver.control.fault_bodies import QuotaBody
from mockserver.control.fault_views import QuotaList, quota_view
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.operations.operation import Operation


async def list_quotas(visit: Visit) -> QuotaList:
    return QuotaList([quota_view(quota, used) for quota, used in visit.world.quotas.used()])


async def put_quota(visit: Visit) -> QuotaList:
    world, body = visit.world, await visit.body(QuotaBody)
    visit.check_operation(body.operation, "operation")
    world.quotas.put(body.quota())
    return await list_quotas(visit)


async def delete_quotas(visit: Visit) -> world_views.Removed:
    return world_views.Removed({"quotas": visit.world.quotas.clear()})


_QUOTAS = "/worlds/{account_sid}/quotas"
_IN_WORLD = error_rows(errors.UnknownWorld)

OPERATIONS = (
    Operation(
        "control.list-quotas",
        "GET",
        _QUOTAS,
        "List the quotas, and how much of each is used",
        OUR_OWN,
        list_quotas,
        QuotaList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.put-quota",
        "PUT",
        _QUOTAS,
        "Set the quota of an operation, or of all together",
        OUR_OWN,
        put_quota,
        QuotaList,
        request=QuotaBody,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.delete-quotas",
        "DELETE",
        _QUOTAS,
        "Remove all quotas",
        OUR_OWN,
        delete_quotas,
        world_views.Removed,
        errors=_IN_WORLD,
    ),
)
