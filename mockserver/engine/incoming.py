"""Calls that come in: whom the platform dials for them, and what those do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Flow, Group, User
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction, Order, Party, Route
from mockserver.domain.story import Reaction, Side, Story, magic_party
from mockserver.engine.callers import known_party
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
    group = _group(world, arrival)
    user_ids = arrival.user_ids if arrival.user_ids is not None else group.user_ids if group else ()
    agents = tuple(_agents(world, (directory.user(user_id) for user_id in user_ids), group))
    return Order(
        from_party=known_party(directory, arrival.caller),
        to_party=None,
        exophone=arrival.exophone,
        direction=Direction.INBOUND,
        custom_field=arrival.custom_field,
        recording=arrival.recording,
        flow=_flow(world, arrival),
        route=Route(agents, arrival.is_parallel, arrival.menu, arrival.queue, group.id if group else None),
    )


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
            others=stories[1:],
        ),
    )


def _group(world: World, arrival: Arrival) -> Group | None:
    directory = world.directory
    if arrival.group_id is not None:
        return directory.group(arrival.group_id)
    return None if arrival.user_ids is not None else next(iter(directory.groups.values()), None)


def _flow(world: World, arrival: Arrival) -> Flow | None:
    return None if arrival.flow_id is None else world.directory.flow(arrival.flow_id)


def _agents(world: World, users: Iterable[User], group: Group | None) -> Iterable[Party]:
    for user in users:
        device = next((one for one in user.devices if _can_ring(world, one)), None)
        if device is None or any(world.store.holder_of(key) for key in Party(device.contact, user_id=user.id).keys):
            continue
        yield Party(device.contact, user.name, user.id, group.id if group else None, group.name if group else None)


def _can_ring(world: World, device: Device) -> bool:
    is_allowed = world.settings.is_voip_allowed or not device.contact.is_sip
    return device.is_available and device.is_verified and is_allowed
