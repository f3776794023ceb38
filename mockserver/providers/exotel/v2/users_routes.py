"""v2's operations on users and devices."""

from __future__ import annotations

from dataclasses import replace

from mockserver.domain.contact import Contact, parse_number
from mockserver.domain.directory import Device, User
from mockserver.domain.errors import UnknownDevice
from mockserver.engine.world import World
from mockserver.operations.operation import Operation, Parameter
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_endpoint import Shape, Visit
from mockserver.providers.exotel.envelope_errors import InvalidField, VendorError
from mockserver.providers.exotel.v2 import users_errors as errors
from mockserver.providers.exotel.v2 import users_render as render
from mockserver.providers.exotel.v2 import users_wire as wire


async def create_user(visit: Visit) -> render.UserView:
    world, body = visit.world, await wire.parse(visit, wire.NewUser)
    first_name, last_name = wire.name_of("first_name", body.first_name), wire.name_of("last_name", body.last_name)
    role = wire.role_of(body.role)
    email = _new_email(world, body.email) if body.email else ""
    user_id, now = f"u{world.new_id('user')[:8]}", world.clock.now()
    device = _first_device(world, user_id, body.device_contact_uri, body.device_name or "Phone")
    user = User(user_id, first_name, last_name, email, role, (device,), now, now)
    return render.user_view(world.directory.add_user(user), world)


async def list_users(visit: Visit) -> render.UserPage:
    return render.user_page(wire.parse_listing(visit), visit.world)


async def get_user(visit: Visit) -> render.UserView:
    return render.user_view(_user(visit), visit.world, {"devices", *wire.parse_fields(visit)})


async def update_user(visit: Visit) -> render.UserView:
    world, user = visit.world, _user(visit)
    body = await wire.parse(visit, wire.UserChange)
    changed = replace(
        user,
        first_name=user.first_name if body.first_name is None else wire.name_of("first_name", body.first_name),
        last_name=user.last_name if body.last_name is None else wire.name_of("last_name", body.last_name),
        email=_changed_email(world, user, body.email) if body.email else user.email,
        updated_at=world.clock.now(),
    )
    return render.user_view(world.directory.put_user(changed), world)


async def delete_user(visit: Visit) -> None:
    visit.world.directory.remove_user(visit.path("user_id"))


async def update_device(visit: Visit) -> render.DeviceView:
    world, user = visit.world, _user(visit)
    device = _device(visit, user)
    body = await wire.parse(visit, wire.DeviceChange)
    if body.available is None and body.contact_uri is None:
        message = "available or contact_uri is mandatory"
        raise InvalidField(message)
    if body.contact_uri is not None:
        device = _moved(world, device, body.contact_uri)
    if body.available:
        device = _switched_on(user, device)
    elif body.available is not None:
        device = replace(device, is_available=False)
    changed = world.directory.put_device(user.id, device)
    world.directory.put_user(replace(changed, updated_at=world.clock.now()))
    return render.device_view(device, world)


async def set_password(visit: Visit) -> None:
    user = _user(visit)
    if "device_id" in visit.request.path_params and _device(visit, user).kind != "sip":
        message = "only a SIP device has a password"
        raise InvalidField(message)
    wire.check_password((await wire.parse(visit, wire.NewPassword)).password)


def _user(visit: Visit) -> User:
    return visit.world.directory.user(visit.path("user_id"))


def _device(visit: Visit, user: User) -> Device:
    text = visit.path("device_id")
    if not (text.isascii() and text.isdecimal()):
        message = f"device ids are numbers, not {text!r}"
        raise UnknownDevice(message)
    return visit.world.directory.device_of(user, int(text[:18]))


def _new_email(world: World, text: str) -> str:
    email = wire.email_of(text)
    if world.directory.find_email(email):
        raise VendorError(errors.EMAIL_TAKEN)
    return email


def _changed_email(world: World, user: User, text: str) -> str:
    """An address is given once; to give the same again changes nothing."""
    if not user.email:
        return _new_email(world, text)
    if text.casefold() != user.email.casefold():
        raise VendorError(errors.EMAIL_FIXED)
    return user.email


def _first_device(world: World, user_id: str, uri: str | None, name: str) -> Device:
    """Off until it is switched on; a phone has to be verified before that, too."""
    directory = world.directory
    if uri:
        contact = parse_number(uri)
        if directory.find_device(contact):
            raise VendorError(errors.CREATED_WITH_TAKEN)
        return Device(directory.new_device_id(), contact, name, is_available=False, is_verified=False)
    if not world.settings.is_voip_allowed:
        raise VendorError(errors.CONTACT_MANDATORY)
    return Device(directory.new_device_id(), Contact(f"sip:{user_id}"), name, is_available=False)


def _moved(world: World, device: Device, uri: str) -> Device:
    if device.kind == "sip":
        raise VendorError(errors.NOT_PSTN)
    contact = parse_number(uri)
    if contact == device.contact:
        return device
    if world.directory.find_device(contact):
        raise VendorError(errors.CHANGED_TO_TAKEN)
    return replace(device, contact=contact, is_verified=False)


def _switched_on(user: User, device: Device) -> Device:
    if not device.is_verified:
        hint = f"Verify it: PATCH /_mock/v1/worlds/{{account_sid}}/users/{user.id}/devices/{device.id}."
        raise VendorError(errors.UNVERIFIED, hint=hint)
    if any(other.is_available for other in user.devices if other.id != device.id):
        raise VendorError(errors.ANOTHER_IS_ON, hint="Switch that off first.")
    return replace(device, is_available=True)


_USERS = "/accounts/{account_sid}/users"
_USER = f"{_USERS}/{{user_id}}"
_DEVICE = f"{_USER}/devices/{{device_id}}"

SHAPES = {
    render.UserEnvelope: Shape(render.user_answer, "data", errors.USERS),
    render.PageEnvelope: Shape(render.page_answer, "data", errors.USERS),
    render.DeviceEnvelope: Shape(render.device_answer, "data", errors.USERS),
    render.DoneEnvelope: Shape(render.done_answer, "data", errors.USERS),
}
OPERATIONS = (
    Operation(
        "exotel-v2.create-user",
        "POST",
        _USERS,
        "Create a user",
        sources.V2_USERS,
        create_user,
        render.UserEnvelope,
        request=wire.NewUser,
        errors=errors.CREATE_ERRORS,
    ),
    Operation(
        "exotel-v2.list-users",
        "GET",
        _USERS,
        "List the users",
        sources.V2_USERS,
        list_users,
        render.PageEnvelope,
        errors=errors.LIST_ERRORS,
        parameters=(
            Parameter("fields", "string", f"of {', '.join(wire.FIELDS)}, separated by commas"),
            Parameter("devices.contact_uri", "string", "only users with one of these devices, separated by commas"),
            Parameter("email", "string", "only users with one of these addresses, separated by commas"),
            Parameter("offset", "integer", "from 0"),
            Parameter("limit", "integer", "1 to 50, 20 by default"),
        ),
    ),
    Operation(
        "exotel-v2.get-user",
        "GET",
        _USER,
        "Read a user with the devices",
        sources.V2_USERS,
        get_user,
        render.UserEnvelope,
        errors=errors.GET_ERRORS,
        parameters=(Parameter("fields", "string", "active_call, last_login, separated by commas"),),
    ),
    Operation(
        "exotel-v2.update-user",
        "PUT",
        _USER,
        "Rename a user, or set the email",
        sources.V2_USERS,
        update_user,
        render.UserEnvelope,
        request=wire.UserChange,
        errors=errors.UPDATE_ERRORS,
    ),
    Operation(
        "exotel-v2.delete-user",
        "DELETE",
        _USER,
        "Remove a user",
        sources.V2_USERS,
        delete_user,
        render.DoneEnvelope,
        errors=errors.DELETE_ERRORS,
    ),
    Operation(
        "exotel-v2.update-device",
        "PUT",
        _DEVICE,
        "Switch a device on or off, change its number",
        sources.V2_USERS,
        update_device,
        render.DeviceEnvelope,
        request=wire.DeviceChange,
        is_lenient=True,
        errors=errors.DEVICE_ERRORS,
    ),
    Operation(
        "exotel-v2.set-password",
        "PUT",
        f"{_USER}/password",
        "Set the SIP password of a user",
        sources.V2_USERS,
        set_password,
        render.DoneEnvelope,
        request=wire.NewPassword,
        errors=errors.PASSWORD_ERRORS,
        hides_body=True,
    ),
    Operation(
        "exotel-v2.set-device-password",
        "PUT",
        f"{_DEVICE}/password",
        "Set the SIP password of a device",
        sources.V2_USERS,
        set_password,
        render.DoneEnvelope,
        request=wire.NewPassword,
        errors=errors.DEVICE_PASSWORD_ERRORS,
        hides_body=True,
    ),
)
