"""Every operation of the control API has one method, in both clients, and both ask for the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.control import PREFIX
from mockserver.control.routes import OPERATIONS
from mockserver.testing import (
    AsyncClient,
    AsyncFeed,
    AsyncWorld,
    Client,
    Feed,
    MatchBody,
    PartyBody,
    ShareBody,
    StoryBody,
    World,
)
from mockserver.testing.client.awaiting.transport import AsyncTransport
from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.wire import Ask

EXOPHONE = "+912241499102"
NEAR, FAR = "+919811112222", "+919833334444"
# For each method of the client, and then of a world, arguments that are served; names are filled in.
OF_CLIENT: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "worlds": ((), {}),
    "create_world": ((), {"seed": 5}),
    "world": (("{sid}",), {}),
    "strays": ((), {"limit": 5}),
    "clear_strays": ((), {}),
    "named_scenarios": ((), {}),
    "config": ((), {}),
    "authority": ((), {}),
    "coverage": ((), {}),
    "clear_coverage": ((), {}),
    "fixtures": ((), {}),
    "fixture": (("manifest.json",), {}),
}
OF_WORLD: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "configure": ((), {"voip": False}),
    "delete": ((), {}),
    "coverage": ((), {}),
    "reset": (("calls", "faults"), {}),
    "tell_history": ((3,), {}),
    "clock": ((), {}),
    "set_clock": (("scaled",), {"speed": 2.0}),
    "advance": ((1,), {}),
    "run_until": ((), {"idle": True}),
    "numbers": ((), {}),
    "add_number": (("+918000000001",), {"friendly_name": "Sales"}),
    "get_number": ((EXOPHONE,), {}),
    "rename_number": ((EXOPHONE, "Sales"), {}),
    "delete_number": ((EXOPHONE,), {}),
    "users": ((), {}),
    "add_user": (("Asha",), {"role": "admin"}),
    "get_user": (("u1001",), {}),
    "change_user": (("u1001",), {"role": "admin"}),
    "delete_user": (("u1001",), {}),
    "change_device": (("u1001", 1), {"available": False}),
    "groups": ((), {}),
    "add_group": (("Sales", ["u1001"]), {"id": 77}),
    "replace_group": ((7, "Sales"), {}),
    "delete_group": ((7,), {}),
    "flows": ((), {}),
    "add_flow": (("Menu",), {}),
    "replace_flow": ((7, "Menu"), {}),
    "delete_flow": ((7,), {}),
    "contacts": ((), {}),
    "add_contact": (("+919900112233", "Asha"), {"email": "asha@example.test"}),
    "replace_contact": ((7, "+919900112234", "Asha"), {}),
    "delete_contact": ((7,), {}),
    "campaigns": ((), {}),
    "add_campaign": (("Spring",), {}),
    "replace_campaign": ((7, "Spring"), {}),
    "delete_campaign": ((7,), {}),
    "dispositions": ((), {}),
    "add_disposition": (("Sold",), {}),
    "replace_disposition": ((7, "Sold"), {}),
    "delete_disposition": ((7,), {}),
    "calls": ((), {"from_": NEAR, "limit": 3}),
    "get_call": (("{rings}",), {}),
    "answer": (("{rings}", "from"), {}),
    "reject": (("{rings}", "from"), {}),
    "hang_up": (("{talks}",), {}),
    "press": (("{talks}", "1#"), {}),
    "transfer": (("{talks}", "+919876500000"), {}),
    "wrap_up": (("{talks}",), {"note": "n", "disposition_id": 7}),
    "incoming": ((EXOPHONE, NEAR), {"menu": 2.0}),
    "wait_for_call": (("{talks}",), {"state": "talking"}),
    "streams": ((), {"only_open": True}),
    "call_streams": (("{talks}",), {}),
    "get_stream": (("{stream}",), {}),
    "stream_audio": (("{stream}", "dual"), {}),
    "scenarios": ((), {}),
    "clear_scenarios": ((), {}),
    "tell_next": ((), {"to": PartyBody("busy")}),
    "tell_default": ((), {"from_": PartyBody("busy")}),
    "draw_outcomes": (([ShareBody(100)],), {}),
    "add_rule": ((StoryBody(talk=5),), {"times": 1}),
    "delete_rule": (("r1",), {}),
    "apply_scenario": (("evening",), {}),
    "faults": ((), {}),
    "add_fault": (("latency",), {"seconds": 0.5, "times": None}),
    "delete_fault": (("f1",), {}),
    "heal": ((), {}),
    "quotas": ((), {}),
    "set_quota": ((100,), {"operation": "exotel-v3.create-call"}),
    "clear_quotas": ((), {}),
    "alarms": ((), {}),
    "clear_alarms": ((), {}),
    "requests": ((), {"refused": True, "path": "/v3/*"}),
    "count_requests": ((), {"number": NEAR}),
    "find_requests": ((), {"json": {"virtual_number": EXOPHONE}, "limit": 1}),
    "get_request": (("q1",), {}),
    "clear_requests": ((), {}),
    "wait_for_requests": ((1,), {"method": "POST"}),
    "deliveries": ((), {"state": "blocked", "limit": 1}),
    "count_deliveries": ((), {}),
    "get_delivery": (("d1",), {}),
    "redeliver": (("d1",), {"body": "{}", "headers": {"X-Again": "1"}}),
    "wait_for_deliveries": ((1,), {"state": "blocked"}),
    "events": ((), {"kind": "call", "limit": 2}),
    "follow": ((), {"after": 0, "most": 2}),
    "snapshots": ((), {}),
    "snapshot": (("a",), {}),
    "restore": (("kept",), {}),
    "delete_snapshot": (("kept",), {}),
}
# What is made of others, and what is no part of the control API.
BESIDES_OF_CLIENT = {"close", "is_ready", "metrics", "openapi"}
BESIDES_OF_WORLD = {"call", "call_bot", "check", "now", "stream"}


@pytest.fixture
def places(world):
    """A world that has one of everything, and the names of what it has."""
    for add in (world.add_flow, world.add_campaign, world.add_disposition):
        add("seven", id=7)
    world.add_group("seven", id=7)
    world.add_contact("+919900112299", "Seven", id=7)
    world.add_rule(StoryBody(), MatchBody(from_="+919999999999"))
    talks = world.call(from_="+919900000000", to="+919900000099", callback="http://8.8.8.8/")
    rings = world.call(from_=NEAR, to=FAR)
    world.advance(1)
    world.call_bot("ws://8.8.8.8/", from_="+919900000000")
    world.advance(1)
    [stream] = world.streams().streams
    world.add_fault(status=503)
    world.snapshot("kept")
    return {"sid": world.sid, "talks": talks, "rings": rings, "stream": stream.sid}


@pytest.fixture
def view(world):
    return world.view


@pytest.fixture
def asked(view, monkeypatch) -> Callable[[type, str, Any], Ask]:
    """What a method of either client would send; nothing is sent."""

    class Asked(Exception):
        pass

    def refuse(_self: Any, ask: Ask) -> Any:
        raise Asked(ask)

    for transport in (Transport, AsyncTransport):
        monkeypatch.setattr(transport, "send", refuse)
        monkeypatch.setattr(transport, "open", refuse)

    def asked(kind: type, name: str, row: Any) -> Ask:
        arguments, options = row
        transport = Transport if kind in {Client, World} else AsyncTransport
        one = kind(transport("", None), view) if kind in {World, AsyncWorld} else kind()
        with pytest.raises(Asked) as caught:
            _first_step(getattr(one, name)(*arguments, **options))
        return caught.value.args[0]

    return asked


def _first_step(outcome: Any) -> None:
    """Go as far as the request: a coroutine runs until it waits, a feed is entered."""
    if isinstance(outcome, Feed):
        outcome.__enter__()
    elif isinstance(outcome, AsyncFeed):
        outcome = outcome.__aenter__()
    outcome.send(None)


def filled(row, places):
    arguments, options = row
    return [one.format(**places) if isinstance(one, str) else one for one in arguments], options


def operation_of(ask: Ask) -> str:
    """The id of the operation that a request is for."""
    path = ask.target.partition("?")[0].removeprefix(PREFIX)
    # A word in a path goes before a parameter in its place.
    return next(
        one.id
        for one in sorted(OPERATIONS, key=lambda one: one.path.count("{"))
        if one.method == ask.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), path)
    )


def public_methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_each_method_is_known_here():
    """The tables above hold every public method of both clients, and the two have the same."""
    assert {*OF_CLIENT, *BESIDES_OF_CLIENT} == public_methods(Client) == public_methods(AsyncClient)
    assert {*OF_WORLD, *BESIDES_OF_WORLD} == public_methods(World) == public_methods(AsyncWorld)


def test_each_operation_has_one_method(asked):
    """All methods together ask for every operation of the server, none for that of another."""
    asks = [asked(Client, name, row) for name, row in OF_CLIENT.items()]
    asks += [asked(World, name, row) for name, row in OF_WORLD.items()]

    assert sorted(one.id for one in OPERATIONS) == sorted(map(operation_of, asks))


@pytest.mark.parametrize(
    ("blocking", "awaiting", "rows"), [(Client, AsyncClient, OF_CLIENT), (World, AsyncWorld, OF_WORLD)]
)
def test_both_clients_ask_for_the_same(asked, blocking, awaiting, rows):
    """Byte by byte."""
    assert [asked(blocking, *row) for row in rows.items()] == [asked(awaiting, *row) for row in rows.items()]


@pytest.mark.parametrize("name", OF_CLIENT)
def test_a_method_of_the_client_is_served(client, places, name):
    """The server understands it, and the answer is of the type that the method promises."""
    arguments, options = filled(OF_CLIENT[name], places)

    answer = getattr(client, name)(*arguments, **options)
    if name == "create_world":
        answer.delete()

    assert answer is not None


@pytest.mark.parametrize("name", OF_WORLD)
def test_a_method_of_a_world_is_served(world, places, name):
    """The server understands it, and the answer is of the type that the method promises."""
    arguments, options = filled(OF_WORLD[name], places)

    answer = getattr(world, name)(*arguments, **options)
    if name == "follow":
        with answer as feed:
            answer = list(feed)

    assert answer is not None


@pytest.mark.parametrize("name", OF_WORLD)
def test_a_method_of_an_asynchronous_world_is_served(server, places, run, name):
    """The same for the other client."""
    arguments, options = filled(OF_WORLD[name], places)

    async def ask() -> Any:
        async with AsyncClient(server.base_url) as client:
            answer = getattr(await client.world(places["sid"]), name)(*arguments, **options)
            if name != "follow":
                return await answer
            async with answer as feed:
                return [event async for event in feed]

    assert run(ask()) is not None
