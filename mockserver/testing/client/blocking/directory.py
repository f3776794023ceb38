# Made of ../awaiting by tests/support/blocking.py: change it there.
"""Who and what an account has: ExoPhones, users and their devices."""

from __future__ import annotations

from typing import Unpack

from mockserver.control.bodies import DevicePatch, NumberBody, NumberPatch, UserBody, UserPatch
from mockserver.control.people_views import NumberList, NumberView, UserList, UserView
from mockserver.testing.client.blocking.part import Part
from mockserver.testing.client.fields import DeviceChanges, UserChanges, UserFields
from mockserver.testing.client.wire import segment


class Directory(Part):
    """ExoPhones in any spelling, users by id."""

    def numbers(self) -> list[NumberView]:
        return (self._ask(NumberList, "GET", "/numbers")).numbers

    def add_number(self, number: str, *, friendly_name: str | None = None) -> NumberView:
        return self._ask(NumberView, "POST", "/numbers", NumberBody(number=number, friendly_name=friendly_name))

    def get_number(self, number: str) -> NumberView:
        return self._ask(NumberView, "GET", f"/numbers/{segment(number)}")

    def rename_number(self, number: str, friendly_name: str) -> NumberView:
        return self._ask(NumberView, "PATCH", f"/numbers/{segment(number)}", NumberPatch(friendly_name))

    def delete_number(self, number: str) -> NumberView:
        return self._ask(NumberView, "DELETE", f"/numbers/{segment(number)}")

    def users(self) -> list[UserView]:
        return (self._ask(UserList, "GET", "/users")).users

    def add_user(self, first_name: str, **fields: Unpack[UserFields]) -> UserView:
        return self._ask(UserView, "POST", "/users", UserBody(first_name, **fields))

    def get_user(self, user_id: str) -> UserView:
        return self._ask(UserView, "GET", f"/users/{segment(user_id)}")

    def change_user(self, user_id: str, **changes: Unpack[UserChanges]) -> UserView:
        """What is left out stays as it is; `devices` are all of them, and get new ids."""
        return self._ask(UserView, "PATCH", f"/users/{segment(user_id)}", UserPatch(**changes))

    def delete_user(self, user_id: str) -> UserView:
        return self._ask(UserView, "DELETE", f"/users/{segment(user_id)}")

    def change_device(self, user_id: str, device_id: int, **changes: Unpack[DeviceChanges]) -> UserView:
        """Switch a device on or off, verify it, change its contact; what is left out stays as it is."""
        path = f"/users/{segment(user_id)}/devices/{device_id}"
        return self._ask(UserView, "PATCH", path, DevicePatch(**changes))
