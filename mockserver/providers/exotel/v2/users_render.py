"""What v2 answers about users and devices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.directory import Device, User, user_key
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.times import iso_time
from mockserver.providers.exotel.v2.render import call_state, direction
from mockserver.providers.exotel.v2.users_wire import FIELDS, ROLES, Listing

_known = sources.V2_USERS.field
_ours = sources.UNDOCUMENTED.field


class DeviceView(msgspec.Struct):
    id: Annotated[int, _known()]
    name: Annotated[str, _known()]
    contact_uri: Annotated[str, _known("E.164, or SIP URI")]
    type: Annotated[str, _known(enum=["tel", "sip"])]
    available: Annotated[bool, _known("ON")]
    verified: Annotated[bool, _known()]
    status: Annotated[str | None, _known("null until it is verified", enum=["free", "busy", None])]


class ActiveCall(msgspec.Struct):
    """What is in it is not documented."""

    call_sid: Annotated[str, _ours()]
    call_state: Annotated[str, _ours(enum=["active"])]
    direction: Annotated[str, _ours(enum=["inbound", "outbound"])]


class UserView(msgspec.Struct, kw_only=True):
    """A user. What a list is not asked for with `fields` is absent."""

    id: Annotated[str, _known()]
    first_name: Annotated[str, _known()]
    last_name: Annotated[str, _known()]
    email: Annotated[str | None, _known()]
    email_verified: Annotated[bool, _known("false: nobody opens a mail here")]
    role: Annotated[str, _known(enum=list(ROLES))]
    active_call: Annotated[ActiveCall | UnsetType | None, _known("while the user is on a call; else null")] = UNSET
    last_login: Annotated[UnsetType | None, _known("null: nobody logs in here")] = UNSET
    date_created: Annotated[str | None, _known("ISO 8601; null for users that were not created by this API")]
    date_updated: Annotated[str | None, _known("ISO 8601; null for users that this API has not touched")]
    devices: Annotated[list[DeviceView] | UnsetType, _known()] = UNSET


class UserResponse(msgspec.Struct):
    code: Annotated[int, _known("the HTTP status again")]
    status: Annotated[str, _known(enum=["success"])]
    data: Annotated[UserView, _known()]


class UserEnvelope(msgspec.Struct):
    request_id: Annotated[str, _known()]
    method: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    response: Annotated[UserResponse, _known()]


class DeviceResponse(msgspec.Struct):
    code: Annotated[int, _known("the HTTP status again")]
    status: Annotated[str, _known(enum=["success"])]
    data: Annotated[DeviceView, _known()]


class DeviceEnvelope(msgspec.Struct):
    request_id: Annotated[str, _known()]
    method: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    response: Annotated[DeviceResponse, _known()]


class DoneResponse(msgspec.Struct):
    code: Annotated[int, _known("the HTTP status again")]
    status: Annotated[str, _known(enum=["success"])]
    data: Annotated[None, _known()]


class DoneEnvelope(msgspec.Struct):
    """The answer where there is nothing left to show."""

    request_id: Annotated[str, _known()]
    method: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    response: Annotated[DoneResponse, _known()]


class PageMetadata(msgspec.Struct):
    total: Annotated[int, _known("that match, on all pages")]
    count: Annotated[int, _known("on this page")]
    offset: Annotated[int, _known()]
    limit: Annotated[int, _known()]


class PageEnvelope(msgspec.Struct):
    request_id: Annotated[str, _known()]
    method: Annotated[str, _known()]
    http_code: Annotated[int, _known()]
    metadata: Annotated[PageMetadata, _known()]
    response: Annotated[list[UserResponse], _known()]


@dataclass(frozen=True, slots=True)
class UserPage:
    metadata: PageMetadata
    users: list[UserView]


def user_answer(request_id: str, method: str, user: UserView) -> UserEnvelope:
    return UserEnvelope(request_id, method, 200, UserResponse(200, "success", user))


def device_answer(request_id: str, method: str, device: DeviceView) -> DeviceEnvelope:
    return DeviceEnvelope(request_id, method, 200, DeviceResponse(200, "success", device))


def done_answer(request_id: str, method: str, _done: None) -> DoneEnvelope:
    return DoneEnvelope(request_id, method, 200, DoneResponse(200, "success", None))


def page_answer(request_id: str, method: str, page: UserPage) -> PageEnvelope:
    rows = [UserResponse(200, "success", user) for user in page.users]
    return PageEnvelope(request_id, method, 200, page.metadata, rows)


def user_page(listing: Listing, world: World) -> UserPage:
    total, users = listing.page(world.directory.users)
    metadata = PageMetadata(total, len(users), listing.offset, listing.limit)
    return UserPage(metadata, [user_view(user, world, listing.fields) for user in users])


def user_view(user: User, world: World, fields: Collection[str] = FIELDS[:1]) -> UserView:
    return UserView(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email or None,
        email_verified=False,
        role=user.role,
        active_call=_active_call(user, world) if "active_call" in fields else UNSET,
        last_login=None if "last_login" in fields else UNSET,
        date_created=_time(user.created_at, world),
        date_updated=_time(user.updated_at, world),
        devices=[device_view(device, world) for device in user.devices] if "devices" in fields else UNSET,
    )


def device_view(device: Device, world: World) -> DeviceView:
    is_busy = world.store.holder_of(device.contact.key) is not None
    return DeviceView(
        id=device.id,
        name=device.name,
        contact_uri=device.contact.key,
        type=device.kind,
        available=device.is_available,
        verified=device.is_verified,
        status=("busy" if is_busy else "free") if device.is_verified else None,
    )


def _active_call(user: User, world: World) -> ActiveCall | None:
    sid = world.store.holder_of(user_key(user.id))
    if sid is None:
        return None
    call = world.store.call(sid)
    return ActiveCall(call.sid, call_state(call), direction(call))


def _time(at: datetime | None, world: World) -> str | None:
    return iso_time(at, world.zone) if at else None
