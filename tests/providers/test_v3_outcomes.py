"""How every outcome reads in v3, told by magic numbers on either leg or on both."""

from __future__ import annotations

from datetime import datetime

import pytest

PLAIN = "+919833334444"
LIMIT = 100


def magic(story):
    return f"+9199000{story}" if story else PLAIN


# Outcome, ring and talk of leg 1 and of leg 2 (None: a number without a story) ->
# status, statuses of the from and of the to legs (None: no legs at all), seconds of talk, digits.
OUTCOMES = [
    (None, None, "completed", ["completed"], ["completed"], 20, None),
    # leg 1 tells
    ("00409", None, "completed", ["completed"], ["completed"], 9, None),
    ("10409", None, "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("10009", None, "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("20409", None, "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("30409", None, "from_leg_unanswered", ["failed"], [], 0, None),
    ("40409", None, "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("50409", None, "from_leg_cancelled", ["completed"], ["no-answer"], 0, None),
    ("60409", None, "from_leg_no_dial", None, None, 0, None),
    ("70409", None, "completed", ["completed"], ["completed"], 9, "1"),
    ("80409", None, "completed", ["completed"], ["completed"], LIMIT - 3, None),
    # leg 2 tells
    (None, "00409", "completed", ["completed"], ["completed"], 9, None),
    (None, "10409", "to_leg_unanswered", ["completed"], ["no-answer"], 0, None),
    (None, "20409", "to_leg_unanswered", ["completed"], ["no-answer"], 0, None),
    (None, "30409", "to_leg_unanswered", ["completed"], ["failed"], 0, None),
    (None, "40409", "to_leg_unanswered", ["completed"], ["no-answer"], 0, None),
    (None, "50409", "completed", ["completed"], ["completed"], 9, None),
    (None, "60409", "to_leg_no_dial", ["completed"], [], 0, None),
    (None, "70409", "completed", ["completed"], ["completed"], 9, "1"),
    (None, "80409", "completed", ["completed"], ["completed"], LIMIT - 4, None),
    # both tell: the talk is leg 2's
    ("00130", "00207", "completed", ["completed"], ["completed"], 7, None),
    ("70130", "70207", "completed", ["completed"], ["completed"], 7, "1-1"),
    ("80130", "00207", "completed", ["completed"], ["completed"], 7, None),
    ("00130", "80207", "completed", ["completed"], ["completed"], LIMIT - 2, None),
    ("10130", "00207", "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("20130", "30207", "from_leg_unanswered", ["no-answer"], [], 0, None),
    ("60130", "60207", "from_leg_no_dial", None, None, 0, None),
    ("00130", "60207", "to_leg_no_dial", ["completed"], [], 0, None),
    ("50103", "10900", "from_leg_cancelled", ["completed"], ["no-answer"], 0, None),
    ("50109", "20300", "to_leg_unanswered", ["completed"], ["no-answer"], 0, None),
    ("70130", "20300", "to_leg_unanswered", ["completed"], ["no-answer"], 0, None),
]


@pytest.fixture(params=OUTCOMES, ids=lambda row: f"{row[0] or 'plain'}-{row[1] or 'plain'}")
def outcome(request):
    return request.param


@pytest.fixture
def call(account, outcome):
    """The details of the outcome's call, when it is over."""
    placed = account.place(magic(outcome[0]), magic(outcome[1]), max_time_limit=LIMIT)
    account.advance(300)
    return account.get(placed["sid"])


def test_the_details_tell_the_outcome(call, outcome):
    """Status, talk time and digits of the ended call are those of its outcome."""
    _, _, status, _, _, talk, digits = outcome

    assert ("terminal", status, talk, digits) == (
        call["state"],
        call["status"],
        call["total_talk_time"],
        call["digits"],
    )


def test_the_legs_tell_the_outcome(account, call, outcome, refused):
    """Each leg that was dialled has the status of its party; where nobody was dialled there are no legs."""
    from_legs, to_legs = outcome[3:5]
    response = account.v3("GET", f"/{call['sid']}/legs")

    if from_legs is None:
        refused(response, 500, 10743, "Legs not found", "Legs not found")
    else:
        legs = response.json()["response"]["leg_details"]
        assert from_legs == [leg["status"] for leg in legs["from"]]
        assert to_legs == [leg["status"] for leg in legs["to"]]


def test_the_times_of_the_call_are_in_order(account, call, outcome):
    """A call is created, starts, ends and is updated in this order, and no leg is outside of it."""
    names = ("created_time", "start_time", "end_time", "updated_time")
    times = [datetime.fromisoformat(call[name]) for name in names]
    legs = account.legs(call["sid"]) if outcome[3] is not None else {"from": [], "to": []}

    inside = [
        datetime.fromisoformat(leg[name])
        for leg in (*legs["from"], *legs["to"])
        for name in ("date_created", "date_updated")
    ]
    assert sorted(times) == times
    assert [] == [at for at in inside if not times[1] <= at <= times[2]]


@pytest.mark.parametrize("side", ["from", "to"])
@pytest.mark.parametrize("outcome_digit", ["1", "2", "3", "4"])
def test_the_ring_seconds_of_a_magic_number_are_its_legs_length(account, side, outcome_digit):
    """A party that does not take the call rings for the two digits behind its outcome."""
    teller = f"+9199000{outcome_digit}1700"
    call = account.place(*((teller, PLAIN) if side == "from" else (PLAIN, teller)))
    account.advance(60)

    [leg] = account.legs(call["sid"])[side]
    length = datetime.fromisoformat(leg["date_updated"]) - datetime.fromisoformat(leg["date_created"])
    assert 17 == length.total_seconds()


def test_a_ringing_leg_is_in_progress(account):
    """Legs that ring or talk are `in-progress`, and a leg exists from the moment it is dialled."""
    call = account.place("+919900000409", "+919900000409")
    seen = []
    for _ in range(4):
        account.advance(4)
        legs = account.legs(call["sid"])
        seen.append([[leg["status"] for leg in legs[side]] for side in ("from", "to")])

    ringing, dialled = [["in-progress"], []], [["in-progress"], ["in-progress"]]
    assert [ringing, dialled, dialled, dialled] == seen


def test_magic_works_in_every_spelling(account):
    """A magic number tells its story however it is written."""
    spellings = ("+919900020100", "9900020100", "09900020100", "0091 99000-20100", "+91 99000 20100")
    calls = [account.place(PLAIN, spelling) for spelling in spellings]
    account.advance(60)

    assert {"to_leg_unanswered"} == {account.get(call["sid"])["status"] for call in calls}


@pytest.mark.parametrize("number", ["+919900090105", "+14155552671", "+919900120100"])
def test_other_numbers_are_not_magic(account, number):
    """The reserved outcome 9, foreign numbers and neighbours of the magic range tell nothing: the default story."""
    call = account.place(PLAIN, number)
    account.advance(60)

    details = account.get(call["sid"])
    assert ("completed", 20) == (details["status"], details["total_talk_time"])
