"""The double-dial alarm as control shows it."""

from __future__ import annotations

import pytest


@pytest.fixture
def lose(world, order):
    """Places a call whose answer is malformed, and dials the same pair again so many seconds later."""

    def lose(seconds, target=world):
        target.do("POST", "/faults", {"kind": "malformed"})
        target.provider("POST", "", json=order())
        target.advance(seconds)
        return target.place()

    return lose


def test_an_alarm_names_both_calls(world, lose):
    """Who, when, how far apart, and whose fault it was."""
    second = lose(30)
    [alarm] = world.get("/alarms")["alarms"]
    sids = {call["sid"] for call in world.get("/calls")["calls"]}

    assert {alarm["first_sid"], alarm["second_sid"]} == sids
    assert second == alarm["second_sid"]
    assert ("a1", "+919811112222", "+919833334444", "f1", 120.0) == tuple(
        alarm[name] for name in ("id", "from", "to", "fault", "window")
    )
    assert alarm["lost_at"] < alarm["dialled_at"]
    assert [None, "a1"] == [one["alarm"] for one in world.get("/requests")["requests"]]


@pytest.mark.parametrize(("window", "count"), [(29, 0), (30, 1)])
def test_the_window_is_a_setting_of_the_world(world, lose, window, count):
    """In seconds of its clock."""
    assert window == world.do("PATCH", "", {"alarm_window": window})["alarm_window"]
    lose(30)

    assert count == len(world.get("/alarms")["alarms"])


def test_a_world_can_begin_with_a_window(new_world, lose):
    """As with every setting."""
    world = new_world(alarm_window=10)
    lose(11, world)

    assert [] == world.get("/alarms")["alarms"]


def test_alarms_can_be_forgotten(world, lose):
    """All of them, and the reset has a scope for them."""
    lose(1)

    assert {"removed": {"alarms": 1}} == world.do("DELETE", "/alarms")
    assert [] == world.get("/alarms")["alarms"]
    lose(1)
    assert {"removed": {"alarms": 1}} == world.do("POST", "/reset?scope=alarms")


@pytest.mark.parametrize("window", [-1, "2", 1e9])
def test_a_bad_window_is_bad_input(world, expect_refusal, window):
    """A number of seconds from 0 on."""
    expect_refusal(world.ask("PATCH", "", {"alarm_window": window}), 400, "bad-input")
