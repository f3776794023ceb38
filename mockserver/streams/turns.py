"""The caller's script as the frames go by: which turn it is, and when it is the next one's."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.domain.script import Does, Turn
from mockserver.streams.effects import Effect, HangUp, Note, PressKeys
from mockserver.streams.setup import Setup, micros

_VOICED = frozenset({Does.SPEECH, Does.TONE, Does.FILE})
_AT_ONCE = frozenset({Does.PRESS, Does.HANG_UP})
# How long a turn lasts that does not say it.
_USUAL_SECONDS = 1.0


class Place(NamedTuple):
    """Where in the script the caller is: in which turn, `into` microseconds of it.

    `heard_before` is what the bot had said when the turn began; who barges in `is_in` when the bot was interrupted.
    """

    turn: int = 0
    into: int = 0
    heard_before: int = 0
    is_in: bool = False


START = Place()


class Heard(NamedTuple):
    """What the caller has of the bot at a moment: so much in all, since when it speaks, since when it is silent."""

    total: int
    speaks_since: int | None
    quiet_since: int | None


class Gone(NamedTuple):
    place: Place
    effects: tuple[Effect, ...]


def voiced_turn(setup: Setup, place: Place) -> int | None:
    """The turn of which the caller is heard now; None for silence."""
    turn = _turn(setup, place)
    if turn is None:
        return None
    return place.turn if turn.does in _VOICED or (turn.does is Does.BARGE_IN and place.is_in) else None


def gone_on(setup: Setup, place: Place, at: int, heard: Heard) -> Gone:
    """The place after a frame that ends at a moment."""
    turn = _turn(setup, place)
    if turn is None:
        return Gone(place, ())
    place = place._replace(into=place.into + setup.frame)
    if turn.does is Does.BARGE_IN and not place.is_in:
        since = heard.speaks_since
        if since is None or at - since < micros(turn.after):
            return Gone(place, ())
        return Gone(place._replace(into=0, is_in=True), (Note(at, "barge-in"),))
    if not _is_done(turn, place, at, heard):
        return Gone(place, ())
    return entered(setup, Place(place.turn + 1, heard_before=heard.total), at, heard.total)


def entered(setup: Setup, place: Place, at: int, heard: int) -> Gone:
    """The place when a turn has come: those that take no time happen, and the next one's turn it is."""
    effects: list[Effect] = []
    while (turn := _turn(setup, place)) is not None and turn.does in _AT_ONCE:
        if turn.does is Does.PRESS:
            effects.append(PressKeys(turn.digits))
        else:
            effects += [Note(at, "hangs-up"), HangUp()]
        place = Place(place.turn + 1, heard_before=heard)
    return Gone(place, tuple(effects))


def _is_done(turn: Turn, place: Place, at: int, heard: Heard) -> bool:
    if turn.does is not Does.LISTEN:
        return place.into >= micros(_USUAL_SECONDS if turn.seconds is None else turn.seconds)
    said = heard.total - place.heard_before
    if turn.said is not None:
        return said >= micros(turn.said)
    since = heard.quiet_since
    return said > 0 and since is not None and at - since >= micros(turn.quiet or 0)


def _turn(setup: Setup, place: Place) -> Turn | None:
    return setup.script[place.turn] if place.turn < len(setup.script) else None
