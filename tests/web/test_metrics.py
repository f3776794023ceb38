"""What a scrape says."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockserver.engine.clock import ClockMode

pytestmark = pytest.mark.anyio

LABELS = ("operation", "status", "state", "outcome", "result", "kind")
CALL = {
    "from": {"contact_uri": "+919900000205"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
    "status_callback": [{"event": "terminal", "url": "http://8.8.8.8/"}],
}


@pytest.fixture
def scrape(client):
    """The samples, by name and labels as Prometheus writes them."""

    async def read():
        answer = await client.get("/metrics", auth=None)
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return {
            (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return read


async def test_requests_are_counted_by_operation_and_status(client, scrape):
    """What matched no operation counts, too, with and without a world."""
    await client.post("/v3/accounts/mock/calls", json=CALL)
    await client.get("/v3/accounts/mock/calls/nobody")
    await client.get("/v3/nothing")
    await client.get("/v9/nothing")
    samples = await scrape()

    requests = {key[1:]: value for key, value in samples.items() if key[0] == "mockserver_requests_total"}
    assert {("exotel-v3.create-call", "200"): 1, ("exotel-v3.get-call", "404"): 1, ("none", "404"): 2} == requests


async def test_calls_and_deliveries_are_counted(client, engine, world, scrape):
    """Every state that calls have come to, with the outcome once it is known; every attempt by its result."""
    async with engine.running():
        await client.post("/v3/accounts/mock/calls", json=CALL)
        await engine.runner(world).advance(1_000, 10)
    samples = await scrape()

    calls = {key[1:]: value for key, value in samples.items() if key[0] == "mockserver_calls_total"}
    assert {
        ("queued", "none"): 1,
        ("ringing-from", "none"): 1,
        ("ringing-to", "none"): 1,
        ("talking", "none"): 1,
        ("ended", "completed"): 1,
        ("processed", "completed"): 1,
        ("settled", "completed"): 1,
    } == calls
    assert 1 == samples["mockserver_delivery_attempts_total", "blocked"]
    assert (1, 1) == tuple(samples["mockserver_store_records", kind] for kind in ("calls", "deliveries"))


async def test_what_is_held_is_measured(client, world, scrape):
    """Worlds, records, timers, bytes."""
    await client.post("/v3/accounts/mock/calls", json=CALL)
    samples = await scrape()

    assert (1, 1) == (samples["mockserver_worlds",], samples["mockserver_timers",])
    assert (1, 0, 1) == tuple(samples["mockserver_store_records", kind] for kind in ("calls", "deliveries", "requests"))
    assert world.journal.bytes == samples["mockserver_journal_bytes",]
    assert (0, 0) == (samples["mockserver_event_readers",], samples["mockserver_event_readers_dropped_total",])


async def test_the_lag_of_a_clock_is_measured(client, world, scrape):
    """How far a clock that runs by itself is behind its timers; a manual clock is never behind."""
    await client.post("/v3/accounts/mock/calls", json=CALL)
    standing = await scrape()
    world.clock.set_mode(ClockMode.SCALED, speed=100_000.0)
    while world.clock.now() < world.store.next_due():
        pass
    running = await scrape()

    assert (0, 0) == (standing["mockserver_clock_lag_seconds",], standing["mockserver_worlds_overdue",])
    assert 1 == running["mockserver_worlds_overdue",]
    assert 0 < running["mockserver_clock_lag_seconds",] < 10


async def test_the_text_is_well_formed(client):
    """Every metric says what it is, and is called after us."""
    text = (await client.get("/metrics")).text
    names = re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE)

    assert names
    assert [] == [name for name in names if not name.startswith("mockserver_")]
