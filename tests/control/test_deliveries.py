"""The callbacks of a world: listed with every attempt, read, sent again."""

from __future__ import annotations

import json

import pytest

from mockserver.testing import Answer, CallbackSink

BLOCKED = "http://8.8.8.8/"


@pytest.fixture
def sink():
    with CallbackSink() as sink:
        yield sink


@pytest.fixture
def deliver(world, sink):
    """Places a call with these subscriptions, runs it to its end and lists its deliveries."""

    def run(*subscriptions, **fields):
        urls = [{"url": sink.url("/hook"), **subscription} for subscription in subscriptions]
        sid = world.place("+919900000205", "+919900000305", status_callback=urls, **fields)
        world.advance(30)
        return world.get(f"/deliveries?call_sid={sid}")["deliveries"]

    return run


def test_a_delivery_shows_both_sides_to_the_last_byte(deliver, sink):
    """A delivery holds what was sent, as it arrived, and what the receiver answered."""
    sink.script(Answer(201, b'{"ok": 1}'))
    [delivery] = deliver({"event": "terminal"}, custom_field="ü")
    [received] = sink.received
    [attempt] = delivery["attempts"]

    assert ("delivered", "over", None, None) == (
        delivery["state"],
        delivery["event"],
        delivery["leg"],
        delivery["redelivers"],
    )
    assert ("POST", sink.url("/hook")) == (delivery["method"], delivery["url"])
    assert received.body == delivery["body"]["text"].encode()
    assert [list(pair) for pair in received.headers] == delivery["headers"]
    assert (1, 201, '{"ok": 1}', None) == (
        attempt["number"],
        attempt["status"],
        attempt["body"]["text"],
        attempt["error"],
    )
    assert ["Content-Length", "9"] in attempt["headers"]
    assert attempt["at"] == delivery["created_at"]


def test_answered_deliveries_name_their_leg(deliver):
    """An `answered` delivery says in the ledger which leg it is about, though the callback itself does not."""
    deliveries = deliver({"event": "answered"}, {"event": "terminal"})

    assert [("answered", 1), ("answered", 2), ("over", None)] == [(one["event"], one["leg"]) for one in deliveries]


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (Answer(500, b"no"), 500, None),
        (Answer(404), 404, None),
        (Answer(302), 302, None),
        (Answer(closes=True), None, "closed"),
    ],
)
def test_a_failed_delivery_says_why(deliver, sink, answer, status, reason):
    """Everything but 2xx is a failure, and so is a connection that ends; by default there is no second try."""
    sink.script(answer)
    [delivery] = deliver({})

    [attempt] = delivery["attempts"]
    assert ("failed", status) == (delivery["state"], attempt["status"])
    assert reason == (attempt["error"] and attempt["error"].partition(":")[0])
    assert 1 == len(sink.received)


def test_a_receiver_that_is_not_there_is_refused(world):
    """A port on which nobody listens is a failed attempt, with the reason."""
    with CallbackSink() as gone:
        url = gone.url()
    world.place(status_callback=[{"url": url}])
    world.advance(60)

    [delivery] = world.get("/deliveries")["deliveries"]
    assert "failed" == delivery["state"]
    assert delivery["attempts"][0]["error"].startswith("refused: ")


def test_a_blocked_delivery_says_so(world):
    """A callback that may not leave is on record as blocked, with what to do about it."""
    world.place(status_callback=[{"url": BLOCKED}])
    world.advance(60)

    [delivery] = world.get("/deliveries?state=blocked")["deliveries"]
    [attempt] = delivery["attempts"]
    assert (None, BLOCKED) == (attempt["status"], delivery["url"])
    assert "--allow-callbacks 8.8.8.8" in attempt["error"]


def test_an_answer_that_is_no_text_is_shown_in_base64(deliver, sink):
    """Bytes that are not UTF-8 are shown in base64."""
    sink.script(Answer(200, b"\xff\xfe"))
    [delivery] = deliver({})

    assert {"text": None, "base64": "//4="} == delivery["attempts"][0]["body"]


def test_a_huge_answer_is_cut(deliver, sink):
    """Of a receiver's answer 64 KiB are kept, and it says that there was more."""
    sink.script(Answer(200, b"x" * 200_000))
    [delivery] = deliver({})

    [attempt] = delivery["attempts"]
    assert ("delivered", True, 65_536) == (delivery["state"], attempt["is_truncated"], len(attempt["body"]["text"]))


def test_failed_deliveries_are_tried_again(new_world, sink):
    """With `retry_after` a failed callback goes out again after each delay, the same bytes each time."""
    world = new_world(retry_after=[60, 600])
    sink.script(Answer(500), Answer(closes=True), Answer(503))
    world.place("+919900000205", "+919900000305", status_callback=[{"url": sink.url()}])
    seen = []
    for seconds in (12, 60, 600, 3600):
        world.advance(seconds)
        [delivery] = world.get("/deliveries")["deliveries"]
        seen.append((delivery["state"], [attempt["status"] for attempt in delivery["attempts"]]))

    assert [
        ("retrying", [500]),
        ("retrying", [500, None]),
        ("failed", [500, None, 503]),
        ("failed", [500, None, 503]),
    ] == seen
    assert [1, 2, 3] == [attempt["number"] for attempt in delivery["attempts"]]
    assert 1 == len({received.body for received in sink.received})


def test_a_delivery_is_sent_again(world, deliver, sink):
    """Redelivering sends the same bytes as a delivery of its own, which names the first; the first stays as it is."""
    [first] = deliver({})
    again = world.do("POST", f"/deliveries/{first['id']}/redeliver")
    sink.wait_for(2)
    world.advance(0)
    done = world.get(f"/deliveries/{again['id']}")

    assert ("pending", first["id"], []) == (again["state"], again["redelivers"], again["attempts"])
    assert ("delivered", 1) == (done["state"], len(done["attempts"]))
    assert sink.received[0] == sink.received[1]
    assert first == world.get(f"/deliveries/{first['id']}")


def test_a_failed_delivery_is_sent_again_by_hand(world, deliver, sink):
    """What failed once can be redelivered when the receiver is well."""
    sink.script(Answer(500))
    [failed] = deliver({})
    again = world.do("POST", f"/deliveries/{failed['id']}/redeliver")
    world.advance(0)

    assert ["failed", "delivered"] == [world.get(f"/deliveries/{one}")["state"] for one in (failed["id"], again["id"])]


@pytest.fixture
def ledger(new_world):
    """A world with 30 blocked deliveries of ten calls."""
    world = new_world()
    subscriptions = [{"url": BLOCKED, "event": event} for event in ("answered", "terminal")]
    sids = []
    for number in range(10):
        sids.append(world.place(f"+91981111{number:04}", status_callback=subscriptions))
        world.advance(60)
    return world, sids


def test_deliveries_are_listed_oldest_first(ledger):
    """The list is in order of creation, whatever the call."""
    world, sids = ledger
    page = world.get("/deliveries")

    assert [sid for sid in sids for _ in range(3)] == [one["call_sid"] for one in page["deliveries"]]
    assert page["next"] is None


def test_deliveries_of_a_call(ledger):
    """`call_sid` lists those of one call; an unknown call has none."""
    world, sids = ledger

    assert ["d4", "d5", "d6"] == [one["id"] for one in world.get(f"/deliveries?call_sid={sids[1]}")["deliveries"]]
    assert [] == world.get("/deliveries?call_sid=nothing")["deliveries"]


@pytest.mark.parametrize("limit", [7, 10, 30])
def test_deliveries_are_paged(ledger, limit):
    """Following `next` shows every delivery once."""
    world, _ = ledger
    seen, after = [], ""
    while after is not None:
        page = world.get(f"/deliveries?limit={limit}" + (f"&after={after}" if after else ""))
        seen += [one["id"] for one in page["deliveries"]]
        after = page["next"]

    assert [f"d{number}" for number in range(1, 31)] == seen


def test_paging_goes_on_from_the_last_id_that_one_has(ledger):
    """`after` may be any delivery's id, so that a program can ask for what is new."""
    world, _ = ledger

    assert ["d29", "d30"] == [one["id"] for one in world.get("/deliveries?after=d28")["deliveries"]]
    assert [] == world.get("/deliveries?after=d30")["deliveries"]


@pytest.mark.parametrize(
    ("query", "where"),
    [("?state=sent", "state"), ("?limit=0", "limit"), ("?limit=x", "limit"), ("?limit=5000", "limit")],
)
def test_a_bad_filter_is_refused(world, expect_refusal, query, where):
    """A state that does not exist and a limit out of bounds are 400."""
    expect_refusal(world.ask("GET", f"/deliveries{query}"), 400, "bad-input", where)


@pytest.mark.parametrize("state", ["pending", "retrying", "delivered", "failed", "blocked"])
def test_deliveries_are_filtered_by_state(ledger, state):
    """Each state lists what is in it."""
    world, _ = ledger

    assert (30 if state == "blocked" else 0) == len(world.get(f"/deliveries?state={state}")["deliveries"])


def test_an_unknown_delivery_is_unknown(world, expect_refusal):
    """A delivery that does not exist can neither be read nor sent again."""
    expect_refusal(world.ask("GET", "/deliveries/d1"), 404, "unknown-delivery")
    expect_refusal(world.ask("POST", "/deliveries/d1/redeliver"), 404, "unknown-delivery")


def test_a_callback_holds_the_call_as_it_was(world, sink):
    """An `answered` callback that arrives after the end still says that the call is active."""
    world.do("PATCH", "", {"retry_after": [3600]})
    sink.script(Answer(500))
    world.place(status_callback=[{"event": "answered", "url": sink.url()}])
    world.advance(7200)

    late = sink.received[-1].json()["call_details"]
    assert 3 == len(sink.received)
    assert ("active", None, "1970-01-01 05:30:00+05:30") == (late["state"], late["status"], late["end_time"])
    assert json.loads(sink.received[0].body) == json.loads(sink.received[-1].body)


def test_an_edited_delivery_is_sent_instead(world, deliver, sink):
    """Body, headers and URL can be others; Content-Length and Host follow, and the record says what was done."""
    [first] = deliver({})
    edit = {"body": '{"ü": 1}', "headers": {"X-Try": "2", "Accept": None}, "url": sink.url("/other?x=1")}
    again = world.do("POST", f"/deliveries/{first['id']}/redeliver", edit)
    world.advance(0)
    received = sink.received[-1]

    assert (first["id"], True, False) == (again["redelivers"], again["is_edited"], first["is_edited"])
    assert ("/other", "x=1", '{"ü": 1}'.encode()) == (received.path, received.query, received.body)
    assert [["Content-Length", "9"], ["X-Try", "2"]] == [list(pair) for pair in received.headers[-2:]]
    assert "Accept" not in dict(received.headers)
    assert "delivered" == world.get(f"/deliveries/{again['id']}")["state"]


def test_what_is_not_edited_is_sent_as_it_was(world, deliver, sink):
    """Another body, the same headers and URL."""
    [first] = deliver({})
    world.do("POST", f"/deliveries/{first['id']}/redeliver", {"body": ""})
    world.advance(0)
    before, after = sink.received

    assert (before.path, b"") == (after.path, after.body)
    assert [*before.headers[:-1], ("Content-Length", "0")] == list(after.headers)


def test_an_edited_delivery_is_bound_by_the_policy(world, deliver):
    """A URL that no callback may go to is blocked for an edited one, too."""
    [first] = deliver({})
    again = world.do("POST", f"/deliveries/{first['id']}/redeliver", {"url": BLOCKED})
    world.advance(0)

    assert "blocked" == world.get(f"/deliveries/{again['id']}")["state"]


@pytest.mark.parametrize(
    "edit",
    [
        {"url": "ftp://localhost/"},
        {"url": "http://[/"},
        {"url": "http://localhost/ x"},
        {"headers": {"X Y": "1"}},
        {"headers": {"X-Y": "1\r\nX-Z: 2"}},
        {"headers": {"X-Y": "ü"}},
        {"body": 1},
    ],
)
def test_an_edit_that_cannot_be_sent_is_refused(world, deliver, expect_refusal, edit):
    """No request can have it, so there is none."""
    [first] = deliver({})

    expect_refusal(world.ask("POST", f"/deliveries/{first['id']}/redeliver", edit), 400, "bad-input")
    assert 1 == len(world.get("/deliveries")["deliveries"])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("event=over", range(3, 31, 3)),
        ("event=answered&until=2026-01-05T04:31:30Z", [1, 2, 4, 5]),
        ("url=*8.8.8.8*", range(1, 31)),
        ("url=*9.9.9.9*", []),
        ("status=200", []),
        ("number=022-4149-9102", range(1, 31)),
        ("number=9811110003", []),
        ("contains=%22event_type%22:%22terminal%22", range(3, 31, 3)),
        ("since=2026-01-05T04:39:00Z", range(28, 31)),
        ("until=2026-01-05T04:30:30Z", [1, 2, 3]),
    ],
)
def test_deliveries_are_filtered(ledger, query, ids):
    """By event, URL, last answer, time, and what stands in them; they are counted with the same filters."""
    world, _ = ledger
    found = [int(one["id"][1:]) for one in world.get(f"/deliveries?{query}")["deliveries"]]

    assert list(ids) == found
    assert len(ids) == world.get(f"/deliveries/count?{query}")["count"]
