"""A table of calls against a naive reading: the same pages, only faster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.order import Direction, Party
from mockserver.engine.call_filter import Condition, Keyset, Operator, Page, PageRequest, matches, place_of
from mockserver.storage.call_table import CallTable

CONTACTS = [f"+91981000000{digit}" for digit in range(4)]
EXOPHONES = [Contact("+912241499102"), Contact("+918047112345")]


# When, how long they talked, the two numbers, the ExoPhone, the direction, the outcome, and what becomes of the call.
_CALL = st.tuples(
    st.integers(0, 6),
    st.sampled_from([None, 0.0, 5.0, 61.0]),
    st.sampled_from(CONTACTS),
    st.sampled_from([None, *CONTACTS]),
    st.sampled_from(EXOPHONES),
    st.sampled_from(Direction),
    st.sampled_from(Outcome),
    st.sampled_from(["keep", "keep", "pack", "forget", "read"]),
)


def made(call, number, details):
    halves, talk, caller, callee, exophone, direction, outcome, _ = details
    one = call(
        number,
        seconds=halves / 2,
        talk=talk,
        from_party=Party(Contact(caller)),
        to_party=Party(Contact(callee)) if callee else None,
        exophone=exophone,
        direction=direction,
    )
    return replace(one, outcome=outcome) if one.is_settled else one


@cache
def conditions(start):
    """Every comparison that makes sense, on values that occur and on values that do not."""
    sids = st.integers(0, 30).map(lambda number: f"{number:032x}")
    contacts = st.sampled_from([*CONTACTS, EXOPHONES[0].key, "+10000000000", "sip:nobody"])
    kinds = {
        "sid": sids,
        "state": st.sampled_from(CallState),
        "outcome": st.sampled_from(Outcome),
        "result": st.sampled_from(LegState),
        "direction": st.sampled_from(Direction),
        "from": contacts,
        "to": contacts,
        "exophone": contacts,
    }
    equal = [
        st.one_of(
            st.builds(Condition, st.just(field), st.just(Operator.EQ), values),
            st.builds(Condition, st.just(field), st.just(Operator.IN), st.frozensets(values, max_size=4)),
        )
        for field, values in kinds.items()
    ]
    moments = st.integers(-1, 8).map(lambda halves: start + timedelta(seconds=halves / 2))
    amounts = st.sampled_from([-2, -1, 0, 1, 5, 6, 61, 750, 1_500, 3_000, 10**12])
    ordered = st.sampled_from([Operator.EQ, Operator.GTE, Operator.LTE])
    return st.one_of(
        *equal,
        st.builds(Condition, st.just("created_at"), ordered, moments),
        st.builds(Condition, st.sampled_from(["duration", "price"]), ordered, amounts),
        st.builds(
            Condition, st.sampled_from(["duration", "price"]), st.just(Operator.IN), st.frozensets(amounts, max_size=3)
        ),
    )


def read_naively(calls, request):
    """The meaning of a page request, word for word."""
    found = sorted((one for one in calls if matches(one, request.wanted)), key=place_of, reverse=request.newest_first)
    up, down = [], []
    for one in found:
        is_older = place_of(one) < (request.after or request.before or place_of(one))
        is_newer = place_of(one) > (request.after or request.before or place_of(one))
        if is_older if request.newest_first else is_newer:
            down.append(one)
        elif is_newer if request.newest_first else is_older:
            up.append(one)
    rows = found[: request.size]
    if request.after:
        rows = down[: request.size]
    elif request.before:
        rows = up[-request.size :]
    return Page(
        rows,
        len(found),
        has_previous=bool(rows) and rows[0] != found[0],
        has_next=bool(rows) and rows[-1] != found[-1],
    )


@st.composite
def requests(draw, calls, start):
    """Any page: from the beginning, behind a place or in front of it; the place may be nobody's."""
    places = st.one_of(
        st.sampled_from([place_of(one) for one in calls] or [Keyset(start, "")]),
        st.builds(
            Keyset, st.integers(0, 6).map(lambda seconds: start + timedelta(seconds=seconds)), st.sampled_from("0z")
        ),
    )
    where = draw(st.sampled_from(["start", "after", "before"]))
    return PageRequest(
        wanted=tuple(draw(st.lists(conditions(start), max_size=3))),
        size=draw(st.integers(1, 6)),
        newest_first=draw(st.booleans()),
        after=draw(places) if where == "after" else None,
        before=draw(places) if where == "before" else None,
    )


@settings(max_examples=200, deadline=None)
@given(data=st.data(), drawn=st.lists(_CALL, max_size=14))
def test_a_page_is_what_a_naive_reading_gives(data, drawn, call, start):
    """Random calls, some packed, some forgotten; random filters, places, sizes and directions."""
    table, kept = CallTable(), {}
    for number, details in enumerate(drawn):
        # Sids are not in the order of time either.
        one = made(call, number * 7 % 15, details)
        table.put(one)
        kept[one.sid] = one
        what = details[-1]
        if what == "pack" and one.is_settled:
            table.pack(one.sid)
        elif what == "forget":
            table.forget(one.sid)
            del kept[one.sid]
        elif what == "read":
            table.page(PageRequest((), 1))
    calls = list(kept.values())
    for request in data.draw(st.lists(requests(calls, start), min_size=1, max_size=4), "requests"):
        assert read_naively(calls, request) == table.page(request)


@pytest.mark.parametrize("field", ["duration", "price"])
@pytest.mark.parametrize("value", [-1, -2])
def test_what_is_not_known_yet_equals_no_number(field, value, call):
    """A living call has no duration and no price, not even a negative one."""
    table = CallTable()
    table.put(call(1, talk=None))
    wanted = [Condition(field, Operator.EQ, value), Condition(field, Operator.IN, frozenset({value}))]

    assert [0, 0] == [table.page(PageRequest((row,), 10)).total for row in wanted]
