"""What a server has done since it started, counted as it happens: metrics ask for it and count nothing themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mockserver.engine.events import Event, Fact


class Tally:
    """Counters of all worlds together; they only grow, but for `readers`.

    `requests` is by (operation, status), where operation is None if none matched; `calls` by (state, outcome) that a
    call has come to, where outcome is None until it is known; `deliveries` by the result of an attempt; `streams` by
    what ended them, `first_audio` is how many bots were heard and the sum of the seconds until each was.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str | None, int]] = Counter()
        self.calls: Counter[tuple[str, str | None]] = Counter()
        self.deliveries: Counter[str] = Counter()
        self.streams: Counter[str] = Counter()
        self.underruns = 0
        # How many bots were heard, and how long that took in all.
        self.first_audio = (0, 0.0)
        self.readers = 0
        self.dropped_readers = 0
        self.expired_worlds = 0

    def hear(self, event: Event) -> None:
        """Count an event of some world."""
        facts = event.facts
        if event.kind == "call.moved":
            if facts["before"] != facts["after"]:
                self.calls[str(facts["after"]), _text(facts.get("outcome"))] += 1
        elif event.kind == "call.placed":
            self.calls["queued", None] += 1
        elif event.kind in {"delivery.attempted", "delivery.blocked"}:
            self.deliveries[str(facts["state"])] += 1
        elif event.kind == "stream.ended":
            self._stream_ended(facts)
        elif event.kind == "delivery.dropped":
            self.deliveries["dropped"] += 1

    def _stream_ended(self, facts: Mapping[str, Fact]) -> None:
        self.streams[str(facts["ending"])] += 1
        self.underruns += int(facts["underruns"] or 0)
        if facts["first_audio"] is not None:
            self.first_audio = (self.first_audio[0] + 1, self.first_audio[1] + float(facts["first_audio"]))


def _text(fact: object) -> str | None:
    return None if fact is None else str(fact)
