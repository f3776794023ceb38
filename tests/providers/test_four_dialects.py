"""Every outcome there is, told once and read in four dialects: v1, v2, v3 and NectarDesk tell of the same call."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mockserver.domain.call import Outcome

AGENT, CUSTOMER, EXOPHONE = "+919810000001", "+919833334444", "+912241499102"
NO = {"reaction": "no-answer"}
NOBODY = {"to": NO, "others": [NO]}
CLEAR, CANCEL, RACE, HANDED = "NORMAL_CLEARING", "ORIGINATOR_CANCEL", "LOSE_RACE", "BLIND_TRANSFER"


class Row(NamedTuple):
    """A story, and how the call reads when it has settled; a dash is nothing.

    `v1` is its status and those of both legs; `v3` its status, then those of all legs on either side; `nectardesk` its
    type. `causes` are the hang-up causes of all legs in the order of dialling, `agents` those that NectarDesk shows;
    `talk` and `lasted` are seconds.
    """

    way: str
    what: str
    story: str
    outcome: str
    v1: str
    v2: str
    v3: str
    v3_from: str
    v3_to: str
    nectardesk: str
    causes: str
    agents: str
    talk: str
    lasted: str


# Out: an agent rings for 2 s, then a customer for 3 s, they talk for 20 s.
# In: two agents ring at once for 3 s, the first talks for 20 s.
_, *LINES = (Path(__file__).parents[1] / "data" / "outcomes.csv").read_text().splitlines()
ROWS = [Row(*line.split(";")) for line in LINES]


def rows(way):
    return pytest.mark.parametrize("row", [row for row in ROWS if row.way == way], ids=lambda row: row.what)


class Read(NamedTuple):
    """One call: as control shows it, and as each dialect tells it."""

    seen: dict[str, Any]
    v1: dict[str, Any]
    v2: dict[str, Any]
    v3: dict[str, Any]
    legs: dict[str, Any] | None
    nectar: dict[str, Any]


@pytest.fixture
def read(account):
    """Reads a call of the account four times."""
    token = account.control("GET")["access_token"]

    def ask(path, **options):
        response = account.http.request("GET", path, **options)
        return response.json() if response.is_success else None

    def make(sid):
        basic = {"auth": (account.key, account.token)}
        seen = account.control("GET", f"/calls/{sid}")
        legs = ask(f"/v3/accounts/{account.sid}/calls/{sid}/legs", **basic)
        return Read(
            seen,
            ask(f"/v1/Accounts/{account.sid}/Calls/{sid}.json?details=true", **basic)["Call"],
            ask(f"/v2/accounts/{account.sid}/calls/{sid}", **basic)["response"]["call_details"],
            ask(f"/v3/accounts/{account.sid}/calls/{sid}", **basic)["response"]["call_details"],
            legs and legs["response"]["leg_details"],
            ask(f"/calls/{seen['call']['serial']}", headers={"Access-Token": token})["calls"],
        )

    return make


@pytest.fixture
def place(account):
    """Tells a story to a call of an agent to a customer."""

    def make(story, **fields):
        account.control("POST", "/scenarios/next", story)
        return account.place(AGENT, CUSTOMER, max_time_limit=60, **fields)["sid"]

    return make


@pytest.fixture
def come_in(account):
    """Tells a story to a call of a customer."""

    def make(story, **route):
        body = {"from": CUSTOMER, "story": story, **route}
        return account.control("POST", f"/numbers/{EXOPHONE}/incoming", body)["call"]["sid"]

    return make


def seconds_between(start, end):
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def words(*said):
    return " ".join(word or "-" for word in said) or "-"


def check(row, told):
    """All that the row says, and that the four agree where they say the same thing."""
    details = told.v1["Details"]
    legs = told.legs or {"from": [], "to": []}
    talk, lasted = int(row.talk), int(row.lasted)

    assert row.outcome == told.seen["call"]["outcome"]
    assert row.v1 == words(told.v1["Status"], details["Leg1Status"], details["Leg2Status"])
    assert row.v2 == told.v2["call_status"]
    assert row.v3 == told.v3["status"]
    assert (row.v3_from, row.v3_to) == tuple(words(*(leg["status"] for leg in legs[side])) for side in ("from", "to"))
    assert row.nectardesk == told.nectar["type"]
    assert row.causes == words(*(leg["cause"] for leg in told.seen["legs"]))
    assert row.agents == words(*(leg["hangup_reason"] for leg in told.nectar["all_agents"]))
    assert [talk] * 4 == [
        details["ConversationDuration"],
        told.v2["talk_time"],
        told.v3["total_talk_time"],
        told.nectar["talk_time"],
    ]
    assert [lasted] * 4 == [
        int(told.v1["Duration"]),
        told.v2["duration"],
        seconds_between(told.v1["StartTime"], told.v1["EndTime"]),
        seconds_between(told.v3["start_time"], told.v3["end_time"]),
    ]
    assert (talk > 0) == told.nectar["is_answered"]


def test_every_outcome_is_in_the_table():
    """Nothing can become of a call that is not told here."""
    assert set(Outcome) == {row.outcome for row in ROWS}


@rows("out")
def test_a_call_that_goes_out(account, place, read, row):
    """Status words, legs, causes and seconds of the same call agree; NectarDesk counts from the contact's answer."""
    sid = place(json.loads(row.story))
    account.advance(1_000)
    told = read(sid)

    check(row, told)
    assert told.nectar["talk_time"] == told.nectar["duration"]
    assert ["outbound-api", "outbound", "outbound", False] == [
        told.v1["Direction"],
        told.v2["direction"],
        told.v3["direction"],
        told.nectar["is_inbound"],
    ]


@rows("in")
def test_a_call_that_comes_in(account, come_in, read, row):
    """As above; here NectarDesk counts from the start."""
    sid = come_in(json.loads(row.story))
    account.advance(1_000)
    told = read(sid)

    check(row, told)
    assert int(row.lasted) == told.nectar["duration"]
    assert ["inbound", "inbound", "inbound", True] == [
        told.v1["Direction"],
        told.v2["direction"],
        told.v3["direction"],
        told.nectar["is_inbound"],
    ]


@pytest.mark.parametrize(("seconds", "rung"), [(2, 0), (6, 0), (9, 2)])
def test_a_caller_who_hangs_up_abandons_wherever(account, come_in, read, seconds, rung):
    """In the menu, in the queue, while agents ring."""
    sid = come_in(NOBODY, menu=5, queue=3, flow_id="501")
    account.advance(seconds)
    account.control("POST", f"/calls/{sid}/hangup", {})
    account.advance(1_000)

    agents = [CANCEL] * rung
    row = Row(
        "in",
        "",
        "",
        "from-cancelled",
        f"completed completed {'canceled' if rung else '-'}",
        "agent_unanswered",
        "from_leg_cancelled",
        "completed",
        words(*["no-answer"] * rung),
        "abandoned",
        words(CLEAR, *agents),
        words(*agents),
        "0",
        str(seconds),
    )
    check(row, read(sid))


# Who is to take over, by number: what becomes of the leg, why, and seconds of talk.
TAKEOVERS = {"+919844445555": ("completed", CLEAR, 30), "+919900010000": ("no-answer", "NO_ANSWER", 37)}


@pytest.mark.parametrize("number", TAKEOVERS)
def test_a_talk_that_is_handed_over(account, come_in, read, number):
    """Who talked first is out by transfer; it was a talk, whether somebody takes over or not."""
    leg, cause, talk = TAKEOVERS[number]
    sid = come_in({"others": [NO]})
    account.advance(10)
    account.control("POST", f"/calls/{sid}/transfer", {"to": number})
    account.advance(1_000)

    row = Row(
        "in",
        "",
        "",
        "completed",
        "completed completed completed",
        "completed",
        "completed",
        "completed",
        f"completed no-answer {leg}",
        "answered",
        words(CLEAR, HANDED, RACE, cause),
        words(HANDED, RACE),
        str(talk),
        str(talk + 3),
    )
    check(row, read(sid))


def test_who_took_over_is_whom_the_call_went_to(account, come_in, read):
    """In all four."""
    sid = come_in({})
    account.advance(10)
    account.control("POST", f"/calls/{sid}/transfer", {"to": "+919844445555"})
    account.advance(1_000)
    told = read(sid)

    assert ["09844445555", "+919844445555", "09844445555", "919844445555"] == [
        told.v1["To"],
        told.v2["to"],
        told.legs["to"][-1]["contact_uri"],
        told.nectar["external_numbers"][0]["number"],
    ]


def test_a_call_into_a_flow(account, read):
    """Nobody is an agent: for Exotel it is completed, for NectarDesk nobody answered it."""
    flow = {"From": CUSTOMER, "CallerId": EXOPHONE, "Url": "http://my.exotel.com/mock/exoml/start_voice/501"}
    auth = (account.key, account.token)
    answer = account.http.request("POST", f"/v1/Accounts/{account.sid}/Calls/connect.json", data=flow, auth=auth)
    account.advance(1_000)
    told = read(answer.json()["Call"]["Sid"])

    assert ("completed", "completed", "completed") == (
        told.v1["Status"],
        told.v2["call_status"],
        told.v3["status"],
    )
    assert ("501", {"id": 501, "name": "Greeting and connect"}) == (told.v3["app_id"], told.nectar["ivr"])
    assert (False, [], "919833334444") == (
        told.nectar["is_answered"],
        told.nectar["all_agents"],
        told.nectar["contact"]["number"],
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_nobody_tells_more_than_has_come_to_pass(place, come_in, read, row):
    """A moment after it was placed the call is active in v1, v2 and v3, and not ended in NectarDesk."""
    told = read((place if row.way == "out" else come_in)(json.loads(row.story)))

    assert ["in-progress", "active", "active", False] == [
        told.v1["Status"],
        told.v2["call_state"],
        told.v3["state"],
        told.nectar["is_ended"],
    ]
