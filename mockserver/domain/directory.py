"""The people and numbers of one account: ExoPhones, users with devices, groups and flows."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from mockserver.domain.applets import Applet, check_ways
from mockserver.domain.contact import Contact
from mockserver.domain.errors import AlreadyExists, UnknownDevice, UnknownEntry, UnknownExophone, UnknownUser

_Key = TypeVar("_Key", int, str)
_Entry = TypeVar("_Entry")
USER_PREFIX = "user:"


def user_key(user_id: str) -> str:
    """What stands for a user where a contact's key stands for a contact: who is busy, who has which number."""
    return f"{USER_PREFIX}{user_id}"


@dataclass(frozen=True, slots=True)
class Exophone:
    """A virtual number of the account, the caller id of its calls. Who calls it comes into its flow."""

    contact: Contact
    friendly_name: str
    voice_url: str = ""
    sms_url: str = ""
    flow_id: str | None = None

    @property
    def sid(self) -> str:
        """An id that follows from the number, so that it stays when the number is released and bought again."""
        return hashlib.blake2b(self.contact.key.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Device:
    """What a user answers calls on. Free or busy is not stored: it follows from the calls that hold the contact."""

    id: int
    contact: Contact
    name: str
    is_available: bool = True
    is_verified: bool = True

    @property
    def kind(self) -> str:
        return "sip" if self.contact.is_sip else "tel"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    first_name: str
    last_name: str
    email: str
    role: str = "user"
    devices: tuple[Device, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    name: str
    user_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A call flow (an "app", an IVR) that a call may run. Its id is a number, as text.

    A call goes through its `applets` from the first one on; without any, somebody is just alone with it. `dialect`
    names the provider that words what they tell and ask.
    """

    id: str
    name: str
    applets: tuple[Applet, ...] = ()
    dialect: str = ""

    def __post_init__(self) -> None:
        check_ways(self.applets)

    def applet(self, applet_id: str | None) -> Applet | None:
        return next((applet for applet in self.applets if applet.id == applet_id), None)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody whom the account calls or is called by, as its address book has it."""

    id: int
    contact: Contact
    first_name: str
    last_name: str = ""
    email: str = ""
    list_ids: tuple[int, ...] = ()
    created_at: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Campaign:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """A result that an agent may note of a call; `code` is the account's own label."""

    id: int
    code: str


def _known(entries: Mapping[_Key, _Entry], key: _Key, kind: str) -> _Entry:
    try:
        return entries[key]
    except KeyError:
        message = f"no {kind} {key!r} in this account"
        raise UnknownEntry(message) from None


class Directory:
    """All of it, with the look-ups that placing a call needs."""

    def __init__(self) -> None:
        self._exophones: dict[str, Exophone] = {}
        self._users: dict[str, User] = {}
        self._owners: dict[str, str] = {}
        self._next_device_id = 1
        self._numbers: dict[str, int] = {}
        self.groups: dict[int, Group] = {}
        self.flows: dict[str, Flow] = {}
        self.customers: dict[int, Customer] = {}
        self.campaigns: dict[int, Campaign] = {}
        self.dispositions: dict[int, Disposition] = {}

    @property
    def exophones(self) -> tuple[Exophone, ...]:
        return tuple(self._exophones.values())

    @property
    def users(self) -> tuple[User, ...]:
        return tuple(self._users.values())

    def exophone(self, contact: Contact) -> Exophone:
        try:
            return self._exophones[contact.key]
        except KeyError:
            message = f"{contact} is not an ExoPhone of this account"
            raise UnknownExophone(message) from None

    def exophone_of_sid(self, sid: str) -> Exophone:
        for exophone in self._exophones.values():
            if exophone.sid == sid:
                return exophone
        message = f"no ExoPhone of this account has the sid {sid!r}"
        raise UnknownExophone(message)

    def add_exophone(self, exophone: Exophone) -> Exophone:
        if exophone.contact.key in self._exophones:
            message = f"{exophone.contact} is an ExoPhone of this account already"
            raise AlreadyExists(message)
        return self.put_exophone(exophone)

    def put_exophone(self, exophone: Exophone) -> Exophone:
        self._exophones[exophone.contact.key] = exophone
        self.number_of(exophone.contact.key)
        return exophone

    def lead(self, flow_id: str, exophones: Collection[Exophone]) -> None:
        """Let calls to these ExoPhones, and to no others, come into a flow."""
        for exophone in self.exophones:
            if exophone in exophones:
                self.put_exophone(replace(exophone, flow_id=flow_id))
            elif exophone.flow_id == flow_id:
                self.put_exophone(replace(exophone, flow_id=None))

    def remove_exophone(self, contact: Contact) -> Exophone:
        exophone = self.exophone(contact)
        del self._exophones[contact.key]
        return exophone

    def user(self, user_id: str) -> User:
        try:
            return self._users[user_id]
        except KeyError:
            message = f"no user {user_id!r} in this account"
            raise UnknownUser(message) from None

    def add_user(self, user: User) -> User:
        if user.id in self._users:
            message = f"user {user.id!r} exists already"
            raise AlreadyExists(message)
        return self.put_user(user)

    def put_user(self, user: User) -> User:
        """Add or replace a user. Raises AlreadyExists if a contact is on two devices, of whomever."""
        keys = [device.contact.key for device in user.devices]
        for key in keys:
            owner = self._owners.get(key, user.id)
            if owner != user.id or keys.count(key) > 1:
                message = f"{key} is a device of user {owner!r} already"
                raise AlreadyExists(message)
        self._disown(user.id)
        self._users[user.id] = user
        self.number_of(user_key(user.id))
        for device in user.devices:
            self._owners[device.contact.key] = user.id
            self._next_device_id = max(self._next_device_id, device.id + 1)
        return user

    def remove_user(self, user_id: str) -> User:
        """The user leaves all groups, too."""
        user = self.user(user_id)
        self._disown(user_id)
        del self._users[user_id]
        for group in tuple(self.groups_of(user_id)):
            left = tuple(one for one in group.user_ids if one != user_id)
            self.groups[group.id] = replace(group, user_ids=left)
        return user

    def find_email(self, email: str) -> User | None:
        """Whose address it is, if anybody's; in any case of letters."""
        folded = email.casefold()
        return next((user for user in self._users.values() if user.email.casefold() == folded), None)

    def _disown(self, user_id: str) -> None:
        known = self._users.get(user_id)
        for device in known.devices if known else ():
            del self._owners[device.contact.key]

    def new_device_id(self) -> int:
        self._next_device_id += 1
        return self._next_device_id - 1

    def device_of(self, user: User, device_id: int) -> Device:
        for device in user.devices:
            if device.id == device_id:
                return device
        message = f"user {user.id!r} has no device {device_id}"
        raise UnknownDevice(message)

    def put_device(self, user_id: str, device: Device) -> User:
        """Replace the user's device of the same id."""
        user = self.user(user_id)
        self.device_of(user, device.id)
        devices = tuple(device if known.id == device.id else known for known in user.devices)
        return self.put_user(replace(user, devices=devices))

    def find_device(self, contact: Contact) -> tuple[User, Device] | None:
        """Whose device a contact is, if anybody's."""
        owner = self._owners.get(contact.key)
        if owner is None:
            return None
        user = self._users[owner]
        return user, next(device for device in user.devices if device.contact == contact)

    def number_of(self, key: str) -> int:
        """A number for an ExoPhone (by its contact's key) or a user (by `user_key`), the same ever after."""
        kind = key.startswith(USER_PREFIX)
        return self._numbers.setdefault(key, 1 + sum(one.startswith(USER_PREFIX) is kind for one in self._numbers))

    def group(self, group_id: int) -> Group:
        return _known(self.groups, group_id, "group")

    def flow(self, flow_id: str) -> Flow:
        return _known(self.flows, flow_id, "flow")

    def campaign(self, campaign_id: int) -> Campaign:
        return _known(self.campaigns, campaign_id, "campaign")

    def disposition(self, disposition_id: int) -> Disposition:
        return _known(self.dispositions, disposition_id, "disposition")

    def customer_of(self, contact: Contact) -> Customer | None:
        return next((customer for customer in self.customers.values() if customer.contact == contact), None)

    def groups_of(self, user_id: str) -> Iterator[Group]:
        return (group for group in self.groups.values() if user_id in group.user_ids)
