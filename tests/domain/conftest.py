"""Orders, and a player that does by itself what the machine's effects ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from mockserver.domain.call import Call
from mockserver.domain.contact import Contact
from mockserver.domain.effects import CancelTimers, Effect, Input, Notify, StartTimer
from mockserver.domain.machine import begin, step
from mockserver.domain.order import CallEvent, Order, Pace, Party, Subscription
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side, Story

START = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)


def make_order(**changes: object) -> Order:
    order = Order(
        from_party=Party(Contact("+919810012345")),
        to_party=Party(Contact("+919820012345")),
        exophone=Contact("+912241499102"),
    )
    return replace(order, **changes)


class Play:
    """A call on its own: timers fire by (due, order of starting), notifications are kept with the call as it was."""

    def __init__(self, order: Order, story: Story, pace: Pace = Pace()) -> None:  # noqa: B008  a frozen value
        self.now = START
        self.timers: list[tuple[datetime, int, Input]] = []
        self.told: list[tuple[Notify, Call]] = []
        self.effects: list[Effect] = []
        self._started = 0
        self._take(begin("5f3a0000000000000000000000001a15", order, story, START, account_sid="mock", pace=pace))

    def _take(self, result) -> None:
        self.call = result.call
        self.effects += result.effects
        for effect in result.effects:
            if isinstance(effect, StartTimer):
                self._started += 1
                self.timers.append((effect.due, self._started, effect.input))
            elif isinstance(effect, CancelTimers):
                self.timers = [one for one in self.timers if not effect.covers(one[2])]
            else:
                self.told.append((effect, result.call))

    def feed(self, trigger: Trigger, side: Side | None = None, digits: str = "", **more: object) -> Call:
        """Let something happen now."""
        return self.take(Input(trigger, side, digits, **more))

    def take(self, event: Input) -> Call:
        """Let an input happen now."""
        rng = Random(len(self.call.legs))  # noqa: S311  no secret
        self._take(step(self.call, event, self.now, rng))
        return self.call

    def run_to(self, seconds: float) -> Call:
        """Fire all timers up to `seconds` after the call was placed."""
        until = START + timedelta(seconds=seconds)
        while self.timers and min(self.timers)[0] <= until:
            due, _, event = first = min(self.timers)
            self.timers.remove(first)
            self.now = due
            self.take(event)
        self.now = until
        return self.call

    def run(self) -> Call:
        """Fire all timers there are and will be."""
        while self.timers:
            self.run_to((min(self.timers)[0] - START).total_seconds())
        return self.call

    @property
    def marks(self) -> dict[str, float]:
        """Every mark of the call, in seconds after it was placed."""
        return {mark.name: (mark.at - START).total_seconds() for mark in self.call.marks}


@pytest.fixture(scope="session")
def start() -> datetime:
    """The moment at which every played call is placed."""
    return START


@pytest.fixture(scope="session")
def order() -> Callable[..., Order]:
    """Makes an order between two outsiders, with changes by keyword."""
    return make_order


@pytest.fixture(scope="session")
def play() -> Callable[..., Play]:
    """Makes a player from a story, with changes to the order by keyword."""

    def make_play(story: Story, *, pace: Pace = Pace(), **changes: object) -> Play:  # noqa: B008  a frozen value
        return Play(make_order(**changes), story, pace)

    return make_play


@pytest.fixture(scope="session")
def subscription() -> Callable[..., Subscription]:
    """Makes a subscription to an event."""

    def make_subscription(event: CallEvent, url: str = "http://localhost/callback") -> Subscription:
        return Subscription(event, url, "POST", "application/json", "plain")

    return make_subscription
