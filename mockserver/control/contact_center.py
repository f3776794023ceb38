"""What a contact centre keeps besides numbers and users: groups, flows, contacts, campaigns, dispositions.

All five are listed, added, replaced and removed alike: a table of them makes the operations.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mockserver.control.bodies import Body, EntryId
from mockserver.control.desk import Visit
from mockserver.control.flow_bodies import FlowBody
from mockserver.control.flow_views import FlowList, FlowView, flow_view
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.contact import parse_contact
from mockserver.domain.directory import Campaign, Customer, Directory, Disposition, Group
from mockserver.domain.errors import AlreadyExists, BadInput, UnknownEntry
from mockserver.engine.world import World
from mockserver.operations.operation import Operation

_LONGEST_ID = 16
_described = OUR_OWN.field


class GroupBody(Body, kw_only=True):
    """A group of users, a ring group."""

    id: EntryId = None
    name: Annotated[str, _described()]
    user_ids: Annotated[list[str], _described()] = msgspec.field(default_factory=list)

    def entry(self, entry_id: int, directory: Directory) -> Group:
        return Group(entry_id, self.name, tuple(directory.user(user_id).id for user_id in self.user_ids))


class CampaignBody(Body, kw_only=True):
    id: EntryId = None
    name: Annotated[str, _described()]

    def entry(self, entry_id: int, _directory: Directory) -> Campaign:
        return Campaign(entry_id, self.name)


class DispositionBody(Body, kw_only=True):
    id: EntryId = None
    code: Annotated[str, _described("the label that agents choose")]

    def entry(self, entry_id: int, _directory: Directory) -> Disposition:
        return Disposition(entry_id, self.code)


class ContactBody(Body, kw_only=True):
    """Somebody in the account's address book."""

    id: EntryId = None
    number: Annotated[str, _described("in any spelling")]
    first_name: Annotated[str, _described()]
    last_name: Annotated[str, _described()] = ""
    email: Annotated[str, _described()] = ""
    list_ids: Annotated[list[int], _described("contact lists")] = msgspec.field(default_factory=list)
    created_at: Annotated[Annotated[datetime, msgspec.Meta(tz=True)] | None, _described("with offset")] = None
    fields: Annotated[dict[str, str], _described("free")] = msgspec.field(default_factory=dict)

    def entry(self, entry_id: int, directory: Directory) -> Customer:
        contact = parse_contact(self.number)
        known = directory.customer_of(contact)
        if known is not None and known.id != entry_id:
            message = f"{contact} is contact {known.id} already"
            raise AlreadyExists(message)
        names = (self.first_name, self.last_name, self.email)
        return Customer(entry_id, contact, *names, tuple(self.list_ids), self.created_at, tuple(self.fields.items()))


class GroupView(msgspec.Struct):
    id: int
    name: str
    user_ids: list[str]


class NamedView(msgspec.Struct):
    id: int
    name: str


class DispositionView(msgspec.Struct):
    id: int
    code: str


class ContactView(msgspec.Struct):
    id: int
    number: str
    first_name: str
    last_name: str
    email: str
    list_ids: list[int]
    created_at: datetime | None
    fields: dict[str, str]


class GroupList(msgspec.Struct):
    groups: list[GroupView]


class CampaignList(msgspec.Struct):
    campaigns: list[NamedView]


class DispositionList(msgspec.Struct):
    dispositions: list[DispositionView]


class ContactList(msgspec.Struct):
    contacts: list[ContactView]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the five. `entries` is where the directory keeps them, by id; `show` is how control shows one."""

    noun: str
    body: Any
    view: Any
    listing: Any
    entries: Callable[[Directory], dict[Any, Any]]
    show: Callable[[Any, Directory], Any]
    key: Callable[[int], Any] = int

    def entry_id(self, visit: Visit) -> int:
        text = visit.path("entry_id")
        is_id = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
        if not is_id or self.key(int(text)) not in self.entries(visit.world.directory):
            message = f"no {self.noun} {text!r} in this account"
            raise UnknownEntry(message)
        return int(text)


def _contact_view(one: Customer, _directory: Directory) -> ContactView:
    names = (one.first_name, one.last_name, one.email)
    return ContactView(one.id, one.contact.key, *names, list(one.list_ids), one.created_at, dict(one.fields))


_KINDS = (
    _Kind(
        "group",
        GroupBody,
        GroupView,
        GroupList,
        lambda directory: directory.groups,
        lambda one, _: GroupView(one.id, one.name, list(one.user_ids)),
    ),
    _Kind(
        "flow",
        FlowBody,
        FlowView,
        FlowList,
        lambda directory: directory.flows,
        flow_view,
        str,
    ),
    _Kind("contact", ContactBody, ContactView, ContactList, lambda directory: directory.customers, _contact_view),
    _Kind(
        "campaign",
        CampaignBody,
        NamedView,
        CampaignList,
        lambda directory: directory.campaigns,
        lambda one, _: NamedView(one.id, one.name),
    ),
    _Kind(
        "disposition",
        DispositionBody,
        DispositionView,
        DispositionList,
        lambda directory: directory.dispositions,
        lambda one, _: DispositionView(one.id, one.code),
    ),
)


def _list(kind: _Kind) -> Callable[[Visit], Awaitable[Any]]:
    async def list_entries(visit: Visit) -> Any:  # noqa: ANN401  one of the five lists
        directory = visit.world.directory
        return kind.listing([kind.show(one, directory) for one in kind.entries(directory).values()])

    return list_entries


def _add(kind: _Kind) -> Callable[[Visit], Awaitable[Any]]:
    async def add(visit: Visit) -> Any:  # noqa: ANN401  one of the five views
        return kind.show(_added(kind, visit.world, await visit.body(kind.body)), visit.world.directory)

    return add


def add_entry(world: World, noun: str, body: Any) -> None:  # noqa: ANN401  the body of that kind
    """Add a group, flow, contact, campaign or disposition. Raises AlreadyExists if there is one with that id."""
    _added(next(kind for kind in _KINDS if kind.noun == noun), world, body)


def _added(kind: _Kind, world: World, body: Any) -> Any:  # noqa: ANN401  of one of the five kinds
    entries = kind.entries(world.directory)
    entry_id = body.id or 1 + max(map(int, entries), default=0)
    if kind.key(entry_id) in entries:
        message = f"{kind.noun} {entry_id} exists already"
        raise AlreadyExists(message, hint="Choose another id, or replace it with PUT.")
    entry = entries[kind.key(entry_id)] = body.entry(entry_id, world.directory)
    return entry


def _replace(kind: _Kind) -> Callable[[Visit], Awaitable[Any]]:
    async def replace_entry(visit: Visit) -> Any:  # noqa: ANN401  one of the five views
        entry_id, directory = kind.entry_id(visit), visit.world.directory
        body = await visit.body(kind.body)
        if body.id not in {None, entry_id}:
            message = f"the path is about {kind.noun} {entry_id}, the body about {body.id}"
            raise BadInput(message, where="id", hint="Leave the id out of the body.")
        entry = body.entry(entry_id, directory)
        kind.entries(directory)[kind.key(entry_id)] = entry
        return kind.show(entry, directory)

    return replace_entry


def _remove(kind: _Kind) -> Callable[[Visit], Awaitable[Any]]:
    async def remove_entry(visit: Visit) -> Any:  # noqa: ANN401  one of the five views
        directory = visit.world.directory
        view = kind.show(kind.entries(directory).pop(kind.key(kind.entry_id(visit))), directory)
        if kind.noun == "flow":
            directory.lead(str(view.id), [])
        return view

    return remove_entry


_UNKNOWN = (errors.UnknownWorld, errors.UnknownEntry)
_WRITES = (*_UNKNOWN, errors.UnknownUser, errors.UnknownExophone, errors.BadContact, errors.AlreadyExists)


def _operations(kind: _Kind) -> tuple[Operation, ...]:
    noun, path = kind.noun, f"/worlds/{{account_sid}}/{kind.noun}s"
    one, world = f"{path}/{{entry_id}}", error_rows(errors.UnknownWorld)
    unknown, writes = error_rows(*_UNKNOWN), error_rows(*_WRITES)
    add, change, remove = f"Add a {noun}", f"Replace a {noun}", f"Remove a {noun}"
    return (
        Operation(
            f"control.list-{noun}s", "GET", path, f"List the {noun}s", OUR_OWN, _list(kind), kind.listing, errors=world
        ),
        Operation(
            f"control.add-{noun}",
            "POST",
            path,
            add,
            OUR_OWN,
            _add(kind),
            kind.view,
            kind.body,
            status=201,
            errors=writes,
        ),
        Operation(
            f"control.replace-{noun}", "PUT", one, change, OUR_OWN, _replace(kind), kind.view, kind.body, errors=writes
        ),
        Operation(f"control.delete-{noun}", "DELETE", one, remove, OUR_OWN, _remove(kind), kind.view, errors=unknown),
    )


OPERATIONS = tuple(operation for kind in _KINDS for operation in _operations(kind))
