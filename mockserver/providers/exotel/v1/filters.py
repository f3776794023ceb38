"""The filters of the bulk listing: operators, values, and what each of them means to the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeVar

from mockserver.domain.call import CallState, LegState
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadContact
from mockserver.engine.call_filter import CallFilter, Condition, Operator
from mockserver.engine.world import World
from mockserver.providers.exotel.v1.errors import bad_request
from mockserver.providers.exotel.v1.quantities import whole_number
from mockserver.providers.exotel.v1.records import DIRECTIONS, STATUSES

_T = TypeVar("_T")

_MOST_SIDS = 100
_MOST_NUMBERS = 5
_WINDOW = timedelta(days=31)
_OLDEST = timedelta(days=184)
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
_REST_OF_SECOND = timedelta(microseconds=999_999)

# Ongoing calls are not listed.
_OVER = Condition("state", Operator.IN, frozenset({CallState.ENDED, CallState.PROCESSED, CallState.SETTLED}))

# Words that a call in the list never has, but that the documentation allows to ask for.
_NEVER_LISTED = ("queued", "ringing", "in-progress", "canceled")
_RESULTS: Mapping[str, frozenset[LegState]] = {
    **{word: frozenset[LegState]() for word in _NEVER_LISTED},
    **{
        word: frozenset(result for result, its_word in STATUSES.items() if its_word == word)
        for word in STATUSES.values()
    },
}
_DIRECTIONS = {word: frozenset({direction}) for direction, word in DIRECTIONS.items()}


def call_filter(parameters: Mapping[str, str], world: World) -> CallFilter:
    """The conditions that the parameters amount to. Raises V1Error, each time for one thing."""
    conditions = [_OVER, *_created(parameters.get("DateCreated", ""), world)]
    for name, read in _READERS.items():
        text = parameters.get(name, "").strip()
        if text:
            conditions += read(name, text)
    return tuple(conditions)


def _created(text: str, world: World) -> list[Condition]:
    now = world.clock.now()
    since, until = None, now
    for operator, value in _operations("DateCreated", text, ("gte", "lte")) if text.strip() else []:
        at = _time(value, world)
        if operator is Operator.GTE:
            since = at
        else:
            until = at
    if min(until, since or until) < now - _OLDEST:
        raise bad_request("DateCreated: records are kept for six months only")
    if since is None:
        since = until - _WINDOW
    if since > until:
        raise bad_request("DateCreated: gte must not be later than lte")
    if until - since > _WINDOW:
        raise bad_request("DateCreated: the range is longer than a month", hint="Ask for at most 31 days at a time.")
    # Times are printed in whole seconds: the last one belongs to the range to its end.
    last = until + _REST_OF_SECOND
    return [Condition("created_at", Operator.GTE, since), Condition("created_at", Operator.LTE, last)]


def _time(text: str, world: World) -> datetime:
    try:
        return datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=world.zone)
    except ValueError:
        raise bad_request(f"DateCreated: {text!r} is not a time like 2019-01-31 23:59:59") from None


def _sids(name: str, text: str) -> list[Condition]:
    return [Condition("sid", Operator.IN, frozenset(_values(name, text, _MOST_SIDS)))]


def _contacts(field: str) -> Callable[[str, str], list[Condition]]:
    def read(name: str, text: str) -> list[Condition]:
        try:
            keys = frozenset(parse_contact(number).key for number in _values(name, text, _MOST_NUMBERS))
        except BadContact as error:
            raise bad_request(f"{name}: {error.message}", hint=error.hint) from error
        return [Condition(field, Operator.IN, keys)]

    return read


def _words(field: str, meanings: Mapping[str, frozenset[_T]]) -> Callable[[str, str], list[Condition]]:
    def read(name: str, text: str) -> list[Condition]:
        found: set[_T] = set()
        for word in _values(name, text, len(meanings)):
            if word not in meanings:
                raise bad_request(f"{name}: {word!r} is none of {', '.join(meanings)}")
            found |= meanings[word]
        return [Condition(field, Operator.IN, frozenset(found))]

    return read


def _duration(name: str, text: str) -> list[Condition]:
    conditions = []
    for operator, value in _operations(name, text, ("gte", "lte", "eq"), bare=True):
        seconds = whole_number(name, value.removesuffix("s"), 0, _LONGEST_DURATION, "number of seconds")
        conditions.append(Condition("duration", operator, seconds))
    return conditions


def _price(name: str, text: str) -> list[Condition]:
    conditions = []
    for operator, value in _operations(name, text, ("gte", "lte", "eq"), bare=True):
        try:
            mills = Decimal(value) * 1000
        except ArithmeticError:
            mills = Decimal(-1)
        if not mills.is_finite() or not 0 <= mills <= _HIGHEST_MILLS:
            raise bad_request(f"{name}: {value!r} is not an amount like 1.500")
        # Prices have three decimals: an amount between two of them is rounded to the side that changes nothing,
        # and equals no price.
        rounding = ROUND_FLOOR if operator is Operator.LTE else ROUND_CEILING
        whole = int(mills.to_integral_value(rounding))
        is_no_price = operator is Operator.EQ and whole != mills
        conditions.append(
            Condition("price", Operator.IN, frozenset()) if is_no_price else Condition("price", operator, whole)
        )
    return conditions


_LONGEST_DURATION = 1_000_000
_HIGHEST_MILLS = 1_000_000_000

_READERS: Mapping[str, Callable[[str, str], list[Condition]]] = {
    "Sid": _sids,
    "To": _contacts("to"),
    "From": _contacts("from"),
    "PhoneNumber": _contacts("exophone"),
    "Status": _words("result", _RESULTS),
    "Direction": _words("direction", _DIRECTIONS),
    "Duration": _duration,
    "Price": _price,
}
NAMES = ("DateCreated", *_READERS)


def _values(name: str, text: str, most: int) -> list[str]:
    values = [value.strip() for value in text.split(",") if value.strip()]
    if not values:
        raise bad_request(f"{name}: there is no value")
    if len(values) > most:
        raise bad_request(f"{name}: {len(values)} values are too many, at most {most}")
    return values


def _operations(name: str, text: str, allowed: tuple[str, ...], *, bare: bool = False) -> list[tuple[Operator, str]]:
    """The parts of `gte:a;lte:b`, each operator at most once; with `bare`, a part without one means eq."""
    found: dict[Operator, str] = {}
    for part in text.split(";"):
        word, colon, value = part.strip().partition(":")
        if bare and not colon:
            word, value = Operator.EQ.value, word
        if word not in allowed:
            raise bad_request(f"{name}: operator {word!r} is none of {', '.join(allowed)}")
        if Operator(word) in found:
            raise bad_request(f"{name}: {word} is given twice")
        found[Operator(word)] = value.strip()
    return list(found.items())
