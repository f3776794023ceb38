"""Metrics for Prometheus, read from the engine's counters when somebody scrapes."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from mockserver.engine.engine import Engine
from mockserver.engine.world import World

_NONE = "none"


def exposition(engine: Engine) -> tuple[bytes, str]:
    """All metrics as text, and its media type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Engine(engine))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Engine(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> Iterator[Metric]:
        """Nothing: to describe would be to collect."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield from self._happened()
        yield from self._held()
        yield from self._clocks()

    def _happened(self) -> Iterator[Metric]:
        tally = self._engine.tally
        requests = CounterMetricFamily(
            "mockserver_requests", "Requests by operation and status.", labels=["operation", "status"]
        )
        for (operation, status), count in sorted(tally.requests.items(), key=str):
            requests.add_metric([operation or _NONE, str(status)], count)
        yield requests
        calls = CounterMetricFamily(
            "mockserver_calls", "Calls that have come to a state, with the outcome.", labels=["state", "outcome"]
        )
        for (state, outcome), count in sorted(tally.calls.items(), key=str):
            calls.add_metric([state, outcome or _NONE], count)
        yield calls
        deliveries = CounterMetricFamily(
            "mockserver_delivery_attempts", "Attempts to deliver a callback by what came of them.", labels=["result"]
        )
        for result, count in sorted(tally.deliveries.items()):
            deliveries.add_metric([result], count)
        yield deliveries
        streams = CounterMetricFamily(
            "mockserver_streams", "Streams that are over, by what ended them.", labels=["ending"]
        )
        for ending, count in sorted(tally.streams.items()):
            streams.add_metric([ending], count)
        yield streams
        yield CounterMetricFamily(
            "mockserver_stream_underruns", "Times that a bot's audio ran out.", value=tally.underruns
        )
        heard, seconds = tally.first_audio
        yield SummaryMetricFamily(
            "mockserver_stream_first_audio_seconds",
            "From the beginning of a stream to the bot's first sound, on the world's clock.",
            count_value=heard,
            sum_value=seconds,
        )
        yield CounterMetricFamily(
            "mockserver_event_readers_dropped", "Readers of events that were too slow.", value=tally.dropped_readers
        )
        yield CounterMetricFamily(
            "mockserver_worlds_expired", "Worlds that went because nobody used them.", value=tally.expired_worlds
        )
        yield _gauge("mockserver_event_readers", "Readers of events.", tally.readers)

    def _held(self) -> Iterator[Metric]:
        worlds = self._engine.worlds
        sizes = [world.store.size for world in worlds]
        journals = [self._engine.strays, *(world.journal for world in worlds)]
        yield _gauge("mockserver_worlds", "Worlds on this server.", len(worlds))
        yield _gauge("mockserver_streams_open", "Streams that are open.", sum(world.streams.active for world in worlds))
        store = GaugeMetricFamily("mockserver_store_records", "What the stores hold.", labels=["kind"])
        store.add_metric(["calls"], sum(size.calls for size in sizes))
        store.add_metric(["deliveries"], sum(size.deliveries for size in sizes))
        store.add_metric(["requests"], sum(len(journal) for journal in journals))
        store.add_metric(["events"], sum(len(world.events) for world in worlds))
        yield store
        yield _gauge("mockserver_journal_bytes", "Memory of the journals.", sum(one.bytes for one in journals))
        yield _gauge("mockserver_timers", "Timers that wait for their time.", sum(size.timers for size in sizes))

    def _clocks(self) -> Iterator[Metric]:
        lags = [_lag(world) for world in self._engine.worlds]
        yield _gauge("mockserver_worlds_overdue", "Worlds with a timer that is due.", sum(lag > 0 for lag in lags))
        yield _gauge(
            "mockserver_clock_lag_seconds", "How long the most overdue timer has been due.", max(lags, default=0.0)
        )


def _lag(world: World) -> float:
    """Seconds on the wall by which a clock that runs by itself is behind its timers; 0.0 for others."""
    due = world.store.next_due()
    if due is None or not world.clock.runs_by_itself:
        return 0.0
    return max(0.0, (world.clock.now() - due).total_seconds() / world.clock.speed)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
