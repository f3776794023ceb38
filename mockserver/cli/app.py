"""`mockserver`: serves without a word, and has commands for the rest."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from cyclopts.config import Env, Toml

from mockserver import __version__
from mockserver.cli.documents import draw_operations, draw_states, print_openapi
from mockserver.cli.health import check_health, reachable
from mockserver.cli.serving import serve_until_stopped
from mockserver.domain.errors import MockserverError
from mockserver.settings import Settings

_DEFAULTS = Settings()
_REFUSED = 2
_INTERRUPTED = 130

_environment = Env("MOCKSERVER_", command=False)
_file = Toml("mockserver.toml", must_exist=False, search_parents=False, use_commands_as_keys=False)

app = App(
    name="mockserver",
    help="A local stand-in for telephony APIs. Without a command it serves.",
    version=__version__,
    config=[_environment, _file],
    default_parameter=Parameter(negative_iterable=(), consume_multiple=True),
)


@app.default
@app.command
def serve(settings: Annotated[Settings, Parameter(name="*")] = _DEFAULTS) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    return serve_until_stopped(settings)


# The commands below have options of their own: environment and file tell the server's.


@app.command(config=())
def openapi(name: str | None = None) -> int:
    """Print the OpenAPI document of an API.

    Parameters
    ----------
    name
        Which one; without it, the names.
    """
    return print_openapi(name)


@app.command(config=())
def states(write: Path | None = None) -> int:
    """Draw the call state machine from its tables.

    Parameters
    ----------
    write
        Replace the drawing in this Markdown file instead of printing it.
    """
    return draw_states(write)


@app.command(config=())
def operations(write: Path | None = None) -> int:
    """Draw the table of emulated operations, with how far each can be trusted.

    Parameters
    ----------
    write
        Replace the table in this Markdown file instead of printing it.
    """
    return draw_operations(write)


@app.command(config=(_environment,))
def healthcheck(
    *, url: str | None = None, host: str = _DEFAULTS.host, port: int = _DEFAULTS.port, wait: float = 0.0
) -> int:
    """Ask a running server whether it is ready; exit code 0 if it is, else 1.

    Parameters
    ----------
    url
        Base URL of the server; by default it is looked for on this machine.
    host
        Address of a server on this machine, as it was told to listen.
    port
        Port of a server on this machine.
    wait
        Real seconds to keep asking.
    """
    return check_health(url or f"http://{reachable(host)}:{port}", wait)


# Imported when they are asked for.
app.command("mockserver.cli.running:app", name="exec")
app.command("mockserver.cli.authority:app", name="ca")
app.command("mockserver.cli.calling:app", name="call")
app.command("mockserver.cli.clock:app", name="clock")
app.command("mockserver.cli.worlds:app", name="worlds")
app.command("mockserver.cli.faults:app", name="faults")
app.command("mockserver.cli.requests:app", name="requests")
app.command("mockserver.cli.deliveries:app", name="deliveries")
app.command("mockserver.cli.fixtures:app", name="fixtures")
app.command("mockserver.cli.verifying:verify", name="verify", config=())


@app.command(config=())
def version() -> int:
    """Print the version."""
    print(__version__)
    return 0


def main() -> None:
    """The entry point. Refusals are one line on stderr, with what to do; the exit code is 2."""
    try:
        sys.exit(app(sys.argv[1:], print_error=False, exit_on_error=False))
    except CycloptsError as error:
        _refuse(f"{error} mockserver --help lists the commands and options.")
    except MockserverError as error:
        _refuse(f"{error.message}{'. ' + error.hint if error.hint else ''}")
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read has seen enough. What is still to be written has nowhere to go, also when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(line: str) -> None:
    sys.stderr.write(f"mockserver: {line}\n")
    sys.exit(_REFUSED)
