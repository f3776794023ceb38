"""How often strategies are tried here: enough to see every kind of example, and the same ones each time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from in_process import in_process
from replaying import Replay

from mockserver.bootstrap import build_app
from mockserver.settings import Settings

settings.register_profile(
    "strategies",
    max_examples=int(os.environ.get("MOCKSERVER_EXAMPLES", "6")),
    deadline=None,
    database=None,
    derandomize=True,
    # What a failure has to do with each part of its example is worth minutes to a person, and nothing to these.
    phases=tuple(phase for phase in Phase if phase is not Phase.explain),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def few() -> settings:
    return settings.get_profile("strategies")


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """A server that knows nothing but what it is told."""
    with in_process(build_app(Settings(clock="manual"))) as http:
        yield Replay(http)
