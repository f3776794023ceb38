from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.domain.errors import AlreadyExists
from mockserver.server import Server
from mockserver.settings import Settings

CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": "+912241499102",
}


def test_an_embedded_server_answers_while_its_block_is_open():
    """It is ready when the block begins, on a free port, and gone when it ends."""
    with Server() as server:
        answer = httpx.get(f"{server.base_url}/readyz")

    assert 200 == answer.status_code
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.base_url}/readyz")


def test_two_servers_in_one_process_do_not_see_each_other():
    """Each has its worlds, and the same seed gives both the same story."""
    with Server(Settings(port=0, clock="manual")) as one, Server(Settings(port=0, clock="manual")) as other:
        sids = [_place(server) for server in (one, other)]
        httpx.delete(f"{one.base_url}/_mock/v1/worlds/mock")
        worlds = [httpx.get(f"{server.base_url}/_mock/v1/worlds").json()["worlds"] for server in (one, other)]

    assert sids[0] == sids[1]
    assert [0, 1] == [len(listed) for listed in worlds]


def test_a_server_can_be_asked_for_an_address_that_is_free():
    """Who asks for a port gets it, and again as soon as it has been given back."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    urls = []
    for _ in range(2):
        with Server(Settings(port=port)) as server:
            urls.append(httpx.get(f"{server.base_url}/livez").url)

    assert [f"http://127.0.0.1:{port}/livez"] * 2 == [str(url) for url in urls]


def test_what_is_being_served_ends_before_the_server_does():
    """A request that came before the stop has its answer, if that takes no longer than --drain."""
    answers = []
    with Server(Settings(port=0, drain=20.0)) as server:
        httpx.post(f"{server.base_url}/_mock/v1/worlds/mock/faults", json={"kind": "latency", "seconds": 0.5})
        asking = threading.Thread(target=lambda: answers.append(_place(server)))
        asking.start()
        while not httpx.get(f"{server.base_url}/_mock/v1/worlds/mock/faults").json()["faults"][0]["matched"]:
            assert asking.is_alive()
    asking.join()

    assert [True] == [len(sid) >= 32 for sid in answers]


def test_an_address_of_the_newer_family_stands_in_brackets():
    """In the URL that is told, and there the server answers."""
    with Server(Settings(host="::1", port=0)) as server:
        answer = httpx.get(f"{server.base_url}/livez")

    assert server.base_url.startswith("http://[::1]:")
    assert 200 == answer.status_code


@pytest.mark.parametrize("host", ["::", "[::]"])
def test_both_families_find_the_unspecified_address_of_the_newer_one(host):
    """With brackets or without, as it stands in a URL or in an address."""
    with Server(Settings(host=host, port=0)) as server:
        port = urlsplit(server.base_url).port
        answers = [httpx.get(f"http://{loopback}:{port}/livez").status_code for loopback in ("[::1]", "127.0.0.1")]

    assert f"http://[::1]:{port}" == server.base_url
    assert [200, 200] == answers


def test_an_address_that_is_taken_is_refused_at_once():
    """The embedding program gets the operating system's error, not a time-out."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        Server(Settings(port=taken.getsockname()[1]))


def test_settings_that_contradict_each_other_are_refused_at_once():
    """Nothing is listening behind a server that could not be made."""
    with pytest.raises(AlreadyExists):
        Server(Settings(port=0, world=("mock:other:token",)))


def test_a_stopped_server_leaves_no_thread():
    """The thread of an embedded server ends with it."""
    before = threading.active_count()

    with Server() as server:
        _place(server)

    assert before == threading.active_count()


def test_many_clients_may_knock_at_once():
    """A burst of connections is queued and not refused."""
    with Server() as server:
        host, port = server.base_url.removeprefix("http://").split(":")
        clients = [socket.create_connection((host, int(port)), timeout=10) for _ in range(500)]
        for client in clients:
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n")
        answers = [client.recv(4096) for client in clients]
        for client in clients:
            client.close()

    assert {b"HTTP/1.1 200 OK"} == {answer.partition(b"\r\n")[0] for answer in answers}


def _place(server: Server) -> str:
    answer = httpx.post(f"{server.base_url}/v3/accounts/mock/calls", json=CALL, auth=("key", "token"))
    return answer.json()["response"]["call_details"]["sid"]
