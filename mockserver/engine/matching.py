"""Which requests and deliveries somebody means, condition by condition, so that what does not fit can say why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Generic, TypeVar
from urllib.parse import unquote_plus

import msgspec

from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadContact, BadInput
from mockserver.engine.delivery import Delivery
from mockserver.engine.journal import Exchange, readable

_T = TypeVar("_T")
_CLASS_OF_STATUS = re.compile(r"[1-5]xx")
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Trait(Generic[_T]):
    """One condition. `seen` is what a record has there, for people to read."""

    name: str
    wanted: str
    fits: Callable[[_T], bool]
    seen: Callable[[_T], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a record is not what was wanted."""

    name: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class Matcher(Generic[_T]):
    """All of its traits have to fit; without any, everything does."""

    traits: tuple[Trait[_T], ...] = ()

    def fits(self, record: _T) -> bool:
        return all(trait.fits(record) for trait in self.traits)

    def differences(self, record: _T) -> tuple[Difference, ...]:
        return tuple(
            Difference(trait.name, trait.wanted, trait.seen(record)[:_LONGEST_SHOWN])
            for trait in self.traits
            if not trait.fits(record)
        )

    def closest(self, records: Iterable[_T], count: int) -> list[tuple[_T, tuple[Difference, ...]]]:
        """Those that do not fit with what they lack: the fewest differences first, of equals the latest."""
        misfits = [(record, differences) for record in records if (differences := self.differences(record))]
        misfits.reverse()
        return sorted(misfits, key=lambda misfit: len(misfit[1]))[:count]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWish:
    """Which requests are meant; what is left out matches all. Times are those of the world's clock.

    `method`, `operation`: that one. `path`: a pattern with `*` and `?`. `status`: `404`, or `4xx`. `fault`: the id of a
    rule. `number`: a phone number in any spelling, in path, query or body. `contains`: a text in there. `headers`:
    patterns by name. `json`: values that a JSON body must have, whatever else it has. `refused`, `unmatched`: only what
    was not served, or only what no route was found for.
    """

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    fault: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    number: str | None = None
    contains: str | None = None
    headers: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    refused: bool = False
    unmatched: bool = False

    def matcher(self) -> Matcher[Exchange]:
        """Raises BadInput if there can be no such request."""
        traits = [
            _equal("operation", self.operation, lambda one: one.operation),
            _equal("method", self.method and self.method.upper(), lambda one: one.method),
            _glob("path", self.path, lambda one: one.path),
            _status(self.status),
            _equal("fault", self.fault, lambda one: one.fault),
            *_times(self.since, self.until, lambda one: one.at),
            _number(self.number, _text_of_exchange),
            _contains(self.contains, _text_of_exchange),
            *(_header(name, pattern) for name, pattern in (self.headers or {}).items()),
            *(_json(name, wanted) for name, wanted in (self.json or {}).items()),
            _only("refused", self.refused, lambda one: one.refusal is not None),
            _only("unmatched", self.unmatched, lambda one: one.operation is None),
        ]
        return Matcher(tuple(trait for trait in traits if trait is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryWish:
    """Which deliveries are meant; what is left out matches all.

    `url`: a pattern with `*` and `?`. `status`: of the last attempt, `500` or `5xx`. `since`, `until`: when it was
    created. `number`, `contains`: in URL or body. `json`: values that a JSON body must have.
    """

    call_sid: str | None = None
    state: str | None = None
    event: str | None = None
    url: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    number: str | None = None
    contains: str | None = None
    json: Mapping[str, Any] | None = None

    def matcher(self) -> Matcher[Delivery]:
        """Raises BadInput if there can be no such delivery."""
        traits = [
            _equal("call_sid", self.call_sid, lambda one: one.call_sid),
            _equal("state", self.state, lambda one: one.state),
            _equal("event", self.event, lambda one: one.event),
            _glob("url", self.url, lambda one: one.request.url),
            _status(self.status),
            *_times(self.since, self.until, lambda one: one.created_at),
            _number(self.number, _text_of_delivery),
            _contains(self.contains, _text_of_delivery),
            *(_json(name, wanted) for name, wanted in (self.json or {}).items()),
        ]
        return Matcher(tuple(trait for trait in traits if trait is not None))


def _equal(name: str, wanted: str | None, look: Callable[[Any], object]) -> Trait[Any] | None:
    if wanted is None:
        return None
    return Trait(name, wanted, lambda one: look(one) == wanted, lambda one: _shown(look(one)))


def _only(name: str, wanted: bool, look: Callable[[Any], bool]) -> Trait[Any] | None:  # noqa: FBT001  a wish
    return Trait(name, "true", look, lambda _: "false") if wanted else None


def _glob(name: str, pattern: str | None, look: Callable[[Any], str]) -> Trait[Any] | None:
    if pattern is None:
        return None
    return Trait(name, pattern, lambda one: fnmatchcase(look(one), pattern), look)


def _status(wanted: str | None) -> Trait[Any] | None:
    if wanted is None:
        return None
    if _CLASS_OF_STATUS.fullmatch(wanted):
        return Trait("status", wanted, lambda one: _status_of(one)[:1] == wanted[0], _status_of)
    if not (wanted.isascii() and wanted.isdecimal()):
        raise BadInput(f"status must be a number such as 404, or a class such as 4xx, not {wanted!r}", where="status")
    return Trait("status", wanted, lambda one: _status_of(one) == wanted, _status_of)


def _status_of(record: Exchange | Delivery) -> str:
    if isinstance(record, Exchange):
        return str(record.status)
    reply = record.attempts[-1].reply if record.attempts else None
    return str(reply.status) if reply else "none"


def _times(
    since: datetime | None, until: datetime | None, look: Callable[[Any], datetime]
) -> tuple[Trait[Any] | None, ...]:
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment.tzinfo is None:
            raise BadInput(f"{name} needs an offset, such as 2026-01-05T10:00:00+05:30", where=name)

    def seen(record: object) -> str:
        return look(record).isoformat()

    return (
        None if since is None else Trait("since", since.isoformat(), lambda one: look(one) >= since, seen),
        None if until is None else Trait("until", until.isoformat(), lambda one: look(one) <= until, seen),
    )


def _number(wanted: str | None, text: Callable[[Any], str]) -> Trait[Any] | None:
    if wanted is None:
        return None
    try:
        contact = parse_contact(wanted)
    except BadContact:
        digits = re.sub(r"\D", "", wanted)
    else:
        if contact.is_sip:
            return Trait("number", wanted, lambda one: contact.key in text(one).lower(), text)
        digits = contact.national
    if not digits:
        raise BadInput(f"number must have digits, {wanted!r} has none", where="number")
    # Any spelling: what stands between digits may be nothing, a blank, a hyphen.
    pattern = re.compile(r"[ -]?".join(digits))
    return Trait("number", wanted, lambda one: pattern.search(text(one)) is not None, text)


def _contains(wanted: str | None, text: Callable[[Any], str]) -> Trait[Any] | None:
    return None if wanted is None else Trait("contains", wanted, lambda one: wanted in text(one), text)


def _header(name: str, pattern: str) -> Trait[Exchange]:
    def values(exchange: Exchange) -> list[str]:
        return [value for known, value in readable(exchange.headers) if known.lower() == name.lower()]

    return Trait(
        f"headers.{name}",
        pattern,
        lambda one: any(fnmatchcase(value, pattern) for value in values(one)),
        lambda one: ", ".join(values(one)) or "none",
    )


def _json(name: str, wanted: object) -> Trait[Any]:
    def value(record: Exchange | Delivery) -> object:
        body = record.body if isinstance(record, Exchange) else record.request.body
        try:
            decoded = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return decoded.get(name) if isinstance(decoded, dict) else None

    return Trait(f"json.{name}", _words(wanted), lambda one: _holds(value(one), wanted), lambda one: _words(value(one)))


def _holds(value: object, wanted: object) -> bool:
    """Whether a value has all that is wanted; objects may have more."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            name in value and _holds(value[name], inner) for name, inner in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(value) == len(wanted)
            and all(_holds(one, inner) for one, inner in zip(value, wanted, strict=True))
        )
    return type(value) is type(wanted) and value == wanted


def _text_of_exchange(exchange: Exchange) -> str:
    return f"{unquote_plus(exchange.path)}?{unquote_plus(exchange.query)} {_text(exchange.body)}"


def _text_of_delivery(delivery: Delivery) -> str:
    return f"{unquote_plus(delivery.request.url)} {_text(delivery.request.body)}"


def _text(body: bytes) -> str:
    """A body to search in, as it is and as the form that it may be."""
    text = body.decode(errors="replace")
    return f"{text} {unquote_plus(text)}" if "%" in text or "+" in text else text


def _words(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
