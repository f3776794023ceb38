"""A world: one account and all that belongs to it. Worlds never see each other."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Directory
from mockserver.domain.errors import BadInput
from mockserver.domain.order import DEFAULT_PACE, Pace
from mockserver.engine.alarms import Alarms
from mockserver.engine.clock import Clock, ClockMode
from mockserver.engine.coverage import Exercised
from mockserver.engine.events import EventLog
from mockserver.engine.faults import Faults
from mockserver.engine.journal import Journal
from mockserver.engine.parking import Parking
from mockserver.engine.ports import Store
from mockserver.engine.quotas import Quota, Quotas
from mockserver.engine.scenarios import Scenarios
from mockserver.streams.known import Streams


@dataclass(frozen=True, slots=True)
class Account:
    """Who may come in: Basic user `key` (or the sid) and password `token`; or with the `access_token` alone."""

    sid: str
    key: str
    token: str
    access_token: str = ""

    def __post_init__(self) -> None:
        if not self.access_token:
            object.__setattr__(self, "access_token", f"{self.sid}-token")


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """How this world behaves where the provider leaves a choice.

    `is_strict` refuses what the provider is known or assumed to overlook, such as misspelt parameters. `retry_after`
    holds the delays in seconds before each further attempt of a failed callback; empty means one attempt only, as the
    primary documentation promises no retry. `callback_timeout` is in real seconds. `alarm_window` is how long after a
    lost answer, in seconds of the clock, dialling the same pair again raises the double-dial alarm. `readings` picks
    among the readings of what documentation leaves open, by name (providers declare the names and their values).
    `ended_webhooks` are URLs that are told of every call that is over; `sla_seconds` is within how many a caller
    should be answered. `hosts` maps hosts of callbacks and streams to the base URLs where they are served instead. With
    `checks_audio`, what is played is fetched once, to see whether the provider could. At most `stream_limit` streams
    are open at a time.
    """

    zone_name: str = "Asia/Kolkata"
    is_voip_allowed: bool = True
    is_strict: bool = False
    retry_after: tuple[float, ...] = ()
    callback_timeout: float = 15.0
    alarm_window: float = 120.0
    pace: Pace = DEFAULT_PACE
    readings: Mapping[str, str] = field(default_factory=dict)
    ended_webhooks: tuple[str, ...] = ()
    sla_seconds: float = 20.0
    hosts: Mapping[str, str] = field(default_factory=dict)
    checks_audio: bool = False
    stream_limit: int = 100

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"no time zone is called {self.zone_name!r}"
            raise BadInput(message, where="zone", hint="Use an IANA name such as Asia/Kolkata.") from error


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """What a world is made of. `exophones` are added to the sample directory, in any spelling."""

    account: Account
    seed: int = 0
    clock_mode: ClockMode = ClockMode.REAL
    speed: float = 1.0
    start: datetime | None = None
    draws_outcomes: bool = False
    exophones: tuple[Contact, ...] = ()
    quotas: tuple[Quota, ...] = ()
    settings: WorldSettings = field(default_factory=WorldSettings)


class Wordings:
    """A bounded memory of rendered records; the longest unused goes first."""

    def __init__(self, capacity: int = 4_096) -> None:
        self._capacity = capacity
        self._known: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The wording under `key`, made if it is not known."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make()
            if len(self._known) > self._capacity:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known

    def clear(self) -> None:
        self._known.clear()


class World:
    """Identity and parts. Everything that is random in it is derived from `seed`; `public_url` is where clients find
    the server.
    """

    def __init__(
        self,
        spec: WorldSpec,
        *,
        store: Store,
        journal: Journal,
        public_url: str,
        populate: Callable[[Directory, WorldSpec], None],
    ) -> None:
        self.spec = spec
        self.account = spec.account
        self.seed = spec.seed
        self.settings = spec.settings
        self.clock = Clock(spec.clock_mode, speed=spec.speed, start=spec.start)
        self.scenarios = Scenarios(draws_outcomes=spec.draws_outcomes)
        self.store = store
        self.journal = journal
        self.public_url = public_url
        self.faults = Faults(self.rng, self.now)
        self.quotas = Quotas(self.now, spec.quotas)
        self.parking = Parking()
        self.events = EventLog()
        self.alarms = Alarms(lambda: self.clock, lambda: self.settings.alarm_window, self.events.append)
        self._populate = populate
        self._counts: dict[str, int] = {}
        # What providers have worded of settled calls, by whatever key they like; forgotten with the calls.
        self.wordings = Wordings()
        # URLs of audio that has been fetched.
        self.audio = set[str]()
        self.exercised = Exercised()
        self.streams = Streams()
        # Whether it stays when nobody uses it, and how many requests have.
        self.lasts = False
        self.uses = 0

    def touch(self) -> None:
        """Somebody uses it."""
        self.uses += 1

    @cached_property
    def directory(self) -> Directory:
        """Made when first needed: realistic names cost more to import than the server takes to start."""
        directory = Directory()
        self._populate(directory, self.spec)
        return directory

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone_name)

    @property
    def sid(self) -> str:
        return self.account.sid

    def apply_settings(self, settings: WorldSettings) -> None:
        self.settings = settings
        self.__dict__.pop("zone", None)
        self.wordings.clear()

    def forget_calls(self) -> None:
        """What is kept here because of calls, which are about to go."""
        self.wordings.clear()
        self.audio.clear()
        self.restart("serial")

    def forget_directory(self) -> None:
        """Back to the directory that the world began with."""
        self.__dict__.pop("directory", None)

    def now(self) -> datetime:
        """By the clock that the world has at this moment: a snapshot brings another."""
        return self.clock.now()

    def next_number(self, purpose: str) -> int:
        """1, 2, 3 ... for each purpose."""
        number = self._counts.get(purpose, 0) + 1
        self._counts[purpose] = number
        return number

    def restart(self, purpose: str) -> None:
        """Let the numbers of a purpose begin with 1 again."""
        self._counts.pop(purpose, None)

    def rng(self, purpose: str, key: object) -> Random:
        """Randomness that depends on nothing but the seed, what it is for, and for whom."""
        return Random(f"{self.seed}/{purpose}/{key}")  # noqa: S311  repeatable is what it has to be

    def new_id(self, purpose: str) -> str:
        """32 hexadecimal digits, derived like all randomness here (a hash is cheaper than a generator)."""
        text = f"{self.seed}/{purpose}/{self.next_number(purpose)}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
