"""A server that runs for long: what it keeps is bounded."""

from __future__ import annotations

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings

CALLS, REQUESTS = 50, 20
BLOCKED = {"url": "http://8.8.8.8/"}


@pytest.fixture(scope="module")
def small():
    """A client of a server that keeps fifty calls and twenty requests of each world."""
    with (
        Server(Settings(port=0, clock="manual", max_calls=CALLS, journal_entries=REQUESTS)) as server,
        httpx.Client(base_url=server.base_url, timeout=20) as client,
    ):
        yield client


@pytest.fixture
def world(made, small):
    world = made(small)
    yield world
    world.ask("DELETE")


def order():
    return {
        "from": {"contact_uri": "+919900000200"},
        "to": {"contact_uri": "+919900000310"},
        "virtual_number": "+912241499102",
    }


def test_the_oldest_calls_go_first(world):
    """Of more calls than a world keeps, the latest are left, with their deliveries and no others."""
    sids = []
    for _ in range(CALLS * 3):
        sids.append(world.place(BLOCKED))
        world.advance(200)
    calls = world.get("/calls?limit=1000")
    deliveries = world.get("/deliveries?limit=1000")["deliveries"]

    assert CALLS == calls["total"]
    assert sids[: -CALLS - 1 : -1] == [call["sid"] for call in calls["calls"]]
    assert sids[-CALLS:] == [one["call_sid"] for one in deliveries]


def test_a_call_that_went_is_unknown(world):
    """A call that had to make room reads like one that never was."""
    first = world.place()
    world.advance(200)
    for _ in range(CALLS):
        world.place()
    response = world.http.get(f"/v3/accounts/{world.sid}/calls/{first}", auth=world.auth)

    assert (404, 10744) == (response.status_code, response.json()["response"]["error_data"]["code"])


def test_living_calls_are_never_dropped(world):
    """A world full of living calls takes no further call, says so in v3's words, and keeps what it has."""
    sids = [world.place() for _ in range(CALLS)]
    response = world.post(order())
    world.advance(200)
    again = world.post(order())

    error = response.json()["response"]["error_data"]
    assert (500, 1100, "Internal Server Error") == (response.status_code, error["code"], error["description"])
    assert 200 == again.status_code
    assert CALLS == world.get("/calls")["total"]
    assert 1 == len(set(sids) - {call["sid"] for call in world.get("/calls")["calls"]})


def test_what_is_not_delivered_is_not_dropped(new_bounded_world):
    """A call whose callback waits for a retry stays, though it is the oldest."""
    world = new_bounded_world(retry_after=[100_000])
    first = world.place({"url": "http://127.0.0.1:9/"})
    for _ in range(CALLS + 5):
        world.advance(200)
        world.place()

    assert first in {call["sid"] for call in world.get("/calls?limit=1000")["calls"]}
    assert CALLS == world.get("/calls")["total"]


@pytest.fixture
def new_bounded_world(made, small):
    worlds = []

    def make(**spec):
        worlds.append(made(small, **spec))
        return worlds[-1]

    yield make
    for one in worlds:
        one.ask("DELETE")


def test_the_journal_keeps_the_latest(world):
    """Of more requests than a journal keeps the latest are left, and the number of the others is told."""
    sid = world.place()
    for _ in range(100):
        world.details(sid)
    page = world.get("/requests")

    assert (REQUESTS, 101 - REQUESTS) == (len(page["requests"]), page["dropped"])
    assert "q101" == page["requests"][-1]["id"]


def test_the_calls_of_one_world_take_no_room_from_another(world, made, small):
    """Bounds are of each world."""
    other = made(small)
    for _ in range(CALLS):
        world.place()

    assert 200 == other.post(order()).status_code
    other.ask("DELETE")
