"""The directory of a world: its ExoPhones, and its users with their devices."""

from __future__ import annotations

from dataclasses import replace

from mockserver.control import people_views
from mockserver.control.bodies import DeviceBody, DevicePatch, NumberBody, NumberPatch, UserBody, UserPatch
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.contact import parse_contact, parse_number
from mockserver.domain.directory import Device, Directory, Exophone, User
from mockserver.domain.errors import UnknownDevice
from mockserver.engine.world import World
from mockserver.operations.operation import Operation


async def list_numbers(visit: Visit) -> people_views.NumberList:
    return people_views.NumberList([people_views.number_view(one) for one in visit.world.directory.exophones])


async def add_number(visit: Visit) -> people_views.NumberView:
    return people_views.number_view(added_number(visit.world, await visit.body(NumberBody)))


async def get_number(visit: Visit) -> people_views.NumberView:
    return people_views.number_view(visit.world.directory.exophone(visit.contact("number")))


async def patch_number(visit: Visit) -> people_views.NumberView:
    directory, body = visit.world.directory, await visit.body(NumberPatch)
    known = directory.exophone(visit.contact("number"))
    return people_views.number_view(directory.put_exophone(replace(known, friendly_name=body.friendly_name)))


async def delete_number(visit: Visit) -> people_views.NumberView:
    return people_views.number_view(visit.world.directory.remove_exophone(visit.contact("number")))


async def list_users(visit: Visit) -> people_views.UserList:
    world = visit.world
    return people_views.UserList([people_views.user_view(user, world) for user in world.directory.users])


async def add_user(visit: Visit) -> people_views.UserView:
    world = visit.world
    return people_views.user_view(added_user(world, await visit.body(UserBody)), world)


async def get_user(visit: Visit) -> people_views.UserView:
    world = visit.world
    return people_views.user_view(world.directory.user(visit.path("user_id")), world)


async def patch_user(visit: Visit) -> people_views.UserView:
    world, body = visit.world, await visit.body(UserPatch)
    known = world.directory.user(visit.path("user_id"))
    changed = replace(
        known,
        first_name=known.first_name if body.first_name is None else body.first_name,
        last_name=known.last_name if body.last_name is None else body.last_name,
        email=known.email if body.email is None else body.email,
        role=known.role if body.role is None else body.role,
        devices=known.devices if body.devices is None else _devices(world.directory, body.devices),
    )
    return people_views.user_view(world.directory.put_user(changed), world)


async def delete_user(visit: Visit) -> people_views.UserView:
    world = visit.world
    view = people_views.user_view(world.directory.user(visit.path("user_id")), world)
    world.directory.remove_user(view.id)
    return view


async def patch_device(visit: Visit) -> people_views.UserView:
    world, body = visit.world, await visit.body(DevicePatch)
    directory = world.directory
    user = directory.user(visit.path("user_id"))
    known = directory.device_of(user, _device_id(visit))
    changed = replace(
        known,
        contact=known.contact if body.contact_uri is None else parse_contact(body.contact_uri),
        name=known.name if body.name is None else body.name,
        is_available=known.is_available if body.available is None else body.available,
        is_verified=known.is_verified if body.verified is None else body.verified,
    )
    return people_views.user_view(directory.put_device(user.id, changed), world)


def added_number(world: World, body: NumberBody) -> Exophone:
    contact = parse_number(body.number)
    return world.directory.add_exophone(Exophone(contact, body.friendly_name or contact.local))


def added_user(world: World, body: UserBody) -> User:
    now = world.clock.now()
    user = User(
        id=body.id or f"u{world.new_id('user')[:8]}",
        first_name=body.first_name,
        last_name=body.last_name,
        email=body.email,
        role=body.role,
        devices=_devices(world.directory, body.devices),
        created_at=now,
        updated_at=now,
    )
    return world.directory.add_user(user)


def _devices(directory: Directory, bodies: list[DeviceBody]) -> tuple[Device, ...]:
    return tuple(
        Device(directory.new_device_id(), parse_contact(body.contact_uri), body.name, body.available, body.verified)
        for body in bodies
    )


def _device_id(visit: Visit) -> int:
    text = visit.path("device_id")
    if not (text.isascii() and text.isdecimal()):
        message = f"device ids are numbers, not {text!r}"
        raise UnknownDevice(message)
    return int(text[:18])


_NUMBERS = "/worlds/{account_sid}/numbers"
_NUMBER = f"{_NUMBERS}/{{number}}"
_USERS = "/worlds/{account_sid}/users"
_USER = f"{_USERS}/{{user_id}}"
_IN_WORLD = error_rows(errors.UnknownWorld)
_ON_NUMBER = error_rows(errors.UnknownWorld, errors.UnknownExophone, errors.BadContact)
_ON_USER = error_rows(errors.UnknownWorld, errors.UnknownUser)
_WRITES_USER = error_rows(
    errors.UnknownWorld, errors.UnknownUser, errors.UnknownDevice, errors.BadContact, errors.AlreadyExists
)

OPERATIONS = (
    Operation(
        "control.list-numbers",
        "GET",
        _NUMBERS,
        "List the ExoPhones",
        OUR_OWN,
        list_numbers,
        people_views.NumberList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.add-number",
        "POST",
        _NUMBERS,
        "Add an ExoPhone",
        OUR_OWN,
        add_number,
        people_views.NumberView,
        request=NumberBody,
        status=201,
        errors=error_rows(errors.UnknownWorld, errors.BadContact, errors.AlreadyExists),
    ),
    Operation(
        "control.get-number",
        "GET",
        _NUMBER,
        "Read an ExoPhone",
        OUR_OWN,
        get_number,
        people_views.NumberView,
        errors=_ON_NUMBER,
    ),
    Operation(
        "control.patch-number",
        "PATCH",
        _NUMBER,
        "Rename an ExoPhone",
        OUR_OWN,
        patch_number,
        people_views.NumberView,
        request=NumberPatch,
        errors=_ON_NUMBER,
    ),
    Operation(
        "control.delete-number",
        "DELETE",
        _NUMBER,
        "Remove an ExoPhone",
        OUR_OWN,
        delete_number,
        people_views.NumberView,
        errors=_ON_NUMBER,
    ),
    Operation(
        "control.list-users",
        "GET",
        _USERS,
        "List the users",
        OUR_OWN,
        list_users,
        people_views.UserList,
        errors=_IN_WORLD,
    ),
    Operation(
        "control.add-user",
        "POST",
        _USERS,
        "Add a user with devices",
        OUR_OWN,
        add_user,
        people_views.UserView,
        request=UserBody,
        status=201,
        errors=error_rows(errors.UnknownWorld, errors.BadContact, errors.AlreadyExists),
    ),
    Operation(
        "control.get-user", "GET", _USER, "Read a user", OUR_OWN, get_user, people_views.UserView, errors=_ON_USER
    ),
    Operation(
        "control.patch-user",
        "PATCH",
        _USER,
        "Change a user",
        OUR_OWN,
        patch_user,
        people_views.UserView,
        request=UserPatch,
        errors=_WRITES_USER,
    ),
    Operation(
        "control.delete-user",
        "DELETE",
        _USER,
        "Remove a user",
        OUR_OWN,
        delete_user,
        people_views.UserView,
        errors=_ON_USER,
    ),
    Operation(
        "control.patch-device",
        "PATCH",
        f"{_USER}/devices/{{device_id}}",
        "Switch a device on or off, verify it, change its contact",
        OUR_OWN,
        patch_device,
        people_views.UserView,
        request=DevicePatch,
        errors=_WRITES_USER,
    ),
)
