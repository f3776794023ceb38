"""The settings that the server was started with."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from mockserver import __version__
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN
from mockserver.operations.operation import Operation

_described = OUR_OWN.field


class ConfigView(msgspec.Struct):
    version: Annotated[str, _described()]
    settings: Annotated[dict[str, Any], _described("by name; secrets redacted")]


async def get_config(visit: Visit) -> ConfigView:
    return ConfigView(__version__, dict(visit.desk.settings))


OPERATIONS = (
    Operation(
        "control.get-config", "GET", "/config", "Read the settings of the server", OUR_OWN, get_config, ConfigView
    ),
)
