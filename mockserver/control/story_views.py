"""Stories and rules as control shows them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.control.script_bodies import TurnBody, turn_view
from mockserver.domain.story import PartyStory, Story
from mockserver.engine.scenarios import Rule, Scenarios

_described = OUR_OWN.field


class PartyView(msgspec.Struct):
    reaction: str
    ring: float
    digits: str
    is_machine: bool
    gives_up_after: float | None
    cause: str | None
    says: list[TurnBody]


class StoryView(msgspec.Struct):
    from_: PartyView = msgspec.field(name="from")
    to: PartyView
    talk: float | None
    hangs_up: str
    others: list[PartyView]
    voicemail: float | None
    asks_callback_after: float | None


class MatchView(msgspec.Struct):
    from_: str | None = msgspec.field(name="from")
    to: str | None
    exophone: str | None


class RuleView(msgspec.Struct):
    id: str
    match: MatchView
    story: StoryView
    remaining: Annotated[int | None, _described("for how many more calls; null: for all")]
    matched: int
    priority: int


class ShareView(msgspec.Struct):
    percent: int
    side: str
    reaction: str
    is_machine: bool
    gives_up: bool


class ScenariosView(msgspec.Struct):
    """In the order in which they are asked: queue, rules, magic numbers, then the default (or a random draw)."""

    next: Annotated[list[StoryView], _described("the next-call queue")]
    rules: list[RuleView]
    default: StoryView
    outcomes: Annotated[str, _described(enum=["story", "random"])]
    distribution: Annotated[list[ShareView], _described("what random outcomes are drawn from, in percent")]


def story_view(story: Story) -> StoryView:
    return StoryView(
        from_=_party_view(story.from_party),
        to=_party_view(story.to_party),
        talk=story.talk,
        hangs_up=story.hangs_up,
        others=[_party_view(party) for party in story.others],
        voicemail=story.voicemail,
        asks_callback_after=story.asks_callback_after,
    )


def _party_view(party: PartyStory) -> PartyView:
    facts = party.reaction, party.ring, party.digits, party.is_machine, party.gives_up_after, party.cause
    return PartyView(*facts, [turn_view(turn) for turn in party.says])


def rule_view(rule: Rule) -> RuleView:
    match = rule.match
    keys = [contact.key if contact else None for contact in (match.from_contact, match.to_contact, match.exophone)]
    return RuleView(rule.id, MatchView(*keys), story_view(rule.story), rule.remaining, rule.matched, rule.priority)


def scenarios_view(scenarios: Scenarios) -> ScenariosView:
    return ScenariosView(
        next=[story_view(story) for story in scenarios.next_stories],
        rules=[rule_view(rule) for rule in scenarios.rules],
        default=story_view(scenarios.default),
        outcomes="random" if scenarios.draws_outcomes else "story",
        distribution=[
            ShareView(one.percent, one.side, one.reaction, one.is_machine, one.gives_up)
            for one in scenarios.distribution
        ],
    )
