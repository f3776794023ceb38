"""Every option of the server, declared once; flag, environment (`MOCKSERVER_*`), file and default say the same."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal

from mockserver.domain.contact import Contact, parse_number
from mockserver.domain.errors import BadInput
from mockserver.engine.clock import ClockMode
from mockserver.engine.journal import DEFAULT_BODY, DEFAULT_BYTES, DEFAULT_ENTRIES
from mockserver.engine.world import Account

_HIGHEST_PORT = 65_535
_FROM_ZERO = ("history", "idle_worlds", "unready", "drain")
_ABOVE_ZERO = (
    "callback_timeout",
    "history_days",
    "max_calls",
    "journal_entries",
    "journal_bytes",
    "journal_body",
    "request_timeout",
    "keep_alive",
    "max_connections",
    "max_head",
)
_ROOT_PATH = re.compile(r"(/[\w.~-]+)*")
_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")
_REDACTED = "<redacted>"
DEMONSTRATION_ACCOUNT = Account("mock", "key", "token")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to serve.

    Parameters
    ----------
    host
        Address to listen on. Loopback by default: the server accepts any caller that knows the credentials.
    port
        Port to listen on; 0 picks a free one.
    tls
        Serve HTTPS as well, with certificates of an authority of its own; `mockserver ca` has that.
    tls_port
        Port for HTTPS; 0 picks a free one.
    tls_name
        A further host name or address of this server, for its certificate. Repeatable.
    data_dir
        A folder for what outlasts the process: the authority of --tls.
    seed
        Seed of all randomness. Same seed and same requests: same sids, outcomes and names.
    clock
        How time moves in the first worlds: real, scaled, manual, or jump (to the next event as soon as nothing waits).
    speed
        With --clock scaled: how many times faster than real.
    outcomes
        What numbers without a story do: the default story, or draw from a documented distribution.
    world
        sid:key:token of a further world, so that an application keeps its credentials. Repeatable.
    access_token
        sid:token, what NectarDesk's header Access-Token has for a world; sid-token if nothing is said. Repeatable.
    exophone
        A further ExoPhone in the first worlds, in any spelling. Repeatable.
    allow_callbacks
        A host that callbacks may go to besides this machine and private networks; '*' allows all. Repeatable.
    callback_retries
        Seconds before each further attempt of a failed callback, such as 300 900. None by default.
    callback_timeout
        Real seconds that a callback receiver has to answer.
    callback_ca
        A PEM file of authorities that receivers of callbacks may have their certificates from, too. Repeatable.
    callback_verify
        Whether a receiver's certificate has to be trusted.
    strict
        Refuse what the provider is known or assumed to overlook, such as misspelt parameters.
    rate_limit
        Refuse requests beyond the quotas that the vendor documents, or none.
    scenarios
        A TOML or JSON file of named scenarios, which the control API brings into worlds, or a folder of them.
        Repeatable.
    scenario
        The named scenario that the first worlds begin with.
    fixtures
        A folder of contract fixtures to serve in place of those of this version.
    history
        How many past calls the first worlds begin with, drawn from a documented distribution.
    history_days
        The span of days before the start in which they lie.
    max_calls
        How many calls a world keeps; the oldest ended ones go first.
    journal_entries
        How many requests a world's journal keeps.
    journal_bytes
        How much memory a world's journal takes; the oldest requests go first.
    journal_body
        How many bytes of each body it keeps.
    control_token
        What who commands has to send as `Authorization: Bearer`; without it everybody may.
    idle_worlds
        Real seconds without a request after which a world made over the control API goes; 0: never.
    print_json
        Print one line of JSON instead of the banner, for programs.
    ready_file
        Write that line of JSON to a file when the server is ready.
    nectardesk_prefix
        What stands before NectarDesk's paths, whose base URL is not documented, such as /api. Nothing by default.
    public_url
        Where clients find the server, for URLs in answers and callbacks. By default the address it listens on.
    root_path
        The path before all of ours at a proxy, such as /telephony, whether the proxy takes it away or not.
    trust_proxy
        An address or network of proxies whose X-Forwarded-For, -Proto and -Host are believed. Repeatable.
    request_timeout
        Real seconds that a request may take to arrive, and a new connection to begin one.
    keep_alive
        Real seconds that a connection may be idle between requests.
    max_connections
        How many connections are held; of more, the one that has waited longest for its client goes.
    max_head
        How many bytes request line and headers may have.
    unready
        Real seconds, after SIGTERM, in which requests are still served and /readyz says 503 already.
    drain
        Real seconds, after that, in which requests that are being served may end.
    log_format
        Plain lines or JSON.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    tls: bool = False
    tls_port: int = 8443
    tls_name: tuple[str, ...] = ()
    data_dir: str | None = None
    seed: int = 0
    clock: Literal["real", "scaled", "manual", "jump"] = "real"
    speed: float = 1.0
    outcomes: Literal["story", "random"] = "story"
    world: tuple[str, ...] = ()
    access_token: tuple[str, ...] = ()
    exophone: tuple[str, ...] = ()
    allow_callbacks: tuple[str, ...] = ()
    callback_retries: tuple[float, ...] = ()
    callback_timeout: float = 15.0
    callback_ca: tuple[str, ...] = ()
    callback_verify: bool = True
    strict: bool = False
    rate_limit: Literal["off", "documented"] = "off"
    scenarios: tuple[str, ...] = ()
    scenario: str | None = None
    fixtures: str | None = None
    history: int = 0
    history_days: int = 60
    max_calls: int = 1_000_000
    journal_entries: int = DEFAULT_ENTRIES
    journal_bytes: int = DEFAULT_BYTES
    journal_body: int = DEFAULT_BODY
    control_token: str | None = field(default=None, repr=False)
    idle_worlds: float = 0.0
    print_json: bool = False
    ready_file: str | None = None
    nectardesk_prefix: str = ""
    public_url: str | None = None
    root_path: str = ""
    trust_proxy: tuple[str, ...] = ()
    request_timeout: float = 30.0
    # Longer than clients keep idle connections (5 s in several): who comes last must not find the door closing.
    keep_alive: float = 75.0
    max_connections: int = 10_000
    max_head: int = 64 * 1024
    unready: float = 0.0
    # With what the engine takes to end, a stop stays below a second.
    drain: float = 0.3
    log_format: Literal["text", "json"] = "text"

    def __post_init__(self) -> None:
        # Refused here and not at the first call.
        _ = self.accounts, self.exophones, self.trusted_proxies
        if self.speed != 1.0 and self.clock_mode is not ClockMode.SCALED:
            message = "--speed needs --clock scaled"
            raise BadInput(message, where="speed")
        if self.tls_name and not self.serves_tls:
            message = "--tls-name is a name of the certificate of --tls"
            raise BadInput(message, where="tls_name", hint="Say --tls as well.")
        if self.nectardesk_prefix and not self.nectardesk_prefix.startswith("/"):
            message = f"--nectardesk-prefix must begin with a slash, not {self.nectardesk_prefix!r}"
            raise BadInput(message, where="nectardesk_prefix")
        if self.control_token is not None and not _TOKEN.fullmatch(self.control_token):
            message = "--control-token must be of visible ASCII characters, without blanks"
            raise BadInput(message, where="control_token")
        if not _ROOT_PATH.fullmatch(self.root_path):
            message = f"--root-path must begin with a slash and end without one, not {self.root_path!r}"
            raise BadInput(message, where="root_path")
        self._check_numbers()

    def _check_numbers(self) -> None:
        for name in ("port", "tls_port"):
            if not 0 <= getattr(self, name) <= _HIGHEST_PORT:
                message = f"{_flag(name)} must be between 0 and {_HIGHEST_PORT}, not {getattr(self, name)}"
                raise BadInput(message, where=name)
        for name in _FROM_ZERO:
            if getattr(self, name) < 0:
                message = f"{_flag(name)} must be 0 or above, not {getattr(self, name)}"
                raise BadInput(message, where=name)
        for name in _ABOVE_ZERO:
            if getattr(self, name) <= 0:
                message = f"{_flag(name)} must be above 0"
                raise BadInput(message, where=name)

    @property
    def serves_tls(self) -> bool:
        """Whether HTTPS is served beside HTTP."""
        return self.tls

    @property
    def shown(self) -> dict[str, Any]:
        """All of them by name, without secrets."""
        worlds = [f"{account.sid}:{account.key}:{_REDACTED}" for account in self.accounts[1:]]
        tokens = [f"{sid}:{_REDACTED}" for sid, _ in map(_access_token, self.access_token)]
        control_token = None if self.control_token is None else _REDACTED
        return {**asdict(self), "world": worlds, "access_token": tokens, "control_token": control_token}

    @property
    def clock_mode(self) -> ClockMode:
        return ClockMode(self.clock)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The demonstration account, then those of --world, with the tokens of --access-token."""
        accounts = (DEMONSTRATION_ACCOUNT, *(_account(text) for text in self.world))
        tokens = dict(_access_token(text) for text in self.access_token)
        for sid in tokens.keys() - {account.sid for account in accounts}:
            message = f"--access-token is for {sid!r}, which is no world here"
            raise BadInput(message, where="access_token", hint="Give it a world with --world.")
        return tuple(replace(account, access_token=tokens.get(account.sid, "")) for account in accounts)

    @property
    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of --trust-proxy."""
        try:
            return tuple(ip_network(text, strict=False) for text in self.trust_proxy)
        except ValueError as error:
            hint = "For example --trust-proxy 10.0.0.0/8."
            raise BadInput(f"--trust-proxy: {error}", where="trust_proxy", hint=hint) from error

    @property
    def exophones(self) -> tuple[Contact, ...]:
        return tuple(parse_number(number) for number in self.exophone)


@dataclass(frozen=True, kw_only=True)
class ExecSettings(Settings):
    """How to serve a command.

    Parameters
    ----------
    port
        Port to listen on; a free one by default.
    tls_port
        Port for HTTPS; a free one by default.
    hosts
        Let the vendors' real hosts be this server for the command, over HTTP and HTTPS. Linux, with the rights for it.
    """

    port: int = 0
    tls_port: int = 0
    hosts: bool = False

    @property
    def serves_tls(self) -> bool:
        return self.tls or self.hosts


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _account(text: str) -> Account:
    sid, _, credentials = text.partition(":")
    key, _, token = credentials.partition(":")
    if not (sid and key and token):
        message = f"--world {text!r} is not sid:key:token"
        raise BadInput(message, where="world", hint="For example --world exotel:my-key:my-token.")
    return Account(sid, key, token)


def _access_token(text: str) -> tuple[str, str]:
    sid, _, token = text.partition(":")
    if not (sid and token):
        message = f"--access-token {text!r} is not sid:token"
        raise BadInput(message, where="access_token", hint="For example --access-token mock:my-token.")
    return sid, token
