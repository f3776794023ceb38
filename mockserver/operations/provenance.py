"""How far each operation, field and error can be trusted, and where it is known from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Basis(StrEnum):
    """Documented: the vendor says so. Observed: seen in recorded traffic or shipped clients. Assumed: our reading."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Provenance:
    basis: Basis
    source: str

    def as_json(self) -> dict[str, str]:
        return {"basis": self.basis.value, "source": self.source}

    def field(self, description: str = "", **constraints: object) -> msgspec.Meta:
        """The annotation of a struct's field, carried into its JSON schema."""
        return msgspec.Meta(
            description=description or None,
            extra_json_schema={"x-provenance": self.as_json(), **constraints},
        )


def documented(source: str) -> Provenance:
    return Provenance(Basis.DOCUMENTED, source)


def observed(source: str) -> Provenance:
    return Provenance(Basis.OBSERVED, source)


def assumed(source: str) -> Provenance:
    return Provenance(Basis.ASSUMED, source)
