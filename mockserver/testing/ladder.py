"""A call as a ladder: who does what to whom, row by row, as its events come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from mockserver.control.feed import FeedEvent

Tone = Literal["good", "bad", "plain"]
# From which lane to which, with what words.
_Step = tuple[int, int, str, Tone]

_TIME = 9
_GAP = 24
_LANES = ("application", "mockserver", "from", "to")
_PLACES = tuple(_TIME + 3 + _GAP // 4 + number * _GAP for number in range(len(_LANES)))
_STATE = _PLACES[-1] + 4
# What a party does, and what is done to it in turn.
_ACTS: Mapping[str, tuple[str, Tone]] = {
    "arrive": ("calls", "plain"),
    "answer": ("answers", "good"),
    "ring-out": ("does not answer", "bad"),
    "busy": ("is busy", "bad"),
    "reject": ("rejects", "bad"),
    "fail": ("cannot be reached", "bad"),
    "skip": ("is not dialled", "bad"),
    "press": ("presses digits", "plain"),
    "hang-up": ("hangs up", "plain"),
}
_REMARKS: Mapping[str, _Step] = {
    "alarm.double-dial": (0, 1, "dials twice!", "bad"),
    "answer.disliked": (0, 1, "answers amiss", "bad"),
}
_DONE_TO = {"ringing": "rings", "completed": "is hung up", "canceled": "stops ringing"}
_COLOURS: Mapping[Tone, str] = {"good": "\x1b[32m", "bad": "\x1b[31m", "plain": ""}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_ASCII = str.maketrans({"│": "|", "─": "-", "▶": ">", "◀": "<"})


class Ladder:
    """Draws one call. `has_colour` is for terminals, `is_ascii` for outputs that know no other letters.

    A call that `comes_in` is placed by nobody.
    """

    def __init__(
        self, from_: str, to: str, *, comes_in: bool = False, has_colour: bool = False, is_ascii: bool = False
    ) -> None:
        self._names = ("application", "mockserver", from_, to)
        self._comes_in = comes_in
        self._has_colour = has_colour
        self._is_ascii = is_ascii
        self._began: datetime | None = None
        self._hung_up = ""
        self._state = self._news = ""

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

    def _step(self, event: FeedEvent) -> _Step | None:
        facts = event.facts
        match event.kind:
            case "call.placed":
                return None if self._comes_in else (0, 1, "places a call", "plain")
            case "call.moved":
                return self._moved(facts)
            case "leg.moved":
                return self._leg(facts)
            case "delivery.attempted" | "delivery.blocked" | "delivery.dropped" | "delivery.held":
                return 1, 0, *_delivered(event.kind, facts)
            case "flow.entered":
                return 1, 2, str(facts["applet"]), "plain"
        return _REMARKS.get(event.kind)

    def _moved(self, facts: Mapping[str, object]) -> _Step | None:
        verb, _, side = str(facts["input"]).rstrip(")").partition(" (")
        self._hung_up = side if verb == "hang-up" else ""
        state = f"{facts['after']}: {facts['outcome']}" if "outcome" in facts else str(facts["after"])
        self._news, self._state = ("" if state == self._state else state), state
        if verb not in _ACTS:
            return None
        words, tone = _ACTS[verb]
        return _LANES.index(side), 1, words, tone

    def _leg(self, facts: Mapping[str, object]) -> _Step | None:
        after, side = str(facts["after"]), str(facts["side"])
        if after not in _DONE_TO or (after == "completed" and side == self._hung_up):
            return None
        return 1, _LANES.index(side), _DONE_TO[after], "plain"

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
        state, self._news = self._news, ""
        return self._coloured(f"{seconds:{_TIME}.2f}", "".join(row)[_TIME:], at - _TIME, text, state, tone)

    def _coloured(self, time: str, lanes: str, at: int, text: str, state: str, tone: Tone) -> str:  # noqa: PLR0917
        if not self._has_colour:
            return self._spelled(f"{time}{lanes}{state}".rstrip())
        before, after = lanes[:at], lanes[at + len(text) :]
        colour = _COLOURS[tone]
        after = after if state else after.rstrip()
        return self._spelled(f"{time}{_DIM}{before}{_PLAIN}{colour}{text}{_PLAIN}{_DIM}{after}{_PLAIN}{state}")

    def _spelled(self, row: str) -> str:
        return row.translate(_ASCII) if self._is_ascii else row


def _delivered(kind: str, facts: Mapping[str, object]) -> tuple[str, Tone]:
    event = facts.get("event") or "callback"
    if kind != "delivery.attempted":
        return f"{event}: {kind.partition('.')[2]}", "bad"
    trouble = facts.get("error")
    again = ", again" if facts["state"] == "retrying" else ""
    return f"{event}: {trouble or facts['status']}{again}", "good" if facts["state"] == "delivered" else "bad"
