"""Each filter of the bulk listing by example: operators, spellings, windows."""

from __future__ import annotations

import pytest

MONTH = 31 * 86_400
# From, To, CallerId, story -> what the list shows of it
PLACED = {
    "long": ("09811110001", "09833330001", "+912241499102", {"talk": 70}),
    "short": ("09811110002", "09833330002", "+911414941199", {"talk": 4}),
    "busy": ("09811110001", "09833330002", "+912241499102", {"to": {"reaction": "busy", "ring": 5}}),
    "silent": ("09811110003", "09833330003", "+918047112345", {"to": {"reaction": "no-answer", "ring": 6}}),
    "dead": ("09811110003", "09833330001", "+918047112345", {"to": {"reaction": "unreachable", "ring": 7}}),
}
# The printed durations are ring and talk; the prices are 0.750 for each begun minute of each leg that was answered.
DURATIONS = {"long": "75", "short": "9", "busy": "7", "silent": "8", "dead": "9"}
PRICES = {"long": "3.000", "short": "1.500", "busy": "0.750", "silent": "0.750", "dead": "0.750"}


@pytest.fixture(scope="module")
def history(found_account):
    """An account and the names of its calls by sid; an hour lies between two calls, the first is at 10:00."""
    account = found_account()
    names = {}
    for name, (caller, callee, exophone, story) in PLACED.items():
        account.tell(**story)
        names[account.place(From=caller, To=callee, CallerId=exophone)["Sid"]] = name
        account.advance(3600)
    yield account, names
    account.control("DELETE")


@pytest.fixture
def found(history):
    """The names of the calls that a query lists, newest first."""
    account, names = history
    return lambda query: [names[sid] for sid in account.listed(f"?{query}")]


def test_the_calls_are_what_the_rows_say(history):
    """The durations and prices that the filters below compare with are those that the list prints."""
    account, names = history
    calls = account.page()["Calls"]

    assert DURATIONS == {names[call["Sid"]]: call["Duration"] for call in reversed(calls)}
    assert PRICES == {names[call["Sid"]]: call["Price"] for call in reversed(calls)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "dead silent busy short long"),
        ("Duration=gte:8s", "dead silent short long"),
        ("Duration=lte:8s", "silent busy"),
        ("Duration=gte:8s%3Blte:10s", "dead silent short"),
        ("Duration=gte:8s;lte:10s", "dead silent short"),
        ("Duration=lte:10s%3Bgte:8s", "dead silent short"),
        ("Duration=gte%3A8s%3Blte%3A10s", "dead silent short"),
        ("Duration=eq:9s", "dead short"),
        ("Duration=9s", "dead short"),
        ("Duration=9", "dead short"),
        ("Duration=gte:9", "dead short long"),
        ("Duration=eq:9s%3Bgte:10s", ""),
        ("Duration=gte:0s", "dead silent busy short long"),
        ("Price=gte:1.0", "short long"),
        ("Price=lte:1.50", "dead silent busy short"),
        ("Price=gte:0.10;lte:1.0", "dead silent busy"),
        ("Price=eq:1.5", "short"),
        ("Price=eq:1.500", "short"),
        ("Price=1.5", "short"),
        ("Price=3", "long"),
        ("Price=eq:0.300030", ""),
        ("Price=eq:1.5001", ""),
        ("Price=gte:1.5001", "long"),
        ("Price=lte:1.4999", "dead silent busy"),
        ("Status=completed", "short long"),
        ("Status=busy,no-answer", "silent busy"),
        ("Status=failed", "dead"),
        ("Status=queued", ""),
        ("Status=in-progress,ringing,canceled", ""),
        ("Direction=outbound-api", "dead silent busy short long"),
        ("Direction=inbound", ""),
        ("Direction=inbound,outbound-api", "dead silent busy short long"),
        ("From=%2B919811110001", "busy long"),
        ("From=%2B919811110001,%2B919811110002", "busy short long"),
        ("From=%2B919811110001%2C%2B919811110002", "busy short long"),
        ("To=%2B919833330002", "busy short"),
        ("To=%2B919999999999", ""),
        ("PhoneNumber=%2B918047112345", "dead silent"),
        ("PhoneNumber=%2B918047112345,%2B911414941199", "dead silent short"),
        ("Status=failed&PhoneNumber=%2B918047112345", "dead"),
        ("Status=failed&PhoneNumber=%2B912241499102", ""),
        ("From=%2B919811110001&Duration=gte:10s&Price=gte:2", "long"),
        ("SortBy=DateCreated:asc", "long short busy silent dead"),
        ("SortBy=DateCreated%3Adesc&Duration=9s", "dead short"),
        ("PageSize=2", "dead silent"),
        ("PageSize=100", "dead silent busy short long"),
        ("Duration=&Price=&Status=&PageSize=&SortBy=&After=", "dead silent busy short long"),
        ("duration=9s&status=busy", "dead silent busy short long"),
    ],
)
def test_a_filter_selects(found, query, names):
    """Operators, several values, both ways to write `;` and `:`, several filters at once; empty ones are none."""
    assert names.split() == found(query)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("gte:2026-01-05 11:00:00;lte:2026-01-05 12:00:00", "busy short"),
        ("gte:2026-01-05+11:00:00%3Blte:2026-01-05+12:00:00", "busy short"),
        ("gte:2026-01-05%2011:00:00%3Blte:2026-01-05%2012:00:00", "busy short"),
        ("gte%3A2026-01-05+11%3A00%3A00%3Blte%3A2026-01-05+12%3A00%3A00", "busy short"),
        ("gte:2026-01-05+11:00:01;lte:2026-01-05+11:59:59", ""),
        ("lte:2026-01-05+11:00:00", "short long"),
        ("gte:2026-01-05+13:00:00", "dead silent"),
        ("gte:2025-12-05+15:00:00", "dead silent busy short long"),
        ("gte:2026-01-05+10:00:00;lte:2026-02-05+10:00:00", "dead silent busy short long"),
    ],
)
def test_a_date_range_selects(found, query, names):
    """Both ends of a range count; blanks come as `+` or `%20`; times are those of the account's zone."""
    assert names.split() == found(f"DateCreated={query}")


@pytest.mark.parametrize(
    "spelling",
    [
        "%2B919811110002",
        "09811110002",
        "9811110002",
        "919811110002",
        "+919811110002",
        "%2B91%2098111%2010002",
        "098111-10002",
        "00919811110002",
        "tel:%2B91-98111-10002",
    ],
)
def test_a_number_is_found_in_any_spelling(found, spelling):
    """+91, a leading zero, ten bare digits, blanks and dashes, an unescaped plus: one number."""
    assert ["short"] == found(f"From={spelling}")


def test_an_exophone_is_found_in_any_spelling(found):
    """PhoneNumber matches like From and To: the national form finds what was placed with E.164."""
    assert ["short"] == found("PhoneNumber=01414941199")


def test_calls_are_found_by_sid(history, found):
    """Sid takes one or several; those that the account does not have are no matter; the order stays that of time."""
    account, names = history
    oldest, *_, newest = names

    assert ["long"] == found(f"Sid={oldest}")
    assert ["dead", "long"] == found(f"Sid={oldest},{'0' * 32},{newest}")
    assert ["dead"] == found(f"Sid={oldest},{newest}&Duration=9")
    assert 2 == account.page(f"?Sid={oldest},{newest}&PageSize=1")["Metadata"]["Total"]


@pytest.mark.parametrize(("days", "expected"), [(31, 1), (32, 0)])
def test_without_dates_the_last_31_days_are_searched(account, days, expected):
    """An older call needs a DateCreated range, even if it is asked for by its sid."""
    sid = account.place()["Sid"]
    account.advance(days * 86_400)

    assert expected == len(account.listed()) == len(account.listed(f"?Sid={sid}"))
    assert [sid] == account.listed("?DateCreated=gte:2026-01-01 00:00:00;lte:2026-01-31 23:59:59")


def test_without_an_end_the_range_ends_now_and_without_a_start_it_is_31_days(account):
    """A half-open range is completed: up to now, or from 31 days before its end."""
    sid = account.place()["Sid"]
    account.advance(2 * MONTH)

    assert [] == account.listed("?DateCreated=gte:2026-02-20 00:00:00")
    assert [sid] == account.listed("?DateCreated=lte:2026-02-05 10:00:00")
    assert [] == account.listed("?DateCreated=lte:2026-02-05 10:00:01")


def test_a_month_is_the_longest_range(account):
    """From midnight of the first to midnight of the next first is a month, and allowed."""
    sid = account.place()["Sid"]
    account.advance(MONTH)

    assert [sid] == account.listed("?DateCreated=gte:2026-01-01 00:00:00;lte:2026-02-01 00:00:00")


def test_six_months_back_can_be_asked_for(account):
    """Records are there for six months: from the fifth of January until the fifth of July."""
    sid = account.place()["Sid"]
    account.advance(181 * 86_400)

    assert [sid] == account.listed("?DateCreated=gte:2026-01-05 10:00:00;lte:2026-01-06 00:00:00")


def test_the_longest_six_months_can_be_asked_for(new_account):
    """Between a fifth of July and a fifth of January lie 184 days, which are still six months."""
    account = new_account(start="2025-07-05T10:00:00+05:30")
    sid = account.place()["Sid"]
    account.advance(184 * 86_400)

    assert [sid] == account.listed("?DateCreated=gte:2025-07-05 10:00:00;lte:2025-07-06 00:00:00")


def test_times_are_those_of_the_accounts_zone(new_account):
    """An account elsewhere reads and writes times in its own zone."""
    account = new_account(zone="Asia/Singapore", start="2026-01-05T10:00:00+08:00")
    sid = account.place()["Sid"]
    account.advance(60)

    assert [sid] == account.listed("?DateCreated=gte:2026-01-05 10:00:00;lte:2026-01-05 10:00:00")
    assert "2026-01-05 10:00:00" == account.page()["Calls"][0]["DateCreated"]


def test_the_fraction_of_a_second_is_no_matter(account):
    """A call within a second is found by that second, as its printed time has no fraction."""
    account.advance(0.7)
    sid = account.place()["Sid"]
    account.advance(60)

    assert [sid] == account.listed("?DateCreated=gte:2026-01-05 10:00:00;lte:2026-01-05 10:00:00")


def test_a_price_that_is_not_there_is_no_amount(account):
    """A call that nobody answered costs nothing and shows no price, so no amount finds it, not even a highest one."""
    account.tell(**{"from": {"reaction": "busy", "ring": 5}})
    account.place()
    account.advance(300)

    assert "" == account.page()["Calls"][0]["Price"]
    assert [] == account.listed("?Price=lte:1.0") + account.listed("?Price=eq:0") + account.listed("?Price=gte:0")


def test_a_flow_call_is_found_by_the_number_that_it_shows(account):
    """A call into a flow shows its only party as From and as To, and is found by either."""
    sid = account.place(To=None, Url="http://my.exotel.com/x/exoml/start_voice/501")["Sid"]
    account.advance(300)

    assert "09811112222" == account.read(sid)["To"]
    assert [sid] == account.listed("?From=09811112222")
    assert [sid] == account.listed("?To=09811112222")


def test_fifty_is_a_page(account):
    """Without PageSize a page has fifty records."""
    for _ in range(51):
        account.place()
    account.advance(300)
    metadata = account.page()["Metadata"]

    assert (51, 50) == (metadata["Total"], metadata["PageSize"])
    assert 51 == account.page("?PageSize=100")["Metadata"]["PageSize"]
