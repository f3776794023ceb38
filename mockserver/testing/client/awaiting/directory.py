"""Who and what an account has: ExoPhones, users and their devices."""

from __future__ import annotations

from typing import Unpack

from mockserver.control.bodies import DevicePatch, NumberBody, NumberPatch, UserBody, UserPatch
from mockserver.control.people_views import NumberList, NumberView, UserList, UserView
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.fields import DeviceChanges, UserChanges, UserFields
from mockserver.testing.client.wire import segment


class AsyncDirectory(AsyncPart):
    """ExoPhones in any spelling, users by id."""

    async def numbers(self) -> list[NumberView]:
        return (await self._ask(NumberList, "GET", "/numbers")).numbers

    async def add_number(self, number: str, *, friendly_name: str | None = None) -> NumberView:
        return await self._ask(NumberView, "POST", "/numbers", NumberBody(number=number, friendly_name=friendly_name))

    async def get_number(self, number: str) -> NumberView:
        return await self._ask(NumberView, "GET", f"/numbers/{segment(number)}")

    async def rename_number(self, number: str, friendly_name: str) -> NumberView:
        return await self._ask(NumberView, "PATCH", f"/numbers/{segment(number)}", NumberPatch(friendly_name))

    async def delete_number(self, number: str) -> NumberView:
        return await self._ask(NumberView, "DELETE", f"/numbers/{segment(number)}")

    async def users(self) -> list[UserView]:
        return (await self._ask(UserList, "GET", "/users")).users

    async def add_user(self, first_name: str, **fields: Unpack[UserFields]) -> UserView:
        return await self._ask(UserView, "POST", "/users", UserBody(first_name, **fields))

    async def get_user(self, user_id: str) -> UserView:
        return await self._ask(UserView, "GET", f"/users/{segment(user_id)}")

    async def change_user(self, user_id: str, **changes: Unpack[UserChanges]) -> UserView:
        """What is left out stays as it is; `devices` are all of them, and get new ids."""
        return await self._ask(UserView, "PATCH", f"/users/{segment(user_id)}", UserPatch(**changes))

    async def delete_user(self, user_id: str) -> UserView:
        return await self._ask(UserView, "DELETE", f"/users/{segment(user_id)}")

    async def change_device(self, user_id: str, device_id: int, **changes: Unpack[DeviceChanges]) -> UserView:
        """Switch a device on or off, verify it, change its contact; what is left out stays as it is."""
        path = f"/users/{segment(user_id)}/devices/{device_id}"
        return await self._ask(UserView, "PATCH", path, DevicePatch(**changes))
