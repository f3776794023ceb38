"""Where callbacks may go: this machine and private networks, and the hosts that were allowed by name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from mockserver.engine.delivery import SendBlocked

# 127.1 and 2130706433: addresses to a socket, names to everybody else.
_ODD_ADDRESS = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(\d[\d.]*|0x[\da-f.x]+)", re.IGNORECASE)
# Where cloud machines keep their metadata, within a private range.
_METADATA = frozenset({ipaddress.ip_address("fd00:ec2::254")})
_ALWAYS_ALLOWED = frozenset({"host.docker.internal", "localhost"})
ANY_HOST = "*"


class CallbackPolicy:
    """A mock must not dial production by accident: what is not local or allowed is recorded as blocked."""

    def __init__(self, allowed_hosts: Iterable[str] = ()) -> None:
        self._allowed = _ALWAYS_ALLOWED | {host.lower() for host in allowed_hosts}

    def allows_name(self, host: str) -> bool:
        """Whether a host may be reached whatever it resolves to."""
        return ANY_HOST in self._allowed or host.lower() in self._allowed or host.lower().endswith(".localhost")

    def allows_address(self, address: str) -> bool:
        """Loopback and private ranges. Link-local is not: cloud machines keep their metadata there."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip in _METADATA:
            return False
        return (ip.is_loopback or ip.is_private) and not ip.is_link_local and not ip.is_unspecified

    def check_url(self, url: str) -> None:
        """Refuse what can be refused without resolving a name. Raises SendBlocked."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError as error:
            raise SendBlocked(f"blocked: {url!r} is not an http or https URL") from error
        if parts.scheme not in {"http", "https"} or not host:
            raise SendBlocked(f"blocked: {url!r} is not an http or https URL")
        if self.allows_name(host):
            return
        if _ODD_ADDRESS.fullmatch(host):
            raise blocked(host)
        try:
            is_allowed = self.allows_address(host)
        except ValueError:
            return  # a name: the addresses that it resolves to are checked when it is connected to
        if not is_allowed:
            raise blocked(host)


def blocked(host: str, reason: str = "is neither on this machine nor in a private network") -> SendBlocked:
    """The refusal, with what to do about it."""
    return SendBlocked(f"blocked by policy: {host} {reason}. Allow it with --allow-callbacks {host}")
