"""Where the server listens: HTTP, beside it HTTPS if it is asked for, and what clients have to trust for that."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.engine.clock import Clock
from mockserver.providers.hosts import HOSTS
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.tls.authority import Authority

_BACKLOG = 2048
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what a client here says for it
# How a server beside applications is called; `mockserver` is what it is among the services of a composition.
_USUAL_NAMES = ("localhost", "127.0.0.1", "::1", "host.docker.internal", "mockserver")


class CannotListen(OSError):
    """An address is taken or not ours. `address` is host and port, `option` the one that says another."""

    def __init__(self, error: OSError, address: str, option: str) -> None:
        super().__init__(error.errno, error.strerror or str(error))
        self.address = address
        self.option = option


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client on this machine finds the server. With TLS, `authority` is what it has to trust, as PEM."""

    url: str
    tls_url: str | None = None
    authority: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Doors:
    """The sockets that listen, for HTTP and for HTTPS; the latter with their `context`."""

    address: Address
    plain: list[socket.socket]
    secure: list[socket.socket]
    context: ssl.SSLContext | None = None


@contextmanager
def opened(settings: Settings, more: Doors | None = None) -> Iterator[Doors]:
    """What the settings say, for the time of the block; `more` are further sockets, and stay their maker's.

    Raises CannotListen, and BadInput for a data folder or a name that is of no use.
    """
    with ExitStack() as sockets:
        plain = sockets.enter_context(listen(settings.host, settings.port, "--port"))
        also, also_secure = ([], []) if more is None else (more.plain, more.secure)
        url = base_url(plain)
        if not settings.serves_tls:
            yield Doors(Address(url), [plain, *also], [])
            return
        secure = sockets.enter_context(listen(settings.host, settings.tls_port, "--tls-port"))
        authority = authority_of(settings)
        names = [*certified_names(settings), *(one.getsockname()[0] for one in also_secure)]
        yield Doors(
            Address(url, base_url(secure, "https"), authority.pem),
            [plain, *also],
            [secure, *also_secure],
            authority.server_context(names, Clock().now()),
        )


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket; on the unspecified address of the newer family for both. Raises CannotListen."""
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    is_for_both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=is_for_both)
    except OSError as error:
        raise CannotListen(error, f"{host}:{port}", option) from error


def base_url(listening: socket.socket, scheme: str = "http") -> str:
    """Where a client on this machine finds the server."""
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def authority_of(settings: Settings) -> Authority:
    """The authority of the data folder, or one for this process. Raises BadInput."""
    # Imported for who serves TLS: it takes longer than all the rest of a start.
    from mockserver.tls.authority import kept_authority, new_authority  # noqa: PLC0415

    return kept_authority(Path(settings.data_dir), Clock().now()) if settings.data_dir else new_authority()


def certified_names(settings: Settings) -> Sequence[str]:
    """What a certificate has to be for: the real hosts, this machine, and what was said besides."""
    public = urlsplit(settings.public_url or "").hostname
    own = [settings.host] if settings.host not in _EVERYWHERE else []
    return [*(host.name for host in HOSTS), *_USUAL_NAMES, *own, *([public] if public else []), *settings.tls_name]
