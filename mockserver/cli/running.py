"""`mockserver exec`: a server for as long as a command runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

from cyclopts import App, Parameter

from mockserver.cli.access import environment
from mockserver.cli.serving import configure_logs, tell_of_taken_port
from mockserver.domain.errors import BadInput
from mockserver.listening import CannotListen
from mockserver.server import Server
from mockserver.settings import ExecSettings

_NOT_FOUND = 127
_NOT_EXECUTABLE = 126
_BY_SIGNAL = 128


_DEFAULTS = ExecSettings()

app = App(name="exec", help="Start a server, run a command that finds it in its environment, stop the server.")


@app.default
def run(*command: str, settings: Annotated[ExecSettings, Parameter(name="*")] = _DEFAULTS) -> int:
    """Start a server, run a command that finds it in its environment, stop the server.

    The exit code is the command's; 128 and the signal's number if one ended it. Variables: MOCKSERVER_URL,
    MOCKSERVER_ACCOUNT_SID, MOCKSERVER_API_KEY, MOCKSERVER_API_TOKEN, MOCKSERVER_ACCESS_TOKEN, MOCKSERVER_EXOPHONE, and
    a base URL for each API, such as MOCKSERVER_EXOTEL_V3_URL.

    Parameters
    ----------
    command
        What to run, behind two dashes: mockserver exec -- pytest -q.
    """
    if not command:
        message = "there is no command to run"
        raise BadInput(message, hint="Say it behind two dashes: mockserver exec -- pytest -q.")
    configure_logs(settings.log_format)
    try:
        server = Server(settings)
    except CannotListen as error:
        return tell_of_taken_port(error)
    with server:
        return _run(command, {**os.environ, **environment(settings, server.base_url)})


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
