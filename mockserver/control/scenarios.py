"""Scenarios and faults: what the next calls and requests will meet."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.control import story_views, world_views
from mockserver.control.bodies import DistributionBody, FaultBody, RuleBody, StoryBody
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.errors import BadInput, UnknownScenario
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


async def list_faults(visit: Visit) -> story_views.FaultList:
    return story_views.FaultList([story_views.fault_view(rule) for rule in visit.world.faults.rules])


async def add_fault(visit: Visit) -> story_views.FaultView:
    faults, body = visit.world.faults, await visit.body(FaultBody)
    if body.operation is not None and body.operation not in visit.desk.operations:
        message = f"no operation is called {body.operation!r}"
        hint = f"The operations are {', '.join(sorted(visit.desk.operations))}."
        raise BadInput(message, where="operation", hint=hint)
    return story_views.fault_view(faults.add(body.operation, body.status, body.code, body.text, body.times))


async def delete_fault(visit: Visit) -> story_views.FaultView:
    return story_views.fault_view(visit.world.faults.remove(visit.path("fault_id")))


async def heal(visit: Visit) -> world_views.Removed:
    return world_views.Removed({"faults": visit.world.faults.clear()})


class NamedView(msgspec.Struct):
    name: Annotated[str, _described()]
    brings: Annotated[dict[str, int], _described("how many of each kind")]


class NamedList(msgspec.Struct):
    scenarios: list[NamedView]


_SCENARIOS = "/worlds/{account_sid}/scenarios"
_FAULTS = "/worlds/{account_sid}/faults"
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
    Operation(
        "control.list-faults",
        "GET",
        _FAULTS,
        "List the fault rules",
        OUR_OWN,
        list_faults,
        story_views.FaultList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.add-fault",
        "POST",
        _FAULTS,
        "Answer the next requests of an operation with an error",
        OUR_OWN,
        add_fault,
        story_views.FaultView,
        request=FaultBody,
        status=201,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.heal",
        "DELETE",
        _FAULTS,
        "Remove all fault rules",
        OUR_OWN,
        heal,
        world_views.Removed,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.delete-fault",
        "DELETE",
        f"{_FAULTS}/{{fault_id}}",
        "Remove a fault rule",
        OUR_OWN,
        delete_fault,
        story_views.FaultView,
        errors=error_rows(errors.UnknownWorld, errors.UnknownFault),
    ),
)
