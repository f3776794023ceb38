"""Scenarios: what the next calls will meet."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.control import story_views, world_views
from mockserver.control.bodies import DistributionBody, RuleBody, StoryBody
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.errors import UnknownScenario
from mockserver.operations.operation import Operation

_described = OUR_OWN.field


async def get_scenarios(visit: Visit) -> story_views.ScenariosView:
    return story_views.scenarios_view(visit.world.scenarios)


async def tell_next(visit: Visit) -> story_views.ScenariosView:
    scenarios, body = visit.world.scenarios, await visit.body(StoryBody)
    scenarios.tell_next(body.story())
    return story_views.scenarios_view(scenarios)


async def add_rule(visit: Visit) -> story_views.RuleView:
    return story_views.rule_view((await visit.body(RuleBody)).add_to(visit.world.scenarios))


async def delete_rule(visit: Visit) -> story_views.RuleView:
    return story_views.rule_view(visit.world.scenarios.remove_rule(visit.path("rule_id")))


async def put_default(visit: Visit) -> story_views.ScenariosView:
    scenarios, body = visit.world.scenarios, await visit.body(StoryBody)
    scenarios.default = body.story()
    return story_views.scenarios_view(scenarios)


async def put_distribution(visit: Visit) -> story_views.ScenariosView:
    scenarios, body = visit.world.scenarios, await visit.body(DistributionBody)
    scenarios.draw_from(tuple(one.share() for one in body.outcomes))
    return story_views.scenarios_view(scenarios)


async def list_named(visit: Visit) -> NamedList:
    return NamedList([NamedView(name, scenario.size()) for name, scenario in visit.desk.scenarios.items()])


async def apply_named(visit: Visit) -> NamedView:
    name = visit.path("name")
    scenario = visit.desk.scenarios.get(name)
    if scenario is None:
        message = f"no scenario is called {name!r}"
        known = ", ".join(visit.desk.scenarios) or "none"
        raise UnknownScenario(message, hint=f"Those of --scenarios are: {known}.")
    return NamedView(name, scenario.apply(visit.world))


async def clear_scenarios(visit: Visit) -> world_views.Removed:
    return world_views.Removed({"scenarios": visit.world.scenarios.clear()})


class NamedView(msgspec.Struct):
    name: Annotated[str, _described()]
    brings: Annotated[dict[str, int], _described("how many of each kind")]


class NamedList(msgspec.Struct):
    scenarios: list[NamedView]


_SCENARIOS = "/worlds/{account_sid}/scenarios"
_IN_WORLD = error_rows(errors.UnknownWorld)
_TELLS = error_rows(errors.UnknownWorld, errors.BadStory)

OPERATIONS = (
    Operation(
        "control.get-scenarios",
        "GET",
        _SCENARIOS,
        "Read the next-call queue, the rules and the default story",
        OUR_OWN,
        get_scenarios,
        story_views.ScenariosView,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.clear-scenarios",
        "DELETE",
        _SCENARIOS,
        "Forget queue and rules",
        OUR_OWN,
        clear_scenarios,
        world_views.Removed,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.tell-next",
        "POST",
        f"{_SCENARIOS}/next",
        "Tell the story of the next call",
        OUR_OWN,
        tell_next,
        story_views.ScenariosView,
        request=StoryBody,
        status=201,
        errors=_TELLS,
    ),
    Operation(
        "control.put-default-story",
        "PUT",
        f"{_SCENARIOS}/default",
        "Tell the story of calls that nothing else covers",
        OUR_OWN,
        put_default,
        story_views.ScenariosView,
        request=StoryBody,
        errors=_TELLS,
    ),
    Operation(
        "control.put-distribution",
        "PUT",
        f"{_SCENARIOS}/distribution",
        "Let calls that nothing else covers draw their outcome",
        OUR_OWN,
        put_distribution,
        story_views.ScenariosView,
        request=DistributionBody,
        errors=_TELLS,
    ),
    Operation(
        "control.list-named-scenarios",
        "GET",
        "/scenarios",
        "List the scenarios of the files that the server was started with",
        OUR_OWN,
        list_named,
        NamedList,
        errors=error_rows(),
    ),
    Operation(
        "control.apply-scenario",
        "POST",
        f"{_SCENARIOS}/named/{{name}}",
        "Bring a named scenario into a world",
        OUR_OWN,
        apply_named,
        NamedView,
        errors=error_rows(
            errors.UnknownWorld, errors.UnknownScenario, errors.UnknownUser, errors.AlreadyExists, errors.BadStory
        ),
    ),
    Operation(
        "control.add-rule",
        "POST",
        f"{_SCENARIOS}/rules",
        "Tell the story of calls between certain numbers",
        OUR_OWN,
        add_rule,
        story_views.RuleView,
        request=RuleBody,
        status=201,
        errors=error_rows(errors.UnknownWorld, errors.BadStory, errors.BadContact),
    ),
    Operation(
        "control.delete-rule",
        "DELETE",
        f"{_SCENARIOS}/rules/{{rule_id}}",
        "Remove a rule",
        OUR_OWN,
        delete_rule,
        story_views.RuleView,
        errors=error_rows(errors.UnknownWorld, errors.UnknownRule),
    ),
)
