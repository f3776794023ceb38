"""Connections are kept and bounded, and nothing is sent twice."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import pytest

from mockserver.testing import AsyncClient, Client, Unreachable
from mockserver.testing.client import wire
from mockserver.testing.client.blocking import transport as blocking
from mockserver.testing.client.wire import Answer, Ask

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + b'{"worlds":[]}'


class Counting:
    """A server that counts connections and requests, and ends each connection after so many answers."""

    def __init__(self, answers: int = 1_000) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._answers = answers
        self.heads: list[bytes] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            for number in range(self._answers + 1):
                head = connection.recv(65_536)
                if not head:
                    return
                self.heads.append(head)
                if number == self._answers:
                    return
                connection.sendall(OK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        # Wakes who accepts, which closing alone does not.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


async def ask_in_turn(url: str, times: int) -> None:
    async with AsyncClient(url) as client:
        for _ in range(times):
            await client.worlds()


def test_a_connection_is_kept(run):
    """Requests one after another go over one, with either client."""
    with Counting() as server:
        run(ask_in_turn(server.url, 5))
        assert (1, 5) == (server.connections, len(server.heads))
    with Counting() as server, Client(server.url) as client:
        for _ in range(5):
            client.worlds()
        assert (1, 5) == (server.connections, len(server.heads))


def test_an_idle_connection_is_not_trusted(monkeypatch):
    """After a pause a new one is opened: the server may be about to end the old one."""
    monkeypatch.setattr(blocking, "IDLE_SECONDS", 0.0)
    with Counting() as server, Client(server.url) as client:
        for _ in range(3):
            client.worlds()
        assert 3 == server.connections


def test_threads_share_a_bounded_number_of_connections(monkeypatch):
    """More threads than connections wait for each other."""
    monkeypatch.setattr(blocking, "MOST_CONNECTIONS", 4)
    with Counting() as server, Client(server.url) as client, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: client.worlds(), range(200)))
        assert 200 == len(server.heads)
        assert 4 >= server.connections


def test_nothing_is_sent_twice(run):
    """A connection that ends without an answer is told; whether it was carried out, only the user can find out."""
    with Counting(0) as server, pytest.raises(Unreachable):
        Client(server.url).worlds()
    assert 1 == len(server.heads)
    with Counting(0) as server, pytest.raises(Unreachable):
        run(ask_in_turn(server.url, 1))
    assert 1 == len(server.heads)


def test_the_control_token_is_for_control_alone():
    """An order goes with the credentials of its world."""
    assert {"Authorization": "Bearer hush"} == Ask("GET", "/").headers("hush")
    assert {} == Ask("GET", "/").headers(None)
    assert (
        "Basic a2V5OnRva2Vu"
        == Ask("POST", "/", b"{}", authorization=wire.basic("key", "token")).headers("hush")["Authorization"]
    )


def test_a_query_leaves_out_what_is_not_said():
    """No value, or False, is no filter; names that Python reserves lose their underscore."""
    query = {"from_": "+91 1", "to": None, "refused": False, "unmatched": True, "limit": 5}

    assert "?from=%2B91+1&unmatched=true&limit=5" == wire.query_string(query)
    assert "" == wire.query_string({})


def test_a_value_is_one_segment_of_a_path():
    """Whatever is in it."""
    assert "%2B91%2F..%3Fx" == wire.segment("+91/..?x")


def test_a_slash_behind_the_url_does_not_matter(server):
    """As people write it."""
    with Client(f"{server.base_url}/") as client:
        assert server.base_url == client.base_url
        assert client.is_ready()


def test_other_documents_are_at_hand(client):
    """Metrics as text, OpenAPI as a document."""
    assert "mockserver_requests_total" in client.metrics()
    assert "3.1.0" == client.openapi("exotel-v3")["openapi"]


def test_worlds_say_where_they_are(client):
    """In tracebacks and at prompts."""
    with client.create_world(account_sid="shown") as world:
        assert f"<World shown of {client.base_url}>" == repr(world)
        assert f"{client.base_url}/v3/accounts/shown" == world.base_urls["exotel-v3"]
    assert f"<Client of {client.base_url}>" == repr(client)


def test_a_world_goes_with_its_block(client):
    """Also one that has gone before."""
    with client.create_world(account_sid="brief"):
        assert "brief" in {world.sid for world in client.worlds()}
    assert "brief" not in {world.sid for world in client.worlds()}
    with client.create_world() as world:
        world.delete()


def test_an_answer_is_a_value():
    """Two that are alike are equal."""
    assert Answer(200, b"x") == Answer(200, b"x")
