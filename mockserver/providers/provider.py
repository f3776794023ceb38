"""What a provider version is to the rest of the house."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from starlette.types import ASGIApp

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import OutboundRequest, Reply
from mockserver.engine.engine import Engine
from mockserver.engine.ports import AnswerReader, CallbackWriter, Heard
from mockserver.engine.world import World
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

    def chosen(self, world: World) -> str:
        """Which of the values a world goes by."""
        return world.settings.readings.get(self.name, self.values[0])


@dataclass(frozen=True, slots=True)
class Version:
    """What a provider version does. `write_callback` None is for one through which no calls are placed;
    `events` are those that its callbacks tell.
    """

    operations: tuple[Operation, ...]
    readings: tuple[Reading, ...]
    build: Callable[[Engine], ASGIApp]
    openapi: Callable[[], Document]
    write_callback: CallbackWriter | None = None
    events: tuple[CallEvent, ...] = ()


@dataclass(frozen=True)
class Provider:
    """One version of one vendor's API, mounted at `prefix`; there, accounts are below `account_path`, if any are.

    Its `module` holds the VERSION, and is imported when the version is first asked for: who uses one version does not
    wait for the others.
    """

    name: str
    title: str
    prefix: str
    account_path: str | None
    module: str

    @cached_property
    def version(self) -> Version:
        version: Version = importlib.import_module(self.module).VERSION
        return version

    def write_callback(self, notification: Notify, call: Call, world: World) -> OutboundRequest:
        """Word a notification. Implements the engine's CallbackWriter."""
        write = self.version.write_callback
        if write is None:
            raise LookupError(f"{self.name} sends no callbacks")
        return write(notification, call, world)


@dataclass(frozen=True, slots=True)
class FlowWords:
    """How a vendor words what flows ask and tell, and reads the answers; `events` are those that it words."""

    write: CallbackWriter
    read: AnswerReader
    events: tuple[CallEvent, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class FlowDialect:
    """What a vendor's flows say. Its `module` holds the WORDS, and is imported when a flow first says something."""

    name: str
    module: str

    @cached_property
    def words(self) -> FlowWords:
        words: FlowWords = importlib.import_module(self.module).WORDS
        return words

    def write(self, notification: Notify, call: Call, world: World) -> OutboundRequest:
        """Implements the engine's CallbackWriter."""
        return self.words.write(notification, call, world)

    def read(self, event: CallEvent, variant: str, reply: Reply) -> Heard:
        """Implements the engine's AnswerReader."""
        return self.words.read(event, variant, reply)
