"""Our own authority: made for a process or kept in a folder, and the certificates that it issues."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from mockserver.domain.errors import BadInput
from mockserver.tls.memory_file import in_memory

CERTIFICATE, KEY = "ca.pem", "ca-key.pem"
# More than a year of validity is what several systems refuse in a server's certificate, whoever has issued it.
_LEAF_LASTS = timedelta(days=397)
# Clocks of containers and their hosts differ.
_LEAF_BEGAN = timedelta(days=1)
_SECRET = 0o600
_OPEN = 0o644
_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its chain, and its key, as PEM."""

    chain: bytes
    key: bytes = b""

    def __repr__(self) -> str:
        return "Issued(...)"


class Authority:
    """Vouches for names. `pem` is its certificate, which clients have to trust."""

    def __init__(self, ca: trustme.CA) -> None:
        self._ca = ca
        self.pem = ca.cert_pem.bytes()

    def issue(self, names: Iterable[str], now: datetime) -> Issued:
        """A certificate for host names, `*.` names and addresses, from yesterday on. Raises BadInput."""
        last = x509.load_pem_x509_certificate(self.pem).not_valid_after_utc
        try:
            leaf = self._ca.issue_cert(
                *dict.fromkeys(names),
                organization_name="mockserver",
                not_before=now - _LEAF_BEGAN,
                not_after=min(now + _LEAF_LASTS, last),
            )
        except ValueError as error:
            message = f"no certificate can be made for that name: {error}"
            raise BadInput(message, where="tls_name", hint="Say a host name, *.name or an address.") from error
        chain = b"".join(one.bytes() for one in leaf.cert_chain_pems)
        return Issued(chain, leaf.private_key_pem.bytes())

    def server_context(self, names: Iterable[str], now: datetime) -> ssl.SSLContext:
        """What a server needs to be those names. Raises BadInput."""
        issued = self.issue(names, now)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.set_alpn_protocols(["http/1.1"])
        with in_memory(issued.key + issued.chain) as path:
            context.load_cert_chain(path)
        return context


def new_authority() -> Authority:
    """One that nobody has trusted yet."""
    return Authority(trustme.CA(organization_name="mockserver", path_length=0))


def kept_authority(folder: Path, now: datetime) -> Authority:
    """The authority of a folder, `ca.pem` and `ca-key.pem`; made and written there if there is none.

    Its certificate may come from elsewhere. Raises BadInput if one of the two is missing, unreadable, or of no use.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    try:
        if not certificate.exists() and not key.exists():
            return _written(new_authority(), folder)
        for path in (certificate, key):
            if not path.exists():
                raise _unusable(f"{path} is missing beside its other half")
        return Authority(trustme.CA.from_pem(_checked(certificate, key, now), key.read_bytes()))
    except OSError as error:
        message = f"the authority in {folder} cannot be used: {error.strerror or error}: {error.filename or folder}"
        raise BadInput(
            message, where="data_dir", hint="Make the folder readable and writable, or name another."
        ) from error


def write_issued(issued: Issued, folder: Path) -> tuple[Path, Path]:
    """Into `cert.pem` and `key.pem`, which nobody else may read; what is there already stays. Raises OSError."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    _write(key, issued.key, _SECRET)
    _write(certificate, issued.chain, _OPEN)
    return certificate, key


def _written(authority: Authority, folder: Path) -> Authority:
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    # The key first, and never readable by others, not even for a moment; a certificate without it is of no use.
    _write(folder / KEY, authority._ca.private_key_pem.bytes(), _SECRET)  # noqa: SLF001  its own factory
    _write(folder / CERTIFICATE, authority.pem, _OPEN)
    return authority


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def _checked(certificate: Path, key: Path, now: datetime) -> bytes:
    """The certificate's PEM, if it is an authority's, of that key, and not over. Raises BadInput, OSError."""
    pem = certificate.read_bytes()
    try:
        read = x509.load_pem_x509_certificate(pem)
        private = load_pem_private_key(key.read_bytes(), password=None)
        is_authority = read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, x509.ExtensionNotFound) as error:
        raise _unusable(f"{certificate} and {key} are no authority and its key: {error}") from error
    if not is_authority:
        raise _unusable(f"{certificate} is the certificate of a server, not of an authority")
    if read.public_key().public_bytes(*_PUBLIC) != private.public_key().public_bytes(*_PUBLIC):
        raise _unusable(f"{key} is not the key of {certificate}")
    if read.not_valid_after_utc <= now:
        raise _unusable(f"{certificate} has expired on {read.not_valid_after_utc:%Y-%m-%d}")
    return pem


_PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _unusable(message: str) -> BadInput:
    return BadInput(message, where="data_dir", hint="Remove both files: the next start makes new ones, to be trusted.")
