"""What a call knows about itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import timedelta

import pytest

from mockserver.domain.call import LegState, Outcome
from mockserver.domain.directory import Flow
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story

TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)


def test_a_call_is_a_value(play):
    """It cannot be changed, only replaced."""
    call = play(TALK).call
    with pytest.raises(FrozenInstanceError):
        call.outcome = Outcome.COMPLETED

    assert call.outcome is None


def test_it_is_over_processed_and_settled_one_after_another(play):
    """Each fact is known from its moment on."""
    played = play(TALK)
    facts = [
        (call.is_over, call.is_processed, call.is_settled)
        for call in (played.run_to(seconds) for seconds in (25, 26, 27, 146))
    ]

    assert [(False, False, False), (True, False, False), (True, True, False), (True, True, True)] == facts


def test_talk_lasts_from_the_second_answer_to_the_end(play):
    """It is zero while the call is alive, and without a conversation."""
    played = play(TALK)
    alive = played.run_to(20).talk_seconds
    busy = play(Story(to_party=PartyStory(Reaction.BUSY))).run()

    assert (0.0, 20.0, 0.0) == (alive, played.run().talk_seconds, busy.talk_seconds)


def test_a_leg_is_on_the_call_from_its_answer_to_its_end(play):
    """Leg 1 waits while leg 2 rings; a leg that never answered was never on it."""
    call = play(TALK).run()
    unanswered = play(Story(to_party=PartyStory(Reaction.NO_ANSWER))).run()

    assert [23.0, 20.0] == [leg.seconds_on_call for leg in call.legs]
    assert [30.0, 0.0] == [leg.seconds_on_call for leg in unanswered.legs]


def test_the_start_is_when_the_first_dial_is_due(play, start):
    """Known before it is done."""
    assert start + timedelta(seconds=1) == play(TALK).call.start_at


@pytest.mark.parametrize(
    ("story", "recording", "is_recorded"),
    [
        (TALK, Recording(), True),
        (TALK, None, False),
        (Story(to_party=PartyStory(Reaction.BUSY)), Recording(), False),
        (Story(talk=0.0), Recording(), False),
    ],
)
def test_a_recording_needs_an_order_and_a_conversation(story, recording, is_recorded, play):
    """Nothing is recorded that was not asked for, nor where nothing was said."""
    assert is_recorded is play(story, recording=recording).run().is_recorded


@pytest.mark.parametrize(
    ("story", "result"),
    [
        (TALK, LegState.COMPLETED),
        (Story(PartyStory(Reaction.BUSY)), LegState.BUSY),
        (Story(PartyStory(Reaction.NO_ANSWER)), LegState.NO_ANSWER),
        (Story(to_party=PartyStory(Reaction.REJECTS)), LegState.REJECTED),
        (Story(to_party=PartyStory(Reaction.UNREACHABLE)), LegState.UNREACHABLE),
        (Story(PartyStory(gives_up_after=2.0), PartyStory(Reaction.NO_ANSWER)), LegState.CANCELED),
        (Story(PartyStory(Reaction.NOT_DIALLED)), LegState.NOT_DIALLED),
        (Story(to_party=PartyStory(Reaction.NOT_DIALLED)), LegState.NOT_DIALLED),
    ],
)
def test_the_result_is_that_of_the_leg_that_decided(story, result, play):
    """Nothing is decided while the call is alive."""
    played = play(story)

    assert played.call.result is None
    assert result is played.run().result


def test_a_time_limit_before_the_second_dial_counts_as_cancelled(play):
    """There is no leg 2 whose state could be told."""
    played = play(TALK)
    played.run_to(2)
    played.feed(Trigger.ANSWER, Side.FROM)
    played.feed(Trigger.TIME_LIMIT)

    assert (Outcome.TO_UNANSWERED, LegState.CANCELED) == (played.call.outcome, played.call.result)


def test_the_duration_is_the_difference_of_the_printed_seconds(play):
    """From the start to the end, whole seconds; zero before the end."""
    played = play(Story(PartyStory(ring=0.4), PartyStory(ring=0.4), talk=1.5))
    alive = played.run_to(2).duration_seconds

    assert (0, 2) == (alive, played.run().duration_seconds)


@pytest.mark.parametrize(
    ("talk", "mills"), [(20.0, 1500), (36.0, 1500), (57.0, 1500), (57.5, 2250), (60.0, 2250), (61.0, 3000)]
)
def test_every_begun_minute_of_each_leg_costs(talk, mills, play):
    """Leg 1 is on the call three seconds longer than leg 2."""
    assert mills == play(TALK.__class__(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=talk)).run().price_mills


def test_nobody_pays_for_ringing(play):
    """A call that nobody answered costs nothing; of an incoming call only the leg that was dialled costs."""
    unanswered = play(Story(PartyStory(Reaction.NO_ANSWER))).run()
    incoming = play(TALK, direction=Direction.INBOUND).run()

    assert (0, 750) == (unanswered.price_mills, incoming.price_mills)


def test_digits_of_the_legs_are_joined_by_a_dash(play):
    """Legs without digits leave no trace."""
    pressed = [
        play(Story(PartyStory(digits=one), PartyStory(digits=two))).run().digits
        for one, two in [("", ""), ("1", ""), ("", "2"), ("1", "2")]
    ]

    assert ["", "1", "2", "1-2"] == pressed


def test_an_order_knows_its_parties(order):
    """A flow takes the second party's place only where there is none."""
    plain = order()
    flow = Flow("501", "Greeting")

    assert (plain.from_party, plain.to_party) == (plain.party(Side.FROM), plain.party(Side.TO))
    assert not plain.runs_flow
    assert not replace(plain, flow=flow).runs_flow
    assert replace(plain, flow=flow, to_party=None).runs_flow


def test_the_latest_leg_of_a_side_is_its_leg(play):
    """None before the dial."""
    played = play(TALK)

    assert played.call.leg(Side.FROM) is None
    assert played.run().legs == (played.call.leg(Side.FROM), played.call.leg(Side.TO))
