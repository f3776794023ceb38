"""The settings that the server was started with, and the authority that its certificate is from."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from mockserver import __version__
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain.errors import NoAuthority
from mockserver.operations.operation import Operation

_PEM = "application/x-pem-file"
_described = OUR_OWN.field


class ConfigView(msgspec.Struct):
    version: Annotated[str, _described()]
    settings: Annotated[dict[str, Any], _described("by name; secrets redacted")]
    tls_url: Annotated[str | None, _described("where HTTPS is served, if it is")] = None


async def get_config(visit: Visit) -> ConfigView:
    return ConfigView(__version__, dict(visit.desk.settings), visit.desk.tls_url)


async def get_authority(visit: Visit) -> Response:
    if not visit.desk.authority:
        raise NoAuthority("this server has no authority: it does not serve HTTPS")
    return Response(visit.desk.authority, media_type=_PEM)


OPERATIONS = (
    Operation(
        "control.get-config", "GET", "/config", "Read the settings of the server", OUR_OWN, get_config, ConfigView
    ),
    Operation(
        "control.get-authority",
        "GET",
        "/ca.pem",
        "Read the authority that clients have to trust for HTTPS",
        OUR_OWN,
        get_authority,
        # Text, of which a JSON schema has nothing to say.
        msgspec.Raw,
        errors=error_rows(NoAuthority),
        media_type=_PEM,
    ),
)
