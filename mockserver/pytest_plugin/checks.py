"""What must be well at the end of a test, unless it is allowed not to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from mockserver.pytest_plugin.serving import OURS_ALONE
from mockserver.testing.endings import FINDERS, request_line
from mockserver.testing.suite_client import SuiteClient
from mockserver.testing.suite_world import SuiteWorld

_ADVICE = {
    "undelivered": "Let something listen there, or move the clock until they have gone out",
    "server-errors": "Mend what broke, or plan it by a fault",
    "double-dials": "Look for the first call before dialling again",
    "unmatched": "Mend the URL, the method or the credentials",
    "disliked-answers": "Mend what the application answers to the flow",
}


def check_all(item: pytest.Item, worlds: Sequence[SuiteWorld]) -> None:
    """Raises pytest's failure with all that is wrong, each with what to do about it."""
    __tracebackhide__ = True
    complaints = [text for world in worlds for text in _complaints(world)]
    client = item.config.stash.get(OURS_ALONE, None)
    if client is not None:
        complaints += _of_strays(client, worlds)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _complaints(world: SuiteWorld) -> Iterator[str]:
    for name, find in FINDERS.items():
        lines = [] if name in world.allowed else list(find(world))
        if lines:
            yield _complaint(name, lines)


def _complaint(name: str, lines: Sequence[str]) -> str:
    advice = f'{_ADVICE[name]}; or allow it: mockserver.allow("{name}"), or allow in the marker or in mockserver_allow.'
    return "\n".join([f"mockserver found {name}:", *(f"  {line}" for line in lines), advice])


def _of_strays(client: SuiteClient, worlds: Sequence[SuiteWorld]) -> list[str]:
    """Requests of no world, where nobody else could have made them."""
    strays = client.strays(limit=1_000).requests
    if strays:
        client.clear_strays()
    is_allowed = any("unmatched" in world.allowed for world in worlds)
    return [] if is_allowed or not strays else [_complaint("unmatched", [request_line(one) for one in strays])]
