"""How every outcome reads in v1, told by magic numbers on either leg or on both, and that v3 says the same."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

PLAIN = "+919833334444"
LIMIT = 100


@dataclass(frozen=True)
class Row:
    """What the numbers tell (None: a number without a story), and how that reads.

    `legs` are both leg statuses, `on_call` both legs' seconds, `talk` those of the conversation; `duration` counts from
    the first dial to the end. `v3` is the status in v3.
    """

    from_story: str | None
    to_story: str | None
    status: str
    legs: tuple[str | None, str | None]
    on_call: tuple[int, int]
    talk: int
    duration: int
    price: str | None
    answered_by: str | None
    v3: str

    def __str__(self):
        return f"{self.from_story or 'plain'}-{self.to_story or 'plain'}"


BOTH = ("completed", "completed")
TABLE = [
    Row(None, None, "completed", BOTH, (23, 20), 20, 25, "1.500", "human", "completed"),
    # leg 1 tells: outcome, 4 s of ringing, 9 s of talk; leg 2 rings 3 s
    Row("00409", None, "completed", BOTH, (12, 9), 9, 16, "1.500", "human", "completed"),
    Row("10409", None, "no-answer", ("no-answer", None), (0, 0), 0, 4, None, None, "from_leg_unanswered"),
    Row("10009", None, "no-answer", ("no-answer", None), (0, 0), 0, 30, None, None, "from_leg_unanswered"),
    Row("20409", None, "busy", ("busy", None), (0, 0), 0, 4, None, None, "from_leg_unanswered"),
    Row("30409", None, "failed", ("failed", None), (0, 0), 0, 4, None, None, "from_leg_unanswered"),
    Row("40409", None, "busy", ("busy", None), (0, 0), 0, 4, None, None, "from_leg_unanswered"),
    Row("50409", None, "failed", ("completed", "canceled"), (9, 0), 0, 13, "0.750", None, "from_leg_cancelled"),
    Row("60409", None, "failed", (None, None), (0, 0), 0, 0, None, None, "from_leg_no_dial"),
    Row("70409", None, "completed", BOTH, (12, 9), 9, 16, "1.500", "human", "completed"),
    Row("80409", None, "completed", BOTH, (LIMIT, 97), 97, 104, "3.000", "human", "completed"),
    # leg 2 tells; leg 1 rings 2 s
    Row(None, "00409", "completed", BOTH, (13, 9), 9, 15, "1.500", "human", "completed"),
    Row(None, "00465", "completed", BOTH, (69, 65), 65, 71, "3.000", "human", "completed"),
    Row(None, "10409", "no-answer", ("completed", "no-answer"), (4, 0), 0, 6, "0.750", None, "to_leg_unanswered"),
    Row(None, "10009", "no-answer", ("completed", "no-answer"), (30, 0), 0, 32, "0.750", None, "to_leg_unanswered"),
    Row(None, "20409", "busy", ("completed", "busy"), (4, 0), 0, 6, "0.750", None, "to_leg_unanswered"),
    Row(None, "30409", "failed", ("completed", "failed"), (4, 0), 0, 6, "0.750", None, "to_leg_unanswered"),
    Row(None, "40409", "busy", ("completed", "busy"), (4, 0), 0, 6, "0.750", None, "to_leg_unanswered"),
    Row(None, "50409", "completed", BOTH, (13, 9), 9, 15, "1.500", "machine", "completed"),
    Row(None, "60409", "failed", ("completed", None), (0, 0), 0, 2, None, None, "to_leg_no_dial"),
    Row(None, "70409", "completed", BOTH, (13, 9), 9, 15, "1.500", "human", "completed"),
    Row(None, "80409", "completed", BOTH, (LIMIT, 96), 96, 102, "3.000", "human", "completed"),
    # both tell: the talk is leg 2's
    Row("00130", "00207", "completed", BOTH, (9, 7), 7, 10, "1.500", "human", "completed"),
    Row("00130", "20207", "busy", ("completed", "busy"), (2, 0), 0, 3, "0.750", None, "to_leg_unanswered"),
    Row("10130", "00207", "no-answer", ("no-answer", None), (0, 0), 0, 1, None, None, "from_leg_unanswered"),
    Row("50103", "10900", "failed", ("completed", "canceled"), (3, 0), 0, 4, "0.750", None, "from_leg_cancelled"),
    Row("60130", "60207", "failed", (None, None), (0, 0), 0, 0, None, None, "from_leg_no_dial"),
]


@pytest.fixture(scope="module", params=TABLE, ids=str)
def row(request):
    return request.param


@pytest.fixture(scope="module")
def settled(found_account, row):
    """An account whose only call is the row's, of which everything is known; and that call's sid."""
    account = found_account()
    numbers = [f"+9199000{story}" if story else PLAIN for story in (row.from_story, row.to_story)]
    sid = account.place(From=numbers[0], To=numbers[1], TimeLimit=str(LIMIT))["Sid"]
    account.advance(600)
    yield account, sid
    account.control("DELETE")


def test_a_call_reads_like_its_outcome(settled, row):
    """Status, duration, price and who answered follow from what the parties did; what is not there is null."""
    account, sid = settled
    call = account.read(sid)

    assert (row.status, str(row.duration), row.price, row.answered_by) == (
        call["Status"],
        call["Duration"],
        call["Price"],
        call["AnsweredBy"],
    )


def test_its_details_tell_of_both_legs(settled, row):
    """A leg that was never dialled is null in JSON and empty in XML; seconds are numbers, each leg is wrapped."""
    account, sid = settled
    details = account.read(sid, "?details=true")["Details"]

    assert {
        "ConversationDuration": row.talk,
        "Legs": [
            {"Leg": {"Id": 1, "OnCallDuration": row.on_call[0]}},
            {"Leg": {"Id": 2, "OnCallDuration": row.on_call[1]}},
        ],
        "Leg1Status": row.legs[0],
        "Leg2Status": row.legs[1],
    } == details


def test_the_list_tells_the_same(settled, row):
    """In the list the record is the same, with empty texts for nulls; only legs stay null."""
    account, sid = settled
    alone = account.read(sid, "?details=true")
    (listed,) = account.page("?details=true")["Calls"]
    as_listed = {name: "" if value is None else value for name, value in alone.items()}

    assert {**as_listed, "Uri": f"/v1/Accounts/{account.sid}/Calls/{sid}"} == listed
    assert row.legs == (listed["Details"]["Leg1Status"], listed["Details"]["Leg2Status"])


def test_xml_tells_the_same(settled, row, tree, outline):
    """In XML the details have an order of their own and their legs one wrapper less; null is an empty element."""
    account, sid = settled
    alone = tree(account.v1("GET", f"/Calls/{sid}?details=true")).find("Call")
    listed = tree(account.v1("GET", "/Calls?details=true")).find("Call")
    legs = [("Leg", [("Id", f"{number}"), ("OnCallDuration", f"{row.on_call[number - 1]}")]) for number in (1, 2)]

    assert (row.status, row.price or "") == (alone.findtext("Status"), alone.findtext("Price"))
    assert (
        "Details",
        [
            ("ConversationDuration", f"{row.talk}"),
            ("Leg1Status", row.legs[0] or ""),
            ("Leg2Status", row.legs[1] or ""),
            ("Legs", legs),
        ],
    ) == outline(alone)[1][-1]
    assert outline(alone) == outline(listed)


def test_v3_tells_the_same(settled, row):
    """The call that was placed through v1 is v3's too: same sid and times, the same talk, a status that agrees."""
    account, sid = settled
    path = f"/v3/accounts/{account.sid}/calls/{sid}"
    answer = account.service.request("GET", path, auth=(account.key, account.token))
    theirs, ours = answer.json()["response"]["call_details"], account.read(sid, "?details=true")

    assert (sid, row.v3, row.talk) == (theirs["sid"], theirs["status"], theirs["total_talk_time"])
    assert ours["Details"]["ConversationDuration"] == theirs["total_talk_time"]
    assert [f"{ours[name]}+05:30" for name in ("DateCreated", "StartTime", "EndTime")] == [
        theirs[name] for name in ("created_time", "start_time", "end_time")
    ]


def test_a_status_filter_finds_it(settled, row):
    """The list finds the call by its status, and by no other."""
    account, sid = settled
    statuses = ["completed", "failed", "busy", "no-answer"]

    assert {status: [sid] if row.status == status else [] for status in statuses} == {
        status: account.listed(f"?Status={status}") for status in statuses
    }
