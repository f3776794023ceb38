"""What fails says what to do about it."""

from __future__ import annotations

import pickle
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import (
    Answer,
    AsyncClient,
    BadInput,
    CallRefused,
    Client,
    ClientError,
    ClockNotManual,
    Conflict,
    ControlError,
    DoubleDial,
    Exhausted,
    Misunderstood,
    NotFound,
    NotMet,
    NotSettled,
    Unauthorized,
    Unreachable,
)
from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.wire import Ask

PAIR = {"from_": "+919811112222", "to": "+919833334444"}
ORDER = {
    "from": {"contact_uri": PAIR["from_"]},
    "to": {"contact_uri": PAIR["to"]},
    "virtual_number": "+912241499102",
}


def hung_up_twice(world):
    sid = world.call(**PAIR)
    world.hang_up(sid)
    world.hang_up(sid)


REFUSED = [
    (BadInput, 400, "bad-input", lambda world: world.advance(-1)),
    (BadInput, 400, "bad-contact", lambda world: world.add_number("12")),
    (BadInput, 400, "bad-story", lambda world: world.tell_next(talk=-1)),
    (NotFound, 404, "unknown-call", lambda world: world.get_call("nobody")),
    (NotFound, 404, "unknown-snapshot", lambda world: world.restore("never")),
    (Conflict, 409, "already-exists", lambda world: world.add_number("+912241499102")),
    (Conflict, 409, "illegal-input", hung_up_twice),
]


@pytest.mark.parametrize(("kind", "status", "code", "ask"), REFUSED, ids=[row[2] for row in REFUSED])
def test_a_refusal_is_raised_with_the_servers_hint(world, kind, status, code, ask):
    """Status and code for programs; detail and hint in the message, for people."""
    with pytest.raises(kind) as caught:
        ask(world)

    error = caught.value
    assert (status, code) == (error.status, error.code)
    assert error.detail
    assert error.hint
    assert f"{error.detail}. {error.hint}" == str(error)


def test_a_refusal_names_the_place(world):
    """Where one field is to blame, `where` names it."""
    with pytest.raises(BadInput) as caught:
        world.configure(readings={"no-such": "x"})

    assert "readings" == caught.value.where


def test_a_clock_that_runs_is_not_moved(client):
    """ClockNotManual is a Conflict of its own, as it is met most."""
    with client.create_world(clock="real") as world, pytest.raises(ClockNotManual, match="manual"):
        world.advance(1)


def test_a_bound_of_the_server_is_named():
    """Exhausted, with the option that raises the bound."""
    with Server(Settings(port=0, clock="manual", max_calls=1)) as server, Client(server.base_url) as client:
        world = client.world("mock")
        world.call(**PAIR)
        with pytest.raises(Exhausted, match="--max-calls"):
            world.incoming("+912241499102", "+919800000001", user_ids=[])


def test_a_receiver_that_hangs_leaves_the_clock_unsettled(world, sink):
    """NotSettled after the cap, and the client waits longer than that."""
    hangs = threading.Event()
    sink.script(*(Answer(waits_for=hangs) for _ in range(3)))
    world.call(**PAIR, callback=sink.url())

    with pytest.raises(NotSettled):
        world.advance(60, cap_seconds=0.2)
    hangs.set()


def test_a_wait_in_vain_shows_what_came_instead(world):
    """It fails a test as any assertion does; the closest request is shown with what it lacks."""
    world.call(**PAIR)

    with pytest.raises(AssertionError) as caught:
        world.wait_for_requests(method="GET", seconds=0)

    error = caught.value
    assert isinstance(error, NotMet)
    assert (408, 0) == (error.status, error.matched)
    assert ["q1"] == [one.id for one in error.instead]
    assert f"q1 POST /v3/accounts/{world.sid}/calls 200: method is 'POST' and not 'GET'" in str(error)


def test_a_double_dial_is_an_assertion_that_fails(world):
    """Who dials again after a lost answer is told of both calls; without an alarm the check passes."""
    world.check()
    world.add_fault("lost-answer", operation="exotel-v3.create-call")
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{world.base_urls['exotel-v3']}/calls", json=ORDER, auth=world.auth)
    httpx.post(f"{world.base_urls['exotel-v3']}/calls", json=ORDER, auth=world.auth)

    with pytest.raises(DoubleDial) as caught:
        world.check()

    [alarm] = caught.value.alarms
    assert {alarm.first_sid, alarm.second_sid} == {call.sid for call in world.calls().calls}
    assert f"{PAIR['from_']} and {PAIR['to']} were dialled twice" in str(caught.value)
    assert alarm.first_sid in str(caught.value)


def test_a_call_that_is_refused_is_refused_in_the_vendors_words(world):
    """Placing goes through v3, and its status and description are told."""
    with pytest.raises(CallRefused, match="Given virtual_number not found") as caught:
        world.call(**PAIR, exophone="+911140001000")

    assert 404 == caught.value.status


def test_a_token_is_asked_for():
    """Without the control token, or with another one, nothing is commanded; with it, everything."""
    with Server(Settings(port=0, control_token="hush")) as server:
        for token in (None, "loud"):
            with Client(server.base_url, token) as client, pytest.raises(Unauthorized, match="--control-token"):
                client.worlds()
        with Client(server.base_url, "hush") as client:
            assert ["mock"] == [world.sid for world in client.worlds()]
            assert client.world("mock").call(**PAIR)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:1", "http://no.such.host.invalid", "http://[", "x"])
def test_where_nobody_answers_the_address_is_told(run, url):
    """Both clients name it and say what to do."""

    async def ask():
        async with AsyncClient(url) as client:
            await client.worlds()

    for attempt in (lambda: Client(url).worlds(), lambda: run(ask())):
        with pytest.raises(Unreachable, match="Start one with mockserver") as caught:
            attempt()
        assert url == caught.value.url
        assert caught.value.reason


def test_nobody_is_not_ready(run):
    """Whether a server is ready can be asked before there is one."""

    async def ask():
        async with AsyncClient("http://127.0.0.1:1") as client:
            return await client.is_ready()

    assert (False, False) == (Client("http://127.0.0.1:1").is_ready(), run(ask()))


def test_a_server_that_never_answers_is_given_up():
    """An answer has its time, in real seconds."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = Transport(f"http://127.0.0.1:{silent.getsockname()[1]}", None)
        with pytest.raises(Unreachable, match="timed out"):
            transport.send(Ask("GET", "/", seconds=0.1))


class Stranger(BaseHTTPRequestHandler):
    """Some other server."""

    status, body = 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_words: object) -> None:
        """Silently."""


@pytest.mark.parametrize(
    ("status", "body"), [(404, b"<html>"), (500, b"{}"), (200, b"<html>"), (200, b"\xff"), (408, b"[]")]
)
def test_another_server_is_asked_whether_it_is_one(run, monkeypatch, status, body):
    """What answers something else is no refusal and no answer."""
    monkeypatch.setattr(Stranger, "status", status)
    monkeypatch.setattr(Stranger, "body", body)

    async def ask(url):
        async with AsyncClient(url) as client:
            await client.worlds()

    with HTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        thread = threading.Thread(target=stranger.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{stranger.server_port}"
        for attempt in (lambda: Client(url).worlds(), lambda: run(ask(url))):
            with pytest.raises(Misunderstood, match="is it a mockserver"):
                attempt()
        stranger.shutdown()
        thread.join()


def test_errors_travel_between_processes(world):
    """Test runners send them from worker to master: what is raised is what arrives."""
    errors: list[ClientError | DoubleDial] = []
    for attempt in (
        lambda: world.get_call("nobody"),
        lambda: world.wait_for_requests(method="GET", seconds=0),
        lambda: Client("http://127.0.0.1:1").worlds(),
    ):
        with pytest.raises(ClientError) as caught:
            attempt()
        errors.append(caught.value)

    sent = [pickle.loads(pickle.dumps(error)) for error in errors]  # noqa: S301  our own bytes

    assert [(type(one), str(one)) for one in errors] == [(type(one), str(one)) for one in sent]


def test_every_refusal_is_a_control_error():
    """One class catches all that the server refuses."""
    assert all(issubclass(kind, ControlError) for kind, *_ in REFUSED)
    assert issubclass(ControlError, ClientError)
