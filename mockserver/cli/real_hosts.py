"""A command to which the vendors' real hosts are this server: by a hosts file of its own, which nobody else sees.

On Linux a mount namespace holds it; the machine's own file is not touched. As hosts files know no ports, the server
listens on those of HTTP and HTTPS, on a loopback address that nobody else has.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mockserver.listening import Address, CannotListen, Doors, listen
from mockserver.providers.hosts import HOSTS
from mockserver.settings import Settings

HOSTS_FILE = Path("/etc/hosts")
_HTTP, _HTTPS = 80, 443
_TENANTS = "*."
_TRIES = 16
_PROBE_SECONDS = 10
_BIND = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'
# As root; or as anybody, where the system lets users have namespaces and those ports.
_WAYS = (("unshare", "--mount"), ("unshare", "--user", "--map-current-user", "--keep-caps", "--mount"))
_INSTEAD = (
    "Run it as root, in a container with --cap-add SYS_ADMIN, or without --hosts: then lead the names here by a hosts "
    "file or network aliases, or the application by its base URLs"
)
_PORTS = f"sysctl net.ipv4.ip_unprivileged_port_start={_HTTP} lets everybody, once and for all; or else: {_INSTEAD}"


class CannotLead(Exception):
    """The names cannot be made to lead here; what to do instead."""

    def __init__(self, reason: str, instead: str = _INSTEAD) -> None:
        super().__init__(f"--hosts does not work here: {reason}. {instead}.")


def names_of(settings: Settings) -> list[str]:
    """The real hosts, a tenant for each world, and what --tls-name adds."""
    tenants = [host.name.removeprefix(_TENANTS) for host in HOSTS if host.name.startswith(_TENANTS)]
    return [
        *(host.name for host in HOSTS if not host.name.startswith(_TENANTS)),
        *(f"{account.sid}.{domain}" for account in settings.accounts for domain in tenants if _is_label(account.sid)),
        *(name for name in settings.tls_name if _is_name(name)),
    ]


@contextmanager
def own_doors() -> Iterator[Doors]:
    """Sockets on the ports of HTTP and HTTPS of a loopback address that nobody listens on. Raises CannotLead."""
    if sys.platform != "linux":
        raise CannotLead("it needs Linux")
    with ExitStack() as sockets:
        for address in _own_addresses():
            try:
                pair = [sockets.enter_context(listen(address, port)) for port in (_HTTP, _HTTPS)]
            except CannotListen as error:
                sockets.close()
                _check(error)
            else:
                yield Doors(Address(f"http://{address}"), pair[:1], pair[1:])
                return
    raise CannotLead(f"something listens on port {_HTTP} or {_HTTPS} of all addresses", "Stop it for the while")


def _check(error: CannotListen) -> None:
    if error.errno in {errno.EACCES, errno.EPERM}:
        raise CannotLead(f"only root may listen on ports {_HTTP} and {_HTTPS}", _PORTS) from error
    if error.errno != errno.EADDRINUSE:
        raise CannotLead(f"{error.address}: {error.strerror}") from error


def _own_addresses() -> Iterator[str]:
    # From the process's number, so that several at once seldom try the same.
    first = int(ipaddress.IPv4Address("127.64.0.1")) + os.getpid() % 65_536 * _TRIES
    return (str(ipaddress.IPv4Address(first + number)) for number in range(_TRIES))


def write_hosts(path: Path, address: str, names: Iterable[str], machine: str) -> None:
    """A hosts file in which the names lead to the address, and all others where the machine's leads them."""
    ours = list(names)
    path.write_text("".join([*(f"{address} {name}\n" for name in ours), *_without(machine, set(ours))]))


def _without(machine: str, names: set[str]) -> Iterator[str]:
    for line in machine.splitlines():
        address, *known = line.partition("#")[0].split() or [""]
        left = [name for name in known if name.lower() not in names]
        if left:
            yield f"{address} {' '.join(left)}\n"


def privately(command: Sequence[str], hosts: Path, address: str) -> list[str]:
    """The words that run a command with that hosts file. Raises CannotLead."""
    if not HOSTS_FILE.exists():
        raise CannotLead(f"there is no {HOSTS_FILE}")
    reasons = []
    for way in _WAYS:
        reason = _trouble(way, hosts, address)
        if reason is None:
            return [*_inside(way, hosts), *command]
        reasons.append(reason)
    raise CannotLead(reasons[0])


def _inside(way: Sequence[str], hosts: Path) -> list[str]:
    return [*way, "sh", "-c", _BIND, "sh", str(hosts)]


def _trouble(way: Sequence[str], hosts: Path, address: str) -> str | None:
    """Why a name does not lead to the address in a namespace of that kind, or None."""
    if shutil.which(way[0]) is None:
        return f"there is no command {way[0]} (util-linux)"
    if shutil.which("getent") is None:
        return None  # nobody here who could tell
    asked = [*_inside(way, hosts), "getent", "hosts", HOSTS[0].name]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)  # noqa: S603
    if done.returncode == 0:
        is_led = address in done.stdout.split()
        return None if is_led else "names are resolved by a service that does not read the hosts file"
    return (done.stderr.strip().splitlines() or [f"{way[0]} ends with {done.returncode}"])[-1]


def without_proxy(environment: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What keeps a program from asking a proxy for the names, in both spellings that there are."""
    said = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    words = ",".join([*([said] if said else []), *names])
    return {"NO_PROXY": words, "no_proxy": words}


def _is_label(sid: str) -> bool:
    return sid.isascii() and sid.replace("-", "").isalnum() and not sid.startswith("-") and not sid.endswith("-")


def _is_name(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return not name.startswith(_TENANTS)
    return False
