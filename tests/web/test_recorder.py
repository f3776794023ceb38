from __future__ import annotations

import pytest
from starlette.types import Message

from mockserver.engine.journal import readable
from mockserver.engine.world import World
from mockserver.operations.trace import trace_of
from mockserver.web.recorder import Recorder

pytestmark = pytest.mark.anyio

CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": "+912241499102",
}
SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/v3/somewhere",
    "query_string": b"page=2",
    "headers": [(b"x-one", b"1"), (b"x-one", b"again")],
}


async def test_a_request_is_recorded_with_its_answer(client, world):
    """The journal of the world that a request belongs to holds it and its answer, word for word."""
    answer = await client.post("/v3/accounts/mock/calls?trial=1", json=CALL)

    [exchange] = world.journal.entries()

    assert ("POST", "/v3/accounts/mock/calls", "trial=1") == (exchange.method, exchange.path, exchange.query)
    assert answer.request.content == exchange.body
    assert 200 == exchange.status
    assert answer.content == exchange.response_body
    assert ("content-type", "application/json") in readable(exchange.response_headers)
    assert "exotel-v3.create-call" == exchange.operation
    assert world.clock.now() == exchange.at
    assert exchange.refusal is None


async def test_a_refusal_is_recorded_with_its_reason(client, world):
    """A request that was refused says in the journal why, and what to do about it."""
    await client.get("/v3/accounts/mock/calls/nobody")

    [exchange] = world.journal.entries()

    assert 404 == exchange.status
    assert "nobody" in exchange.refusal
    assert exchange.hint


async def test_a_request_with_wrong_credentials_is_recorded_where_its_path_points(client, world):
    """Who sends a wrong token finds the request in the journal of the account that was meant."""
    await client.get("/v3/accounts/mock/calls/nobody", auth=("key", "wrong"))

    assert [401] == [exchange.status for exchange in world.journal.entries()]


async def test_a_request_of_no_world_is_recorded_as_a_stray(client, engine, world):
    """What belongs to no account is kept by the server itself, with the reason."""
    await client.get("/v9/Accounts/mock/Calls")

    [stray] = engine.strays.entries()

    assert ("GET", "/v9/Accounts/mock/Calls", 404) == (stray.method, stray.path, stray.status)
    assert "no API is mounted here" == stray.refusal
    assert stray.at.tzinfo is not None
    assert () == world.journal.entries()


async def test_control_and_health_are_not_recorded(client, engine, world):
    """Requests of a test's own machinery would drown those of the application."""
    for path in ("/_mock/v1/worlds", "/_mock/v1/nowhere", "/livez", "/readyz", "/openapi", "/openapi/control.json"):
        await client.get(path)

    assert () == engine.strays.entries() + world.journal.entries()


async def test_only_the_beginning_of_a_large_body_is_kept(engine):
    """Of bodies in both directions 64 KiB are kept; the exchange itself is not touched."""
    sent = []

    async def echo(_scope, receive, send):
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body + message["body"]})

    await Recorder(echo, engine)(
        dict(SCOPE), _replay(_chunk(b"a" * 50_000, more=True), _chunk(b"b" * 50_000)), _into(sent)
    )

    [exchange] = engine.strays.entries()

    assert 100_000 == len(sent[1]["body"])
    assert b"a" * 50_000 + b"b" * 15_536 == exchange.body == exchange.response_body


async def test_a_client_that_goes_away_is_recorded(engine):
    """A request whose client hangs up before the answer is in the journal with status 0 and what had arrived."""

    async def gives_up(_scope, receive, _send):
        while (await receive())["type"] != "http.disconnect":
            pass

    receive = _replay(_chunk(b'{"fr', more=True), {"type": "http.disconnect"})
    await Recorder(gives_up, engine)(dict(SCOPE), receive, _into([]))

    [exchange] = engine.strays.entries()

    assert (0, b'{"fr') == (exchange.status, exchange.body)


async def test_a_crash_is_recorded(engine):
    """An exception passes through, and the request that caused it is in the journal."""

    async def crashes(_scope, _receive, _send):
        message = "the handler broke"
        raise LookupError(message)

    with pytest.raises(LookupError, match="the handler broke"):
        await Recorder(crashes, engine)(dict(SCOPE), _replay(), _into([]))

    assert [0] == [exchange.status for exchange in engine.strays.entries()]


async def test_repeated_headers_are_all_recorded(engine):
    """Headers are kept in order and with their repetitions."""

    async def answers(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": [(b"x-note", b"a"), (b"x-note", b"b")]})
        await send({"type": "http.response.body"})

    await Recorder(answers, engine)(dict(SCOPE), _replay(), _into([]))

    [exchange] = engine.strays.entries()

    assert (("x-one", "1"), ("x-one", "again")) == readable(exchange.headers)
    assert (("x-note", "a"), ("x-note", "b")) == readable(exchange.response_headers)


async def test_what_the_layers_learn_is_recorded(engine, world):
    """World, operation and fault are whatever the layers below have noted in the request's trace."""

    async def notes(scope, _receive, send):
        trace = trace_of(scope)
        trace.world, trace.operation, trace.fault = world, "some.operation", "f1"
        await send({"type": "http.response.start", "status": 503, "headers": []})

    await Recorder(notes, engine)(dict(SCOPE), _replay(), _into([]))

    assert [("some.operation", "f1", 503)] == _known(world)
    assert () == engine.strays.entries()


async def test_a_websocket_passes_by(engine):
    """Only HTTP is recorded."""
    seen = []

    async def socket(scope, _receive, _send):
        seen.append(scope["type"])

    await Recorder(socket, engine)({"type": "websocket"}, _replay(), _into([]))

    assert ["websocket"] == seen
    assert () == engine.strays.entries()


def _known(world: World) -> list[tuple]:
    return [(one.operation, one.fault, one.status) for one in world.journal.entries()]


def _chunk(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def _replay(*messages: Message):
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


def _into(sent: list[Message]):
    async def send(message: Message) -> None:
        sent.append(message)

    return send
