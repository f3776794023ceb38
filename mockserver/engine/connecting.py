"""Whom a connect applet can dial now: agents who are off, not verified or busy are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mockserver.domain.applets import Connecting, Destination, Dial
from mockserver.domain.call import Call
from mockserver.domain.directory import Device, Group, User
from mockserver.domain.errors import UnknownEntry, UnknownUser
from mockserver.domain.order import Party, Route
from mockserver.domain.story import Reaction, Side, magic_party
from mockserver.engine.callers import known_party
from mockserver.engine.world import World

# A party, or why it is passed over.
Found = tuple[Party | None, str]


def connecting(world: World, call: Call, dial: Dial) -> tuple[Connecting, tuple[str, ...]]:
    """Who can be rung and what they do, and in words who was passed over.

    Magic numbers tell their own stories; for all others the call's story goes on where it has come to.
    """
    found = [*(_destination(world, one) for one in dial.destinations), *_users(world, dial)]
    parties = [party for party, _ in found if party is not None]
    first = len(call.legs_on(Side.TO))
    told = [
        (party, magic_party(party.contact, Side.TO) or call.story.party(Side.TO, first + place))
        for place, party in enumerate(parties)
    ]
    dialled = [(party, does) for party, does in told if does.reaction is not Reaction.NOT_DIALLED]
    route = Route(tuple(party for party, _ in dialled), dial.is_parallel, group_id=dial.group_id, dial=dial)
    return Connecting(dial, route, tuple(does for _, does in dialled)), tuple(why for _, why in found if why)


def agents(world: World, users: Iterable[User], group: Group | None) -> Iterator[Found]:
    """Each user on the first device that can ring."""
    for user in users:
        device = next((one for one in user.devices if can_ring(world, one)), None)
        if device is None:
            yield None, f"{user.name} has no device that is on and verified"
            continue
        name = (group.id, group.name) if group else (None, None)
        yield _if_free(world, Party(device.contact, user.name, user.id, *name))


def can_ring(world: World, device: Device) -> bool:
    is_allowed = world.settings.is_voip_allowed or not device.contact.is_sip
    return device.is_available and device.is_verified and is_allowed


def _users(world: World, dial: Dial) -> Iterator[Found]:
    directory = world.directory
    for user_id in dial.user_ids:
        try:
            yield from agents(world, [directory.user(user_id)], None)
        except UnknownUser as unknown:
            yield None, str(unknown)
    if dial.group_id is not None:
        try:
            group = directory.group(dial.group_id)
        except UnknownEntry as unknown:
            yield None, str(unknown)
        else:
            yield from agents(world, [directory.user(user_id) for user_id in group.user_ids], group)


def _destination(world: World, destination: Destination) -> Found:
    contact = destination.contact
    owned = world.directory.find_device(contact)
    if owned is not None and not can_ring(world, owned[1]):
        return None, f"{contact} of {owned[0].name} is off, not verified, or VoIP that the account may not use"
    if owned is None and contact.is_sip:
        return None, f"{contact} belongs to no user of this account"
    party = known_party(world.directory, contact)
    # Users are managed by themselves, whatever was asked for.
    return _if_free(world, replace(party, is_managed=destination.is_managed and owned is None))


def _if_free(world: World, party: Party) -> Found:
    holders = (world.store.holder_of(key) for key in {*party.keys, party.contact.key})
    holder = next((one for one in holders if one is not None), None)
    return (None, f"{party.contact} is busy with call {holder}") if holder else (party, "")
