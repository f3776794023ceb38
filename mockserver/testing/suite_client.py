"""A client as test suites like it: it makes worlds of their kind, and explores orders of callbacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from mockserver.control.fault_bodies import Kind
from mockserver.testing.client.blocking.client import Client
from mockserver.testing.client.fields import WorldFields
from mockserver.testing.explorer import Check, Exploration, Story, explore
from mockserver.testing.orders import KINDS
from mockserver.testing.suite_world import SuiteWorld


class SuiteClient(Client):
    """A Client, and what a suite wants besides."""

    def create_world(self, **settings: Unpack[WorldFields]) -> SuiteWorld:
        return SuiteWorld.of(super().create_world(**settings))

    def explore(
        self,
        story: Story,
        check: Check | None = None,
        *,
        kinds: Iterable[Kind] = KINDS,
        most: int | None = None,
        **settings: Unpack[WorldFields],
    ) -> Exploration:
        """Run a story under every legal disorder of its callbacks: see `explore`."""
        return explore(self, story, check, kinds=kinds, most=most, **settings)
