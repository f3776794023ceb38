"""ExoPhones and users as control shows them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.domain.directory import Device, Exophone, User, user_key
from mockserver.engine.world import World

_described = OUR_OWN.field


class NumberView(msgspec.Struct):
    number: Annotated[str, _described("E.164")]
    friendly_name: Annotated[str, _described()]
    flow_id: Annotated[int | None, _described("the flow that calls to it come into")] = None


class NumberList(msgspec.Struct):
    numbers: list[NumberView]


class DeviceView(msgspec.Struct):
    id: int
    contact_uri: str
    type: Annotated[str, _described(enum=["tel", "sip"])]
    name: str
    available: bool
    verified: bool
    status: Annotated[str, _described(enum=["free", "busy"])]


class UserView(msgspec.Struct):
    id: str
    first_name: str
    last_name: str
    email: str
    role: str
    status: Annotated[str, _described(enum=["free", "busy"])]
    devices: list[DeviceView]


class UserList(msgspec.Struct):
    users: list[UserView]


def number_view(exophone: Exophone) -> NumberView:
    flow_id = int(exophone.flow_id) if exophone.flow_id else None
    return NumberView(exophone.contact.key, exophone.friendly_name, flow_id)


def user_view(user: User, world: World) -> UserView:
    is_busy = world.store.holder_of(user_key(user.id)) is not None
    return UserView(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        role=user.role,
        status=_status(is_busy=is_busy),
        devices=[_device_view(device, world) for device in user.devices],
    )


def _device_view(device: Device, world: World) -> DeviceView:
    is_busy = world.store.holder_of(device.contact.key) is not None
    return DeviceView(
        id=device.id,
        contact_uri=device.contact.key,
        type=device.kind,
        name=device.name,
        available=device.is_available,
        verified=device.is_verified,
        status=_status(is_busy=is_busy),
    )


def _status(*, is_busy: bool) -> str:
    return "busy" if is_busy else "free"
