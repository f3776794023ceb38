"""All calls of a world in the order of time, page by page."""

from __future__ import annotations

from collections import Counter

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.errors import UnknownCall
from mockserver.engine.call_filter import Condition, Operator, Page, PageRequest, place_of
from mockserver.storage.call_table import CallTable

EXOPHONES = [Contact("+912241499102"), Contact("+918047112345")]


def test_paging_down_reads_every_call_once_while_new_ones_come(call):
    """A place in the order of calls does not move when younger calls are added."""
    table = CallTable()
    for number in range(10):
        table.put(call(number))
    seen, after, newcomers = [], None, iter(range(100, 200))
    while True:
        page = table.page(PageRequest((), 3, after=after))
        seen += [int(one.sid, 16) for one in page.calls]
        table.put(call(next(newcomers)))
        if not page.has_next:
            break
        after = place_of(page.calls[-1])

    assert list(reversed(range(10))) == seen


def test_paging_up_meets_the_calls_that_came_meanwhile(call):
    """Directly in front of a place, in the order asked for."""
    table = CallTable()
    for number in range(6):
        table.put(call(number))
    first = table.page(PageRequest((), 2))
    table.put(call(6))
    table.put(call(7))
    newer = table.page(PageRequest((), 2, before=place_of(first.calls[0])))

    assert [7, 6] == [int(one.sid, 16) for one in newer.calls]
    assert (8, False, True) == (newer.total, newer.has_previous, newer.has_next)


def test_paging_back_reads_the_same_pages(call):
    """Forth with `after`, back with `before`, in either order and with a filter."""
    table = CallTable()
    for number in range(23):
        table.put(call(number, seconds=number // 3, exophone=EXOPHONES[number % 2]))
    wanted = (Condition("exophone", Operator.EQ, EXOPHONES[0].key),)
    for newest_first in (True, False):
        forth = [table.page(PageRequest(wanted, 5, newest_first=newest_first))]
        while forth[-1].has_next:
            after = place_of(forth[-1].calls[-1])
            forth.append(table.page(PageRequest(wanted, 5, newest_first=newest_first, after=after)))
        back = [forth[-1]]
        while back[-1].has_previous:
            before = place_of(back[-1].calls[0])
            back.append(table.page(PageRequest(wanted, 5, newest_first=newest_first, before=before)))

        assert 12 == sum(len(page.calls) for page in forth)
        assert Counter({12: 3}) == Counter(page.total for page in forth)
        assert [2, 5, 5] == [len(page.calls) for page in back]
        assert {one.sid for page in forth for one in page.calls} == {one.sid for page in back for one in page.calls}


def test_a_page_of_nothing_is_empty():
    """An empty table has no calls, no total, nothing before and nothing behind."""
    assert Page([], 0, has_previous=False, has_next=False) == CallTable().page(PageRequest((), 50))


def test_a_place_whose_call_was_forgotten_is_still_a_place(call):
    """Paging goes on from where it was."""
    table = CallTable()
    calls = [call(number) for number in range(5)]
    for one in calls:
        table.put(one)
    table.forget(calls[2].sid)

    assert calls[1::-1] == table.page(PageRequest((), 5, after=place_of(calls[2]))).calls
    with pytest.raises(UnknownCall):
        table.get(calls[2].sid)


def test_forgotten_rows_are_given_back(call):
    """Room is made anew when most of it is empty; what is left is found as before."""
    table = CallTable()
    for number in range(4_000):
        table.put(call(number))
    for number in range(3_990):
        table.forget(call(number).sid)

    assert len(table._records) < 1_100
    assert call(3_995) == table.get(call(3_995).sid)
    assert list(range(3_990, 4_000)) == [
        int(one.sid, 16) for one in table.page(PageRequest((), 20, newest_first=False)).calls
    ]


def test_the_oldest_packed_call_is_the_first_in_time(call):
    """Whatever the order in which calls came; unpacked ones do not count."""
    table = CallTable()
    for number in (5, 3, 4, 1):
        table.put(call(number))
    for number in (5, 3):
        table.pack(call(number).sid)

    assert (call(3).sid, call(3).created_at) == table.oldest_packed()
    table.unpack(call(3).sid)
    assert call(5).sid == table.oldest_packed()[0]
