"""Faults of answers where the application runs in the caller's own process."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import httpx
import pytest

from mockserver.domain.contact import parse_contact
from mockserver.engine.faults.effects import Error, Latency, LostAnswer, Malformed, Overtake, Reset, Truncated
from mockserver.engine.faults.rules import Match
from mockserver.operations.connection import CONNECTION
from mockserver.web.wire_faults import ConnectionCut, WireFaults

pytestmark = pytest.mark.anyio

CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": "+912241499102",
}
PATH = "/v3/accounts/mock/calls"


@pytest.fixture
async def raising(app):
    """A client that gets what the application raises."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock", auth=("key", "token")) as client:
        yield client


@pytest.mark.parametrize(("effect", "calls"), [(Reset(), 0), (LostAnswer(), 1), (Truncated(), 1)])
async def test_a_cut_connection_is_raised(raising, world, effect, calls):
    """There is no connection to cut: the caller gets an error of its kind, and the journal names the fault."""
    world.faults.add(effect)
    with pytest.raises(ConnectionCut, match=f"fault f1 cuts the connection of POST {PATH}") as cut:
        await raising.post(PATH, json=CALL)

    assert isinstance(cut.value, ConnectionResetError)
    assert ["f1"] == [exchange.fault for exchange in world.journal.entries()]
    assert calls == sum(1 for event in world.events.latest() if event.kind == "call.placed")


async def test_the_journal_holds_what_has_left(raising, world):
    """Nothing of a lost answer; of a cut one its head and what there was of the body."""
    for effect in (LostAnswer(), Truncated(keep=10)):
        world.faults.add(effect)
        with pytest.raises(ConnectionCut):
            await raising.post(PATH, json=CALL)
    lost, cut = world.journal.entries()

    assert (0, b"") == (lost.status, lost.response_body)
    assert (200, 10) == (cut.status, len(cut.response_body))


async def test_a_malformed_answer_of_a_read_is_no_lost_call(client, world):
    """Only who placed a call can have missed it."""
    world.faults.add(Malformed("<html>"), Match(operation="exotel-v3.get-call"))
    answer = await client.get(f"{PATH}/nobody")

    assert ("<html>", "6", "f1") == (
        answer.text,
        answer.headers["content-length"],
        answer.headers["x-mockserver-fault"],
    )
    await client.post(PATH, json=CALL)
    await client.post(PATH, json=CALL)
    assert () == world.alarms.alarms


@pytest.mark.parametrize("spelling", ["+919900000530", "09900000530", "9900000220"])
async def test_a_fault_is_for_a_number(client, world, spelling):
    """Of either party, in any spelling; also of the call that a path names."""
    sid = (await client.post(PATH, json=CALL)).json()["response"]["call_details"]["sid"]
    world.faults.add(Error(503), Match(contact=parse_contact(spelling)), times=None)
    others = {**CALL, "from": {"contact_uri": "+919900000531"}, "to": {"contact_uri": "+919900000221"}}

    assert 503 == (await client.post(PATH, json=CALL)).status_code
    assert 503 == (await client.get(f"{PATH}/{sid}")).status_code
    assert 200 == (await client.post(PATH, json=others)).status_code


async def test_two_faults_of_one_answer_are_both_named(client, world):
    """One of the answer, and one of the callback that overtakes it."""
    world.faults.add(Latency(seconds=0))
    world.faults.add(Overtake(seconds=0))
    subscription = [{"event": "terminal", "url": "http://127.0.0.1:9/"}]
    answer = await client.post(PATH, json={**CALL, "status_callback": subscription})

    assert "f1, f2" == answer.headers["x-mockserver-fault"]
    assert ["f1, f2"] == [exchange.fault for exchange in world.journal.entries()]


async def test_a_call_that_is_forgotten_while_its_answer_waits_is_no_trouble(client, engine, world):
    """A reset meanwhile leaves nothing to be alarmed about."""
    world.faults.add(Malformed())
    subscription = [{"event": "terminal", "url": "http://127.0.0.1:9/"}]
    world.faults.add(Overtake(seconds=60))
    async with anyio.create_task_group() as asking:
        asking.start_soon(lambda: client.post(PATH, json={**CALL, "status_callback": subscription}))
        with anyio.fail_after(10):
            while not any(event.kind == "call.placed" for event in world.events.latest()):
                await anyio.lowlevel.checkpoint()
        engine.forget_calls(world)
    await client.post(PATH, json=CALL)

    assert () == world.alarms.alarms


async def test_what_is_no_request_passes(engine):
    """Such as a WebSocket, or the lifespan."""
    scopes = []

    async def app(scope, _receive, _send):
        scopes.append(scope["type"])

    await WireFaults(app, engine)({"type": "websocket"}, None, None)

    assert ["websocket"] == scopes


async def test_a_cut_answer_waits_for_its_connection_to_end(app, world):
    """Else the server would answer in its place."""
    world.faults.add(LostAnswer(), Match(operation="exotel-v3.get-call"))
    done, ended = [], anyio.Event()

    class Connection:
        def reset(self):
            done.append("reset")
            ended.set()

    async def receive():
        await ended.wait()
        done.append("disconnect")
        return {"type": "http.disconnect"}

    async def send(message):
        done.append(message["type"])

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{PATH}/nobody",
        "raw_path": b"",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"authorization", b"Basic a2V5OnRva2Vu")],
        "extensions": {CONNECTION: Connection()},
    }
    with anyio.fail_after(10):
        await app(scope, receive, send)

    assert ["reset", "disconnect"] == done
