"""What of a journal or a ledger somebody means: the structs of bodies, and the same names as query parameters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import msgspec

from mockserver.control.bodies import Body
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN
from mockserver.domain.call import CallState, Outcome
from mockserver.domain.errors import BadInput
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import Delivery, DeliveryState
from mockserver.engine.journal import Exchange
from mockserver.engine.matching import DeliveryWish, Matcher, RequestWish
from mockserver.operations.operation import Parameter

_described = OUR_OWN.field
_K = TypeVar("_K", bound=msgspec.Struct)
_LONGEST_WAIT = 60

_Pattern = Annotated[str, msgspec.Meta(max_length=4_096)]
_Seconds = Annotated[Annotated[float, msgspec.Meta(ge=0, le=_LONGEST_WAIT)], _described("real seconds, at most 60")]


class RequestMatch(Body):
    """Which requests; what is left out matches all."""

    operation: Annotated[str | None, _described("operation id, such as exotel-v3.create-call")] = None
    method: Annotated[str | None, _described()] = None
    path: Annotated[_Pattern | None, _described("pattern with * and ?")] = None
    status: Annotated[str | None, _described("such as 404, or a class such as 4xx")] = None
    refused: Annotated[bool, _described("only those that were not served")] = False
    unmatched: Annotated[bool, _described("only those that no route was found for")] = False
    fault: Annotated[str | None, _described("id of the fault rule that answered")] = None
    since: Annotated[datetime | None, _described("at this time or later (with offset)")] = None
    until: Annotated[datetime | None, _described("at this time or earlier (with offset)")] = None
    number: Annotated[str | None, _described("in path, query or body, in any spelling")] = None
    contains: Annotated[str | None, _described("text in path, query or body")] = None
    headers: Annotated[dict[str, _Pattern] | None, _described("patterns of values, by name")] = None
    json: Annotated[dict[str, Any] | None, _described("what a JSON body has, among other things")] = None

    def matcher(self) -> Matcher[Exchange]:
        """Raises BadInput."""
        return RequestWish(**msgspec.structs.asdict(self)).matcher()


class DeliveryMatch(Body):
    """Which callbacks; what is left out matches all."""

    call_sid: Annotated[str | None, _described("of one call")] = None
    state: Annotated[DeliveryState | None, _described(f"one of {', '.join(DeliveryState)}")] = None
    event: Annotated[CallEvent | None, _described(f"one of {', '.join(CallEvent)}")] = None
    url: Annotated[_Pattern | None, _described("pattern with * and ?")] = None
    status: Annotated[str | None, _described("of the last answer, such as 500 or 5xx")] = None
    since: Annotated[datetime | None, _described("created at this time or later (with offset)")] = None
    until: Annotated[datetime | None, _described("created at this time or earlier (with offset)")] = None
    number: Annotated[str | None, _described("in URL or body, in any spelling")] = None
    contains: Annotated[str | None, _described("text in URL or body")] = None
    json: Annotated[dict[str, Any] | None, _described("what a JSON body has, among other things")] = None

    def matcher(self) -> Matcher[Delivery]:
        """Raises BadInput."""
        return DeliveryWish(**msgspec.structs.asdict(self)).matcher()


class RequestsWait(Body):
    match: Annotated[RequestMatch, _described()] = msgspec.field(default_factory=RequestMatch)
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000), _described("how many are to come")] = 1
    timeout: _Seconds = 5.0
    since: Annotated[str | None, _described("only requests behind this id; null: all that are in the journal")] = None


class DeliveriesWait(Body):
    match: Annotated[DeliveryMatch, _described()] = msgspec.field(default_factory=DeliveryMatch)
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000), _described("how many are to come")] = 1
    timeout: _Seconds = 5.0
    since: Annotated[str | None, _described("only callbacks behind this id; null: all that there are")] = None


class CallWait(Body):
    """What a call is to come to; all that is said has to hold. Without a word: that it is over."""

    state: Annotated[CallState | None, _described("that it is in or has been in")] = None
    outcome: Annotated[Outcome | None, _described()] = None
    is_over: Annotated[bool | None, _described("whether its legs have ended")] = None
    timeout: _Seconds = 5.0


def from_query(visit: Visit, kind: type[_K]) -> _K:
    """The struct that the query parameters say. Raises BadInput."""
    values: dict[str, Any] = {}
    for name, hint in _simple_fields(kind):
        text = visit.query(name)
        if text is None:
            continue
        if hint is bool:
            values[name] = text == "true"
        elif datetime in get_args(hint):
            values[name] = visit.query_time(name)
        else:
            values[name] = _one_of(name, text, hint)
    return kind(**values)


def parameters(kind: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    """The fields of a struct as query parameters, but for those that are objects."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Parameter(name, "boolean" if hint is bool else "string", hints[name].__metadata__[0].description)
        for name, hint in _simple_fields(kind)
    )


def number_of(record_id: str | None, letter: str) -> int:
    """The place of a record that is named by its id; 0 without one. Raises BadInput."""
    if record_id is None:
        return 0
    digits = record_id[1:]
    if record_id[:1] != letter or not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:  # noqa: PLR2004
        message = f"{record_id!r} is no id such as {letter}7"
        raise BadInput(message, where="since")
    return int(digits)


def _simple_fields(kind: type[msgspec.Struct]) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [
        (name, hints[name])
        for name in kind.__struct_fields__
        if not any(_is_object(one) for one in _kinds(hints[name]))
    ]


def _kinds(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401  whatever stands in an annotation
    return get_args(hint) or (hint,)


def _is_object(kind: object) -> bool:
    return getattr(kind, "__origin__", kind) is dict


def _one_of(name: str, text: str, hint: Any) -> str:  # noqa: ANN401  whatever stands in an annotation
    names = next((list(kind) for kind in _kinds(hint) if kind in {DeliveryState, CallEvent}), None)
    if names is not None and text not in names:
        message = f"{name} {text!r} is none of {', '.join(names)}"
        raise BadInput(message, where=name)
    return text
