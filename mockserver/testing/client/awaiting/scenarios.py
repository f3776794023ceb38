"""What the next calls of a world will do, and what will go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from mockserver.control.bodies import DistributionBody, MatchBody, RuleBody, ShareBody, StoryBody
from mockserver.control.scenarios import NamedView
from mockserver.control.story_views import RuleView, ScenariosView
from mockserver.control.world_views import Removed
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.fields import StoryFields
from mockserver.testing.client.wire import segment


class AsyncScenarios(AsyncPart):
    """Stories: of the next call, of calls between certain numbers, of all others."""

    async def scenarios(self) -> ScenariosView:
        """The next-call queue, the rules, the default story and the distribution."""
        return await self._ask(ScenariosView, "GET", "/scenarios")

    async def clear_scenarios(self) -> dict[str, int]:
        """Forget queue and rules; how many went."""
        return (await self._ask(Removed, "DELETE", "/scenarios")).removed

    async def tell_next(self, **story: Unpack[StoryFields]) -> ScenariosView:
        """Tell the story of the next call, behind those that are told already."""
        return await self._ask(ScenariosView, "POST", "/scenarios/next", StoryBody(**story))

    async def tell_default(self, **story: Unpack[StoryFields]) -> ScenariosView:
        """Tell the story of calls that nothing else covers."""
        return await self._ask(ScenariosView, "PUT", "/scenarios/default", StoryBody(**story))

    async def draw_outcomes(self, outcomes: Sequence[ShareBody]) -> ScenariosView:
        """Let calls that nothing else covers draw their outcome; the percents come to 100."""
        body = DistributionBody(list(outcomes))
        return await self._ask(ScenariosView, "PUT", "/scenarios/distribution", body)

    async def add_rule(
        self, story: StoryBody, match: MatchBody | None = None, *, times: int | None = None, priority: int = 0
    ) -> RuleView:
        """Tell the story of calls between certain numbers."""
        body = RuleBody(story=story, match=match or MatchBody(), times=times, priority=priority)
        return await self._ask(RuleView, "POST", "/scenarios/rules", body)

    async def delete_rule(self, rule_id: str) -> RuleView:
        return await self._ask(RuleView, "DELETE", f"/scenarios/rules/{segment(rule_id)}")

    async def apply_scenario(self, name: str) -> NamedView:
        """Bring a scenario of the server's files into this world."""
        return await self._ask(NamedView, "POST", f"/scenarios/named/{segment(name)}")
