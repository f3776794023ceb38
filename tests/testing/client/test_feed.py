"""Events while they happen."""

from __future__ import annotations

import socket
import threading
from typing import Self

import pytest

from mockserver.control.feed import FeedEvent
from mockserver.testing import AsyncClient, Cut, NotFound
from mockserver.testing.client.awaiting.feed import AsyncFeed
from mockserver.testing.client.blocking.feed import Feed
from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.frames import Frame, Frames
from mockserver.testing.client.wire import Ask

PAIR = {"from_": "+919900000205", "to": "+919900000310"}


def test_what_happens_in_the_block_is_heard(world):
    """From the moment that the block is entered, whenever one begins to read."""
    with world.follow(kind="call", most=2) as events:
        sid = world.call(**PAIR)
        world.advance(60)
        told = list(events)

    assert ["call.placed", "call.moved"] == [event.kind for event in told]
    assert {sid} == {event.call_sid for event in told}
    assert all(isinstance(event, FeedEvent) for event in told)


def test_what_happened_before_is_replayed(world):
    """Behind an id; 0 is everything that is kept."""
    sid = world.call(**PAIR)
    world.advance(60)
    with world.follow(after=0, call_sid=sid, kind="call", most=3) as events:
        first, second, third = events

    with world.follow(after=first.id, call_sid=sid, kind="call", most=2) as events:
        assert [second, third] == list(events)
        assert 0 == events.missed


def test_it_ends_with_the_world(client):
    """In order: the loop just ends."""
    world = client.create_world()
    with world.follow() as events:
        world.delete()
        assert ["calls.forgotten"] == [event.kind for event in events]


def test_an_unknown_world_is_refused_at_once(client):
    """Entering the block raises what asking raises."""
    world = client.create_world()
    world.delete()
    with pytest.raises(NotFound, match="worlds"), world.follow():
        pass


def test_a_feed_is_read_in_its_block(world):
    """Who forgets the block is told."""
    with pytest.raises(RuntimeError, match="with block"):
        next(world.follow())


def test_the_asynchronous_feed_is_the_same(server, run):
    """Events of a world, for as long as the block."""

    async def ask():
        async with (
            AsyncClient(server.base_url) as client,
            await client.create_world() as world,
            world.follow(kind="call", most=2) as events,
        ):
            sid = await world.call(**PAIR)
            await world.advance(60)
            return sid, [event async for event in events]

    sid, told = run(ask())

    assert ["call.placed", "call.moved"] == [event.kind for event in told]
    assert {sid} == {event.call_sid for event in told}


class Broken:
    """A server that sends some bytes of a feed and ends the connection in the middle."""

    def __init__(self, *chunks: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._chunks = chunks
        self._thread = threading.Thread(target=self._serve)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for chunk in self._chunks:
                connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.join()
        self._listening.close()


DATA = b'{"id":7,"at":"2026-01-05T04:30:00Z","kind":"clock.set","call_sid":null,"facts":{}}'
EVENT = b"id: 7\nevent: clock.set\ndata: %s\n\n" % DATA


def test_a_feed_that_breaks_says_where_to_take_it_up():
    """Cut names the last event that came; whatever was missed in a replay is counted."""
    missed = b'event: missed\ndata: {"missed":3}\n\n'
    with Broken(b": hello\n\n", missed, EVENT[:20], EVENT[20:]) as broken:
        transport = Transport(broken.url, None)
        with Feed(transport, Ask("GET", "/")) as events:
            told = next(events)
            with pytest.raises(Cut, match="after=7") as caught:
                next(events)

    assert (7, 3) == (told.id, events.missed)
    assert 7 == caught.value.last


def test_an_asynchronous_feed_that_breaks_says_so_too(run):
    """The same Cut."""

    async def ask(url):
        async with AsyncClient(url) as client, AsyncFeed(client._transport, Ask("GET", "/")) as events:
            return [event.id async for event in events]

    with Broken(EVENT) as broken, pytest.raises(Cut, match="after=7"):
        run(ask(broken.url))


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_frames_are_whole_however_they_arrive(size):
    """Chunks may end anywhere; comments and empty frames are no events, a frame without a name is a message."""
    stream = b": hello\n\nid: 1\nevent: a\ndata: {}\n\n\n\ndata: x\ndata: y\n\n: beat\n\n"
    frames = Frames()

    told = [frame for start in range(0, len(stream), size) for frame in frames.take(stream[start : start + size])]

    assert [Frame("a", b"{}"), Frame("message", b"x\ny")] == told
