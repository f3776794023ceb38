# Made of ../awaiting by tests/support/blocking.py: change it there.
"""What the next calls of a world will do, and what will go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from mockserver.control.bodies import DistributionBody, MatchBody, RuleBody, ShareBody, StoryBody
from mockserver.control.scenarios import NamedView
from mockserver.control.story_views import RuleView, ScenariosView
from mockserver.control.world_views import Removed
from mockserver.testing.client.blocking.part import Part
from mockserver.testing.client.fields import StoryFields
from mockserver.testing.client.wire import segment


class Scenarios(Part):
    """Stories: of the next call, of calls between certain numbers, of all others."""

    def scenarios(self) -> ScenariosView:
        """The next-call queue, the rules, the default story and the distribution."""
        return self._ask(ScenariosView, "GET", "/scenarios")

    def clear_scenarios(self) -> dict[str, int]:
        """Forget queue and rules; how many went."""
        return (self._ask(Removed, "DELETE", "/scenarios")).removed

    def tell_next(self, **story: Unpack[StoryFields]) -> ScenariosView:
        """Tell the story of the next call, behind those that are told already."""
        return self._ask(ScenariosView, "POST", "/scenarios/next", StoryBody(**story))

    def tell_default(self, **story: Unpack[StoryFields]) -> ScenariosView:
        """Tell the story of calls that nothing else covers."""
        return self._ask(ScenariosView, "PUT", "/scenarios/default", StoryBody(**story))

    def draw_outcomes(self, outcomes: Sequence[ShareBody]) -> ScenariosView:
        """Let calls that nothing else covers draw their outcome; the percents come to 100."""
        body = DistributionBody(list(outcomes))
        return self._ask(ScenariosView, "PUT", "/scenarios/distribution", body)

    def add_rule(
        self, story: StoryBody, match: MatchBody | None = None, *, times: int | None = None, priority: int = 0
    ) -> RuleView:
        """Tell the story of calls between certain numbers."""
        body = RuleBody(story=story, match=match or MatchBody(), times=times, priority=priority)
        return self._ask(RuleView, "POST", "/scenarios/rules", body)

    def delete_rule(self, rule_id: str) -> RuleView:
        return self._ask(RuleView, "DELETE", f"/scenarios/rules/{segment(rule_id)}")

    def apply_scenario(self, name: str) -> NamedView:
        """Bring a scenario of the server's files into this world."""
        return self._ask(NamedView, "POST", f"/scenarios/named/{segment(name)}")
