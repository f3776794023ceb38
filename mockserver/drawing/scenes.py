"""A call at some moment of its life, come about by requests that anybody could have sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from mockserver.bootstrap import PROVIDERS
from mockserver.domain.call import Call, CallState
from mockserver.domain.directory import user_key
from mockserver.domain.errors import AlreadyExists
from mockserver.domain.order import Direction
from mockserver.domain.story import Side, Story
from mockserver.drawing import people
from mockserver.drawing.choices import Choices, Impossible
from mockserver.drawing.orders import form_order, json_order, wanting_callbacks
from mockserver.drawing.stage import Stage, story_body
from mockserver.drawing.stories import story
from mockserver.drawing.wire import Request

# Readings under which an answer is another than its published schema says.
UNDESCRIBED = frozenset({"nectardesk.unset-object"})
# Devices that can take over, with whose they are.
_TAKERS = {people.FREE_PHONE: "u1001", people.FREE_SIP: "u1002"}
_WAYS = 4
_MOST_MOMENTS = 14
_MOST_TICKS = 60
_WEBHOOK = "http://127.0.0.1:9/ended"
_V3, _V2, _V1 = "exotel-v3.create-call", "exotel-v2.create-call", "exotel-v1.connect"
_AGENTS: tuple[list[str] | None, ...] = (None, [], ["u1001"], ["u1001", "u1002"])


def set_up(choices: Choices, stage: Stage, api: str) -> None:
    """The account's settings and address book: mostly as a new world has them."""
    readings = {
        one.name: choices.one_of(one.values)
        for provider in PROVIDERS
        if provider.name == api
        for one in provider.version.readings
        if one.name not in UNDESCRIBED and choices.chance()
    }
    if readings:
        stage.control("PATCH", "", {"readings": readings})


def call(choices: Choices, stage: Stage, at: CallState | None = None) -> Call:
    """A call that was placed in one of the versions, or came in, or was told as history.

    The simplest is over, its story the default one. With `at` it is in that state. Raises Impossible if it never was.
    """
    # Drawn in any case, so that no other way is a shorter story than this one.
    told = story(choices)
    order = drawn_order(choices, stage, choices.one_of((_V3, _V2, _V1)))
    way = choices.whole(0, _WAYS) if choices.chance() else 0
    if way == _WAYS:
        return _from_history(choices, stage, at)
    if way:
        _come_in(choices, stage)
    else:
        _place(stage, told, order)
    return _lived(choices, stage, at)


def told_call(choices: Choices, stage: Stage, operation_id: str) -> Call:
    """A call that an operation placed, and of which somebody is told."""
    told = story(choices)
    _place(stage, told, wanting_callbacks(choices, drawn_order(choices, stage, operation_id)))
    return _lived(choices, stage, None)


def _lived(choices: Choices, stage: Stage, at: CallState | None) -> Call:
    """What becomes of the newest call."""
    if choices.chance():
        _note(choices, stage, newest(stage))
    stop = choices.whole(0, _MOST_MOMENTS) if at is None else 0
    for moment in range(_MOST_TICKS):
        found = newest(stage)
        if (found.state is at if at else moment == stop - 1) or not _moves_on(choices, stage, found):
            break
    found = newest(stage)
    if at is not None and found.state is not at:
        raise Impossible
    if choices.chance():
        _note(choices, stage, found)
    return newest(stage)


def newest(stage: Stage) -> Call:
    store = stage.world.store
    return store.call_of_serial(len(store))


def facts(found: Call) -> frozenset[str]:
    """What an answer about the call has to tell of."""
    return frozenset({f"state: {found.state}"} | ({f"outcome: {found.outcome}"} if found.outcome else set()))


def drawn_order(choices: Choices, stage: Stage, operation_id: str) -> Request:
    draw = form_order if operation_id.startswith("exotel-v1.") else json_order
    return draw(choices, stage.access, operation_id)


def _place(stage: Stage, told: Story, request: Request) -> None:
    stage.tell_next(told)
    answer = stage.provider(request)
    if answer.status == HTTPStatus.CONFLICT:
        # The caller is on an earlier call.
        raise Impossible
    if answer.status != HTTPStatus.OK:
        message = f"{request}: {answer.content.decode()}"
        raise ValueError(message)


def _come_in(choices: Choices, stage: Stage) -> None:
    arrival: dict[str, Any] = {
        "from": people.number(choices),
        "user_ids": choices.one_of(_AGENTS),
        "flow_id": choices.one_of((None, "501")),
        "ringing": choices.one_of(("parallel", "sequential")),
        "menu": choices.one_of((0.0, 4.0)),
        "queue": choices.one_of((0.0, 6.0, 25.0)),
        "record": choices.chance(),
        "story": story_body(story(choices, is_incoming=True)),
    }
    stage.control("POST", f"/numbers/{people.EXOPHONES[0]}/incoming", arrival)


def _from_history(choices: Choices, stage: Stage, at: CallState | None) -> Call:
    if at not in {None, CallState.SETTLED}:
        raise Impossible
    try:
        stage.remember(3, 30, choices.whole(0, 999))
    except AlreadyExists as error:
        raise Impossible from error
    return newest(stage)


def _moves_on(choices: Choices, stage: Stage, found: Call) -> bool:
    """What happens next: mostly what is due; a talk may be handed over to somebody else."""
    is_agents = found.order.direction is Direction.INBOUND or found.order.from_party.user_id
    if found.state is CallState.TALKING and is_agents and len(found.legs) < 3 and choices.chance():  # noqa: PLR2004
        side = Side.TO if found.order.route else Side.FROM
        free = [one for one in _TAKERS if stage.world.store.holder_of(user_key(_TAKERS[one])) is None]
        target = choices.one_of(("+919822223333", *free))
        stage.advance(2.0)
        if newest(stage).state is CallState.TALKING:
            stage.control("POST", f"/calls/{found.sid}/transfer", {"to": target, "side": side.value})
            return True
    if found.state is CallState.RINGING_FROM and choices.chance() and choices.chance():
        stage.control("POST", f"/calls/{found.sid}/hangup", {"side": "from"})
        return True
    return stage.tick()


def _note(choices: Choices, stage: Stage, found: Call) -> None:
    wrapup: dict[str, Any] = {"note": choices.one_of(("", "Call back on Monday")), "tags": ["vip"]}
    directory = stage.world.directory
    if choices.chance():
        wrapup["campaign_id"] = 5
        if not directory.campaigns:
            stage.control("POST", "/campaigns", {"id": 5, "name": "Diwali offers"})
    if choices.chance():
        wrapup["disposition_id"] = 3
        if not directory.dispositions:
            stage.control("POST", "/dispositions", {"id": 3, "code": "SALE"})
    if found.serial > 1 and choices.chance():
        wrapup["original"] = found.serial - 1
    stage.control("PUT", f"/calls/{found.sid}/wrapup", wrapup)


def know_contacts(choices: Choices, stage: Stage) -> None:
    """Some of the customers are in the address book, and who is told of ended calls is set."""
    [(first, last)] = choices.names(1)
    entry: dict[str, Any] = {"number": "+919811112222", "first_name": first, "last_name": last, "email": ""}
    if choices.chance():
        entry |= {"list_ids": [2, 9], "fields": {"plan": "gold"}, "created_at": "2025-03-01T09:00:00+05:30"}
    stage.control("POST", "/contacts", entry)
    if choices.chance():
        stage.control("PATCH", f"/numbers/{people.EXOPHONES[0]}", {"friendly_name": "Sales"})


def hear_of_ends(stage: Stage) -> None:
    stage.control("PATCH", "", {"ended_webhooks": [_WEBHOOK]})
