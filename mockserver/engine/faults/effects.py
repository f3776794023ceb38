"""What a fault does: one frozen value for each kind, which refuses parameters that make no sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from random import Random
from typing import ClassVar

from mockserver.domain.errors import BadInput

_LONGEST_WAIT = 600.0
_LONGEST_DELAY = 604_800.0
_MOST_COPIES = 100


class FaultDirection(StrEnum):
    """Inbound: requests of the application and their answers. Outbound: callbacks."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Distribution(StrEnum):
    FIXED = "fixed"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"


class Swapped(StrEnum):
    """With what a callback changes places: the next of its call, or the next of whatever call."""

    CALL = "call"
    ANY = "any"


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadInput(f"{name} must be from {low:g} to {high:g}, not {value:g}", where=name)


@dataclass(frozen=True, slots=True)
class Effect:
    """Base of what a fault does. `kind` is its name in rules."""

    kind: ClassVar[str]
    direction: ClassVar[FaultDirection]


class _Inbound(Effect):
    __slots__ = ()
    direction = FaultDirection.INBOUND


class _Outbound(Effect):
    __slots__ = ()
    direction = FaultDirection.OUTBOUND


_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class Error(_Inbound):
    """An error in the API's own dialect; nothing is carried out. `code` None is one without a vendor code.

    Any status that may have a body: what calls itself a success can be a failure, too.
    """

    kind = "error"
    status: int
    code: int | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if self.status in _BODILESS:
            raise BadInput(f"an answer with status {self.status} has no body to word an error in", where="status")


@dataclass(frozen=True, slots=True)
class Latency(_Inbound):
    """The answer comes later, in real seconds: what was asked for has been carried out by then.

    Fixed: `seconds`. Uniform: from `low` to `high`. Log-normal: around `median`, spread by `sigma`. None is longer than
    ten minutes.
    """

    kind = "latency"
    distribution: Distribution = Distribution.FIXED
    seconds: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    sigma: float | None = None

    def __post_init__(self) -> None:
        needed = _LATENCY_PARAMETERS[self.distribution]
        for names in _LATENCY_PARAMETERS.values():
            for name in names:
                value = getattr(self, name)
                if (value is not None) != (name in needed):
                    word = "needs" if value is None else "has no"
                    hint = f"It takes {' and '.join(needed)}."
                    raise BadInput(f"{self.distribution} latency {word} {name}", where=name, hint=hint)
                if value is not None:
                    _between(name, value, 0, _LONGEST_WAIT)
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadInput(f"low {self.low:g} is above high {self.high:g}", where="low")

    def draw(self, rng: Random) -> float:
        if self.seconds is not None:
            return self.seconds
        if self.low is not None and self.high is not None:
            return rng.uniform(self.low, self.high)
        median, sigma = self.median or 0.0, self.sigma or 0.0
        return min(median * math.exp(rng.gauss(0.0, 1.0) * sigma), _LONGEST_WAIT)


_LATENCY_PARAMETERS: Mapping[Distribution, tuple[str, ...]] = {
    Distribution.FIXED: ("seconds",),
    Distribution.UNIFORM: ("low", "high"),
    Distribution.LOGNORMAL: ("median", "sigma"),
}


@dataclass(frozen=True, slots=True)
class Reset(_Inbound):
    """The connection is reset before anything is carried out."""

    kind = "reset"


@dataclass(frozen=True, slots=True)
class LostAnswer(_Inbound):
    """What was asked for is carried out; the connection is reset before the answer."""

    kind = "lost-answer"


@dataclass(frozen=True, slots=True)
class Truncated(_Inbound):
    """The head of the answer promises all of the body; after `keep` bytes or a `share` of it the connection ends."""

    kind = "truncated"
    keep: int | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if self.keep is not None and self.share is not None:
            raise BadInput("a truncated answer keeps so many bytes or a share, not both", where="keep")
        if self.keep is not None:
            _between("keep", self.keep, 0, 10**9)
        if self.share is not None:
            _between("share", self.share, 0, 1)

    def cut(self, body: bytes) -> bytes:
        """What arrives: always less than all."""
        kept = int(len(body) * (0.5 if self.share is None else self.share)) if self.keep is None else self.keep
        return body[: min(kept, len(body) - 1)] if body else b""


@dataclass(frozen=True, slots=True)
class Malformed(_Inbound):
    """A whole answer that does not parse: `body`, or half of what it would have been with a byte that is no UTF-8."""

    kind = "malformed"
    body: str | None = None

    def spoil(self, body: bytes) -> bytes:
        return self.body.encode() if self.body is not None else body[: len(body) // 2] + b"\xff"


@dataclass(frozen=True, slots=True)
class Drip(_Inbound):
    """The body comes in pieces of `chunk` bytes, so many bytes in a real second."""

    kind = "drip"
    bytes_per_second: float = 100.0
    chunk: int = 1

    def __post_init__(self) -> None:
        _between("bytes_per_second", self.bytes_per_second, 0.01, 10**9)
        _between("chunk", self.chunk, 1, 10**9)


@dataclass(frozen=True, slots=True)
class Delay(_Outbound):
    """The callback leaves `seconds` later on the world's clock; those behind it do not wait."""

    kind = "delay"
    seconds: float

    def __post_init__(self) -> None:
        _between("seconds", self.seconds, 0, _LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class Duplicate(_Outbound):
    """The callback comes once more, `copies` times."""

    kind = "duplicate"
    copies: int = 1

    def __post_init__(self) -> None:
        _between("copies", self.copies, 1, _MOST_COPIES)


@dataclass(frozen=True, slots=True)
class Swap(_Outbound):
    """The callback leaves behind the next one; by itself if none comes within `seconds` on the world's clock."""

    kind = "swap"
    behind: Swapped = Swapped.CALL
    seconds: float = 60.0

    def __post_init__(self) -> None:
        _between("seconds", self.seconds, 0, _LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class Drop(_Outbound):
    """The callback never leaves."""

    kind = "drop"


@dataclass(frozen=True, slots=True)
class Overtake(_Outbound):
    """The answer to the request that placed the call waits for its first callback, `seconds` of real time at most."""

    kind = "overtake"
    seconds: float = 10.0

    def __post_init__(self) -> None:
        _between("seconds", self.seconds, 0, _LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Corrupt(_Outbound):
    """So many bytes of what the callback says, from a drawn place on, are bytes of no text."""

    kind = "corrupt"
    count: int = 4

    def __post_init__(self) -> None:
        _between("count", self.count, 1, 10**6)


@dataclass(frozen=True, slots=True)
class ExtraEvent(_Outbound):
    """A further callback whose event has a name that no document knows."""

    kind = "extra-event"
    word: str = "mockserver-unknown"


@dataclass(frozen=True, slots=True)
class MissingField(_Outbound):
    """The callback lacks a field: the named one (`status`, or in full `call_details[status]`), or one that is drawn."""

    kind = "missing-field"
    field: str | None = None


_EFFECTS: Mapping[str, type[Effect]] = {
    effect.kind: effect
    for effect in (
        *(Error, Latency, Reset, LostAnswer, Truncated, Malformed, Drip),
        *(Delay, Duplicate, Swap, Drop, Overtake, Corrupt, ExtraEvent, MissingField),
    )
}
KINDS = tuple(_EFFECTS)


def make_effect(kind: str, parameters: Mapping[str, object]) -> Effect:
    """The effect of a kind. Raises BadInput for parameters that it does not have, lacks, or that make no sense."""
    effect = _EFFECTS[kind]
    known = {field.name: field for field in fields(effect)}
    hint = f"It takes {', '.join(known)}." if known else "It takes no parameters."
    for name in parameters:
        if name not in known:
            raise BadInput(f"a fault of kind {kind} has no {name}", where=name, hint=hint)
    for name, field in known.items():
        if field.default is MISSING and name not in parameters:
            raise BadInput(f"a fault of kind {kind} needs {name}", where=name, hint=hint)
    return effect(**parameters)
