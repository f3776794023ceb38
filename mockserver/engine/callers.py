"""Who is dialled first: an outsider, or one of the account's users with a device that is on, verified and free."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Directory, User
from mockserver.domain.errors import (
    ContactBusy,
    DeviceOff,
    DeviceUnverified,
    NotAllowed,
    UnknownDevice,
    UnknownUser,
    UserHasNoDevice,
)
from mockserver.domain.order import Party
from mockserver.engine.world import World


@dataclass(frozen=True, slots=True)
class Caller:
    """The first party, and what is busy while it talks."""

    party: Party
    holds: tuple[str, ...]


def require_voip(world: World, contact: Contact) -> None:
    """Raises NotAllowed for a SIP URI in an account without VoIP."""
    if contact.is_sip and not world.settings.is_voip_allowed:
        message = f"{contact} is a SIP URI and the account may not make VoIP calls"
        raise NotAllowed(message)


def find_caller(world: World, contact: Contact | None, user_id: str | None, *, is_managed: bool) -> Caller:
    """The caller behind a contact, a user id, or both.

    `is_managed` asks for state management of an outsider's number; the account's users are always managed.
    Raises UnknownUser, UnknownDevice, UserHasNoDevice, DeviceOff, DeviceUnverified, NotAllowed.
    """
    directory = world.directory
    if contact is not None:
        require_voip(world, contact)
    if user_id is not None:
        user = directory.user(user_id)
        device = _device_for(user, contact)
        require_voip(world, device.contact)
        return _user_caller(directory, user, device)
    if contact is None:
        message = "a caller needs a contact or a user id"
        raise UnknownUser(message)
    found = directory.find_device(contact)
    if found is not None:
        return _user_caller(directory, *found)
    if contact.is_sip:
        # A SIP id exists only as a user's device; an outsider is reached by number.
        message = f"{contact} belongs to no user of this account"
        raise UnknownUser(message)
    return Caller(Party(contact), (contact.key,) if is_managed else ())


def known_party(directory: Directory, contact: Contact) -> Party:
    """A party with the name and group that the directory has for it."""
    found = directory.find_device(contact)
    if found is None:
        return Party(contact)
    user = found[0]
    group = next(directory.groups_of(user.id), None)
    return Party(contact, user.name, user.id, group.id if group else None, group.name if group else None)


def require_free(world: World, party: Party) -> None:
    """Raises ContactBusy for a user who is on a call."""
    for key in party.keys:
        holder = world.store.holder_of(key)
        if holder is not None:
            message = f"{party.contact} is on call {holder}"
            raise ContactBusy(message)


def _device_for(user: User, contact: Contact | None) -> Device:
    if not user.devices:
        message = f"user {user.id!r} has no device"
        raise UserHasNoDevice(message)
    if contact is None:
        # The one that can be dialled; else the nearest to it, whose trouble is then the answer.
        return max(user.devices, key=lambda device: (device.is_available, device.is_verified))
    for device in user.devices:
        if device.contact == contact:
            return device
    message = f"{contact} is no device of user {user.id!r}"
    raise UnknownDevice(message)


def _user_caller(directory: Directory, user: User, device: Device) -> Caller:
    if not device.is_available:
        message = f"device {device.id} ({device.contact}) of {user.name} is off"
        raise DeviceOff(message)
    if not device.is_verified:
        message = f"device {device.id} ({device.contact}) of {user.name} is not verified"
        raise DeviceUnverified(message)
    party = known_party(directory, device.contact)
    return Caller(party, party.keys)
