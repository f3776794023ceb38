"""Whose word a callback takes for it that a receiver is who it says."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from mockserver.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Trust:
    """The system's authorities, besides them those of PEM `files` and `authority`, as PEM; or everybody's."""

    files: tuple[str, ...] = ()
    authority: bytes = b""
    verifies: bool = True

    def check(self) -> None:
        """Raises BadInput for a file that cannot be used."""
        if self.files:
            self._add_files(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def context(self) -> ssl.SSLContext | bool:
        """What aiohttp takes: True is its own, which trusts the system's. Raises BadInput."""
        if not self.verifies:
            return False
        if not self.files and not self.authority:
            return True
        context = ssl.create_default_context()
        self._add_files(context)
        if self.authority:
            context.load_verify_locations(cadata=self.authority.decode())
        return context

    def _add_files(self, context: ssl.SSLContext) -> None:
        for file in self.files:
            try:
                context.load_verify_locations(file)
            except OSError as error:
                reason = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
                message = f"--callback-ca {file} cannot be used: {reason}"
                raise BadInput(message, where="callback_ca", hint="Name a file of certificates as PEM.") from error
