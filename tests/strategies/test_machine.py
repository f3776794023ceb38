"""CallMachine, and an application that is tested with it."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from mockserver.strategies import CallMachine


class Faithful(CallMachine):
    """An application that believes what it is told."""

    def __init__(self):
        super().__init__()
        self.told = {}

    def receive(self, callback):
        details = callback.json()["call_details"] if callback.content.startswith(b"{") else {}
        if details:
            self.told.setdefault(details["sid"], []).append(details["state"])
        return 200

    def check(self):
        for states in self.told.values():
            assert sorted(states) == states

    def check_at_end(self):
        assert [] == self.living
        assert len(self.stage.world.store.deliveries()) == len(self.callbacks)


class Forgetful(Faithful):
    """An application with a mistake: it takes every call for answered."""

    def check_at_end(self):
        assert all(len(states) > 1 for states in self.told.values() if states == ["terminal"])


@pytest.mark.parametrize("through", ["exotel-v3.create-call", "exotel-v1.connect", "exotel-v2.create-call"])
def test_a_faithful_application_stands(few, monkeypatch, through):
    """Calls, acts and callbacks in any order: states never go back, and everybody is told of everything."""
    monkeypatch.setattr(Faithful, "operation", through)
    monkeypatch.setattr(Faithful, "check", CallMachine.check if through != "exotel-v3.create-call" else Faithful.check)
    monkeypatch.setattr(
        Faithful, "receive", CallMachine.receive if through != "exotel-v3.create-call" else Faithful.receive
    )

    run_state_machine_as_test(Faithful, settings=settings(few, stateful_step_count=8))


def test_a_forgetful_application_falls(few):
    """A mistake is found, and told as a course of few steps."""
    with pytest.raises(AssertionError) as found:
        run_state_machine_as_test(Forgetful, settings=settings(few, stateful_step_count=8))

    steps = [line for line in "\n".join(found.value.__notes__).splitlines() if line.startswith("state.")]
    rules = [line for line in steps if "teardown" not in line and "checked" not in line]
    assert 1 <= len(rules) <= 2
