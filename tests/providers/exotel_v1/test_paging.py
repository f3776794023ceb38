"""Walking the pages of the bulk listing, forward and back, while calls come and end."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.contact import parse_contact
from mockserver.domain.effects import Input
from mockserver.domain.order import Order, Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Side, Story

ORDER = Order(Party(parse_contact("9811110001")), Party(parse_contact("9833330001")), parse_contact("2241499102"))
QUICK = Story(PartyStory(), PartyStory(), talk=1.0)
ENDLESS = Story(PartyStory(), PartyStory(), talk=None)
MOST_PAGES = 100


@dataclass
class Walked:
    """An account whose calls come and end while somebody reads its pages."""

    account: Any
    ongoing: list[str] = field(default_factory=list)

    def happen(self, gaps, *, endless=False):
        """Place calls, each so many seconds behind the one before; they end in the end, or they go on."""
        world, engine = self.account.world, self.account.service.engine

        async def place():
            for gap in gaps:
                await engine.runner(world).advance(gap, 10)
                world.scenarios.tell_next(ENDLESS if endless else QUICK)
                sid = engine.place(world, ORDER).sid
                engine.answer_sent(world, sid)
                if endless:
                    self.ongoing.append(sid)
            await engine.runner(world).advance(5, 10)

        self.account.service.portal.call(place)

    def end_one(self):
        """Let the oldest call that goes on end now: it appears in the list where it began."""
        world, engine = self.account.world, self.account.service.engine

        async def hang_up():
            engine.feed(world, self.ongoing.pop(0), Input(Trigger.HANG_UP, Side.TO))

        if self.ongoing:
            self.account.service.portal.call(hang_up)

    def sids(self):
        """The sids of all that the list has, in the order of time."""
        return self.account.listed("?PageSize=100&SortBy=DateCreated:asc")

    def open(self, query, size, order):
        """A page, when its metadata is exactly as documented."""
        page = self.account.page(query)
        metadata, calls = page["Metadata"], page["Calls"]
        start = f"/v1/Accounts/{self.account.sid}/Calls.json?PageSize={size}&SortBy=DateCreated:{order}"
        shown, everything = [call["Sid"] for call in calls], self.sids()
        everything = everything if order == "asc" else everything[::-1]

        assert (len(everything), len(calls)) == (metadata["Total"], metadata["PageSize"])
        assert start == metadata["FirstPageUri"]
        has_previous = bool(calls) and shown[0] != everything[0]
        has_next = bool(calls) and shown[-1] != everything[-1]
        assert (f"{start}&Before={cursor(calls[0])}" if has_previous else None) == metadata["PrevPageUri"]
        assert (f"{start}&After={cursor(calls[-1])}" if has_next else None) == metadata["NextPageUri"]
        return shown, *(
            link and "?" + link.partition("?")[2] for link in (metadata["PrevPageUri"], metadata["NextPageUri"])
        )

    def forward(self, query, size, order):
        """The pages from a query to the end, each with its own query."""
        for _ in range(MOST_PAGES):
            shown, _, following = self.open(query, size, order)
            yield shown, query
            if following is None:
                return
            query = following
        pytest.fail("the pages have no end")

    def back(self, query, size, order):
        """The pages from a query back to the start, in the order of the list."""
        pages = []
        for _ in range(MOST_PAGES):
            shown, query, _ = self.open(query, size, order)
            pages.insert(0, shown)
            if query is None:
                return pages
        return pytest.fail("the pages have no start")


def cursor(call):
    """`epoch,sid` in base64, the epoch that of the printed DateCreated."""
    epoch = datetime.fromisoformat(call["DateCreated"] + "+05:30").timestamp()
    return base64.b64encode(f"{epoch:.0f},{call['Sid']}".encode()).decode()


@pytest.fixture
def walked(account):
    return Walked(account)


@pytest.fixture(scope="module")
def new_walked(found_account):
    return lambda: Walked(found_account())


GAPS = st.lists(st.sampled_from([0, 0, 0, 0.3, 1, 2]), max_size=12)
# What happens before the next page is read: calls that come, and how many of those that go on end.
MEANWHILE = st.tuples(st.lists(st.sampled_from([0, 0.5, 1]), max_size=3), st.integers(0, 2))


@settings(max_examples=40, deadline=None)
@given(
    gaps=GAPS,
    endless=st.lists(st.sampled_from([0, 1]), max_size=3),
    reading=st.tuples(st.integers(1, 7), st.sampled_from(["asc", "desc"])),
    meanwhile=st.lists(MEANWHILE, max_size=6),
)
def test_no_record_is_missed_or_repeated(new_walked, gaps, endless, reading, meanwhile):
    """Whoever follows NextPageUri to the end and PrevPageUri back sees every record once each way, in order."""
    walked, (size, order) = new_walked(), reading
    walked.happen(gaps[:6])
    walked.happen(endless, endless=True)
    walked.happen(gaps[6:])
    known, events = set(walked.sids()), iter(meanwhile)
    seen, queries = [], []
    for shown, query in walked.forward(f"?PageSize={size}&SortBy=DateCreated:{order}", size, order):
        seen += shown
        queries.append(query)
        arriving, ending = next(events, ((), 0))
        walked.happen(arriving)
        for _ in range(ending):
            walked.end_one()
    everything = walked.sids() if order == "asc" else walked.sids()[::-1]
    seen_back = list(itertools.chain(*walked.back(queries[-1], size, order)))

    assert len(seen) == len(set(seen))
    assert known <= set(seen)
    assert [sid for sid in everything if sid in seen] == seen
    assert everything[: len(seen_back)] == seen_back
    walked.account.control("DELETE")


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("size", range(1, 8))
def test_the_pages_back_are_the_pages_forward(walked, size, order):
    """Back at the start a walker has seen the same pages, though calls share their second and their very instant."""
    walked.happen([0, 0, 0, 1, 0, 0.2, 0.2, 0.2, 60, 0, 0, 0])
    forward, queries = zip(*walked.forward(f"?PageSize={size}&SortBy=DateCreated:{order}", size, order), strict=True)
    backward = walked.back(queries[-1], size, order)

    assert 12 == sum(len(page) for page in forward)
    assert [size] * (12 // size) + [12 % size] * (12 % size > 0) == [len(page) for page in forward]
    assert list(forward) == backward


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_calls_of_one_instant_are_ordered_by_sid(walked, order):
    """The sid breaks ties, and the other order is the exact reverse."""
    walked.happen([0] * 8)
    sids = walked.account.listed(f"?SortBy=DateCreated:{order}")

    assert sorted(sids, reverse="desc" == order) == sids


def test_a_call_that_comes_does_not_move_the_pages(walked):
    """A cursor is a record, not a number of records: the second page is the same after a call has come in front."""
    walked.happen([1, 1, 1, 1])
    _, _, following = walked.open("?PageSize=2", 2, "desc")
    second, _, _ = walked.open(following, 2, "desc")
    walked.happen([1])
    again, back, _ = walked.open(following, 2, "desc")

    assert second == again
    assert 2 == len(walked.open(back, 2, "desc")[0])


def test_the_next_page_of_an_ascending_list_holds_what_came(walked):
    """In ascending order new calls are at the end: the walker who goes on finds them."""
    walked.happen([1, 1, 1])
    query = "?PageSize=2&SortBy=DateCreated:asc"
    first, _, following = walked.open(query, 2, "asc")
    walked.happen([1])
    second, _, _ = walked.open(following, 2, "asc")

    assert walked.sids() == [*first, *second]


def test_filters_hold_on_every_page(walked):
    """The links carry the filters, and the pages that they lead to hold nothing else."""
    account = walked.account
    for number in range(9):
        account.tell(**({"to": {"reaction": "busy"}} if number % 3 else {}))
        account.place()
        account.advance(30)
    seen, query = [], "?PageSize=2&Status=busy&details=true"
    for _ in range(3):
        page = account.page(query)
        seen += [(call["Status"], call["Details"]["Leg2Status"]) for call in page["Calls"]]
        query = (page["Metadata"]["NextPageUri"] or "").replace(f"/v1/Accounts/{account.sid}/Calls.json", "")

    assert "" == query
    assert [("busy", "busy")] * 6 == seen


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_calls_that_were_asked_for_by_sid_come_in_pages_too(walked, size, order):
    """A list of sids can be longer than a page: forward and back, in both orders, as everything else."""
    walked.happen([0, 1, 0, 1, 0, 1, 0])
    wanted = walked.sids()[1:6][:: 1 if order == "asc" else -1]
    path, count = f"/v1/Accounts/{walked.account.sid}/Calls.json", -(-5 // size)
    link = f"{path}?Sid={','.join(sorted(wanted))}&PageSize={size}&SortBy=DateCreated:{order}"
    pages = []
    for direction in ["NextPageUri"] * (count - 1) + ["PrevPageUri"] * count:
        page = walked.account.page(link.removeprefix(path))
        pages.append([call["Sid"] for call in page["Calls"]])
        link = page["Metadata"][direction]

    assert wanted == list(itertools.chain(*pages[:count]))
    assert pages[: count - 1][::-1] == pages[count:]
    assert link is None


def test_the_links_can_be_followed_as_they_are(walked, tree):
    """A client that appends a link to the host, unescaped cursor and all, comes to the page; in XML, too."""
    walked.happen([1] * 5)
    account, links = walked.account, []
    link = f"/v1/Accounts/{account.sid}/Calls?PageSize=2"
    for _ in range(3):
        root = tree(account.service.request("GET", link, auth=(account.key, account.token)))
        links.append([one.text for one in root.findall("Call/Sid")])
        link = root.findtext("Metadata/NextPageUri")

    assert "" == link
    assert walked.sids()[::-1] == list(itertools.chain(*links))
    assert [2, 2, 1] == [len(page) for page in links]


def test_an_escaped_cursor_is_the_same(walked):
    """A client that parses a link and builds its query anew sends `%3D%3D`, and comes to the same page."""
    walked.happen([1] * 3)
    _, _, following = walked.open("?PageSize=1", 1, "desc")

    assert walked.account.listed(following) == walked.account.listed(following.replace("==", "%3D%3D"))
