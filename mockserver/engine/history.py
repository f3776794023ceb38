"""A history that never was: who called whom, when and how it went, drawn from the tables below.

Assumed throughout: a plausible sales and support desk in India, not a figure of any provider.

- **How**: by one of STORIES stories, drawn as with `--outcomes random` (scenarios.RANDOM_OUTCOMES, talk times
  log-normal) and played by the state machine.
- **When**: by HOURS and DAYS_OF_WEEK in the account's zone. The calls of a history come in the order of time.
- **Customers** call again: the share of calls with all but the best `r` customers is `(1 + r / REGULARS) ** -LOYALTY`.
  The customers are the world's, the same ones in each of its histories.
- **Agents** are the directory's users with their verified phones and a few outsiders, the first ones busiest; the same
  goes for the ExoPhones.
- An agent is called first and then the customer; in an inbound call it is the other way round, and the first leg has
  answered at once, since it is the one who called.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from mockserver.domain.call import Call
from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadInput
from mockserver.domain.machine import begin
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction, Order, Party
from mockserver.domain.sids import new_sid
from mockserver.domain.story import PartyStory
from mockserver.domain.telling import retold, told
from mockserver.engine.callers import known_party
from mockserver.engine.scenarios import random_story
from mockserver.engine.world import World

_T = TypeVar("_T")

# Calls begun in each hour of the day from midnight on, and on each day of the week from Monday on, in proportion.
HOURS = (2, 1, 1, 1, 1, 2, 5, 12, 28, 60, 90, 100, 92, 70, 72, 86, 94, 96, 84, 62, 40, 22, 10, 5)
DAYS_OF_WEEK = (110, 105, 100, 100, 105, 70, 25)

# In percent of the calls.
DIRECTIONS = ((Direction.OUTBOUND_API, 70), (Direction.INBOUND, 22), (Direction.OUTBOUND_DIAL, 8))
RECORDINGS = ((Recording(), 45), (Recording(2, is_high_quality=True), 15), (None, 40))

STORIES = 2_000
REGULARS, LOYALTY = 300, 0.8
OUTSIDERS = 8
RING_TIMEOUT, TIME_LIMIT = 30.0, 3600.0

# The first digits of Indian mobile numbers that are in use; none of them begins a magic number.
MOBILE_SERIES = ("6300", "7022", "7358", "7829", "8095", "8123", "8800", "9167", "9448", "9620", "9810", "9845")
_PARTIES_AT_HAND = 4_096
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A history as a whole: `calls` calls in `days` days, created from `since` on and before `until`.

    Call number n of it depends on nothing but this, the number, the world's seed, its directory and its settings.
    """

    calls: int
    days: int
    seed: int
    since: datetime
    until: datetime

    @property
    def size(self) -> tuple[int, int]:
        return self.calls, self.days


class Weighted(Generic[_T]):
    """Things of which some are drawn more often than others."""

    def __init__(self, shares: Iterable[tuple[_T, float]]) -> None:
        things, weights = zip(*shares, strict=True)
        self._things: tuple[_T, ...] = things
        self._upto = list(accumulate(weights))

    def draw(self, rng: Random) -> _T:
        return self._things[bisect_right(self._upto, rng.random() * self._upto[-1], hi=len(self._things) - 1)]


def first_ones_busiest(things: Iterable[_T]) -> Weighted[_T]:
    return Weighted((thing, 1 / place) for place, thing in enumerate(things, 2))


class Calendar:
    """The hours of a span of time, the busy ones wider than the quiet ones."""

    def __init__(self, since: datetime, until: datetime, zone: ZoneInfo) -> None:
        self._starts: list[datetime] = []
        weights: list[float] = []
        hour = since.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        while hour < until:
            start, end = max(hour, since), min(hour + _HOUR, until)
            local = hour.astimezone(zone)
            self._starts.append(start)
            weights.append(HOURS[local.hour] * DAYS_OF_WEEK[local.weekday()] * ((end - start) / _HOUR))
            hour += _HOUR
        self._upto = list(accumulate(weights, initial=0.0))
        self._starts.append(until)

    def moment(self, share: float) -> datetime:
        """When that share of all calls (from 0 up to 1) has been begun."""
        reached = share * self._upto[-1]
        hour = bisect_right(self._upto, reached, hi=len(self._upto) - 1) - 1
        start, end = self._starts[hour : hour + 2]
        return start + (end - start) * ((reached - self._upto[hour]) / (self._upto[hour + 1] - self._upto[hour]))


class Historian:
    """Knows every call of one history."""

    def __init__(self, world: World, plan: Plan) -> None:
        directory = world.directory
        if not directory.exophones:
            message = "the world has no ExoPhone, and every call needs one"
            raise BadInput(message, hint="Add one: POST /_mock/v1/worlds/{account_sid}/numbers.")
        self.plan = plan
        self._world = world
        self._settings = world.settings
        self._zone = world.zone
        self._calendar = Calendar(plan.since, plan.until, world.zone)
        self._exophones = first_ones_busiest(exophone.contact for exophone in directory.exophones)
        phones = [
            device.contact
            for user in directory.users
            for device in user.devices
            if device.is_verified and not device.contact.is_sip
        ]
        agents = [known_party(directory, contact) for contact in phones]
        self._agents = first_ones_busiest([*agents, *(_outsider(world, "agent", place) for place in range(OUTSIDERS))])
        self._customer = lru_cache(_PARTIES_AT_HAND)(lambda place: _outsider(world, "customer", place))
        self._told = cache(self._tell)

    def rest(self) -> None:
        """Let go of what is only at hand to be quick."""
        self._customer.cache_clear()
        self._told.cache_clear()

    def call(self, number: int, *, serial: int = 0) -> Call:
        """Call number 0, 1, 2 ... as it is when it has settled. `serial` is its number among all calls of the world."""
        plan, world = self.plan, self._world
        rng = world.rng("history", f"{plan.seed}/{number}")
        at = self._calendar.moment((number + rng.random()) / plan.calls)
        order = self._order(rng)
        sid = new_sid(rng, at.astimezone(self._zone))
        course = self._told(rng.randrange(STORIES), is_inbound=order.direction is Direction.INBOUND)
        return retold(course, sid, order, at, rng, serial=serial)

    def _tell(self, number: int, *, is_inbound: bool) -> Call:
        """The course of a call with story `number`, of no order in particular."""
        rng = self._world.rng("story", f"{self.plan.seed}/{number}")
        story = random_story(rng)
        if is_inbound:
            story = replace(story, from_party=PartyStory(gives_up_after=story.from_party.gives_up_after))
        order, at = self._order(rng), self.plan.since
        return told(begin("", order, story, at, account_sid=self._world.sid, pace=self._settings.pace), rng)

    def _order(self, rng: Random) -> Order:
        direction = _DIRECTIONS.draw(rng)
        agent, customer = self._agents.draw(rng), self._customer(_place(rng))
        from_party, to_party = (customer, agent) if direction is Direction.INBOUND else (agent, customer)
        return Order(
            from_party,
            to_party,
            self._exophones.draw(rng),
            direction,
            RING_TIMEOUT,
            TIME_LIMIT,
            recording=_RECORDINGS.draw(rng),
        )


def longest_life(world: World) -> timedelta:
    """From a call's creation until it has settled, at most."""
    pace = world.settings.pace
    late = max(pace.process_after, pace.settle_after)
    return timedelta(seconds=pace.dial_after + RING_TIMEOUT + TIME_LIMIT + late)


_DIRECTIONS = Weighted(DIRECTIONS)
_RECORDINGS = Weighted(RECORDINGS)


def _place(rng: Random) -> int:
    """Which customer it is; 0 is the best one."""
    return int(REGULARS * ((1.0 - rng.random()) ** (-1 / LOYALTY) - 1.0))


def _outsider(world: World, role: str, place: int) -> Party:
    digest = hashlib.blake2b(f"{world.seed}/{role}/{place}".encode(), digest_size=8).digest()
    series, line = divmod(int.from_bytes(digest), 1_000_000)
    return Party(Contact(f"+91{MOBILE_SERIES[series % len(MOBILE_SERIES)]}{line:06}"))
