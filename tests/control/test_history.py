"""A world filled with calls that are over: `POST .../history`, and what v1 lists of it."""

from __future__ import annotations

import threading
from collections import Counter

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings

CALLS = {"calls": 600, "days": 30, "seed": 7}
# The requests at the end of the portal's page on bulk call details, as they are printed there but for the numbers.
DAY = "DateCreated=gte:2019-12-03+00:00:00%3Blte:2019-12-04+00:00:00"
AGENT, EXOPHONE = "9810000001", "2241499102"
EXAMPLES = {
    "a range with details": (f"{DAY}&details=true&PageSize=100", lambda _: True),
    "incoming to an agent": (f"{DAY}&To=%2B91{AGENT}", lambda call: f"0{AGENT}" == call["To"]),
    "between 10 and 60 seconds": (f"{DAY}&Duration=gte:11s%3Blte:59s", lambda call: 10 < int(call["Duration"]) < 60),
    "failed with an ExoPhone": (
        f"{DAY}&Status=failed&PhoneNumber=%2B91{EXOPHONE}",
        lambda call: "failed" == call["Status"] and f"0{EXOPHONE}" == call["PhoneNumberSid"],
    ),
}
# The requests in that page's tables of parameters and operators.
TABLE_EXAMPLES = {
    "to one of two": (f"To=%2B91{AGENT},%2B919810000003", lambda call: call["To"] in {f"0{AGENT}", "09810000003"}),
    "from one of two": (
        f"From=%2B91{AGENT},%2B919810000003",
        lambda call: call["From"] in {f"0{AGENT}", "09810000003"},
    ),
    "duration in between": ("Duration=gte:10s;lte:45s", lambda call: 10 <= int(call["Duration"]) <= 45),
    "duration equal": ("Duration=eq:30s", lambda call: "30" == call["Duration"]),
    "duration bare": ("Duration=10s", lambda call: "10" == call["Duration"]),
    "duration or more": ("Duration=gte:10s", lambda call: 10 <= int(call["Duration"])),
    "duration or less": ("Duration=lte:10s", lambda call: 10 >= int(call["Duration"])),
    "price in between": ("Price=gte:0.10;lte:1.0", lambda call: 0.10 <= float(call["Price"] or -1) <= 1.0),
    "price equal": ("Price=eq:0.300030", lambda call: 0.300030 == float(call["Price"] or -1)),
    "one of two ExoPhones": (
        f"PhoneNumber=%2B91{EXOPHONE},%2B918047112345",
        lambda call: call["PhoneNumberSid"] in {f"0{EXOPHONE}", "08047112345"},
    ),
}


def pages(world, query):
    """The answers from a first page to the last, by the links that they give."""
    path = f"/v1/Accounts/{world.sid}/Calls.json?{query}"
    while path is not None:
        answer = world.control.elsewhere("GET", path, auth=world.auth)
        assert 200 == answer.status_code, answer.text
        yield answer
        path = answer.json()["Metadata"]["NextPageUri"]


def listed(world, query):
    return [call for page in pages(world, query) for call in page.json()["Calls"]]


@pytest.fixture
def twin(new_world):
    """Makes a world, always the same one: the one before is thrown away."""
    made = []

    def make(**spec):
        if made:
            made[-1].do("DELETE")
        made.append(new_world(account_sid="twin", api_key="twin-key", api_token="twin-token", **spec))
        return made[-1]

    return make


def test_a_history_is_told(world):
    """The answer counts the calls by outcome and names the span in which they lie."""
    answer = world.do("POST", "/history", CALLS)

    assert {"seed": 7, "calls": 600, "next": None}.items() <= answer.items()
    assert "2025-12-06T04:30:00Z" == answer["since"]
    assert "2026-01-05T04:30:00Z" > answer["until"] > answer["since"]
    assert 600 == sum(answer["outcomes"].values())
    assert 600 == world.get("/calls?limit=1")["total"]


def test_nothing_has_to_be_said(world):
    """An empty body tells a thousand calls in sixty days."""
    answer = world.do("POST", "/history")

    assert (0, 1_000, None) == (answer["seed"], answer["calls"], answer["next"])
    assert 1_000 == world.get("/calls?limit=1")["total"]


def test_the_same_seed_gives_the_same_bytes(twin):
    """Two worlds alike with the same history answer every page of v1 with the same bytes."""
    answers = []
    for _ in range(2):
        world = twin()
        world.do("POST", "/history", CALLS)
        answers.append([page.content for page in pages(world, "details=true&PageSize=100")])

    assert 6 == len(answers[0])
    assert answers[0] == answers[1]


def test_another_seed_gives_other_calls(twin):
    """No call of one history is in the other."""
    sids = []
    for seed in (7, 8):
        world = twin()
        world.do("POST", "/history", {**CALLS, "seed": seed})
        sids.append({call["Sid"] for call in listed(world, "PageSize=100")})

    assert [600, 600] == [len(some) for some in sids]
    assert set() == sids[0] & sids[1]


def test_the_parts_are_the_whole(twin):
    """Asked for in parts, each where the one before says that it ended, a history is the same to the byte."""
    whole = twin()
    told = Counter(whole.do("POST", "/history", CALLS)["outcomes"])
    expected = [page.content for page in pages(whole, "PageSize=100")]

    parted, outcomes, first = twin(), Counter(), 0
    while first is not None:
        answer = parted.do("POST", "/history", {**CALLS, "first": first, "count": 200})
        first = answer["next"]
        outcomes.update(answer["outcomes"])
        parted.advance(60)

    parted_pages = [page.content for page in pages(parted, "PageSize=100")]
    assert told == outcomes
    assert expected == parted_pages


def test_the_same_calls_are_seen_by_every_api(world):
    """A call of a history is listed by v1, read by v3, and shown by control with nothing left to happen."""
    world.do("POST", "/history", CALLS)
    [call] = [one for one in listed(world, "PageSize=100") if one["Status"] == "completed"][:1]

    details = world.provider("GET", f"/{call['Sid']}").json()["response"]["call_details"]
    shown = world.get(f"/calls/{call['Sid']}")

    assert ("completed", call["Sid"]) == (details["status"], details["sid"])
    assert ("settled", []) == (shown["call"]["state"], shown["deliveries"])
    assert world.get("/clock")["next_due"] is None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"calls": 0}, "calls"),
        ({"calls": -1}, "calls"),
        ({"calls": 1_000_001}, "calls"),
        ({"days": 0}, "days"),
        ({"days": 191}, "days"),
        ({"first": 1_000}, "first"),
        ({"first": -1}, "first"),
        ({"first": 5}, "first"),
        ({"count": 0}, "count"),
        ({"count": 1_001}, "count"),
        ({"calls": "many"}, ""),
        ({"calls": 1.5}, ""),
        ({"call": 5}, ""),
    ],
)
def test_what_cannot_be_told_is_bad_input(world, expect_refusal, body, where):
    """Each bad value is named, with what to do about it, and nothing is told."""
    expect_refusal(world.ask("POST", "/history", body), 400, "bad-input", where)

    assert 0 == world.get("/calls?limit=1")["total"]


def test_a_history_is_told_once(world, expect_refusal):
    """The same seed again is 409, until the calls have been forgotten; another seed adds."""
    world.do("POST", "/history", CALLS)

    expect_refusal(world.ask("POST", "/history", CALLS), 409, "already-exists")
    world.do("POST", "/history", {**CALLS, "seed": 8})
    both = world.get("/calls?limit=1")["total"]
    world.do("POST", "/reset?scope=calls")
    world.do("POST", "/history", CALLS)

    assert 1_200 == both
    assert 600 == world.get("/calls?limit=1")["total"]


def test_a_world_without_exophone_has_no_history(world, expect_refusal):
    """The refusal says how to add one."""
    for number in world.get("/numbers")["numbers"]:
        world.do("DELETE", f"/numbers/{number['number']}")

    response = world.ask("POST", "/history", CALLS)

    expect_refusal(response, 400, "bad-input")
    assert "/numbers" in response.json()["hint"]


@pytest.fixture
def winter(new_world):
    """A world whose clock stands shortly after the day of the portal's examples, with a history around it."""
    world = new_world(start="2019-12-05T09:00:00+05:30")
    world.do("POST", "/history", {"calls": 1_500, "days": 8, "seed": 7})
    return world


@pytest.mark.parametrize(("query", "is_wanted"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_portals_examples_find_the_right_calls(winter, query, is_wanted):
    """Each request finds what a reader of the whole list would have picked, on all pages, in order, with its total."""
    everything = listed(winter, "PageSize=100")
    day = [call for call in everything if "2019-12-03 00:00:00" <= call["DateCreated"] <= "2019-12-04 00:00:00"]
    expected = [call["Sid"] for call in day if is_wanted(call)]

    found = [call["Sid"] for call in listed(winter, query)]
    [first, *_] = pages(winter, query)

    assert 1_500 == len(everything)
    assert 0 < len(expected)
    assert expected == found
    assert len(expected) == first.json()["Metadata"]["Total"]


@pytest.mark.parametrize(("query", "is_wanted"), TABLE_EXAMPLES.values(), ids=TABLE_EXAMPLES)
def test_the_examples_in_the_portals_tables_find_the_right_calls(winter, query, is_wanted):
    """What the tables of parameters and operators show finds the right calls, too, in either order."""
    expected = [call["Sid"] for call in listed(winter, "PageSize=100") if is_wanted(call)]

    newest_first, oldest_first = (
        [call["Sid"] for call in listed(winter, f"{query}&PageSize=100{order}")]
        for order in ("", "&SortBy=DateCreated:asc")
    )

    assert query.startswith("Price=eq") or expected
    assert expected == newest_first
    assert expected[::-1] == oldest_first


def test_the_portals_example_of_a_month_finds_the_month(new_world):
    """`DateCreated=gte:2019-01-01 00:00:00;lte:2019-01-31 23:59:59` is January and nothing else."""
    world = new_world(start="2019-02-03T09:00:00+05:30")
    world.do("POST", "/history", {"calls": 400, "days": 60, "seed": 7})
    calls = world.get("/calls?limit=1000&since=2019-01-01T00:00:00%2B05:30&until=2019-01-31T23:59:59.999999%2B05:30")

    found = listed(world, "DateCreated=gte:2019-01-01 00:00:00;lte:2019-01-31 23:59:59")

    assert 0 < calls["total"] < 400
    assert [call["sid"] for call in calls["calls"]] == [call["Sid"] for call in found]


def test_the_portals_first_example_has_details_and_full_pages(winter):
    """With `details=true` each record tells both legs, and PageSize 100 gives as many."""
    first, *following = pages(winter, EXAMPLES["a range with details"][0])

    assert following
    assert 100 == first.json()["Metadata"]["PageSize"] == len(first.json()["Calls"])
    assert {"ConversationDuration", "Legs", "Leg1Status", "Leg2Status"} == set(first.json()["Calls"][0]["Details"])


def test_an_agents_incoming_calls_are_incoming(winter):
    """Who asks for an agent as `To` gets calls that came in, from customers."""
    calls = listed(winter, EXAMPLES["incoming to an agent"][0])

    assert {"inbound"} == {call["Direction"] for call in calls}
    assert 1 < len({call["From"] for call in calls})


def test_others_are_answered_while_a_history_is_told():
    """A server that tells a long history goes on answering, and shows how far it has come."""
    totals, is_told = [], threading.Event()
    with Server(Settings(port=0, clock="manual")) as server, httpx.Client(base_url=server.base_url, timeout=60) as http:

        def tell() -> None:
            httpx.post(f"{server.base_url}/_mock/v1/worlds/mock/history", json={"calls": 4_000}, timeout=60)
            is_told.set()

        telling = threading.Thread(target=tell)
        telling.start()
        while not is_told.is_set():
            page = http.get("/v1/Accounts/mock/Calls.json?PageSize=1", auth=("key", "token")).json()
            totals.append(page["Metadata"]["Total"])
        telling.join()

    assert sorted(totals) == totals
    assert 3 < len({total for total in totals if 0 < total < 4_000})
