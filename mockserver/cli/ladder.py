"""A call as a ladder: who does what to whom, row by row, as its events come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from mockserver.control.feed import FeedEvent

Tone = Literal["good", "bad", "plain"]

_TIME = 9
_GAP = 24
_LANES = ("application", "mockserver", "from", "to")
_PLACES = tuple(_TIME + 3 + _GAP // 4 + number * _GAP for number in range(len(_LANES)))
_STATE = _PLACES[-1] + 4
_WORDS = {
    "ringing": "rings",
    "answered": "answers",
    "no-answer": "does not answer",
    "busy": "is busy",
    "rejected": "rejects",
    "unreachable": "cannot be reached",
    "not-dialled": "is not dialled",
}
_COLOURS: Mapping[Tone, str] = {"good": "\x1b[32m", "bad": "\x1b[31m", "plain": ""}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_ASCII = str.maketrans({"│": "|", "─": "-", "▶": ">", "◀": "<"})


class Ladder:
    """Draws one call. `has_colour` is for terminals, `is_ascii` for outputs that know no other letters."""

    def __init__(self, from_: str, to: str, *, has_colour: bool = False, is_ascii: bool = False) -> None:
        self._names = ("application", "mockserver", from_, to)
        self._has_colour = has_colour
        self._is_ascii = is_ascii
        self._began: datetime | None = None
        self._who_hung_up = ""
        self._state = ""

    def head(self) -> str:
        row = [" "] * (_STATE + _GAP)
        for place, name in zip(_PLACES, self._names, strict=True):
            start = max(0, place - len(name) // 2)
            row[start : start + len(name)] = name
        return self._spelled("".join(row).rstrip())

    def rows(self, event: FeedEvent) -> Iterator[str]:
        """The rows of an event: none, or one."""
        self._began = self._began or event.at
        seconds = (event.at - self._began).total_seconds()
        step = self._step(event)
        if step is not None:
            yield self._row(seconds, *step)

    def _step(self, event: FeedEvent) -> tuple[int, int, str, Tone] | None:
        """From which lane to which, with what words."""
        facts = event.facts
        match event.kind:
            case "call.placed":
                return 0, 1, "places a call", "plain"
            case "call.moved":
                return self._moved(facts)
            case "leg.moved":
                return self._leg(_LANES.index(facts["side"]), facts)
            case "delivery.attempted" | "delivery.blocked" | "delivery.dropped" | "delivery.held":
                return 1, 0, *_delivered(event.kind, facts)
            case "alarm.double-dial":
                return 0, 1, "dials twice!", "bad"
        return None

    def _moved(self, facts: Mapping[str, object]) -> tuple[int, int, str, Tone] | None:
        verb, _, side = str(facts["input"]).rstrip(")").partition(" (")
        if verb == "hang-up":
            self._who_hung_up = side
        self._state = str(facts["after"])
        if "outcome" in facts:
            self._state = f"{self._state}: {facts['outcome']}"
        if verb == "press":
            return _LANES.index(side), 1, "presses digits", "plain"
        return None

    def _leg(self, lane: int, facts: Mapping[str, object]) -> tuple[int, int, str, Tone]:
        after = str(facts["after"])
        if after == "ringing":
            return 1, lane, "rings", "plain"
        if after == "completed":
            if self._who_hung_up == _LANES[lane]:
                return lane, 1, "hangs up", "plain"
            return 1, lane, "is hung up", "plain"
        if after == "canceled":
            return 1, lane, "stops ringing", "plain"
        return lane, 1, _WORDS.get(after, after), "good" if after == "answered" else "bad"

    def _row(self, seconds: float, source: int, target: int, words: str, tone: Tone) -> str:
        row = [" "] * _STATE
        for place in _PLACES:
            row[place] = "│"
        start, end = sorted((_PLACES[source], _PLACES[target]))
        row[start + 1 : end] = "─" * (end - start - 1)
        row[end - 1 if target > source else start + 1] = "▶" if target > source else "◀"
        # The words stand beside the lane of who is spoken of: that of the party, or of the application.
        other = _PLACES[max(source, target)] - _GAP
        text = f" {words[: _GAP - 6]} "
        at = other + (_GAP - len(text)) // 2 + 1
        row[at : at + len(text)] = text
        state, self._state = self._state, ""
        return self._coloured(f"{seconds:{_TIME}.2f}", "".join(row)[_TIME:], at - _TIME, text, state, tone)

    def _coloured(self, time: str, lanes: str, at: int, text: str, state: str, tone: Tone) -> str:  # noqa: PLR0917
        if not self._has_colour:
            return self._spelled(f"{time}{lanes}{state}".rstrip())
        before, after = lanes[:at], lanes[at + len(text) :]
        colour = _COLOURS[tone]
        row = f"{time}{_DIM}{before}{_PLAIN}{colour}{text}{_PLAIN}{_DIM}{after}{_PLAIN}{state}".rstrip()
        return self._spelled(row)

    def _spelled(self, row: str) -> str:
        return row.translate(_ASCII) if self._is_ascii else row


def _delivered(kind: str, facts: Mapping[str, object]) -> tuple[str, Tone]:
    event = facts.get("event") or "callback"
    if kind != "delivery.attempted":
        return f"{event}: {kind.partition('.')[2]}", "bad"
    trouble = facts.get("error")
    again = ", again" if facts["state"] == "retrying" else ""
    return f"{event}: {trouble or facts['status']}{again}", "good" if facts["state"] == "delivered" else "bad"
