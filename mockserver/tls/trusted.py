"""The authorities that this machine trusts, as one file: where a variable replaces them, they have to be in it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

# Where distributions have them; what Python was built with comes before.
_USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def trusted_pem(environment: Mapping[str, str], variable: str = "SSL_CERT_FILE") -> bytes:
    """What a program trusts whose environment may name another file; empty if nothing is found."""
    for path in (environment.get(variable), ssl.get_default_verify_paths().openssl_cafile, *_USUAL, _certifi()):
        if path and Path(path).is_file():
            return Path(path).read_bytes().rstrip() + b"\n"
    return b""


def _certifi() -> str | None:
    """The authorities of Mozilla, if a package has brought them."""
    spec = find_spec("certifi")
    return str(Path(spec.origin).with_name("cacert.pem")) if spec is not None and spec.origin else None
