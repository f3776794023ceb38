"""v2's users and devices: requests that are served."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.drawing import people
from mockserver.drawing.asking import plain, with_json, with_query
from mockserver.drawing.bodies import Draw, Meaning, body
from mockserver.drawing.choices import Choices
from mockserver.drawing.documents import documented
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import JSON, Request

_ASKED = ("devices", "active_call", "last_login", "devices,active_call,last_login")
_PASSWORDS = ("Secret-123", "abcdEFGH1", "ABC!2345")


def _with_body(choices: Choices, stage: Stage, operation_id: str, **names: str) -> Request:
    """A request of v2 about users, with its body."""
    asked = plain(operation_id, stage, **names)
    return with_json(asked, body(choices, documented(operation_id), _MEANINGS[operation_id]))


def _first_name(choices: Choices) -> str:
    return choices.names(1)[0][0]


def _last_name(choices: Choices) -> str:
    return choices.names(1)[0][1]


def _new_phone(choices: Choices) -> str | None:
    return f"+91983{choices.whole(0, 9_999_999):07d}" if choices.whole(0, 2) else choices.one_of(("", None))


def _email(choices: Choices) -> str | None:
    return None if choices.chance() else people.email(choices)


def _or_none(draw: Draw) -> Draw:
    return lambda choices: None if choices.chance() else draw(choices)


_NAMED = {
    "first_name": _first_name,
    "last_name": _last_name,
    "device_name": lambda choices: choices.one_of(("Desk", None)),
}
_MEANINGS: Mapping[str, Meaning] = {
    "exotel-v2.create-user": Meaning(
        {**_NAMED, "email": _email, "device_contact_uri": _new_phone}, needed=("first_name", "last_name")
    ),
    "exotel-v2.update-user": Meaning(
        {"first_name": _or_none(_first_name), "last_name": _or_none(_last_name), "email": lambda _choices: None}
    ),
    "exotel-v2.update-device": Meaning({"contact_uri": _new_phone}),
    "exotel-v2.set-password": Meaning({"password": lambda choices: choices.one_of(_PASSWORDS)}, needed=("password",)),
    "exotel-v2.set-device-password": Meaning(
        {"password": lambda choices: choices.one_of(_PASSWORDS)}, needed=("password",)
    ),
}


def create_user(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _with_body(choices, stage, operation_id)


def update_user(choices: Choices, stage: Stage, operation_id: str) -> Request:
    _make_plain(choices, stage)
    if choices.chance():
        occupy(stage)
    asked = _with_body(choices, stage, operation_id, user_id=_somebody(choices, stage))
    if asked.path.endswith("/plain") and choices.chance():
        return with_json(asked, {**asked.json, "email": people.email(choices)})
    return asked


def _make_plain(choices: Choices, stage: Stage) -> None:
    """Sometimes there is a user who has neither device nor address."""
    if choices.chance():
        stage.control("POST", "/users", {"first_name": "Asha", "id": "plain", "role": choices.one_of(_ROLES)})


def _somebody(choices: Choices, stage: Stage) -> str:
    is_there = "plain" in {user.id for user in stage.world.directory.users}
    return "plain" if is_there else choices.one_of(("u1001", "u1002", "u1004"))


def update_device(choices: Choices, stage: Stage, operation_id: str) -> Request:
    """Of the phones: a change of number wants verification, so it is never switched on at once."""
    changes = (
        ("u1001", "1", {"available": choices.one_of((True, "true"))}),
        ("u1001", "1", {"available": choices.one_of((False, "false", "0"))}),
        ("u1003", "5", {"available": True}),
        ("u1003", "5", {"contact_uri": f"+91983{choices.whole(0, 9_999_999):07d}"}),
        ("u1004", "6", {"available": None, "contact_uri": "+919810000004"}),
        ("u1004", "6", {"available": False, "contact_uri": None}),
        ("u1002", "3", {"available": False}),
    )
    user_id, device_id, change = choices.one_of(changes)
    if user_id == "u1001" and choices.chance():
        occupy(stage)
    asked = plain(operation_id, stage, user_id=user_id, device_id=device_id)
    return with_json(asked, change)


def occupy(stage: Stage) -> None:
    """Let the user u1001 be on a call."""
    order = {"from": {"contact_uri": people.FREE_PHONE}, "to": {"contact_uri": "+919833334444"}}
    path = f"/v3/accounts/{stage.access.account_sid}/calls"
    headers = stage.access.basic | {"Content-Type": JSON}
    stage.provider(
        Request(method="POST", path=path, headers=headers, json={**order, "virtual_number": people.EXOPHONES[0]})
    )


def _occupy_somehow(choices: Choices, stage: Stage) -> None:
    """Let the user u1001 be on a call that was placed, or on one that has come in."""
    if choices.one_of((True, False)):
        occupy(stage)
        return
    stage.control("POST", f"/numbers/{people.EXOPHONES[0]}/incoming", {"from": "+919811112222", "user_ids": ["u1001"]})
    stage.tick()


def get_user(choices: Choices, stage: Stage, operation_id: str) -> Request:
    if choices.chance():
        _occupy_somehow(choices, stage)
    else:
        _make_plain(choices, stage)
    asked = plain(operation_id, stage, user_id=_somebody(choices, stage))
    return with_query(asked, [("fields", choices.one_of(_ASKED))] if choices.chance() else [])


_ROLES = ("user", "admin", "supervisor")


def list_users(choices: Choices, stage: Stage, operation_id: str) -> Request:
    if choices.chance():
        _occupy_somehow(choices, stage)
    _make_plain(choices, stage)
    query = [(name, choices.one_of(values)) for name, values in _FILTERS.items() if choices.chance()]
    return with_query(plain(operation_id, stage), query)


_FILTERS = {
    "fields": _ASKED,
    "devices.contact_uri": (people.FREE_PHONE, f"{people.FREE_SIP},{people.OFF_PHONE}"),
    "email": ("nobody@example.com",),
    "offset": ("0", "1", "50"),
    "limit": ("1", "20", "50"),
}


def delete_user(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return plain(operation_id, stage, user_id=choices.one_of(("u1001", "u1002", "u1003", "u1004")))


def set_password(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _with_body(choices, stage, operation_id, user_id="u1002")


def set_device_password(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _with_body(choices, stage, operation_id, user_id="u1002", device_id="3")
