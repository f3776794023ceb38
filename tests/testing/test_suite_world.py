"""A world as test suites like it, outside of pytest."""

from __future__ import annotations

import threading

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import SuiteClient, SuiteWorld
from mockserver.testing.asgi import AsgiListener


@pytest.fixture(scope="module")
def client():
    with Server(Settings(port=0, clock="manual")) as server, SuiteClient(server.base_url) as client:
        yield client


@pytest.fixture
def world(client):
    with client.create_world() as world:
        yield world


async def echo(scope, receive, send):
    """An application that has no lifespan, and answers with what host and path it was asked at."""
    if scope["type"] != "http":
        raise NotImplementedError
    host = dict(scope["headers"])[b"host"]
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": host + scope["path"].encode()})


def test_it_knows_where_each_api_is(world):
    """URL, Basic authentication and access token, by attribute or by name."""
    assert f"{world.base_url}/v3/accounts/{world.sid}" == world.exotel_v3.url
    assert f"{world.base_url}/v2_beta/Accounts/{world.sid}" == world.exotel_v2_beta.url
    assert world.api("nectardesk") == world.nectardesk
    assert (world.auth, world.access_token) == (world.exotel_v1.auth, world.exotel_v2.access_token)
    assert isinstance(world, SuiteWorld)


def test_time_moves_by_seconds_minutes_and_hours(world):
    """They add up."""
    began = world.now()
    world.advance(5, minutes=2, hours=1)

    assert 3725 == (world.now() - began).total_seconds()


def test_settling_leaves_nothing_to_happen(world):
    """Also what a fault has held back, and facts that come late."""
    world.add_fault("delay", seconds=7200)
    world.call(from_="+919812345678", to="+919876543210", callback=world.sink.url("/"))
    world.settle()

    assert None is world.clock().next_due
    assert ["answered", "terminal", "answered"] == world.callbacks()


def test_callbacks_reach_an_application_in_this_process(world):
    """By a name that nobody else knows, with that name as its host; several routes go side by side."""
    urls = [world.route("http://app.test", echo), world.route("other.test:8000", echo)]
    world.call(from_="+919812345678", to="+919876543210", callback="http://app.test/over")
    world.call(from_="+919812345679", to="+919876543211", callback="http://other.test:8000/over")
    world.advance(60)
    answers = {attempt.body.text for one in world.all_deliveries() for attempt in one.attempts}

    assert {"app.test/over", "other.test:8000/over"} == answers
    assert {"app.test": urls[0], "other.test:8000": urls[1]} == world.view.hosts


def test_what_it_opened_is_closed_with_it(client):
    """Neither sink nor routes listen when the world has ended."""
    with client.create_world() as world:
        urls = [world.sink.url("/"), world.route("http://app.test", echo)]
        assert [200, 200] == [httpx.get(url).status_code for url in urls]
    for url in urls:
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)

    names = {thread.name for thread in threading.enumerate()}
    assert set() == {name for name in names if name in {"callback-sink", "mockserver-route"}}


def test_an_application_that_does_not_start_is_told(world):
    """A lifespan that fails is no application to route to."""

    async def broken(scope, receive, send):
        await receive()
        await send({"type": f"{scope['type']}.startup.failed", "message": "no"})

    with pytest.raises(RuntimeError, match="the ASGI application did not start"):
        world.route("http://app.test", broken)


def test_the_lifespan_of_an_application_lasts_as_long_as_it_listens():
    """It starts before the first request and ends before the listener has stopped."""
    told = []

    async def app(_scope, receive, send):
        for _ in range(2):
            message = await receive()
            told.append(message["type"])
            await send({"type": f"{message['type']}.complete"})

    with AsgiListener(app):
        assert ["lifespan.startup"] == told

    assert ["lifespan.startup", "lifespan.shutdown"] == told
