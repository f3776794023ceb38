"""The bulk listing against a naive reading of its rules, over random calls and random queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.domain.contact import parse_contact
from mockserver.domain.order import Direction, Order, Party
from mockserver.domain.story import PartyStory, Reaction, Side, Story

CUSTOMERS = ["9811110001", "9833330002", "9820030003"]
EXOPHONES = ["2241499102", "8047112345"]
FINAL = ["completed", "failed", "busy", "no-answer"]
NEVER_LISTED = ["queued", "ringing", "in-progress", "canceled"]


@dataclass(frozen=True)
class Planned:
    """A call to be placed `gap` seconds after the one before."""

    order: Order
    story: Story
    gap: float


def number(digits):
    return parse_contact(f"+91{digits}")


PARTIES = st.sampled_from(CUSTOMERS).map(lambda digits: Party(number(digits)))
STORIES = st.builds(
    Story,
    from_party=st.builds(
        PartyStory, reaction=st.sampled_from([Reaction.ANSWERS, *Reaction]), ring=st.sampled_from([0.0, 1.0, 4.5])
    ),
    to_party=st.builds(
        PartyStory, reaction=st.sampled_from([Reaction.ANSWERS, *Reaction]), ring=st.sampled_from([0.0, 2.0, 29.5])
    ),
    talk=st.sampled_from([0.0, 3.0, 8.5, 61.0, 120.0, None]),
    hangs_up=st.sampled_from(Side),
)
ORDERS = st.builds(
    Order,
    from_party=PARTIES,
    to_party=PARTIES,
    exophone=st.sampled_from(EXOPHONES).map(number),
    direction=st.sampled_from(Direction),
    ring_timeout=st.just(5.0),
)
PLANS = st.lists(
    st.builds(Planned, order=ORDERS, story=STORIES, gap=st.sampled_from([0.0, 0.0, 0.4, 1.0, 7.0, 45.0])),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def live_through(found_account):
    """Lets planned calls happen in a new account, and `pause` seconds pass: the last of them may still go on.

    Returns the account and the calls' records, each read on its own.
    """

    def lived(plans, pause):
        account = found_account()
        world, engine = account.world, account.service.engine

        async def place():
            sids = []
            for plan in plans:
                await engine.runner(world).advance(plan.gap, 10)
                world.scenarios.tell_next(plan.story)
                sids.append(engine.place(world, plan.order).sid)
                engine.answer_sent(world, sids[-1])
            await engine.runner(world).advance(pause, 10)
            return sids

        sids = account.service.portal.call(place)
        return account, [account.read(sid) for sid in sids]

    return lived


@dataclass(frozen=True)
class Asked:
    """One filter as it is sent, and what it means for a printed record."""

    name: str
    text: str
    holds: object


def spelt(draw, operators):
    """`gte:a;lte:b` in one of the ways in which it may be sent."""
    text = draw(st.sampled_from([";", "%3B", "%3b"])).join(operators)
    return draw(st.sampled_from([text, text.replace(":", "%3A")]))


def compared(printed, wanted):
    """Whether a printed value satisfies all of (operator, value); what is not there satisfies nothing."""
    tests = {"gte": lambda a, b: a >= b, "lte": lambda a, b: a <= b, "eq": lambda a, b: a == b}
    return printed is not None and all(tests[operator](printed, value) for operator, value in wanted)


@st.composite
def amounts(draw, name, values, write, read):
    """A filter on Duration or Price with one or two operators, or none for equality."""
    operators = draw(st.lists(st.sampled_from(["gte", "lte", "eq"]), min_size=1, max_size=3, unique=True))
    pairs = [(operator, draw(values)) for operator in operators]
    if draw(st.booleans()):
        value = draw(values)
        return Asked(name, draw(write(value)), lambda call: compared(read(call[name]), [("eq", value)]))
    parts = [f"{operator}:{draw(write(value))}" for operator, value in pairs]
    return Asked(name, spelt(draw, parts), lambda call: compared(read(call[name]), pairs))


SECONDS = st.one_of(st.sampled_from([0, 1, 4, 9, 11, 62, 124]), st.integers(0, 200))
DURATIONS = amounts(
    "Duration",
    SECONDS,
    lambda value: st.sampled_from([f"{value}s", f"{value}"]),
    lambda printed: None if printed is None else int(printed),
)
PRICES = amounts(
    "Price",
    st.sampled_from([Decimal(text) for text in ("0", "0.7499", "0.75", "1.5", "1.50001", "2.25", "3", "4.5", "99")]),
    lambda value: st.sampled_from([f"{value}", f"{value:.6f}", f"{value}".removeprefix("0") or "0"]),
    lambda printed: None if printed is None else Decimal(printed),
)


@st.composite
def numbers(draw, name, known, shown):
    """A filter on a number, one or several, each in any spelling."""
    wanted = draw(st.lists(st.sampled_from([*known, "9999900000"]), min_size=1, max_size=5))
    spellings = [
        draw(st.sampled_from([f"%2B91{one}", f"0{one}", one, f"+91{one}", f"%2B91-{one[:5]}+{one[5:]}"]))
        for one in wanted
    ]
    text = draw(st.sampled_from([",", "%2C", ",+"])).join(spellings)
    return Asked(name, text, lambda call: call[shown] in {f"0{one}" for one in wanted})


@st.composite
def words(draw, name, known):
    wanted = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
    return Asked(name, draw(st.sampled_from([",", "%2C"])).join(wanted), lambda call: call[name] in wanted)


@st.composite
def dates(draw, times):
    """A range that begins or ends at the second of a call, or beside it."""
    choices = [*times, "2026-01-05 09:00:00", "2026-01-05 12:00:00"]
    operators = draw(st.lists(st.sampled_from(["gte", "lte"]), min_size=1, max_size=2, unique=True))
    pairs = [(operator, draw(st.sampled_from(choices))) for operator in operators]
    ends = dict(pairs)
    if ends.get("gte", "") > ends.get("lte", times[-1]):
        pairs = [("gte", times[0])]
    blank = draw(st.sampled_from(["+", "%20", " "]))
    text = spelt(draw, [f"{operator}:{at}" for operator, at in pairs]).replace(" ", blank)
    return Asked("DateCreated", text, lambda call: compared(call["DateCreated"], pairs))


def sids(known):
    some = st.lists(st.sampled_from([*known, "0" * 32]), min_size=1, max_size=9, unique=True)
    return some.map(lambda wanted: Asked("Sid", ",".join(wanted), lambda call: call["Sid"] in wanted))


def queries(records):
    """Up to four filters on different parameters."""
    times = sorted(call["DateCreated"] for call in records)
    each = [
        DURATIONS,
        PRICES,
        numbers("From", CUSTOMERS, "From"),
        numbers("To", CUSTOMERS, "To"),
        numbers("PhoneNumber", EXOPHONES, "PhoneNumberSid"),
        words("Status", [*FINAL, *NEVER_LISTED]),
        words("Direction", [direction.value for direction in Direction]),
        dates(times),
        sids([call["Sid"] for call in records]),
    ]
    return st.lists(st.one_of(each), max_size=4, unique_by=lambda asked: asked.name)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(data=st.data(), plans=PLANS, pause=st.sampled_from([0, 5, 60, 140, 600]))
def test_a_list_is_what_a_naive_reading_gives(live_through, data, plans, pause):
    """The list holds the ended calls whose printed records satisfy every filter, newest first or oldest first."""
    account, records = live_through(plans, pause)
    for _ in range(data.draw(st.integers(6, 14), "number of queries")):
        filters = data.draw(queries(records), "filters")
        is_ascending = data.draw(st.booleans(), "ascending")
        query = "&".join([f"{one.name}={one.text}" for one in filters] + ["PageSize=100"])
        page = account.page(f"?{query}&SortBy=DateCreated{quote(':')}{'asc' if is_ascending else 'desc'}")
        wanted = {
            call["Sid"]: call
            for call in records
            if "in-progress" != call["Status"] and all(one.holds(call) for one in filters)
        }
        times = [call["DateCreated"] for call in page["Calls"]]

        assert sorted(wanted) == sorted(call["Sid"] for call in page["Calls"])
        assert (len(wanted), len(wanted)) == (page["Metadata"]["Total"], page["Metadata"]["PageSize"])
        assert sorted(times, reverse=not is_ascending) == times
        for call in page["Calls"]:
            alone = {name: "" if value is None else value for name, value in wanted[call["Sid"]].items()}
            assert {**alone, "Uri": f"/v1/Accounts/{account.sid}/Calls/{call['Sid']}"} == call
    account.control("DELETE")
