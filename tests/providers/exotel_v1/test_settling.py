"""A client that polls while a call lives, ends and settles."""

from __future__ import annotations

import pytest

LATE = ("EndTime", "Duration", "Price")
# Leg 1 is dialled a second after the request and rings 2 s, leg 2 rings 3 s, they talk 20 s.
END = 26
# The record is complete two minutes after the end.
SETTLED = END + 120


def bulk(account):
    """What the listing says of the call: nothing, or its late facts."""
    return [tuple(call[name] for name in LATE) for call in account.page()["Calls"]]


def test_a_poller_sees_a_call_appear_and_fill(account):
    """Absent while it goes on, present without its late facts at the end, complete two minutes later."""
    account.place()
    seen = {0: bulk(account)}
    for at in (END - 1, END, SETTLED - 1, SETTLED, SETTLED + 600):
        account.advance(at - max(seen))
        seen[at] = bulk(account)

    empty, full = [("", "", "")], [("2026-01-05 10:00:26", "25", "1.500")]
    assert {
        0: [],
        END - 1: [],
        END: empty,
        SETTLED - 1: empty,
        SETTLED: full,
        SETTLED + 600: full,
    } == seen


def test_a_single_call_can_be_read_all_the_time(account):
    """The call on its own is there from the answer on, in progress; its late facts are null until they come."""
    sid = account.place()["Sid"]
    seen, now = {}, 0
    for at in (0, 5, END - 1, END, SETTLED - 1, SETTLED):
        account.advance(at - now)
        call, now = account.read(sid), at
        seen[at] = (call["Status"], *(call[name] for name in LATE))

    running, over = ("in-progress", None, None, None), ("completed", None, None, None)
    assert {
        0: running,
        5: running,
        END - 1: running,
        END: over,
        SETTLED - 1: over,
        SETTLED: ("completed", "2026-01-05 10:00:26", "25", "1.500"),
    } == seen


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_the_total_counts_only_calls_that_are_over(account, suffix):
    """A call that goes on counts nowhere, not even in Total, whatever is asked for."""
    account.place()
    account.advance(END - 1)
    queries = ["", "?Status=in-progress", "?Direction=outbound-api", f"?Sid={account.place()['Sid']}"]
    answers = [account.v1("GET", f"/Calls{suffix}{query}") for query in queries]

    for answer in answers:
        assert 200 == answer.status_code
        assert "completed" not in answer.text
        assert '"Total":0' in answer.text or "<Total>0</Total>" in answer.text


@pytest.mark.parametrize("query", ["Duration=gte:0s", "Duration=lte:999s", "Price=gte:0", "Price=lte:99"])
def test_facts_that_have_not_come_are_no_numbers(account, query):
    """A filter on Duration or Price finds a call only when the fact has settled."""
    sid = account.place()["Sid"]
    account.advance(SETTLED - 1)
    before = account.listed(f"?{query}")
    account.advance(1)

    assert ([], [sid]) == (before, account.listed(f"?{query}"))


def test_leg_seconds_settle_with_the_rest(account):
    """Leg statuses are there at the end, the seconds of legs and conversation two minutes later."""
    sid = account.place()["Sid"]
    account.advance(END)
    early = account.page("?details=true")["Calls"][0]["Details"]
    account.advance(120)
    late = account.page("?details=true")["Calls"][0]["Details"]

    assert sid == account.listed()[0]
    assert {
        "ConversationDuration": 0,
        "Legs": [{"Leg": {"Id": 1, "OnCallDuration": 0}}, {"Leg": {"Id": 2, "OnCallDuration": 0}}],
        "Leg1Status": "completed",
        "Leg2Status": "completed",
    } == early
    assert {
        "ConversationDuration": 20,
        "Legs": [{"Leg": {"Id": 1, "OnCallDuration": 23}}, {"Leg": {"Id": 2, "OnCallDuration": 20}}],
        "Leg1Status": "completed",
        "Leg2Status": "completed",
    } == late


def test_leg_statuses_follow_the_call(account):
    """Read on its own with details, a leg is null until somebody answers, in progress, and then what became of it."""
    account.tell(**{"from": {"ring": 2}, "to": {"ring": 3}, "talk": 20})
    sid = account.place()["Sid"]
    seen = []
    for seconds in (0, 2, 1, 3, 20):
        account.advance(seconds)
        details = account.read(sid, "?details=true")["Details"]
        seen.append((details["Leg1Status"], details["Leg2Status"]))

    assert [
        (None, None),
        (None, None),
        ("in-progress", None),
        ("in-progress", "in-progress"),
        ("completed", "completed"),
    ] == seen


def test_date_updated_follows_the_call(account):
    """DateUpdated is the time of the last change: the request's, the answer's, the end's, the settling's."""
    sid = account.place()["Sid"]
    seen = []
    for seconds in (0, 3, 3, 20, 121):
        account.advance(seconds)
        seen.append(account.read(sid)["DateUpdated"][-8:])

    assert ["10:00:00", "10:00:03", "10:00:06", "10:00:26", "10:02:26"] == seen


def test_the_list_does_not_remember_what_was_empty(account):
    """A record that was read before it settled is worded anew when it has."""
    account.place()
    account.advance(END)
    first, again = account.page("?details=true"), account.page("?details=true")
    account.advance(120)

    assert first == again
    assert first["Calls"] != account.page("?details=true")["Calls"]
    assert account.page("?details=true") == account.page("?details=true")


def test_a_settled_record_is_remembered_in_each_form(account):
    """Read with details, without, and with them again, a settled record is each time what was asked for."""
    account.place()
    account.advance(SETTLED)
    queries = ["?details=true", "", "?details=true", "?RecordingUrlValidity=5", ""]
    forms = [set(account.page(query)["Calls"][0]) & {"Details", "PreSignedRecordingUrl"} for query in queries]

    assert [{"Details"}, set(), {"Details"}, {"PreSignedRecordingUrl"}, set()] == forms
