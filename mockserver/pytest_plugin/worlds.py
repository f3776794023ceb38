"""The worlds of a test: made as its marker says, and thrown away with it."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import msgspec
import pytest

from mockserver.control.bodies import PartyBody, StoryBody
from mockserver.domain.story import Reaction
from mockserver.pytest_plugin.options import number, option
from mockserver.pytest_plugin.reports import ORDER
from mockserver.testing.client.fields import WorldFields
from mockserver.testing.orders import Order
from mockserver.testing.suite_client import SuiteClient
from mockserver.testing.suite_world import SuiteWorld, check_name

_OWN = ("story", "scenario", "allow", "callback_orders", "callbacks")
_SETTINGS = tuple(WorldFields.__annotations__)


class Worlds:
    """Makes worlds for one test."""

    def __init__(
        self, request: pytest.FixtureRequest, client: SuiteClient, stash_key: pytest.StashKey[list[SuiteWorld]]
    ) -> None:
        self._config = request.config
        self._client = client
        self._made = request.node.stash.setdefault(stash_key, [])
        self._ends = ExitStack()

    def make(self, **settings: Any) -> SuiteWorld:  # noqa: ANN401  what create_world takes
        """A world with these settings; clock and seed are those of the options if they are left out."""
        settings.setdefault("clock", option(self._config, "mockserver_clock") or "manual")
        settings.setdefault("seed", int(number(self._config, "mockserver_seed") or 0))
        world = self._ends.enter_context(self._client.create_world(**settings))
        world.allowed.update(map(check_name, option(self._config, "mockserver_allow") or ()))
        self._made.append(world)
        return world

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()


def marked_world(
    request: pytest.FixtureRequest, make: Callable[..., SuiteWorld], monkeypatch: pytest.MonkeyPatch
) -> SuiteWorld:
    """The world that the markers of a test describe, the closest first."""
    wanted: dict[str, Any] = {}
    for marker in request.node.iter_markers("mockserver"):
        _check_marker(marker)
        wanted = {**marker.kwargs, **wanted}
    world = make(**{name: value for name, value in wanted.items() if name not in _OWN})
    world.allow(*wanted.get("allow", ()))
    if "scenario" in wanted:
        world.apply_scenario(wanted["scenario"])
    if wanted.get("story") is not None:
        world.add_rule(story_body(wanted["story"]))
    if _has_order(request):
        order: Order = request.getfixturevalue("callback_order")
        world.disorder(order)
        request.node.user_properties.append((ORDER, f"{order.name}\n{order}"))
    for name, value in world.env.items():
        monkeypatch.setenv(name, value)
    if isinstance(request.instance, unittest.TestCase):
        # What such a test has instead of arguments.
        vars(request.instance)["mockserver"] = world
    return world


def _has_order(request: pytest.FixtureRequest) -> bool:
    """A test that is run for each order may have no argument for it."""
    callspec = getattr(request.node, "callspec", None)
    return "callback_order" in request.fixturenames or (callspec is not None and "callback_order" in callspec.params)


def story_body(story: object) -> StoryBody:
    """A story as people tell it: a word for what the second party does, the fields of a story, or a StoryBody."""
    if isinstance(story, StoryBody):
        return story
    if isinstance(story, str) and story in set(Reaction):
        return StoryBody(to=PartyBody(reaction=Reaction(story)))
    if isinstance(story, Mapping):
        return msgspec.convert(dict(story), StoryBody)
    message = f"{story!r} is no story: say one of {', '.join(Reaction)}, a dictionary such as the control API takes"
    raise pytest.UsageError(message)


def _check_marker(marker: pytest.Mark) -> None:
    unknown = [name for name in marker.kwargs if name not in {*_OWN, *_SETTINGS}]
    if unknown or marker.args:
        what = f"no argument {unknown[0]!r}" if unknown else "no arguments without a name"
        message = f"the marker mockserver has {what}; it has {', '.join((*_OWN, *_SETTINGS))}"
        raise pytest.UsageError(message)
