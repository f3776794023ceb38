"""`mockserver ca`: the authority that clients have to trust for HTTPS."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from mockserver.cli.target import USUAL_SERVER, OnServer, told
from mockserver.cli.trust import guide
from mockserver.domain.errors import BadInput
from mockserver.engine.clock import Clock
from mockserver.tls.trusted import trusted_pem

app = App(name="ca", help="Print or write the authority of HTTPS, and show how to trust it.", config=())


@app.default
def ca(
    *,
    out: Path | None = None,
    bundle: Path | None = None,
    data_dir: Annotated[Path | None, Parameter(env_var="MOCKSERVER_DATA_DIR")] = None,
    target: OnServer = USUAL_SERVER,
) -> int:
    """Print the authority of HTTPS as PEM, or write it and show how to trust it.

    Parameters
    ----------
    out
        File to write it to.
    bundle
        File to write it to behind the authorities that this machine trusts, for variables that replace those.
    data_dir
        Take it from this folder instead of a running server; it is made if there is none.
    """

    def write() -> None:
        pem = _authority(data_dir, target)
        if bundle is not None:
            bundle.write_bytes(trusted_pem(os.environ) + pem)
        if out is not None:
            out.write_bytes(pem)
            print(guide(out, bundle))
        elif bundle is None:
            sys.stdout.write(pem.decode())

    try:
        return told(write)
    except OSError as error:
        return _tell_unwritable(error)


@app.command
def issue(
    *names: str,
    data_dir: Annotated[Path, Parameter(env_var="MOCKSERVER_DATA_DIR")],
    into: Path = Path(),
) -> int:
    """Issue a certificate to an application that serves HTTPS; the server's callbacks trust it.

    Written are cert.pem and key.pem.

    Parameters
    ----------
    names
        Host names or addresses of the application, such as app.test.
    data_dir
        The folder of the server that keeps the authority; it is made if there is none.
    into
        Folder to write to; this one by default.
    """
    if not names:
        message = "there is no name to issue a certificate for"
        raise BadInput(message, hint="Say it: mockserver ca issue app.test --data-dir data.")
    # Imported here: to ask a server needs none of it.
    from mockserver.tls.authority import kept_authority, write_issued  # noqa: PLC0415

    now = Clock().now()
    try:
        for path in write_issued(kept_authority(data_dir, now).issue(names, now), into):
            print(path)
    except OSError as error:
        return _tell_unwritable(error)
    return 0


def _tell_unwritable(error: OSError) -> int:
    sys.stderr.write(f"mockserver: {error.filename} cannot be written: {error.strerror}. Name another place.\n")
    return 1


def _authority(data_dir: Path | None, target: OnServer) -> bytes:
    if data_dir is not None:
        # Imported here: to ask a server needs none of it.
        from mockserver.tls.authority import kept_authority  # noqa: PLC0415

        return kept_authority(data_dir, Clock().now()).pem
    with target.client() as client:
        return client.authority().encode()
