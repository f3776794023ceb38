"""The words of the event log for the end of a stream."""

from __future__ import annotations

from mockserver.engine.world import World
from mockserver.streams.measures import measured
from mockserver.streams.record import StreamRecord


def tell_stream_ended(world: World, record: StreamRecord) -> None:
    at = record.ended_at or world.clock.now()
    found = measured(record)
    world.events.append(
        at,
        "stream.ended",
        record.call_sid,
        stream=record.sid,
        ending=record.ending,
        first_audio=found.first_audio,
        talk_over=found.talk_over,
        underruns=len(found.underruns),
    )
