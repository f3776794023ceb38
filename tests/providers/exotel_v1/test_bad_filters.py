"""What the bulk listing refuses: status 400 and a clear message in a RestException of the format asked for."""

from __future__ import annotations

import base64

import pytest

SIDS = [f"{number:032x}" for number in range(101)]
NUMBERS = [f"981111000{number}" for number in range(6)]


def cursor(text):
    return base64.b64encode(text.encode()).decode()


SOUND = cursor("1767587400,4e333e3b2a167a9ce534b90963191a15")

# What is sent, the parameter that the message names first, and a word of what is wrong with it.
BAD = [
    ("Duration=gt:10s", "Duration", "'gt'"),
    ("Duration=gte:10s%3Bbelow:20s", "Duration", "'below'"),
    ("Duration=:10s", "Duration", "operator"),
    ("Duration=gte:10s;gte:20s", "Duration", "twice"),
    ("Duration=10s;20s", "Duration", "twice"),
    ("Duration=gte:10s%3B", "Duration", "''"),
    ("Duration=eq:ten", "Duration", "'ten'"),
    ("Duration=-1s", "Duration", "'-1'"),
    ("Duration=1.5s", "Duration", "'1.5'"),
    ("Duration=%D9%A1s", "Duration", "'\N{ARABIC-INDIC DIGIT ONE}'"),
    ("Duration=99999999999s", "Duration", "'99999999999'"),
    ("Price=lt:1", "Price", "'lt'"),
    ("Price=eq:one", "Price", "'one'"),
    ("Price=gte:-0.5", "Price", "'-0.5'"),
    ("Price=NaN", "Price", "'NaN'"),
    ("Price=gte:sNaN", "Price", "'sNaN'"),
    ("Price=Infinity", "Price", "'Infinity'"),
    ("Price=lte:1e999999", "Price", "'1e999999'"),
    ("Price=eq:", "Price", "''"),
    ("Status=finished", "Status", "'finished'"),
    ("Status=Completed", "Status", "'Completed'"),
    ("Status=busy,gone", "Status", "'gone'"),
    ("Status=,", "Status", "no value"),
    ("Direction=outbound", "Direction", "'outbound'"),
    ("Direction=inbound;outbound-api", "Direction", "'inbound;outbound-api'"),
    ("Sid=" + ",".join(SIDS), "Sid", "101"),
    ("Sid=,,", "Sid", "no value"),
    ("To=" + ",".join(NUMBERS), "To", "6"),
    ("From=" + "%2C".join(NUMBERS), "From", "6"),
    ("PhoneNumber=" + ",".join(NUMBERS), "PhoneNumber", "6"),
    ("To=nobody", "To", "'nobody'"),
    ("From=9811110001,12", "From", "'12'"),
    ("PhoneNumber=" + "9" * 300, "PhoneNumber", "300"),
    ("DateCreated=2026-01-05+10:00:00", "DateCreated", "operator"),
    ("DateCreated=eq:2026-01-05+10:00:00", "DateCreated", "'eq'"),
    ("DateCreated=gte:yesterday", "DateCreated", "'yesterday'"),
    ("DateCreated=gte:2026-01-05", "DateCreated", "'2026-01-05'"),
    ("DateCreated=gte:2026-01-05T10:00:00", "DateCreated", "'2026-01-05T10:00:00'"),
    ("DateCreated=gte:2026-02-30+00:00:00", "DateCreated", "'2026-02-30 00:00:00'"),
    ("DateCreated=gte:2026-01-05+00:00:00;gte:2026-01-04+00:00:00", "DateCreated", "twice"),
    ("DateCreated=gte:2026-01-05+00:00:00;lte:2026-01-04+00:00:00", "DateCreated", "later"),
    ("DateCreated=gte:2025-11-01+00:00:00;lte:2025-12-03+00:00:00", "DateCreated", "longer than a month"),
    ("DateCreated=gte:2025-11-01+00:00:00", "DateCreated", "longer than a month"),
    ("DateCreated=gte:2025-06-01+00:00:00;lte:2025-06-02+00:00:00", "DateCreated", "six months"),
    ("DateCreated=lte:0001-01-01+00:00:00", "DateCreated", "six months"),
    ("DateCreated=gte:0001-01-01+00:00:00;lte:0001-01-02+00:00:00", "DateCreated", "six months"),
    ("PageSize=0", "PageSize", "'0'"),
    ("PageSize=101", "PageSize", "'101'"),
    ("PageSize=-1", "PageSize", "'-1'"),
    ("PageSize=ten", "PageSize", "'ten'"),
    ("PageSize=5.0", "PageSize", "'5.0'"),
    ("SortBy=DateCreated", "SortBy", "'DateCreated'"),
    ("SortBy=DateCreated:up", "SortBy", "'DateCreated:up'"),
    ("SortBy=Duration:asc", "SortBy", "'Duration:asc'"),
    ("After=broken", "After", "'broken'"),
    ("Before=%25%25%25", "Before", "'%%%'"),
    ("After=" + cursor("no comma"), "After", "cursor"),
    ("After=" + cursor("1767587400,"), "After", "cursor"),
    ("After=" + cursor("soon,4e333e3b2a167a9ce534b90963191a15"), "After", "cursor"),
    ("Before=" + cursor("999999999999999999999,4e333e3b2a167a9ce534b90963191a15"), "Before", "cursor"),
    ("Before=" + base64.b64encode(b"\xff\xfe,x").decode(), "Before", "cursor"),
    (f"Before={SOUND}&After={SOUND}", "Before and After", "together"),
    ("RecordingUrlValidity=4", "RecordingUrlValidity", "'4'"),
    ("RecordingUrlValidity=61", "RecordingUrlValidity", "'61'"),
    ("RecordingUrlValidity=soon", "RecordingUrlValidity", "'soon'"),
]


def in_short(value):
    """An id short enough for a terminal."""
    return value[0][:60] if isinstance(value, tuple) else value


@pytest.fixture(scope="module")
def account(found_account):
    account = found_account()
    account.place()
    account.advance(300)
    yield account
    account.control("DELETE")


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("bad", BAD, ids=in_short)
def test_bad_input_is_400(account, refusal, suffix, bad):
    """The answer is a RestException in the format asked for; its message names the parameter and the fault."""
    query, name, fault = bad
    status, message = refusal(account.v1("GET", f"/Calls{suffix}?{query}"))

    assert 400 == status
    assert name == message[: len(name)]
    assert fault in message


@pytest.mark.parametrize("bad", BAD[::7], ids=in_short)
def test_a_refusal_is_on_record(account, bad):
    """The journal has the refusal's words, for the developer who looks for it."""
    query, name, fault = bad
    account.v1("GET", f"/Calls?{query}")

    assert (400, "exotel-v1.list-calls") == tuple(account.last_request()[key] for key in ("status", "operation"))
    assert account.last_request()["refusal"].startswith(name)
    assert fault in account.last_request()["refusal"]


@pytest.mark.parametrize(("first", "second"), [(BAD[0], BAD[11]), (BAD[19], BAD[23])])
def test_each_parameter_has_a_message_of_its_own(account, refusal, first, second):
    """Two parameters with the same fault are told apart by their messages."""
    messages = {refusal(account.v1("GET", f"/Calls.json?{query}"))[1] for query, _, _ in (first, second)}

    assert 2 == len(messages)


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("query", ["RecordingUrlValidity=4", "RecordingUrlValidity=61", "RecordingUrlValidity=x"])
def test_a_single_call_refuses_a_bad_validity_too(account, refusal, suffix, query):
    """RecordingUrlValidity is minutes from 5 to 60 wherever it is given."""
    (sid,) = account.listed()
    status, message = refusal(account.v1("GET", f"/Calls/{sid}{suffix}?{query}"))

    assert (400, "RecordingUrlValidity") == (status, message.partition(":")[0])


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("name", ["Pagesize", "page_size", "StartTime", "from", "Foo<&>"])
def test_strict_refuses_unknown_parameters(new_account, refusal, suffix, name):
    """A name that the listing does not have is ignored; a strict world refuses it and names those that there are."""
    lenient, strict = new_account(), new_account(strict=True)
    path = f"/Calls{suffix}"
    status, message = refusal(strict.v1("GET", path, params={name: "1"}))

    assert 200 == lenient.v1("GET", path, params={name: "1"}).status_code
    assert (400, f"{name}: no such parameter") == (status, message)
    assert "PageSize" in strict.last_request()["hint"]


@pytest.mark.parametrize(
    "query",
    [
        "PageSize=1&SortBy=DateCreated:asc&details=true&NumbersMetadata=true&RecordingUrlValidity=5",
        f"Before={SOUND}&Sid=a&DateCreated=gte:2026-01-01+00:00:00&To=9811110001&From=9811110001&Status=busy",
        f"After={SOUND}&PhoneNumber=2241499102&Duration=1&Price=1&Direction=inbound",
    ],
)
def test_strict_knows_every_documented_parameter(new_account, query):
    """What the portal documents is no mistake in a strict world either."""
    assert 200 == new_account(strict=True).v1("GET", f"/Calls.json?{query}").status_code


def test_the_longest_lists_are_accepted(account):
    """A hundred sids and five numbers are what the portal allows."""
    query = f"?Sid={','.join(SIDS[:100])}&To={','.join(NUMBERS[:5])}&From={','.join(NUMBERS[:5])}&PageSize=100"

    assert [] == account.listed(query)
