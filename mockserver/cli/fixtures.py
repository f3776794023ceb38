"""`mockserver fixtures`: the contract fixtures, for programs in any language."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App

from mockserver.control.fixture_files import fixture, fixture_rows, fixtures_root

app = App(name="fixtures", help="Requests, answers, errors and callbacks of every operation as files.", config=())


@app.command(name="list")
def list_fixtures(*, operation: str = "", kind: str = "") -> int:
    """List the fixtures: path, status, bytes.

    Parameters
    ----------
    operation
        Only those of an operation such as exotel-v3.create-call.
    kind
        Only requests, responses, errors, callbacks, examples or scenarios.
    """
    rows = [row for row in fixture_rows(fixtures_root()) if operation in {"", row.operation} and kind in {"", row.kind}]
    width = max((len(row.path) for row in rows), default=0)
    for row in rows:
        print(f"{row.path:<{width}}  {row.status or '':>3}  {row.bytes:>6}")
    return 0


@app.command
def show(path: str) -> int:
    """Print a fixture as it is.

    Parameters
    ----------
    path
        As `list` shows it; manifest.json says how each file came about.
    """
    sys.stdout.write(fixture(fixtures_root(), path).decode())
    return 0


@app.command
def generate(*, into: Path) -> int:
    """Draw all fixtures anew, from the server as it is.

    Parameters
    ----------
    into
        Folder to write them to; what was generated there before goes.
    """
    # Imported here: it is the whole server, and listing needs none of it.
    from mockserver.contract.generation import write  # noqa: PLC0415

    files = write(into)
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes in {into}")
    return 0


@app.command
def check(*, folder: Path | None = None) -> int:
    """Compare fixtures with what the server says today; exit code 1 if one differs.

    Parameters
    ----------
    folder
        Where they are; by default those that come with mockserver.
    """
    from mockserver.contract.generation import differences  # noqa: PLC0415  as above

    found = list(differences(fixtures_root() if folder is None else folder))
    for line in found:
        print(line)
    if not found:
        print("every fixture is as the server would make it")
    return 1 if found else 0
