"""Calls that come in: whom the platform dials for them, and what those do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow, Group
from mockserver.domain.errors import BadInput
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction, Order, Route
from mockserver.domain.story import Reaction, Side, Story, magic_party
from mockserver.engine.callers import known_party
from mockserver.engine.connecting import agents
from mockserver.engine.world import World


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call to an ExoPhone. Times in seconds; what route it takes, as Route has it.

    It is for the users of `group` (by default the first group of the account), or for `user_ids` if they are named.
    """

    caller: Contact
    exophone: Contact
    group_id: int | None = None
    user_ids: tuple[str, ...] | None = None
    flow_id: str | None = None
    is_parallel: bool = True
    menu: float = 0.0
    queue: float = 0.0
    recording: Recording | None = None
    custom_field: str | None = None


def arrived(world: World, arrival: Arrival) -> Order:
    """The order for a call that comes in now.

    Agents whose devices are all off, not verified or busy are passed over. Raises UnknownExophone, UnknownUser
    and UnknownEntry.
    """
    directory = world.directory
    directory.exophone(arrival.exophone)
    flow = _flow(world, arrival)
    if flow is not None and flow.applets:
        _refuse_route(arrival, flow)
    return Order(
        from_party=known_party(directory, arrival.caller),
        to_party=None,
        exophone=arrival.exophone,
        direction=Direction.INBOUND,
        custom_field=arrival.custom_field,
        recording=arrival.recording,
        flow=flow,
        # Applets say themselves whom the call is for.
        route=Route() if flow is not None and flow.applets else _route(world, arrival),
    )


def _route(world: World, arrival: Arrival) -> Route:
    group, directory = _group(world, arrival), world.directory
    user_ids = arrival.user_ids if arrival.user_ids is not None else group.user_ids if group else ()
    found = agents(world, (directory.user(user_id) for user_id in user_ids), group)
    parties = tuple(party for party, _ in found if party is not None)
    return Route(parties, arrival.is_parallel, arrival.menu, arrival.queue, group.id if group else None)


def routed(order: Order, story: Story, *, is_magic: bool) -> tuple[Order, Story]:
    """Order and story with one party story for each agent; who is never dialled is left out.

    With `is_magic`, agents with magic numbers tell their own.
    """
    route = order.route
    if route is None:
        return order, story
    told = []
    for place, party in enumerate(route.parties):
        own = magic_party(party.contact, Side.TO) if is_magic else None
        told.append((party, own or story.party(Side.TO, place)))
    dialled = [(party, does) for party, does in told if does.reaction is not Reaction.NOT_DIALLED]
    parties, stories = tuple(party for party, _ in dialled), tuple(does for _, does in dialled)
    caller = magic_party(order.from_party.contact, Side.FROM) if is_magic else None
    return (
        replace(order, route=replace(route, parties=parties)),
        replace(
            story,
            from_party=caller if caller and caller.reaction is Reaction.ANSWERS else story.from_party,
            to_party=stories[0] if stories else story.to_party,
            # Whom a flow will dial nobody knows yet: they are still to be told of.
            others=story.others if order.runs_applets else stories[1:],
        ),
    )


def _group(world: World, arrival: Arrival) -> Group | None:
    directory = world.directory
    if arrival.group_id is not None:
        return directory.group(arrival.group_id)
    return None if arrival.user_ids is not None else next(iter(directory.groups.values()), None)


def _flow(world: World, arrival: Arrival) -> Flow | None:
    """The flow that is named, or the one that the ExoPhone's voice URL leads to."""
    directory = world.directory
    if arrival.flow_id is not None:
        return directory.flow(arrival.flow_id)
    return directory.flows.get(directory.exophone(arrival.exophone).flow_id or "")


def _refuse_route(arrival: Arrival, flow: Flow) -> None:
    """Raises BadInput for what the applets of a flow say themselves."""
    told = {
        "group_id": arrival.group_id,
        "user_ids": arrival.user_ids,
        "menu": arrival.menu or None,
        "queue": arrival.queue or None,
    }
    for name, value in told.items():
        if value is not None:
            message = f"{name} is for calls without applets: flow {flow.id} says itself who is dialled, and when"
            raise BadInput(message, where=name)
