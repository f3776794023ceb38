"""The ports of streams: who opens sockets, and in whose words the frames are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from mockserver.domain.call import Call
    from mockserver.engine.world import World
    from mockserver.streams.effects import Send
    from mockserver.streams.received import Received
    from mockserver.streams.record import StreamRecord
    from mockserver.streams.setup import Ending, Setup


class DialFailed(Exception):
    """There is no connection; `ending` says in which way."""

    def __init__(self, ending: Ending, reason: str) -> None:
        super().__init__(reason)
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Gone:
    """The connection is over, with the bot's close code (1005: without one; 1006: without a goodbye).

    `ending` is there where it is what we received that ended it.
    """

    code: int
    ending: Ending | None = None
    reason: str = ""


class Socket(Protocol):
    """A WebSocket to a bot. What is sent is sent in order."""

    async def send(self, text: str) -> None:
        """Nothing happens if the connection is over."""

    async def receive(self) -> str | bytes | Gone:
        """The next message; Gone when there will be none."""

    async def settle(self) -> None:
        """Return when the bot has read what was sent, and could answer: after two pings and their pongs."""

    async def close(self, code: int) -> None:
        """Say goodbye, and wait for the bot's a moment."""


class Dialler(Protocol):
    """Opens sockets."""

    async def dial(self, url: str, timeout_seconds: float) -> Socket:
        """Raises DialFailed. The time-out is in real seconds."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a stream's URL asks for: its rate, and parameters for the bot. A strict world refuses `oddities`."""

    setup: Setup
    parameters: Mapping[str, str] = field(default_factory=dict)
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A stream, and whose it is."""

    world: World
    call: Call
    record: StreamRecord


class StreamDialect(Protocol):
    """A vendor's words on the line."""

    def asked(self, url: str, world: World) -> Asked:
        """What the URL of a stream asks for in a world."""

    def write(self, message: Send, line: Line, audio: bytes) -> str:
        """A message to the bot; `audio` is that of a frame."""

    def read(self, message: str | bytes, line: Line) -> Received:
        """A message of the bot. Raises Unreadable."""


class Told(NamedTuple):
    """Whom a stream tells: of keys, of hanging up, of its end, when it comes to rest or has a plan."""

    press: Callable[[str], None]
    hang_up: Callable[[], None]
    over: Callable[[StreamRecord], None]
    quiet: Callable[[], None]
    planned: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Lines:
    """`dialect` is called when the first stream opens: who has none does not wait for its import."""

    dialler: Dialler
    dialect: Callable[[], StreamDialect]


def reached_at(url: str, hosts: Mapping[str, str]) -> str:
    """Where a stream's URL goes where its host is served elsewhere: at a base URL, by host or host:port."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    base = hosts.get(host) or hosts.get(parts.hostname or "")
    if base is None:
        return url
    scheme, _, rest = base.rstrip("/").partition("://")
    scheme = {"http": "ws", "https": "wss"}[scheme] if parts.scheme in {"ws", "wss"} else scheme
    userinfo = parts.netloc[: -len(host)]
    return f"{scheme}://{userinfo}{rest}{urlunsplit(parts._replace(scheme='', netloc=''))}"
