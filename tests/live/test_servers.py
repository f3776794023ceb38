"""Servers as a program embeds them."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings


@pytest.fixture
def client():
    """Makes clients of servers."""
    clients = []

    def make(other):
        clients.append(httpx.Client(base_url=other.base_url, timeout=20))
        return clients[-1]

    yield make
    for one in clients:
        one.close()


def test_two_servers_in_one_process_do_not_see_each_other(client):
    """Worlds, calls and clocks of one server are unknown to another in the same process."""
    with Server(Settings(port=0, clock="manual")) as one, Server(Settings(port=0, clock="manual")) as other:
        first, second = client(one), client(other)
        created = first.post("/_mock/v1/worlds", json={"account_sid": "only-here"})
        first.post("/_mock/v1/worlds/mock/clock/advance", json={"seconds": 60})
        first.patch("/_mock/v1/worlds/mock", json={"voip": False})
        clocks = [one.get("/_mock/v1/worlds/mock/clock").json()["now"] for one in (first, second)]

        assert one.base_url != other.base_url
        assert (201, 404) == (created.status_code, second.get("/_mock/v1/worlds/only-here").status_code)
        assert second.get("/_mock/v1/worlds/mock").json()["voip"]
        assert clocks[0] != clocks[1]


def test_port_0_picks_a_free_port(server):
    """A server on port 0 says where it listens, on loopback."""
    parts = urlsplit(server.base_url)

    assert ("http", "127.0.0.1") == (parts.scheme, parts.hostname)
    assert 0 < parts.port


def test_a_stopped_server_is_gone(client):
    """After the block nobody listens, and the port can be taken again."""
    with Server(Settings(port=0)) as server:
        parts = urlsplit(server.base_url)
        assert 200 == client(server).get("/livez").status_code

    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection((parts.hostname, parts.port), timeout=5)
    with Server(Settings(port=parts.port)) as again:
        assert 200 == client(again).get("/livez").status_code


def test_a_port_is_taken_once(server):
    """A second server on a port that is in use is refused when it is made, not when it is asked."""
    with pytest.raises(OSError, match="in use"):
        Server(Settings(port=urlsplit(server.base_url).port))


def test_an_application_keeps_its_credentials_and_numbers(client):
    """A world and an ExoPhone can be given to the server at its start."""
    settings = Settings(port=0, clock="manual", world=("acme:acme-key:acme:token",), exophone=("080 6915 0000",))
    body = {
        "from": {"contact_uri": "+919900000200"},
        "to": {"contact_uri": "+919900000310"},
        "virtual_number": "+918069150000",
    }
    with Server(settings) as server:
        response = client(server).post("/v3/accounts/acme/calls", json=body, auth=("acme-key", "acme:token"))

    assert (200, "08069150000") == (
        response.status_code,
        response.json()["response"]["call_details"]["virtual_number"],
    )


def test_settings_reach_the_worlds(client):
    """Retries and time-out of callbacks that the server is started with hold for worlds made later, too."""
    settings = Settings(port=0, callback_retries=(300.0, 900.0), callback_timeout=2.5)
    with Server(settings) as server:
        http = client(server)
        worlds = [
            http.get("/_mock/v1/worlds/mock").json(),
            http.post("/_mock/v1/worlds", json={}).json(),
        ]

    assert [([300.0, 900.0], 2.5)] * 2 == [(one["retry_after"], one["callback_timeout"]) for one in worlds]
