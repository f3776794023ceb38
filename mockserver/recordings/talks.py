"""The recording of somebody who was alone with a bot: what both said, as far as it is kept."""

from __future__ import annotations

from functools import lru_cache

from mockserver.domain.call import Call
from mockserver.recordings.mp3 import Mp3, mp3_of_samples, recording_of
from mockserver.recordings.sound import RATE, Sound, sound_of
from mockserver.streams.known import Streams
from mockserver.streams.record import StreamRecord
from mockserver.streams.sound import at_rate, mixed, side_by_side


def recording_with(call: Call, streams: Streams) -> Mp3:
    """The recording of a call that has ended: of tones, unless somebody was alone with a bot and that audio is kept."""
    talk = next((one for one in streams.of_call(call.sid) if one.tape.size), None)
    if talk is None or not call.order.is_with_bot or talk.began_at is None or call.talk_started_at is None:
        return recording_of(call)
    silent_seconds = (talk.began_at - call.talk_started_at).total_seconds()
    return _recorded(talk, sound_of(call), round(silent_seconds * RATE), round(call.recorded_seconds * RATE))


@lru_cache(maxsize=4)
def _recorded(talk: StreamRecord, sound: Sound, silent: int, count: int) -> Mp3:
    """So many samples, of which the first are silent: the bot was still being dialled."""
    caller, bot = (at_rate(side, talk.rate, RATE) for side in talk.tape.sides())
    both = mixed(caller, bot) if sound.channels == 1 else side_by_side(caller, bot)
    size = 2 * sound.channels
    return mp3_of_samples(sound, (bytes(size * silent) + both)[: size * count].ljust(size * count, b"\0"))
