"""`mockserver exec`: a server for as long as a command runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import App, Parameter

from mockserver.cli.access import environment
from mockserver.cli.real_hosts import HOSTS_FILE, CannotLead, names_of, own_doors, privately, without_proxy, write_hosts
from mockserver.cli.serving import configure_logs, tell_of_taken_port
from mockserver.cli.trust import write_trust
from mockserver.domain.errors import BadInput
from mockserver.listening import Address, CannotListen
from mockserver.server import Server
from mockserver.settings import ExecSettings

_NOT_FOUND = 127
_NOT_EXECUTABLE = 126
_BY_SIGNAL = 128
_READABLE = 0o755


_DEFAULTS = ExecSettings()

app = App(name="exec", help="Start a server, run a command that finds it in its environment, stop the server.")


@app.default
def run(*command: str, settings: Annotated[ExecSettings, Parameter(name="*")] = _DEFAULTS) -> int:
    """Start a server, run a command that finds it in its environment, stop the server.

    The exit code is the command's; 128 and the signal's number if one ended it. Variables: MOCKSERVER_URL,
    MOCKSERVER_ACCOUNT_SID, MOCKSERVER_API_KEY, MOCKSERVER_API_TOKEN, MOCKSERVER_ACCESS_TOKEN, MOCKSERVER_EXOPHONE, and
    a base URL for each API, such as MOCKSERVER_EXOTEL_V3_URL. With --tls also MOCKSERVER_TLS_URL, MOCKSERVER_CA_FILE,
    and the variables by which Python, Node, Go, Ruby, PHP, curl and others trust it.

    Parameters
    ----------
    command
        What to run, behind two dashes: mockserver exec -- pytest -q.
    """
    if not command:
        message = "there is no command to run"
        raise BadInput(message, hint="Say it behind two dashes: mockserver exec -- pytest -q.")
    configure_logs(settings.log_format)
    with ExitStack() as serving:
        try:
            doors = serving.enter_context(own_doors()) if settings.hosts else None
            server = serving.enter_context(Server(settings, doors))
            folder = Path(serving.enter_context(TemporaryDirectory(prefix="mockserver-")))
            variables = {**os.environ, **environment(settings, server.address), **_trust(folder, server.address)}
            if doors is not None:
                command, more = _led(command, settings, folder, urlsplit(doors.address.url).hostname or "")
                variables.update(more)
        except CannotListen as error:
            return tell_of_taken_port(error)
        except CannotLead as error:
            sys.stderr.write(f"mockserver: {error}\n")
            return 1
        return _run(command, variables)


def _trust(folder: Path, address: Address) -> Mapping[str, str]:
    """The variables by which programs trust the server, if there is anything to trust."""
    if not address.authority:
        return {}
    # The command may run as somebody else; there are certificates in it and no keys.
    folder.chmod(_READABLE)
    trust = write_trust(folder, address.authority, os.environ)
    return {"MOCKSERVER_CA_FILE": str(trust.authority), **trust.variables}


def _led(
    command: tuple[str, ...], settings: ExecSettings, folder: Path, address: str
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The command for which the real hosts lead to the address, and its variables. Raises CannotLead."""
    names, hosts = names_of(settings), folder / "hosts"
    write_hosts(hosts, address, names, HOSTS_FILE.read_text() if HOSTS_FILE.exists() else "")
    words = tuple(privately(command, hosts, address))
    # A command that is not there is told of as ever.
    return words if shutil.which(command[0]) else command, without_proxy(os.environ, names)


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=variables)  # noqa: S603  the user's own words
    except FileNotFoundError:
        sys.stderr.write(f"mockserver: there is no command {command[0]!r}. Is it installed, and on the PATH?\n")
        return _NOT_FOUND
    except OSError as error:
        sys.stderr.write(f"mockserver: {command[0]} cannot be run: {error.strerror}\n")
        return _NOT_EXECUTABLE
    with process, _forwarding(process):
        code = process.wait()
    return _BY_SIGNAL - code if code < 0 else code


@contextmanager
def _forwarding(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Hand signals on to the command, which ends by them as it likes; then the server stops, too."""

    def forward(number: int, _frame: FrameType | None) -> None:
        # Of Ctrl-C at a terminal, the command has heard by itself.
        if not (number == signal.SIGINT and _is_in_front()):
            process.send_signal(number)

    before = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_front() -> bool:
    """Whether this process and the command belong to the group that a terminal sends its signals to."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
