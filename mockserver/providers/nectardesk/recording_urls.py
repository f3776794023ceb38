"""Where recordings are. A tenant is a host at the vendor's; here all are one host, so the query says whose it is."""

from __future__ import annotations

from mockserver.domain.call import Call
from mockserver.engine.world import World
from mockserver.providers.nectardesk.readings import RECORDING_URL

PREFIX = "/api/call/recording"
TENANT = "tenant"
_PLIVO = "https://media.plivo.com/v1/Account/{AccountPlivoID}/Recording"


def recording_url(call: Call, world: World) -> str:
    if RECORDING_URL.chosen(world) == "plivo":
        return f"{_PLIVO}/{call.serial}.mp3"
    return f"{world.public_url.rstrip('/')}{PREFIX}/{call.serial}?{TENANT}={world.sid}"
