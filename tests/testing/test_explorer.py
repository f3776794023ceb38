"""One story under every disorder of its callbacks, against a real server."""

from __future__ import annotations

import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import OrdersFailed, SuiteClient
from mockserver.testing.orders import KINDS


@pytest.fixture(scope="module")
def client():
    with Server(Settings(port=0, clock="manual")) as server, SuiteClient(server.base_url) as client:
        yield client


def events(world):
    """What the sink of a world has received, in order."""
    return [one.event for one in world.sink.received]


def story(world):
    """One call with three callbacks."""
    world.call(from_="+919812345678", to="+919876543210", callback=world.sink.url("/"))


def seen(client, kind):
    """What arrives under each order with one disorder of a kind."""
    found = {}

    def remember(world):
        found[len(found)] = events(world)

    client.explore(story, remember, kinds=[kind], most=4)
    return [found[number] for number in sorted(found)]


A, T = "answered", "terminal"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("swap", [[A, A, T], [A, A, T], [A, T, A]]),
        ("duplicate", [[A, A, T], [A, A, A, T], [A, A, A, T], [A, A, T, T]]),
        ("delay", [[A, A, T], [A, T, A], [A, T, A], [T, A, A]]),
        ("drop", [[A, A, T], [A, T], [A, T], [A, A]]),
        ("extra-event", [[A, A, T], [A, "mockserver-unknown", A, T], [A, A, "mockserver-unknown", T]]),
    ],
)
def test_callbacks_come_as_the_order_says(client, kind, expected):
    """Each disorder is really brought about, by rules of the server."""
    assert expected == seen(client, kind)[: len(expected)]


def test_a_callback_overtakes_the_answer(client):
    """Though the clock is manual, and who dials waits for the answer."""
    came = []

    def overtaken(world):
        world.call(from_="+919812345678", to="+919876543210", callback=world.sink.url("/"))
        came.append(events(world))

    client.explore(overtaken, lambda world: events(world) == [A, A, T], kinds=["overtake"])

    assert [[], [A]] == came


def test_every_world_has_the_same_seed_and_goes(client):
    """The same sids in every order; none of the worlds is left."""
    sids = set()

    def remember(world):
        sids.update(one.sid for one in world.calls().calls)

    exploration = client.explore(story, remember, kinds=["swap"], seed=5)

    assert (4, 1) == (exploration.runs, len(sids))
    assert ["mock"] == [world.sid for world in client.worlds()]


def test_what_the_story_returns_is_checked(client):
    """The check gets it, or the world if there is nothing; False and exceptions are failures alike."""

    def told(world):
        story(world)
        return "told"

    client.explore(told, lambda what: what == "told", most=1)
    with pytest.raises(OrdersFailed, match="the check returned False"):
        client.explore(told, lambda what: what != "told", most=1)
    with pytest.raises(OrdersFailed, match="ZeroDivisionError"):
        client.explore(lambda _: 1 / 0, most=1)


def test_a_story_that_fails_in_order_is_explored_no_further(client):
    """The smallest order is the one in which nothing goes wrong."""
    with pytest.raises(OrdersFailed) as failed:
        client.explore(story, lambda _: False)

    assert 1 == failed.value.exploration.runs
    assert "in-order: all comes as it should" in str(failed.value)


def test_only_the_smallest_failing_orders_are_told(client):
    """No failing order includes another; their ladders are in the message."""
    with pytest.raises(OrdersFailed) as failed:
        client.explore(story, lambda world: events(world)[-1] == T, kinds=["swap", "duplicate", "drop"])
    names = [one.order.name for one in failed.value.failures]

    assert ["swap-2", "drop-3", "swap-1+drop-2"] == names
    assert "places a call" in str(failed.value)


def test_every_missing_field_is_one_of_the_callbacks_own(client):
    """The fields are those that the callbacks have; each order takes one away."""
    lacking = []

    def remember(world):
        lacking.append(world.sink.received[-1].fields().get("call_details", {}).keys())

    client.explore(story, remember, kinds=["missing-field"])
    whole = max(lacking, key=len)

    assert {"status"} in [set(whole) - set(one) for one in lacking]
    assert "missing-field" in KINDS
