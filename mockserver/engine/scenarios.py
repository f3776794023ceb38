"""Which story the next call tells: the next-call queue, then rules, then magic numbers, then the default."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from random import Random

from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadInput, BadStory, UnknownRule
from mockserver.domain.order import Order
from mockserver.domain.story import DEFAULT_STORY, PartyStory, Reaction, Side, Story, magic_story

_LONGEST_QUEUE = 10_000
_ALL = 100


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls a rule is for; None matches all."""

    from_contact: Contact | None = None
    to_contact: Contact | None = None
    exophone: Contact | None = None

    def covers(self, order: Order) -> bool:
        to_contact = order.to_party.contact if order.to_party else None
        return (
            self.from_contact in {None, order.from_party.contact}
            and self.to_contact in {None, to_contact}
            and self.exophone in {None, order.exophone}
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """`remaining` counts down to the end of the rule; None is for ever. Of several, the highest `priority` holds."""

    id: str
    match: Match
    story: Story
    remaining: int | None = None
    matched: int = 0
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A story and who told it: `next-call queue`, `rule r1`, `magic number`, `default` or `random`."""

    story: Story
    by: str


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome of the random distribution, in percent of the calls."""

    percent: int
    side: Side
    reaction: Reaction
    is_machine: bool = False
    gives_up: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.percent <= _ALL:
            message = f"percent must be from 1 to {_ALL}, not {self.percent}"
            raise BadStory(message, where="percent")
        if self.gives_up and (self.side is Side.FROM or self.reaction is not Reaction.NO_ANSWER):
            message = "who gives up waits for a to party with the reaction no-answer"
            raise BadStory(message, where="gives_up")
        if self.is_machine and self.reaction is not Reaction.ANSWERS:
            message = "a machine answers"
            raise BadStory(message, where="is_machine")


# What --outcomes random draws from. Assumed: a plausible sales desk, not a figure of any provider.
RANDOM_OUTCOMES = (
    Share(58, Side.TO, Reaction.ANSWERS),
    Share(2, Side.TO, Reaction.ANSWERS, is_machine=True),
    Share(16, Side.TO, Reaction.NO_ANSWER),
    Share(6, Side.TO, Reaction.BUSY),
    Share(3, Side.TO, Reaction.REJECTS),
    Share(3, Side.TO, Reaction.UNREACHABLE),
    Share(2, Side.TO, Reaction.NO_ANSWER, gives_up=True),
    Share(6, Side.FROM, Reaction.NO_ANSWER),
    Share(2, Side.FROM, Reaction.BUSY),
    Share(1, Side.FROM, Reaction.REJECTS),
    Share(1, Side.FROM, Reaction.UNREACHABLE),
)


class Scenarios:
    """A world's rules. Of those that cover a call, the one with the highest priority is used, of several the first.

    `distribution` is what calls without a story draw from, if they draw at all.
    """

    def __init__(self, *, draws_outcomes: bool = False) -> None:
        self.draws_outcomes = draws_outcomes
        self.distribution: tuple[Share, ...] = RANDOM_OUTCOMES
        self.default = DEFAULT_STORY
        self._next: deque[Story] = deque()
        self._rules: dict[str, Rule] = {}
        self._rule_count = 0

    @property
    def next_stories(self) -> tuple[Story, ...]:
        return tuple(self._next)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(self._rules.values())

    def tell_next(self, story: Story) -> None:
        """Queue a story for the next call that is placed."""
        if len(self._next) >= _LONGEST_QUEUE:
            message = f"the next-call queue is full ({_LONGEST_QUEUE} stories)"
            raise BadInput(message, hint="Clear it with DELETE .../scenarios.")
        self._next.append(story)

    def add_rule(self, match: Match, story: Story, times: int | None = None, priority: int = 0) -> Rule:
        if len(self._rules) >= _LONGEST_QUEUE:
            self._rules = {known.id: known for known in self._rules.values() if known.remaining != 0}
        if len(self._rules) >= _LONGEST_QUEUE:
            message = f"there are {_LONGEST_QUEUE} scenario rules already"
            raise BadInput(message, hint="Clear them with DELETE .../scenarios.")
        self._rule_count += 1
        rule = Rule(f"r{self._rule_count}", match, story, times, priority=priority)
        last = next(reversed(self._rules.values()), rule)
        self._rules[rule.id] = rule
        if rule.priority > last.priority:
            # Sorting keeps the order of equals.
            self._rules = {one.id: one for one in sorted(self._rules.values(), key=lambda one: -one.priority)}
        return rule

    def draw_from(self, distribution: tuple[Share, ...]) -> None:
        """Let calls that nothing else covers draw their outcome. Raises BadStory unless the percents come to 100."""
        total = sum(share.percent for share in distribution)
        if total != _ALL:
            message = f"the percents of a distribution come to {_ALL}, not {total}"
            raise BadStory(message, where="outcomes")
        self.distribution, self.draws_outcomes = distribution, True

    def remove_rule(self, rule_id: str) -> Rule:
        try:
            return self._rules.pop(rule_id)
        except KeyError:
            message = f"no scenario rule {rule_id!r}"
            raise UnknownRule(message) from None

    def clear(self) -> int:
        removed = len(self._next) + len(self._rules)
        self._next.clear()
        self._rules.clear()
        self.default, self.distribution = DEFAULT_STORY, RANDOM_OUTCOMES
        return removed

    def story_for(self, order: Order, rng: Random) -> Told:
        if self._next:
            return Told(self._next.popleft(), "next-call queue")
        for rule in self._rules.values():
            if rule.remaining != 0 and rule.match.covers(order):
                remaining = None if rule.remaining is None else rule.remaining - 1
                self._rules[rule.id] = replace(rule, remaining=remaining, matched=rule.matched + 1)
                return Told(rule.story, f"rule {rule.id}")
        to_contact = order.to_party.contact if order.to_party else None
        magic = None if order.route else magic_story(order.from_party.contact, to_contact, self.default)
        if magic is not None:
            return Told(magic, "magic number")
        if self.draws_outcomes:
            return Told(random_story(rng, self.distribution), "random")
        return Told(self.default, "default")


_SHORTEST_RING, _LONGEST_RING = 1, 20
_MEDIAN_TALK, _TALK_SPREAD, _LONGEST_TALK = 60.0, 0.9, 1800


@lru_cache(maxsize=64)
def _upto(distribution: tuple[Share, ...]) -> list[int]:
    return list(accumulate(share.percent for share in distribution))


# Frozen, and so few that calls may share them.
_party = lru_cache(maxsize=512)(PartyStory)


def random_story(rng: Random, distribution: tuple[Share, ...] = RANDOM_OUTCOMES) -> Story:
    """A story by a distribution: rings uniform 1 to 20 s, talk log-normal around a median of 60 s, at most 30 min."""
    share = rng.choices(distribution, cum_weights=_upto(distribution))[0]
    rings = {side: float(rng.randint(_SHORTEST_RING, _LONGEST_RING)) for side in (Side.FROM, Side.TO)}
    parties = {side: _party(ring=ring) for side, ring in rings.items()}
    ring = 0.0 if share.reaction is Reaction.NO_ANSWER else rings[share.side]
    parties[share.side] = _party(share.reaction, ring=ring, is_machine=share.is_machine)
    if share.gives_up:
        parties[Side.FROM] = replace(parties[Side.FROM], gives_up_after=float(rng.randint(2, _LONGEST_RING)))
    talk = min(_LONGEST_TALK, max(1, round(_MEDIAN_TALK * rng.lognormvariate(0.0, _TALK_SPREAD))))
    return Story(parties[Side.FROM], parties[Side.TO], talk=float(talk), hangs_up=rng.choice((Side.FROM, Side.TO)))
