"""What somebody says to a bot, as control is told and as it shows it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.domain.script import Does, Turn

_described = OUR_OWN.field


class TurnBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One turn of a script; times in seconds. Which fields it needs depends on what it does."""

    does: Annotated[Does, _described()]
    seconds: Annotated[
        float | None, _described("of speech, tone, silence, file, barge-in; by default 1, all of a file")
    ] = None
    hertz: Annotated[float, _described("of a tone")] = 440.0
    file: Annotated[str, _described("path of a WAV file on the server's machine")] = ""
    said: Annotated[float | None, _described("listen until the bot has said so much since the turn began")] = None
    quiet: Annotated[float | None, _described("listen until the bot has spoken and been silent for so long")] = None
    after: Annotated[float, _described("barge in so long from the beginning of what the bot is saying")] = 0.0
    digits: Annotated[str, _described("that are pressed")] = ""

    def turn(self) -> Turn:
        """Raises BadStory, also for a file that cannot be played."""
        turn = Turn(self.does, self.seconds, self.hertz, self.file, self.said, self.quiet, self.after, self.digits)
        if turn.does is Does.FILE:
            # Of use to few, and slow to import.
            from mockserver.streams.sound import file_seconds  # noqa: PLC0415

            file_seconds(turn.file)
        return turn


def turn_view(turn: Turn) -> TurnBody:
    """As control is told it: what is shown can be sent again."""
    return TurnBody(turn.does, turn.seconds, turn.hertz, turn.file, turn.said, turn.quiet, turn.after, turn.digits)
