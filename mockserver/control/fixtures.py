"""The contract fixtures over HTTP, for programs in any language."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from mockserver.control.desk import Visit
from mockserver.control.fixture_files import FixtureRow, fixture, fixture_rows
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.operations.operation import Operation

_described = OUR_OWN.field


class FixtureList(msgspec.Struct):
    fixtures: Annotated[list[FixtureRow], _described("manifest.json has all there is to know of each")]


async def list_fixtures(visit: Visit) -> FixtureList:
    return FixtureList(fixture_rows(visit.desk.fixtures))


async def get_fixture(visit: Visit) -> Response:
    path = visit.path("path")
    kind = "application/xml" if path.endswith(".xml") else "application/json"
    return Response(fixture(visit.desk.fixtures, path), media_type="text/plain" if path.endswith(".toml") else kind)


OPERATIONS = (
    Operation(
        "control.list-fixtures",
        "GET",
        "/fixtures",
        "List the contract fixtures",
        OUR_OWN,
        list_fixtures,
        FixtureList,
        errors=error_rows(errors.UnknownFixture),
    ),
    Operation(
        "control.get-fixture",
        "GET",
        "/fixtures/{path}",
        "Read a contract fixture: JSON, XML or TOML",
        OUR_OWN,
        get_fixture,
        Any,
        errors=error_rows(errors.UnknownFixture),
    ),
)
