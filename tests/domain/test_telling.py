"""A whole call at once: what the steps of the machine come to, without a clock to wait for."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.call import Call, CallState, Leg, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.machine import begin, step
from mockserver.domain.order import CallEvent, Pace, Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import DEFAULT_STORY, PartyStory, Reaction, Side, Story
from mockserver.domain.telling import retold, told

SID = "5f3a0000000000000000000000001a15"
SECONDS = st.integers(0, 90_000).map(lambda tenths: tenths / 10) | st.floats(0, 100)
PACES = st.builds(Pace, st.floats(0, 5), st.floats(0, 5), st.floats(0, 300))

SILENT = st.builds(
    PartyStory, st.sampled_from([one for one in Reaction if one is not Reaction.ANSWERS]), st.floats(0, 60)
)


def _answering(gives_up: st.SearchStrategy[float | None]) -> st.SearchStrategy[PartyStory]:
    return st.builds(
        PartyStory,
        ring=st.floats(0, 60),
        digits=st.text("0123456789*#", max_size=3),
        is_machine=st.booleans(),
        gives_up_after=gives_up,
    )


STORIES = st.builds(
    Story,
    SILENT | _answering(st.none() | st.floats(0, 60)),
    SILENT | _answering(st.none()),
    st.none() | SECONDS,
    st.sampled_from(Side),
)


@pytest.fixture
def tell(order, start):
    """The told call of a story, placed so many seconds after the start, with changes to the order by keyword."""

    def tell(story: Story, seconds: float = 0.0, pace: Pace = Pace(), **changes: object) -> Call:  # noqa: B008
        at = start + timedelta(seconds=seconds)
        return told(begin(SID, order(**changes), story, at, account_sid="mock", pace=pace), dice())

    return tell


def dice(seed: str = "legs") -> Random:
    return Random(seed)  # noqa: S311  repeatable is what it has to be


def without_leg_sids(call: Call) -> Call:
    return replace(call, legs=tuple(replace(leg, sid="") for leg in call.legs))


@given(STORIES, PACES)
def test_a_told_call_is_what_its_timers_make_of_it(order, play, start, story, pace):
    """Telling comes to the same as letting every timer fire in its turn, whatever the story."""
    first = begin(SID, order(), story, start, account_sid="mock", pace=pace)

    assert without_leg_sids(play(story, pace=pace).run()) == without_leg_sids(told(first, dice()))


@given(STORIES)
def test_a_told_call_with_a_flow_is_what_its_timers_make_of_it(order, play, start, story):
    """The same goes for a call that runs a flow instead of dialling somebody."""
    changes = {"to_party": None, "flow": Flow("501", "Greeting")}
    first = begin(SID, order(**changes), story, start, account_sid="mock", pace=Pace())

    assert without_leg_sids(play(story, **changes).run()) == without_leg_sids(told(first, dice()))


@given(STORIES, PACES)
def test_a_told_call_has_settled(order, start, story, pace):
    """It is at its last state, with an outcome, and its marks are in order up to the moment of settling."""
    call = told(begin(SID, order(), story, start, account_sid="mock", pace=pace), dice())

    assert CallState.SETTLED is call.state
    assert call.outcome is not None
    assert call.settled_at == call.updated_at == max(mark.at for mark in call.marks)
    assert start == min(mark.at for mark in call.marks)


def test_a_story_without_an_end_comes_to_the_time_limit(tell, start):
    """Nobody hangs up, so the time limit does: an hour after the first answer."""
    call = tell(Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=None), time_limit=3600.0)

    assert Outcome.COMPLETED is call.outcome
    assert start + timedelta(seconds=1 + 2 + 3600) == call.ended_at


def test_nobody_is_told(tell, subscription):
    """Subscriptions stay in the order and change nothing else."""
    subscriptions = (subscription(CallEvent.ANSWERED), subscription(CallEvent.OVER))

    call = tell(DEFAULT_STORY, subscriptions=subscriptions)

    assert subscriptions == call.order.subscriptions
    assert tell(DEFAULT_STORY) == replace(call, order=replace(call.order, subscriptions=()))


def test_the_same_randomness_makes_the_same_sids(tell):
    """Leg sids come from the generator that is handed in, one for each leg, and end with the date of the call's."""
    sids = [leg.sid for leg in tell(DEFAULT_STORY).legs]

    assert sids == [leg.sid for leg in tell(DEFAULT_STORY).legs]
    assert 2 == len(set(sids))
    assert {"1a15"} == {sid[-4:] for sid in sids}


@given(STORIES, st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)), PACES)  # noqa: DTZ001  it gets its zone below
def test_a_call_told_again_at_another_time_is_the_call_of_that_time(order, start, story, other_time, pace):
    """Moving a told call to another order and another moment gives what telling it there would have given."""
    there, other = other_time.replace(tzinfo=UTC), order(from_party=Party(Contact("+919899999999")))
    course = told(begin("", order(), story, start, account_sid="mock", pace=pace), dice("other"))

    expected = told(begin(SID, other, story, there, account_sid="mock", pace=pace), dice())

    assert expected == retold(course, SID, other, there, dice())


def test_a_step_keeps_what_it_has_no_business_with(tell, start):
    """Every field of a call and its legs that a step does not set is as it was, those of legs that are over too."""
    played = tell(Story(PartyStory(ring=2.0, digits="1"), PartyStory(ring=3.0, is_machine=True)))
    legs = tuple(replace(leg, state=LegState.ANSWERED) for leg in played.legs)
    talking = replace(played, state=CallState.TALKING, legs=legs)

    ended = step(talking, Input(Trigger.HANG_UP, Side.TO), start, dice()).call
    processed = step(ended, Input(Trigger.PROCESS), start, dice()).call

    assert {"state", "updated_at", "legs", "ended_at"} >= _changed(talking, ended)
    assert {"state", "updated_at", "ended_at", "ended_itself"} >= _changed(talking.legs[1], ended.legs[1])
    assert {"state", "updated_at", "processed_at"} >= _changed(ended, processed)


def _changed(before: Call | Leg, after: Call | Leg) -> set[str]:
    return {field.name for field in fields(before) if getattr(before, field.name) != getattr(after, field.name)}
