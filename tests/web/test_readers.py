"""Who waits for something or reads events: gone with its connection, and never in the way of others."""

from __future__ import annotations

import json

import anyio
import pytest

from mockserver.control.feed import Feed
from mockserver.engine.telling import stop_telling
from mockserver.operations.connection import CONNECTION

pytestmark = pytest.mark.anyio

DEADLINE = 60
WORLD = "/_mock/v1/worlds/mock"


class Reader:
    """A client of one request. Its server side may write `most` messages; then it stalls until it is let go."""

    def __init__(self, path, method="GET", body=b"", most=None, headers=()):
        self.scope = {
            "type": "http",
            "method": method,
            "path": path.partition("?")[0],
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": path.partition("?")[2].encode(),
            "headers": list(headers),
        }
        self.sent = []
        self._requests = [{"type": "http.request", "body": body, "more_body": False}]
        self._most = most
        self._gone = anyio.Event()

    async def receive(self):
        if self._requests:
            return self._requests.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if self._most is not None and len(self.sent) >= self._most:
            await anyio.Event().wait()
        self.sent.append(message)

    def leave(self):
        self._gone.set()

    @property
    def text(self):
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    @property
    def ids(self):
        return [int(line[4:]) for line in self.text.splitlines() if line.startswith("id: ")]


@pytest.fixture
async def connect(app):
    """Starts a reader's request and lets it run until it waits for something."""
    async with anyio.create_task_group() as tasks:

        async def start(reader):
            tasks.start_soon(app, reader.scope, reader.receive, reader.send)
            await anyio.wait_all_tasks_blocked()
            return reader

        with anyio.fail_after(DEADLINE):
            yield start
            tasks.cancel_scope.cancel()


def happen(world, count):
    for number in range(count):
        world.events.note(world.clock.now(), "clock.moved", number=number)


async def test_a_client_that_goes_away_waits_no_more(connect, world):
    """Its wait ends with it, and listens no longer."""
    reader = await connect(Reader(f"{WORLD}/requests/wait", "POST", b'{"timeout": 60}'))
    listening = world.events.has_audience
    reader.leave()
    await anyio.wait_all_tasks_blocked()

    assert (True, False) == (listening, world.events.has_audience)
    assert [] == reader.sent


async def test_events_come_as_they_happen(connect, client, engine):
    """Each has its id, its kind, and its facts as JSON."""
    reader = await connect(Reader(f"{WORLD}/events/stream"))
    await client.get("/v3/accounts/mock/calls/nobody")
    await anyio.wait_all_tasks_blocked()
    [frame] = [frame for frame in reader.text.split("\n\n") if frame.startswith("id: ")]
    number, kind, data = frame.splitlines()

    assert (b"content-type", b"text/event-stream") in reader.sent[0]["headers"]
    assert ("id: 1", "event: request.answered") == (number, kind)
    said = json.loads(data.removeprefix("data: "))
    assert (1, "exotel-v3.get-call", 404) == (said["id"], said["facts"]["operation"], said["facts"]["status"])
    assert 1 == engine.tally.readers


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?after=2", ()), ("", [(b"last-event-id", b"2")]), ("?after=0", [(b"last-event-id", b"2")])],
)
async def test_a_reader_takes_up_where_it_broke_off(connect, world, query, headers):
    """What happened since is replayed, then comes what happens; nothing twice, nothing left out."""
    happen(world, 4)
    reader = await connect(Reader(f"{WORLD}/events/stream{query}", headers=headers))
    happen(world, 2)
    await anyio.wait_all_tasks_blocked()

    assert [3, 4, 5, 6] == reader.ids


async def test_what_happens_during_a_replay_is_not_lost(connect, world):
    """A reader that is slow in the replay gets the events of meanwhile behind it."""
    happen(world, 100)
    reader = Reader(f"{WORLD}/events/stream?after=0", most=3)
    await connect(reader)
    happen(world, 5)
    half = list(reader.ids)
    reader._most = None

    assert list(range(1, len(half) + 1)) == half
    assert len(half) < 100


async def test_events_that_are_kept_no_more_are_told_of(connect, world):
    """A gap is an event of its own, with how many are missing."""
    happen(world, 10_007)
    reader = await connect(Reader(f"{WORLD}/events/stream?after=3&most=2"))

    assert 'event: missed\ndata: {"missed":4}' in reader.text
    assert [8, 9] == reader.ids


async def test_an_id_from_before_a_restart_replays_all(connect, world):
    """Ids begin anew with the server: one that is still to come is an old one."""
    happen(world, 3)
    reader = await connect(Reader(f"{WORLD}/events/stream?after=5000&most=3"))

    assert [1, 2, 3] == reader.ids
    assert reader.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_a_stalled_reader_is_dropped(connect, world, engine):
    """Who does not read falls behind and is let go; whoever reads gets everything, and nobody waits."""
    stalled = await connect(Reader(f"{WORLD}/events/stream", most=2))
    steady = await connect(Reader(f"{WORLD}/events/stream"))
    for _ in range(5):
        happen(world, 500)
        await anyio.wait_all_tasks_blocked()

    assert list(range(1, 2_501)) == steady.ids
    assert [] == stalled.ids
    assert (1, 1) == (engine.tally.readers, engine.tally.dropped_readers)
    assert 1 == len(world.events._listeners)


async def test_a_dropped_reader_loses_its_connection(world, engine):
    """The server's own connection is aborted: one that does not read would never see it closed in order."""

    class Connection:
        resets = 0

        def reset(self):
            self.resets += 1
            reader.leave()

    reader, connection = Reader("/", most=0), Connection()
    reader.scope["extensions"] = {CONNECTION: connection}
    feed = Feed(engine, world, None, lambda _: True, backlog=5)
    with anyio.fail_after(DEADLINE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(feed, reader.scope, reader.receive, reader.send)
            await anyio.wait_all_tasks_blocked()
            happen(world, 6)

    assert 1 == connection.resets


async def test_a_quiet_feed_says_that_it_is_still_there(world, engine):
    """Comments keep the connection open through whatever stands in between."""
    reader = Reader("/")
    with anyio.fail_after(DEADLINE):
        async with anyio.create_task_group() as tasks:
            feed = Feed(engine, world, None, lambda _: True, heartbeat=0.01)
            tasks.start_soon(feed, reader.scope, reader.receive, reader.send)
            while reader.text.count(": still here") < 2:
                await anyio.wait_all_tasks_blocked()
                with anyio.move_on_after(0.02):
                    await anyio.Event().wait()
            reader.leave()

    assert 0 == engine.tally.readers


async def test_a_world_that_goes_ends_its_feed(connect, engine):
    """In order, with a last chunk."""
    reader = await connect(Reader(f"{WORLD}/events/stream"))
    engine.remove_world("mock")
    await anyio.wait_all_tasks_blocked()

    assert reader.sent[-1]["more_body"] is False
    assert 0 == engine.tally.dropped_readers


async def test_a_server_that_stops_ends_feeds_and_waits(connect, engine):
    """Or it would have to wait for them."""
    reader = await connect(Reader(f"{WORLD}/events/stream"))
    waiting = await connect(Reader(f"{WORLD}/calls/wait", "POST"))
    stop_telling(engine.worlds)
    await anyio.wait_all_tasks_blocked()

    assert reader.sent[-1]["more_body"] is False
    assert waiting.sent


async def test_bounds_hold_under_many_requests(connect, world, client, engine):
    """Thousands of requests with a stalled reader: the journal, the events and the reader's backlog stay small."""
    await connect(Reader(f"{WORLD}/events/stream", most=1))
    for _ in range(2_500):
        await client.get("/v3/accounts/mock/calls/nobody", params={"x": "y" * 500})
    await anyio.wait_all_tasks_blocked()

    assert 1_000 == len(world.journal)
    assert world.journal.bytes < 8_000_000
    assert 2_500 == len(world.events) == world.events.sequence
    assert (0, 1) == (engine.tally.readers, engine.tally.dropped_readers)
