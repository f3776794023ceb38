"""Opens a stream: what its URL asks for, what the story's party says, and whether there may be one more."""

from __future__ import annotations

import logging
from dataclasses import replace

from mockserver.domain.call import Call
from mockserver.domain.effects import OpenStream
from mockserver.domain.errors import MockserverError
from mockserver.domain.script import Does, Turn
from mockserver.engine.lines import Lines, Told
from mockserver.engine.session import Session
from mockserver.engine.stream_news import tell_stream_ended
from mockserver.engine.world import World
from mockserver.streams.effects import Note
from mockserver.streams.record import StreamRecord
from mockserver.streams.setup import Ending
from mockserver.streams.tape import Tape

_log = logging.getLogger(__name__)
# Of each party: more than half an hour at 8 kHz.
_LONGEST_TAPE = 32 * 1024 * 1024


def opened(world: World, lines: Lines, call: Call, effect: OpenStream, told: Told) -> Session | None:
    """The session of a stream that a call opens; None for one that may not be: it is on record, and over."""
    asked = lines.dialect().asked(effect.stream.url, world)
    says = call.story.party(effect.side).says
    setup = replace(asked.setup, is_two_way=effect.stream.is_two_way, script=tuple(map(_timed, says)))
    record = StreamRecord(
        sid=world.new_id("stream"),
        call_sid=call.sid,
        side=effect.side,
        url=effect.stream.url,
        is_two_way=effect.stream.is_two_way,
        rate=setup.rate,
        opened_at=world.clock.now(),
        tape=Tape(setup.rate, _LONGEST_TAPE),
        parameters=dict(asked.parameters),
    )
    for oddity in asked.oddities:
        record.note(Note(0, "oddity", oddity))
    over_limit = world.streams.active >= world.settings.stream_limit
    world.streams.add(record)
    if over_limit or (asked.oddities and world.settings.is_strict):
        record.reason = f"{world.settings.stream_limit} streams are open" if over_limit else asked.oddities[0]
        record.ending, record.ended_at = Ending.OVER_LIMIT if over_limit else Ending.BAD_URL, record.opened_at
        tell_stream_ended(world, record)
        told.over(record)
        return None
    return Session(world, lines, call=call, record=record, setup=setup, told=told)


def _timed(turn: Turn) -> Turn:
    """A turn that says how long it is. A file that has gone since is a second of silence."""
    if turn.does is not Does.FILE or turn.seconds is not None:
        return turn
    from mockserver.streams.sound import file_seconds  # noqa: PLC0415

    try:
        return replace(turn, seconds=file_seconds(turn.file))
    except MockserverError as error:
        _log.warning("%s", error.message)
        return Turn(Does.SILENCE)
