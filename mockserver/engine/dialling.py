"""The handshake with a bot, and its one repetition."""

from __future__ import annotations

from mockserver.engine.lines import DialFailed, Dialler, Socket, reached_at
from mockserver.engine.world import World
from mockserver.streams.effects import Note
from mockserver.streams.record import StreamRecord
from mockserver.streams.setup import Ending

_MOST = 2
_ANSWERS_WITHIN = 10.0
# What a second try would not change.
_FOR_GOOD = frozenset({Ending.BLOCKED, Ending.BAD_URL})


async def dialled(dialler: Dialler, world: World, record: StreamRecord) -> Socket | DialFailed:
    """The socket, or why there is none. The bot has ten seconds of the clock; of a clock that is moved, real ones."""
    within = _ANSWERS_WITHIN / world.clock.speed if world.clock.runs_by_itself else _ANSWERS_WITHIN
    while True:
        record.handshakes += 1
        try:
            return await dialler.dial(reached_at(record.url, world.settings.hosts), within)
        except DialFailed as failed:
            record.note(Note(0, "handshake-failed", str(failed)))
            if record.handshakes >= _MOST or failed.ending in _FOR_GOOD or not record.is_open:
                return failed
