"""What a provider version is to the rest of the house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp

from mockserver.engine.engine import Engine
from mockserver.engine.ports import CallbackWriter
from mockserver.operations.openapi import Document
from mockserver.operations.operation import Operation
from mockserver.operations.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Reading:
    """A choice where documentation is silent or contradicts itself. The first value is the default."""

    name: str
    values: tuple[str, ...]
    description: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Provider:
    """One version of one vendor's API, mounted at `prefix`; there, accounts are below `account_path`."""

    name: str
    title: str
    prefix: str
    account_path: str
    operations: tuple[Operation, ...]
    readings: tuple[Reading, ...]
    build: Callable[[Engine], ASGIApp]
    write_callback: CallbackWriter
    openapi: Callable[[], Document]
