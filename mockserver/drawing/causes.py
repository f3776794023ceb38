"""What goes wrong by itself: for each documented error the mistake, or the state of the account, that leads to it.

A cause gets a request that would be served and the stage that it was drawn on, and returns one that is not served.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from mockserver.drawing import people
from mockserver.drawing.choices import Choices, Impossible
from mockserver.drawing.stage import Stage
from mockserver.drawing.users import occupy
from mockserver.drawing.wire import JSON, Request, basic

Break = Callable[[Choices, Stage, Request], Request]
_NOBODY_CALLS, _NO_SID = "+912200000000", "0ed3bd4755078e1f9f64d2de75ce16b3"
_DND_TRIES = 40


@dataclass(frozen=True, slots=True)
class Cause:
    """`operations` are patterns of ids. `says` is the description where the row's own is an example of many."""

    operations: tuple[str, ...]
    status: int
    code: int | None
    breaks: Break
    says: str | None = None


def with_field(name: str, draw: Callable[[Choices], Any]) -> Break:
    """Another value of a field of the body."""
    return lambda choices, _stage, asked: replace(asked, json={**asked.json, name: draw(choices)})


def fixed(name: str, value: Any) -> Break:  # noqa: ANN401  any JSON value
    return with_field(name, lambda _choices: value)


def after(prepare: Callable[[Stage], object], then: Break) -> Break:
    """In an account that has been brought into a state."""

    def breaks(choices: Choices, stage: Stage, asked: Request) -> Request:
        prepare(stage)
        return then(choices, stage, asked)

    return breaks


def reading(name: str, value: str) -> Callable[[Stage], object]:
    return lambda stage: stage.control("PATCH", "", {"readings": {name: value}})


def without_voip(stage: Stage) -> object:
    return stage.control("PATCH", "", {"voip": False})


def handless(stage: Stage) -> object:
    return stage.control("POST", "/users", {"first_name": "Asha", "id": "handless"})


def on_query(name: str, *values: str) -> Break:
    """A value of a query parameter that is none."""
    return lambda choices, _stage, asked: replace(asked, query=[(name, choices.one_of(values))])


def in_form(name: str, *values: str) -> Break:
    """A value of a form's field that is none; the first of several counts."""
    return lambda choices, _stage, asked: replace(
        asked, query=[], form=[(name, choices.one_of(values)), *(asked.query or asked.form or [])]
    )


def elsewhere(part: str, *others: str) -> Break:
    """Another last part of the path, or the one that stands for `part`."""

    def breaks(choices: Choices, _stage: Stage, asked: Request) -> Request:
        parts = asked.path.split("/")
        place = parts.index(part) + 1 if part in parts else len(parts) - 1
        suffix = ".json" if parts[place].endswith(".json") else ""
        parts[place] = choices.one_of(others) + suffix
        return replace(asked, path="/".join(parts))

    return breaks


def with_wrong_token(choices: Choices, stage: Stage, asked: Request) -> Request:
    access = stage.access
    wrong: list[dict[str, str]] = [basic(access.api_key, "wrong"), basic("nobody", access.api_token), {}]
    wrong.append({"Authorization": "Bearer x"})
    kept = {name: value for name, value in asked.headers.items() if name not in {"Authorization", "Access-Token"}}
    return replace(asked, headers=kept | choices.one_of(wrong))


def of_another_account(_choices: Choices, stage: Stage, asked: Request) -> Request:
    return replace(asked, path=asked.path.replace(f"/{stage.access.account_sid}", "/another", 1))


def cut_off(choices: Choices, _stage: Stage, asked: Request) -> Request:
    text = asked.content.decode()
    return replace(asked, json=UNSET, text=text[: choices.whole(1, len(text) - 1)])


def as_plain_text(_choices: Choices, _stage: Stage, asked: Request) -> Request:
    return replace(asked, headers={**asked.headers, "Content-Type": "text/plain"})


def far_too_long(_choices: Choices, _stage: Stage, asked: Request) -> Request:
    return replace(asked, json=UNSET, form=UNSET, text=" " * (256 * 1024 + 1))


def busy(choices: Choices, stage: Stage, asked: Request) -> Request:
    occupy(stage)
    named = "contact_uri" if asked.path.startswith("/v3") else "user_contact_uri"
    by = choices.one_of(({named: people.FREE_PHONE}, {"user_id": "u1001"}))
    return replace(asked, json={**asked.json, "from": by})


def no_legs_yet(_choices: Choices, stage: Stage, asked: Request) -> Request:
    if stage.world.store.next_due() is None and len(stage.world.store) == 0:
        raise Impossible
    occupy(stage)
    call = stage.world.store.call_of_serial(len(stage.world.store))
    if call.legs:
        raise Impossible
    parts = asked.path.split("/")
    parts[-2] = call.sid
    return replace(asked, path="/".join(parts))


def promoted_to_dnd(choices: Choices, stage: Stage, asked: Request) -> Request:
    """A promotional call to somebody who has asked not to be called."""
    for _ in range(_DND_TRIES):
        number = f"+91982{choices.whole(0, 9_999_999):07d}"
        path = f"/v1/Accounts/{stage.access.account_sid}/Numbers/{number}.json"
        told = stage.ask(Request(method="GET", path=path, headers=stage.access.basic)).json()
        if told["Numbers"]["DND"] == "Yes":
            fields = [("From", "+919811112222"), ("To", number), ("CallType", "promo")]
            return replace(asked, query=[], form=fields)
    raise Impossible


def json_body(body: dict[str, Any]) -> Break:
    """Another body altogether."""
    return lambda _choices, _stage, asked: replace(
        asked, form=UNSET, json=body, headers={**asked.headers, "Content-Type": JSON}
    )


def changed(place: str, change: dict[str, Any]) -> Break:
    """A change of a certain user or device of v2."""
    return lambda _choices, stage, asked: replace(
        asked, path=f"/v2/accounts/{stage.access.account_sid}/users/{place}", json=change
    )


def v3_caller(**caller: str) -> Break:
    return fixed("from", caller)


UNKNOWN_SIDS = (_NO_SID, "0" * 32)
UNKNOWN_EXOPHONES = (_NOBODY_CALLS, "02200000000")
