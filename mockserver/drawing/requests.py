"""A request that is served, for every operation of every provider, on a stage that is made ready for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from mockserver.drawing import exophones, readers, scenes, users
from mockserver.drawing.choices import Choices, Impossible
from mockserver.drawing.documents import documented
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import Callback, Exchange, Request

_MOST_SEEDS = 9_999
Ask = Callable[[Choices, Stage, str], Request]


def plain_stage(choices: Choices) -> Stage:
    """A new server with a world as it begins."""
    return Stage(choices.whole(0, _MOST_SEEDS), choices.names(4))


def stage_for(choices: Choices, operation_id: str) -> Stage:
    """A new server with a world that is set up as worlds of the operation's API may be."""
    stage = plain_stage(choices)
    scenes.set_up(choices, stage, documented(operation_id).api)
    return stage


def request(choices: Choices, stage: Stage, operation_id: str) -> Request:
    """A request that the operation serves, after those that have been written down on the stage."""
    return ASKS[operation_id](choices, stage, operation_id)


def exchange(choices: Choices, operation_id: str) -> Exchange:
    """A request with its setup, and what the server answers."""
    stage = stage_for(choices, operation_id)
    asked = request(choices, stage, operation_id)
    is_of_one = len(stage.world.store) > 0 and operation_id != "exotel-v1.list-calls"
    facts = scenes.facts(scenes.newest(stage)) if is_of_one else frozenset[str]()
    return Exchange(replace(asked, setup=list(stage.setup)), stage.ask(asked), facts)


def callback(choices: Choices, operation_id: str) -> Callback:
    """One of those that a call's course brings about. Raises Impossible where it brings none."""
    stage = stage_for(choices, operation_id)
    if operation_id == _NECTARDESK:
        scenes.know_contacts(choices, stage)
        scenes.hear_of_ends(stage)
        found = scenes.call(choices, stage)
    else:
        found = scenes.told_call(choices, stage, operation_id)
    sent = [one for one in stage.world.store.deliveries() if _is_of(operation_id, one.request.url)]
    if not sent:
        raise Impossible
    one = choices.one_of(sent[::-1]).request
    return Callback(one.method, one.url, one.headers, one.body, tuple(stage.setup), scenes.facts(found))


_NECTARDESK, _V3, _V2 = "nectardesk.get-call", "exotel-v3.create-call", "exotel-v2.create-call"


def _is_of(operation_id: str, url: str) -> bool:
    return url.endswith("/ended") is (operation_id == _NECTARDESK)


ASKS: Mapping[str, Ask] = {
    _V3: scenes.drawn_order,
    "exotel-v3.get-call": readers.read_call,
    "exotel-v3.get-legs": readers.read_legs,
    "exotel-v1.list-calls": readers.list_calls,
    "exotel-v1.connect": scenes.drawn_order,
    "exotel-v1.create-call": scenes.drawn_order,
    "exotel-v1.get-call": readers.read_v1_call,
    "exotel-v1.get-account": readers.read_v1,
    "exotel-v1.get-active-streams": readers.read_v1,
    "exotel-v1.get-number": readers.read_number,
    "exotel-v1.list-numbers": readers.list_numbers,
    _V2: scenes.drawn_order,
    "exotel-v2.get-call": readers.read_call,
    "exotel-v2.create-user": users.create_user,
    "exotel-v2.list-users": users.list_users,
    "exotel-v2.get-user": users.get_user,
    "exotel-v2.update-user": users.update_user,
    "exotel-v2.delete-user": users.delete_user,
    "exotel-v2.update-device": users.update_device,
    "exotel-v2.set-password": users.set_password,
    "exotel-v2.set-device-password": users.set_device_password,
    "exotel-v2-beta.list-numbers": exophones.list_numbers,
    "exotel-v2-beta.buy-number": exophones.buy_number,
    "exotel-v2-beta.get-number": exophones.get_number,
    "exotel-v2-beta.change-number": exophones.change_number,
    "exotel-v2-beta.release-number": exophones.release_number,
    "exotel-v2-beta.list-countries": exophones.list_countries,
    "exotel-v2-beta.list-country-stock": exophones.list_country_stock,
    "exotel-v2-beta.list-stock": exophones.list_stock,
    _NECTARDESK: readers.read_nectardesk,
}
