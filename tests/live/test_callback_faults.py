"""Faults of callbacks, as a receiver on a real socket sees them."""

from __future__ import annotations

import threading
from datetime import datetime
from itertools import pairwise

import pytest

from mockserver.testing import Answer

BOTH = ("answered", "terminal")
LABEL = "x-mockserver-fault"


@pytest.fixture
def place(world, sink):
    """Places a call that tells everything to the sink."""

    def place(**subscription):
        return world.place(*({"event": event, "url": sink.url("/hook"), **subscription} for event in BOTH))

    return place


def told(sink):
    """Event and label of everything that arrived."""
    return [(one.json()["event_details"]["event_type"], one.header(LABEL)) for one in sink.received]


def ledger(world):
    """State and fault of all deliveries, in the order in which they came about."""
    return [(one["state"], one["fault"]) for one in world.get("/deliveries")["deliveries"]]


def kinds(receipt):
    return [event["kind"] for event in receipt["events"] if event["kind"].startswith("delivery.")]


def test_a_delayed_callback_comes_later(world, sink, place):
    """By so many seconds of the world's clock; what happens since does not wait for it."""
    world.do("POST", "/faults", {"kind": "delay", "seconds": 600, "match": {"event": "answered"}})
    place()
    receipt = world.advance(60)
    soon = told(sink)
    world.advance(600)

    assert "delivery.held" == kinds(receipt)[0]
    assert [("answered", None), ("terminal", None)] == soon
    assert [*soon, ("answered", "f1")] == told(sink)
    assert [("delivered", "f1"), ("delivered", None), ("delivered", None)] == ledger(world)


def test_a_duplicate_comes_again(world, sink, place):
    """The same bytes, so many times more; the copies say which delivery they repeat."""
    world.do("POST", "/faults", {"kind": "duplicate", "copies": 2, "match": {"event": "terminal"}})
    place()
    world.advance(60)
    deliveries = world.get("/deliveries")["deliveries"]

    assert [("terminal", None), ("terminal", "f1"), ("terminal", "f1")] == told(sink)[2:]
    assert 1 == len({one.body for one in sink.received[2:]})
    assert [None, deliveries[2]["id"], deliveries[2]["id"]] == [one["redelivers"] for one in deliveries[2:]]


def test_a_swapped_callback_comes_behind_the_next(world, sink, place):
    """Of its call: the second answer before the first."""
    world.do("POST", "/faults", {"kind": "swap"})
    place()
    world.advance(60)

    assert [("answered", None), ("answered", "f1"), ("terminal", None)] == told(sink)
    legs = [one["leg"] for one in sorted(world.get("/deliveries")["deliveries"], key=sent_at)]
    assert [2, 1, None] == legs


def sent_at(delivery):
    return delivery["attempts"][0]["at"], delivery["fault"] or ""


def test_a_swapped_callback_without_a_next_one_leaves_by_itself(world, sink, place):
    """After some seconds of the world's clock, and once."""
    world.do("POST", "/faults", {"kind": "swap", "seconds": 300, "match": {"event": "over"}})
    place()
    world.advance(100)
    before = len(sink.received)
    world.advance(1000)

    assert 2 == before
    assert ("terminal", "f1") == told(sink)[2]
    assert [("delivered", 1)] * 3 == [
        (one["state"], len(one["attempts"])) for one in world.get("/deliveries")["deliveries"]
    ]


def test_callbacks_of_two_calls_change_places(world, sink, place):
    """Where the rule says so, the next callback of whatever call goes first."""
    world.do("POST", "/faults", {"kind": "swap", "behind": "any", "match": {"event": "terminal"}})
    first = place()
    world.advance(30)
    second = place()
    world.advance(60)

    sids = [one.json()["call_details"]["sid"] for one in sink.received]
    assert [first, first, second, first, second, second] == sids


def test_a_dropped_callback_never_comes(world, sink, place):
    """It is on record as dropped, by which rule, without an attempt; it can be sent all the same."""
    world.do("POST", "/faults", {"kind": "drop", "match": {"event": "terminal"}})
    place()
    receipt = world.advance(3600)
    dropped = world.get("/deliveries?state=dropped")["deliveries"]

    assert ["answered", "answered"] == [event for event, _ in told(sink)]
    assert [("dropped", "f1", [])] == [(one["state"], one["fault"], one["attempts"]) for one in dropped]
    assert "delivery.dropped" == kinds(receipt)[-1]
    again = world.do("POST", f"/deliveries/{dropped[0]['id']}/redeliver")
    assert ("terminal", again["redelivers"]) == (
        sink.wait_for(3)[2].json()["event_details"]["event_type"],
        dropped[0]["id"],
    )


@pytest.mark.parametrize("clock", ["jump", "manual"])
def test_a_callback_overtakes_the_answer(new_world, sink, eventually, clock):
    """The answer waits until the first callback has gone out, and says so; where time is moved by hand, until it is."""
    world, answers = new_world(clock=clock), []
    world.do("POST", "/faults", {"kind": "overtake"})
    order = {
        "from": {"contact_uri": "+919900000200"},
        "to": {"contact_uri": "+919900000310"},
        "virtual_number": "+912241499102",
        "status_callback": [{"event": "answered", "url": sink.url()}],
    }
    asking = threading.Thread(target=lambda: answers.append((world.post(order), len(sink.received))))
    asking.start()
    if clock == "manual":
        eventually(lambda: world.get("/calls")["calls"])
        assert [] == answers
        world.advance(10)
    asking.join(10)
    [(answer, arrived)] = answers

    assert ("f1", 200) == (answer.headers[LABEL], answer.status_code)
    assert arrived >= 1
    assert "f1" == sink.received[0].header(LABEL)
    assert ["f1"] == [one["fault"] for one in world.get("/requests")["requests"]]


def test_an_answer_is_not_overtaken_for_ever(world, place, sink):
    """If no callback comes about, the answer leaves after some real seconds."""
    world.do("POST", "/faults", {"kind": "overtake", "seconds": 0.1})
    place()

    assert [] == sink.received
    assert ["f1"] == [one["fault"] for one in world.get("/requests")["requests"]]
    world.advance(60)
    assert [("answered", None), ("answered", None), ("terminal", None)] == told(sink)


@pytest.mark.parametrize(
    "subscription", [{}, {"content_type": "multipart/form-data"}, {"method": "GET"}], ids=["json", "multipart", "query"]
)
class TestEveryEncoding:
    def fields(self, received):
        """What arrived, in whatever encoding, as text."""
        return received.body.decode() if received.body else received.query

    def test_a_corrupt_callback_holds_bytes_that_are_no_text(self, world, sink, place, subscription):
        """As many as the rule says; the length stays true."""
        world.do("POST", "/faults", {"kind": "corrupt", "count": 3})
        place(**subscription)
        world.advance(60)
        first = sink.received[0]

        assert "f1" == first.header(LABEL)
        if first.body:
            assert 3 == sum(byte >= 0xF8 for byte in first.body)
            assert len(first.body) == int(first.header("content-length"))
        else:
            assert 3 == first.query.count("%F")

    def test_an_extra_event_is_one_that_nobody_knows(self, world, sink, place, subscription):
        """It comes behind a true one, and is like it but for its name."""
        world.do("POST", "/faults", {"kind": "extra-event", "word": "vanished"})
        place(**subscription)
        world.advance(60)
        true, extra = sink.received[:2]

        assert [None, "f1", None, None] == [one.header(LABEL) for one in sink.received]
        assert "vanished" in self.fields(extra)
        assert "vanished" not in self.fields(true)
        assert len(self.fields(true)) == len(self.fields(extra))

    @pytest.mark.parametrize("field", ["status", "call_details[status]"])
    def test_a_missing_field_is_missing(self, world, sink, place, subscription, field):
        """Named by its last part or in full; what is left is whole."""
        world.do("POST", "/faults", {"kind": "missing-field", "field": field, "match": {"event": "terminal"}})
        place(**subscription)
        world.advance(60)
        last = sink.received[2]

        assert "f1" == last.header(LABEL)
        if subscription.get("method") == "GET":
            names = [name for name, _ in last.query_pairs()]
            assert "call_details[status]" not in names
            assert "call_details[sid]" in names
        elif subscription:
            assert b'name="call_details[status]"' not in last.body
            assert b'name="call_details[sid]"' in last.body
            assert last.body.endswith(b"--\r\n")
        else:
            assert "status" not in last.json()["call_details"]
            assert "sid" in last.json()["call_details"]


def test_a_drawn_field_is_the_same_for_the_same_seed(new_world, sink):
    """Of a world with the same seed, and never the call's sid or the event."""

    def bodies(seed):
        world, before = new_world(seed=seed), len(sink.received)
        world.do("POST", "/faults", {"kind": "missing-field", "times": None})
        world.place({"event": "terminal", "url": sink.url()}, {"event": "answered", "url": sink.url()})
        world.advance(60)
        return [paths(one.json()) for one in sink.received[before:]]

    def paths(value, path=""):
        if not isinstance(value, dict):
            return {path}
        return {path}.union(*(paths(inner, f"{path}/{name}") for name, inner in value.items()))

    first = bodies(1)
    assert first == bodies(1)
    assert first != bodies(2)


def test_a_fault_of_callbacks_is_for_some(world, place):
    """By path of the URL, by method, by number: what does not fit is not hit."""
    for match in ({"path": "/other*"}, {"method": "GET"}, {"number": "09811112222"}, {"event": "over", "path": "/x"}):
        world.do("POST", "/faults", {"kind": "drop", "times": None, "match": match})
    world.do("POST", "/faults", {"kind": "drop", "match": {"path": "/ho*", "method": "POST", "number": "09900000200"}})
    place()
    world.advance(60)

    assert [("dropped", "f5"), ("delivered", None), ("delivered", None)] == ledger(world)


def test_healing_leaves_what_waits(world, sink, place):
    """A callback that is delayed already still comes at its time; the next are well."""
    world.do("POST", "/faults", {"kind": "delay", "seconds": 600, "times": None})
    place()
    world.advance(3)
    world.do("DELETE", "/faults")
    world.advance(3600)

    assert [("answered", None), ("terminal", None), ("answered", "f1")] == told(sink)


def test_a_reset_forgets_what_waits(world, sink, place):
    """No callback of a forgotten call comes."""
    world.do("POST", "/faults", {"kind": "delay", "seconds": 600, "times": 1})
    world.do("POST", "/faults", {"kind": "swap", "times": None})
    place()
    world.advance(5)
    world.do("POST", "/reset?scope=calls")
    world.advance(3600)

    assert [] == sink.received


def test_a_held_callback_is_retried_as_any(new_world, sink):
    """On the schedule of the world, from its late first attempt on; the moment at which it would have left by itself
    passes without another.
    """
    world = new_world(retry_after=[5, 50])
    world.do("POST", "/faults", {"kind": "swap", "seconds": 55})
    sink.script(Answer(200), Answer(500), Answer(500))
    world.place(*({"event": event, "url": sink.url()} for event in BOTH))
    world.advance(600)
    held, *others = world.get("/deliveries")["deliveries"]
    moments = [datetime.fromisoformat(one["at"]) for one in held["attempts"]]

    assert [1, 1] == [len(one["attempts"]) for one in others]
    assert [5, 50] == [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    assert "delivered" == held["state"]


@pytest.mark.parametrize("kind", [{"kind": "swap"}, {"kind": "delay", "seconds": 8}])
def test_what_waits_is_part_of_a_snapshot(world, sink, place, kind):
    """A world that goes back to before a held callback left lets it leave again, at its place."""
    world.do("POST", "/faults", kind)
    place()
    world.advance(4)
    world.do("POST", "/snapshots", {"name": "held"})
    world.advance(100)
    once = told(sink)
    world.do("POST", "/snapshots/held/restore")
    world.advance(100)

    assert ("answered", "f1") in once
    assert [*once, *once] == told(sink)


def test_the_faults_of_a_snapshot_go_by_its_clock(world, place, sink):
    """A rule that had not expired then has not expired now."""
    world.do("POST", "/faults", {"kind": "drop", "times": None, "expires_after": 60})
    world.do("POST", "/snapshots", {"name": "early"})
    world.advance(600)
    world.do("POST", "/snapshots/early/restore")
    place()
    world.advance(59)

    assert [] == sink.received
