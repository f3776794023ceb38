"""What control is told about faults and quotas."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from mockserver.control.bodies import Body
from mockserver.control.problems import OUR_OWN
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadInput
from mockserver.domain.order import CallEvent
from mockserver.engine.faults import FaultRule, Faults
from mockserver.engine.faults.effects import Distribution, Effect, Swapped, make_effect
from mockserver.engine.faults.rules import Match
from mockserver.engine.quotas import Quota

_described = OUR_OWN.field
_EVENTS = {"answered": CallEvent.ANSWERED, "over": CallEvent.OVER, "terminal": CallEvent.OVER}

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
EventName = Literal["answered", "over", "terminal"]
# fmt: off
Kind = Literal[
    "error", "latency", "reset", "lost-answer", "truncated", "malformed", "drip",
    "delay", "duplicate", "swap", "drop", "overtake", "corrupt", "extra-event", "missing-field",
]
# fmt: on


class FaultMatchBody(Body):
    """Which requests or callbacks a rule is for; what is left out matches all."""

    operation: Annotated[str | None, _described("operation id, such as exotel-v3.create-call; requests only")] = None
    method: Annotated[Method | None, _described()] = None
    path: Annotated[str | None, _described("glob such as */calls/*; for callbacks, of their URL")] = None
    number: Annotated[str | None, _described("in any spelling: whom the request or the call is from or to")] = None
    event: Annotated[EventName | None, _described("callbacks only; terminal is over")] = None


class FaultBody(Body, kw_only=True):
    """What goes wrong on purpose. Which parameters there are depends on the kind; others are refused."""

    kind: Annotated[Kind, _described()] = "error"
    match: Annotated[FaultMatchBody, _described()] = msgspec.field(default_factory=FaultMatchBody)
    operation: Annotated[str | None, _described("the same as match.operation")] = None
    skip: Annotated[int, msgspec.Meta(ge=0), _described("how many pass before")] = 0
    times: Annotated[Annotated[int, msgspec.Meta(ge=1)] | None, _described("how often; null: until healed")] = 1
    probability: Annotated[float, msgspec.Meta(ge=0, le=1), _described("drawn from the world's seed")] = 1.0
    expires_after: Annotated[float | None, _described("seconds on the world's clock")] = None

    status: Annotated[
        Annotated[int, msgspec.Meta(ge=200, le=599)] | None,
        _described("error: HTTP status; with a documented status and code the vendor's text comes by itself"),
    ] = None
    code: Annotated[int | None, _described("error: the vendor's code")] = None
    text: Annotated[str | None, _described("error: instead of the documented text")] = None
    distribution: Annotated[Distribution | None, _described("latency")] = None
    seconds: Annotated[
        float | None,
        _described("latency and overtake (at most): real; delay and swap (at most): on the world's clock"),
    ] = None
    low: Annotated[float | None, _described("latency, uniform: real seconds")] = None
    high: Annotated[float | None, _described("latency, uniform: real seconds")] = None
    median: Annotated[float | None, _described("latency, lognormal: real seconds")] = None
    sigma: Annotated[float | None, _described("latency, lognormal: spread of the logarithm")] = None
    keep: Annotated[int | None, _described("truncated: bytes that arrive")] = None
    share: Annotated[float | None, _described("truncated: share of the body that arrives; half by default")] = None
    body: Annotated[str | None, _described("malformed: what comes instead; by default half of the answer")] = None
    bytes_per_second: Annotated[float | None, _described("drip")] = None
    chunk: Annotated[int | None, _described("drip: bytes in one piece")] = None
    copies: Annotated[int | None, _described("duplicate: how many more")] = None
    behind: Annotated[Swapped | None, _described("swap: the next of the same call, or of any")] = None
    count: Annotated[int | None, _described("corrupt: bytes")] = None
    word: Annotated[str | None, _described("extra-event: its name")] = None
    field: Annotated[str | None, _described("missing-field: its name, such as status; by default one is drawn")] = None

    def add_to(self, faults: Faults) -> FaultRule:
        """Raises BadInput, BadContact."""
        return faults.add(
            self.effect(),
            self.rule_match(),
            skip=self.skip,
            times=self.times,
            probability=self.probability,
            expires_after=self.expires_after,
        )

    def effect(self) -> Effect:
        """Raises BadInput if the parameters are not those of the kind."""
        given: dict[str, Any] = {name: getattr(self, name) for name in _PARAMETERS}
        return make_effect(self.kind, {name: value for name, value in given.items() if value is not None})

    def rule_match(self) -> Match:
        """Raises BadInput if two operations are named."""
        wanted = self.match
        if None not in {self.operation, wanted.operation} and self.operation != wanted.operation:
            message = f"operation {self.operation!r} and match.operation {wanted.operation!r} are two operations"
            raise BadInput(message, where="operation", hint="Name it once, or make two rules.")
        return Match(
            operation=wanted.operation or self.operation,
            method=wanted.method,
            path=wanted.path,
            contact=None if wanted.number is None else parse_contact(wanted.number),
            event=None if wanted.event is None else _EVENTS[wanted.event],
        )


_OF_EVERY_KIND = {"kind", "match", "operation", "skip", "times", "probability", "expires_after"}
_PARAMETERS = tuple(name for name in FaultBody.__struct_fields__ if name not in _OF_EVERY_KIND)


class QuotaBody(Body):
    limit: Annotated[int, _described("requests")]
    seconds: Annotated[float, _described("on the world's clock")] = 60.0
    operation: Annotated[str | None, _described("operation id; null: all operations together")] = None

    def quota(self) -> Quota:
        return Quota(self.operation, self.limit, self.seconds)
