"""Connections until their handshake is over."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from datetime import UTC, datetime

import pytest

from mockserver.tls import door
from mockserver.tls.authority import new_authority

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def authority():
    return new_authority()


class Greeter(asyncio.Protocol):
    """Says hello to whoever has come in."""

    def connection_made(self, transport):
        transport.write(b"hello")
        transport.close()


@pytest.fixture
async def opened(authority):
    """A door that is open, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    with listening:
        context = authority.server_context(["localhost"], datetime.now(UTC))
        one = door.Door(listening, context, Greeter)
        yield one, listening.getsockname()
        one.close()
        await one.wait_closed()


async def _greeting(authority, address):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority.pem.decode())
    reader, writer = await asyncio.open_connection(*address, ssl=context, server_hostname="localhost")
    said = await reader.read()
    writer.close()
    return said


async def test_who_shakes_hands_comes_in(authority, opened):
    """And is the protocol's from then on."""
    _, address = opened

    assert [b"hello"] * 3 == await asyncio.gather(*[_greeting(authority, address) for _ in range(3)])


async def test_who_does_not_keeps_nobody_waiting(authority, opened):
    """Others come in meanwhile; an end does not wait for it, and hangs up."""
    one, address = opened
    silent, silent_writer = await asyncio.open_connection(*address)
    greeting = await _greeting(authority, address)
    one.close()
    await asyncio.wait_for(one.wait_closed(), 5)

    assert (b"hello", b"") == (greeting, await asyncio.wait_for(silent.read(), 5))
    silent_writer.close()


async def test_who_takes_too_long_is_hung_up_on(authority, opened, monkeypatch):
    """After some seconds in which nothing is said."""
    monkeypatch.setattr(door, "_HANDSHAKE_SECONDS", 0.05)
    _, address = opened
    silent, writer = await asyncio.open_connection(*address)

    assert b"" == await asyncio.wait_for(silent.read(), 5)
    assert b"hello" == await _greeting(authority, address)
    writer.close()


async def test_of_too_many_the_longest_goes(authority, opened, monkeypatch):
    """A crowd that says nothing keeps nobody out."""
    monkeypatch.setattr(door, "_MOST_AT_IT", 2)
    _, address = opened
    crowd = [await asyncio.open_connection(*address) for _ in range(3)]

    assert b"hello" == await _greeting(authority, address)
    assert [b"", b""] == [await asyncio.wait_for(reader.read(), 5) for reader, _ in crowd[:2]]
    for _, writer in crowd:
        writer.close()


async def test_when_no_more_can_be_accepted_it_tries_again(authority, opened, monkeypatch, caplog):
    """Too many open files are a warning, not an end."""
    loop, failures = asyncio.get_running_loop(), iter([OSError(24, "Too many open files")])
    accept = loop.sock_accept

    async def sock_accept(listening):
        for error in failures:
            raise error
        return await accept(listening)

    _, address = opened
    monkeypatch.setattr(loop, "sock_accept", sock_accept)
    with caplog.at_level(logging.WARNING):
        greetings = [await _greeting(authority, address) for _ in range(2)]

    assert [b"hello"] * 2 == greetings
    assert ["a connection cannot be accepted: [Errno 24] Too many open files"] == [
        one.message for one in caplog.records
    ]
