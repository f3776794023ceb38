"""The calls of a world: listed, filtered, paged, read."""

from __future__ import annotations

from urllib.parse import quote

import pytest

MISSED, TAKEN = "+919900010200", "+919900000205"


@pytest.fixture
def history(world):
    """A world with five calls, one a minute, all over but the last."""
    pairs = [
        ("+919811110001", TAKEN),
        ("+919811110002", MISSED),
        ("+919811110001", MISSED),
        (MISSED, "+919811110001"),
        ("+919811110003", "+919900080000"),
    ]
    sids = []
    for caller, callee in pairs:
        exophone = "+911414941199" if caller == MISSED else "+912241499102"
        sids.append(world.place(caller, callee, virtual_number=exophone))
        world.advance(60)
    return world, sids


def test_calls_are_listed_newest_first(history):
    """The list begins with the latest call and counts them all."""
    world, sids = history

    page = world.get("/calls")
    assert sids[::-1] == [call["sid"] for call in page["calls"]]
    assert (5, None) == (page["total"], page["next"])


def test_a_listed_call_says_what_it_was(history):
    """An entry has the parties in E.164, the ExoPhone, state, outcome, moments and talk."""
    world, sids = history

    entry = world.get("/calls")["calls"][-1]
    assert {
        "sid": sids[0],
        "serial": 1,
        "direction": "outbound-api",
        "state": "settled",
        "outcome": "completed",
        "from": "+919811110001",
        "to": TAKEN,
        "exophone": "+912241499102",
        "created_at": "2026-01-05T04:30:00Z",
        "ended_at": "2026-01-05T04:30:10Z",
        "talk_seconds": 5.0,
    } == entry
    assert entry == world.get(f"/calls/{sids[0]}")["call"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?from=09811110001", [2, 0]),
        ("?from=%2B919811110001", [2, 0]),
        ("?from=+919811110001", [2, 0]),
        (f"?to=0{MISSED[3:]}", [2, 1]),
        ("?exophone=01414941199", [3]),
        ("?exophone=02241499102", [4, 2, 1, 0]),
        ("?outcome=to-unanswered", [2, 1]),
        ("?outcome=from-unanswered", [3]),
        ("?outcome=completed", [0]),
        ("?state=talking", [4]),
        ("?state=queued", []),
        ("?from=09811110001&outcome=completed", [0]),
        ("?from=09811110001&to=09811110002", []),
        ("?since=2026-01-05T04:32:00Z", [4, 3, 2]),
        ("?since=2026-01-05T10:02:00%2B05:30", [4, 3, 2]),
        ("?since=2026-01-05T10:02:00+05:30", [4, 3, 2]),
        ("?until=2026-01-05T04:31:00Z", [1, 0]),
        ("?since=2026-01-05T04:31:00Z&until=2026-01-05T04:32:30Z", [2, 1]),
        ("?since=2027-01-05T04:31:00Z", []),
    ],
)
def test_calls_are_filtered(history, query, found):
    """Parties, ExoPhone, state, outcome and time of creation narrow the list and its total, in any combination."""
    world, sids = history

    page = world.get(f"/calls{query}")
    assert [sids[number] for number in found] == [call["sid"] for call in page["calls"]]
    assert len(found) == page["total"]


@pytest.mark.parametrize(
    ("query", "code", "where"),
    [
        ("?state=over", "bad-input", "state"),
        ("?outcome=success", "bad-input", "outcome"),
        ("?since=yesterday", "bad-input", "since"),
        ("?since=2026-01-05T04:31:00", "bad-input", "since"),
        ("?until=2026-13-05T04:31:00Z", "bad-input", "until"),
        ("?until=", "bad-input", "until"),
        ("?limit=0", "bad-input", "limit"),
        ("?limit=-1", "bad-input", "limit"),
        ("?limit=1001", "bad-input", "limit"),
        ("?limit=ten", "bad-input", "limit"),
        ("?limit=1e2", "bad-input", "limit"),
        ("?limit=", "bad-input", "limit"),
        ("?from=abc", "bad-contact", None),
        ("?to=", "bad-contact", None),
        ("?exophone=1", "bad-contact", None),
    ],
)
def test_a_bad_filter_is_refused(world, expect_refusal, query, code, where):
    """A filter that cannot be understood is 400 and not an empty list."""
    expect_refusal(world.ask("GET", f"/calls{query}"), 400, code, where)


def test_an_unknown_place_is_refused(world, expect_refusal):
    """A page behind a call that does not exist is 404."""
    expect_refusal(world.ask("GET", "/calls?after=nothing"), 404, "unknown-call")


@pytest.mark.parametrize("limit", [7, 100, 125, 250])
def test_250_calls_are_paged(new_world, limit):
    """Following `next` from page to page shows each of 250 calls once, though many are of one instant."""
    world = new_world()
    placed = []
    for number in range(250):
        placed.append(world.place(f"+91981111{number:04}"))
        if number % 50 == 49:
            world.advance(1)

    seen, after, sizes = [], "", []
    while after is not None:
        page = world.get(f"/calls?limit={limit}" + (f"&after={after}" if after else ""))
        assert 250 == page["total"]
        seen += page["calls"]
        sizes.append(len(page["calls"]))
        after = page["next"]
    times = [call["created_at"] for call in seen]
    assert sorted(placed) == sorted(call["sid"] for call in seen)
    assert sorted(times, reverse=True) == times
    assert {limit} == set(sizes[:-1]) | {limit}
    assert -(-250 // limit) == len(sizes)


def test_paging_goes_with_filters(world):
    """A filtered list is paged within itself."""
    for number in range(10):
        world.place("+919811110001" if number % 2 else "+919811110002")
        world.advance(1)
    first = world.get("/calls?from=09811110001&limit=3")
    second = world.get(f"/calls?from=09811110001&limit=3&after={first['next']}")

    assert (5, 3, 2, None) == (first["total"], len(first["calls"]), len(second["calls"]), second["next"])
    assert {"+919811110001"} == {call["from"] for call in (*first["calls"], *second["calls"])}


def test_a_new_call_does_not_shift_the_pages(world):
    """Calls that are placed between two pages are on neither."""
    for number in range(4):
        world.place(f"+91981111000{number}")
        world.advance(1)
    first = world.get("/calls?limit=2")
    world.place("+919811119999")
    second = world.get(f"/calls?limit=2&after={first['next']}")

    assert ["+919811110001", "+919811110000"] == [call["from"] for call in second["calls"]]


def test_a_call_is_read_with_everything(world):
    """One call shows its story, legs, marks in order, and deliveries with their attempts."""
    subscription = {"event": "answered", "url": "http://8.8.8.8/hook"}
    sid = world.place("+919810000001", "+919900070205", custom_field="x", status_callback=[subscription])
    world.advance(300)
    user = world.get("/users/u1001")
    view = world.get(f"/calls/{sid}")

    assert ("x", "settled", "completed") == (view["custom_field"], view["call"]["state"], view["call"]["outcome"])
    assert ("1", 2.0, "from") == (view["story"]["to"]["digits"], view["story"]["to"]["ring"], view["story"]["hangs_up"])
    assert [
        (1, "from", "+919810000001", f"{user['first_name']} {user['last_name']}", "completed", ""),
        (2, "to", "+919900070205", None, "completed", "1"),
    ] == [
        (leg["number"], leg["side"], leg["contact"], leg["name"], leg["state"], leg["digits"]) for leg in view["legs"]
    ]
    assert [
        ("created", 0),
        ("leg-1-dialled", 1),
        ("leg-1-answered", 3),
        ("leg-2-dialled", 3),
        ("leg-2-answered", 5),
        ("leg-1-ended", 10),
        ("leg-2-ended", 10),
        ("ended", 10),
        ("processed", 11),
        ("settled", 130),
    ] == [(mark["name"], seconds_of(mark["at"])) for mark in view["marks"]]
    assert [("answered", 1, "blocked"), ("answered", 2, "blocked")] == [
        (one["event"], one["leg"], one["state"]) for one in view["deliveries"]
    ]


def seconds_of(at):
    """Seconds since 04:30:00."""
    hours, minutes, seconds = at[11:19].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) - 16_200


@pytest.mark.parametrize("sid", ["nothing", "0" * 32, quote("' OR 1=1")])
def test_an_unknown_call_is_unknown(world, expect_refusal, sid):
    """A call that does not exist is 404, for reading and for playing."""
    expect_refusal(world.ask("GET", f"/calls/{sid}"), 404, "unknown-call")
    for word in ("answer", "reject", "hangup"):
        expect_refusal(world.ask("POST", f"/calls/{sid}/{word}"), 404, "unknown-call")
    expect_refusal(world.ask("POST", f"/calls/{sid}/digits", {"digits": "1"}), 404, "unknown-call")
