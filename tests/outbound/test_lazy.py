"""The real sender is opened when the first callback is due."""

from __future__ import annotations

import subprocess
import sys

import anyio
import pytest

from mockserver.engine.delivery import OutboundRequest, SendBlocked
from mockserver.outbound import http_sender
from mockserver.outbound.lazy import LazySender
from mockserver.outbound.policy import CallbackPolicy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sender():
    """Nothing sent yet."""
    sender = LazySender(CallbackPolicy())
    yield sender
    await sender.aclose()


@pytest.fixture
def opened(monkeypatch):
    """Counts the real senders that are opened."""
    made = []

    class Counted(http_sender.HttpSender):
        def __init__(self, *arguments):
            made.append(self)
            super().__init__(*arguments)

    monkeypatch.setattr(http_sender, "HttpSender", Counted)
    return made


def post(url):
    return OutboundRequest("POST", url, (), b"x")


async def test_callbacks_go_through_one_client(sender, sink, opened):
    """Also the first ones, although they come at once."""
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(sender.send, post(sink.url()), 5.0)
    await sender.send(post(sink.url()), 5.0)

    assert (1, 11) == (len(opened), len(sink.received))


async def test_what_is_refused_at_sight_opens_nothing(sender, opened):
    """The policy needs no client."""
    with pytest.raises(SendBlocked):
        await sender.send(post("http://8.8.8.8/"), 5.0)

    assert [] == opened


async def test_closing_what_was_never_opened_is_nothing(sender, opened):
    """Twice as little."""
    await sender.aclose()
    await sender.aclose()

    assert [] == opened


async def test_a_closed_sender_opens_again(sender, sink, opened):
    """A server can be stopped and started."""
    await sender.send(post(sink.url()), 5.0)
    await sender.aclose()
    await sender.send(post(sink.url()), 5.0)

    assert (2, 2) == (len(opened), len(sink.received))


def test_the_client_is_not_imported_before_it_is_needed():
    """It takes longer to import than the server to start."""
    script = "import sys, mockserver.outbound.lazy; print('aiohttp' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603

    assert "False" == ran.stdout.strip()
