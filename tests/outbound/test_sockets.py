"""The dialler against real sockets: whom it trusts, what it hears, and how it leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import anyio
import pytest
from bots import Bots, echo

from mockserver.engine.lines import DialFailed, Gone
from mockserver.outbound.lazy import LazyDialler
from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.trust import Trust
from mockserver.streams.setup import Ending
from mockserver.tls.authority import new_authority

pytestmark = pytest.mark.anyio

PATIENCE = 5.0
START = '{"event": "start", "stream_sid": "s1"}'


@pytest.fixture(scope="module")
def authority():
    return new_authority()


@pytest.fixture(scope="module")
def bots():
    with Bots() as bots:
        yield bots


@pytest.fixture(scope="module")
def secured(authority):
    """Bots behind TLS, as localhost."""
    with Bots(authority.server_context(["localhost"], datetime.now(UTC))) as bots:
        bots.add("echo", echo)
        yield bots


@pytest.fixture
async def dialler():
    dialler = LazyDialler(CallbackPolicy())
    yield dialler
    await dialler.aclose()


async def test_an_authority_that_is_trusted(secured, authority):
    """`wss` takes what callbacks take."""
    dialler = LazyDialler(CallbackPolicy(), Trust(authority=authority.pem))
    with anyio.fail_after(PATIENCE):
        socket = await dialler.dial(secured.url("echo", "wss", host="localhost"), PATIENCE)
        await socket.close(1000)
        await dialler.aclose()

    assert secured.last.closed.wait(PATIENCE)
    assert 1000 == secured.last.code


async def test_an_authority_that_is_not(secured, dialler):
    """It is a failure of TLS, and said to be one."""
    with pytest.raises(DialFailed) as failed:
        await dialler.dial(secured.url("echo", "wss", host="localhost"), PATIENCE)

    assert Ending.TLS_FAILURE is failed.value.ending


async def test_what_is_answered_comes_before_the_bot_has_settled(bots, dialler):
    """Two pings after what was sent, its answer is there."""
    with anyio.fail_after(PATIENCE):
        socket = await dialler.dial(bots.add("echo", echo), PATIENCE)
        heard = []

        async def listen():
            while not isinstance(message := await socket.receive(), Gone):
                heard.append(message)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await socket.send(START)
            await socket.send('{"event": "mark", "stream_sid": "s1", "mark": {"name": "m"}}')
            await socket.settle()

            assert ['{"event": "mark", "stream_sid": "s1", "mark": {"name": "m"}}'] == heard

            await socket.close(4_000)

    assert 4_000 == bots.last.code


async def test_who_has_gone_is_told_nothing(bots, dialler):
    """Sending, settling and closing are no trouble; what is received is that it has gone."""

    async def leave(talk, _message):
        await talk.socket.close(code=1011, message=b"tired")

    with anyio.fail_after(PATIENCE):
        socket = await dialler.dial(bots.add("leaving", leave), PATIENCE)
        await socket.send(START)
        gone = await socket.receive()
        await socket.send(START)
        await socket.settle()
        await socket.close(1000)

    assert Gone(1011, reason="tired") == gone


@pytest.mark.parametrize("url", ["ws://[", "ws:///", "ftp://127.0.0.1/", "wss://127.0.0.1:99999/"])
async def test_what_cannot_be_dialled(dialler, url):
    """A refusal in words, whatever it is that stands there."""
    with pytest.raises(DialFailed) as failed:
        await dialler.dial(url, PATIENCE)

    assert failed.value.ending in {Ending.BAD_URL, Ending.BLOCKED, Ending.UNREACHABLE}
    assert str(failed.value)
