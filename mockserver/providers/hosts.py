"""The vendors' real hosts: which APIs each of them serves, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.operations.provenance import Provenance, documented, observed

_REGIONS = documented("Exotel developer portal: API basics, and support: regions and their hosts")
_CCM = documented("Exotel developer portal, v3 (beta): hosts of the clusters")
# Quirk: the v2 pages give Singapore a host of its own and call India what the v3 pages call Singapore.
_CCM_OF_V2 = documented("Exotel developer portal, v2 (contact center): hosts of the regions")
_TENANTS = observed("URLs of recordings in a public receiver of NectarDesk's webhook, and its chat widget")
_REST = ("exotel-v1", "exotel-v2-beta")
_CCM_APIS = ("exotel-v3", "exotel-v2")


@dataclass(frozen=True, slots=True)
class RealHost:
    """A host name, or `*.` and the domain of tenants. What it does not serve is refused in the words of the first API.

    A retired host is served as ever: whether it still answers at the vendor's is not known.
    """

    name: str
    apis: tuple[str, ...]
    recordings: str
    region: str
    provenance: Provenance
    is_retired: bool = False


HOSTS = (
    RealHost("api.exotel.com", _REST, "exotel-recordings", "Singapore", _REGIONS),
    RealHost("api.in.exotel.com", _REST, "exotel-recordings", "Mumbai", _REGIONS),
    RealHost("ccm-api.exotel.com", _CCM_APIS, "exotel-recordings", "Singapore", _CCM),
    RealHost("ccm-api.in.exotel.com", _CCM_APIS, "exotel-recordings", "Mumbai", _CCM),
    RealHost("ccm-api.exotel.sg", _CCM_APIS, "exotel-recordings", "Singapore", _CCM_OF_V2),
    RealHost("twilix.exotel.in", _REST, "exotel-recordings", "retired", _REGIONS, is_retired=True),
    RealHost("api.exotel.in", _REST, "exotel-recordings", "retired", _REGIONS, is_retired=True),
    RealHost("*.nectardesk.io", ("nectardesk",), "nectardesk-recordings", "a host for each tenant", _TENANTS),
)
