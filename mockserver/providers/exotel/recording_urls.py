"""Where recordings are: on this server, below the paths that they have at the vendor's, or literally there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from mockserver.domain.call import Call
from mockserver.engine.world import World
from mockserver.operations.provenance import Provenance
from mockserver.providers.exotel import sources
from mockserver.providers.provider import Reading

PREFIX = "/recordings"
EXPIRES, SIGNATURE = "Expires", "Signature"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one version of the API keeps its recordings: a host of the vendor's, and the path of a recording there."""

    host: str
    path: str
    reading: Reading

    def url(self, call: Call, world: World) -> str | None:
        """None without a recording, and until the call has been processed."""
        return self.address(call, world) if call.is_processed and call.is_recorded else None

    def address(self, call: Call, world: World) -> str:
        """Where a recording of this call is or will be."""
        is_literal = self.reading.chosen(world) == "vendor"
        base = self.host if is_literal else world.public_url.rstrip("/") + PREFIX
        return base + self.path.format(account_sid=call.account_sid, call_sid=call.sid)


def _reading(version: str, known: Provenance) -> Reading:
    return Reading(
        f"{version}.recording-url",
        ("own", "vendor"),
        "recordings: on this server, or as in the vendor's examples, where nothing of ours can be fetched",
        known,
    )


V1 = Shelf(
    "https://s3-ap-southeast-1.amazonaws.com",
    "/exotelrecordings/{account_sid}/{call_sid}.mp3",
    _reading("exotel-v1", sources.V1_BULK),
)
V2 = Shelf(
    "https://s3-ap-south-1.amazonaws.com",
    "/exotel-recordings/{account_sid}/{call_sid}/recording.mp3",
    _reading("exotel-v2", sources.V2_DETAILS),
)
V3 = Shelf(
    "https://s3-ap-south-1.amazonaws.com",
    "/exotel-mum1-recordings/{account_sid}/{call_sid}.mp3",
    _reading("exotel-v3", sources.V3_DETAILS),
)


def presigned(url: str, call: Call, world: World, minutes: int) -> str:
    """A recording's URL that needs no credentials for so many minutes of the world's clock."""
    expires = int((world.clock.now() + timedelta(minutes=minutes)).timestamp())
    return f"{url}?{EXPIRES}={expires}&{SIGNATURE}={signature(call.sid, world, str(expires))}"


def signature(call_sid: str, world: World, expires: str) -> str:
    """What a pre-signed URL is signed with."""
    signed = f"{world.account.token}/{world.sid}/{call_sid}/{expires}"
    return hashlib.blake2b(signed.encode(), digest_size=20).hexdigest()
