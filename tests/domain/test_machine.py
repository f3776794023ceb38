"""The machine's effects: which timers, which notifications, and what becomes of them."""

# ruff: noqa: S311  no secrets are made here

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import CancelTimers, Input, Notify, StartTimer
from mockserver.domain.errors import IllegalInput
from mockserver.domain.machine import begin, step
from mockserver.domain.order import CallEvent, Pace, Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story

TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)


def test_a_call_begins_with_its_first_dial_due(order, start):
    """Nothing has happened yet: no legs, and one timer a second away."""
    first = begin("a" * 32, order(), TALK, start, account_sid="mock", pace=Pace(dial_after=1.0))

    assert (CallState.QUEUED, ()) == (first.call.state, first.call.legs)
    assert (StartTimer(start + timedelta(seconds=1), Input(Trigger.DIAL, Side.FROM)),) == first.effects


def test_the_provider_s_own_delays_are_a_choice(play):
    """Dialling, processing and settling follow the pace of the call."""
    played = play(TALK, pace=Pace(dial_after=5.0, process_after=2.0, settle_after=60.0))
    played.run()

    assert (5, 30, 32, 90) == tuple(played.marks[name] for name in ("leg-1-dialled", "ended", "processed", "settled"))


def test_a_record_never_settles_before_it_is_processed(play):
    """A shorter settling delay waits for the processing."""
    played = play(TALK, pace=Pace(process_after=10.0, settle_after=5.0))
    played.run()

    assert played.marks["processed"] == played.marks["settled"]


def test_leg_sids_are_minted_from_the_given_randomness(order, start):
    """28 hexadecimal digits and the call's date suffix; the same randomness gives the same sid."""
    call = begin("b" * 28 + "1a15", order(), TALK, start, account_sid="mock", pace=Pace()).call
    dial = Input(Trigger.DIAL, Side.FROM)
    one, same, other = (step(call, dial, start, Random(seed)).call.legs[0].sid for seed in (1, 1, 2))

    assert one == same != other
    assert (32, "1a15") == (len(one), one[-4:])


def test_legs_are_numbered_in_the_order_of_dialling(play):
    """Leg 1 is the from party's, leg 2 the to party's."""
    call = play(TALK).run()

    assert [(1, Side.FROM), (2, Side.TO)] == [(leg.number, leg.side) for leg in call.legs]
    assert 2 == len({leg.sid for leg in call.legs})


def test_the_ring_time_out_holds_for_each_leg(play):
    """Each leg rings as long as the order allows, counted from its own dial."""
    first = play(Story(PartyStory(Reaction.NO_ANSWER)), ring_timeout=10.0)
    second = play(Story(PartyStory(ring=2.0), PartyStory(Reaction.NO_ANSWER)), ring_timeout=10.0)
    first.run()
    second.run()

    assert 1 + 10 == first.marks["ended"]
    assert 1 + 2 + 10 == second.marks["ended"]


def test_the_time_limit_ends_a_talk(play):
    """It counts from the first answer; nobody hung up, and it is a completed call."""
    played = play(Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=None), time_limit=60.0)
    call = played.run()

    assert 3 + 60 == played.marks["ended"]
    assert (Outcome.COMPLETED, 57.0) == (call.outcome, call.talk_seconds)
    assert [False, False] == [leg.ended_itself for leg in call.legs]


def test_the_time_limit_ends_the_ringing_of_leg_2(play):
    """The second party did not answer in time; its leg is cancelled."""
    played = play(Story(PartyStory(ring=2.0), PartyStory(ring=25.0)), time_limit=10.0)
    call = played.run()

    assert 3 + 10 == played.marks["ended"]
    assert Outcome.TO_UNANSWERED is call.outcome
    assert [LegState.COMPLETED, LegState.CANCELED] == [leg.state for leg in call.legs]


def test_a_party_that_never_hangs_up_talks_until_the_time_limit(play):
    """Four hours, unless the order says otherwise."""
    played = play(Story(talk=None))

    assert played.run().talk_seconds == pytest.approx(14_400 - 3)


def test_leg_1_can_be_withdrawn_while_it_rings(play):
    """The call ends without leg 2 and its timers are cancelled."""
    played = play(TALK)
    played.run_to(2)
    call = played.feed(Trigger.CANCEL, Side.FROM)

    assert (CallState.ENDED, Outcome.FROM_UNANSWERED) == (call.state, call.outcome)
    assert (LegState.CANCELED, False) == (call.legs[0].state, call.legs[0].ended_itself)
    assert [Trigger.PROCESS] == [event.trigger for _, _, event in played.timers]


def test_an_input_before_the_story_s_own_takes_its_place(play):
    """Whoever answers earlier by hand is not answered a second time by the story."""
    played = play(TALK)
    played.run_to(2)
    played.feed(Trigger.ANSWER, Side.FROM)
    call = played.run()

    assert 2 == played.marks["leg-1-answered"]
    assert 2 + 3 + 20 == played.marks["ended"]
    assert Outcome.COMPLETED is call.outcome


def test_an_illegal_input_leaves_the_call_alone(play):
    """The call goes on as if nothing had been asked."""
    played = play(TALK)
    before = played.run_to(4)
    with pytest.raises(IllegalInput):
        played.feed(Trigger.ANSWER, Side.FROM)

    assert before is played.call
    assert Outcome.COMPLETED is played.run().outcome


@pytest.mark.parametrize(("talk", "pressed_at"), [(20.0, 7.0), (1.0, 6.5), (0.0, 6.0), (None, 7.0)])
def test_digits_are_pressed_a_second_into_the_talk(talk, pressed_at, play):
    """Half-way through a talk that is shorter than two seconds."""
    played = play(Story(PartyStory(ring=2.0), PartyStory(ring=3.0, digits="42#"), talk=talk))
    played.run_to(pressed_at - 0.01)
    before = played.call.digits
    played.run_to(pressed_at)

    assert ("", "42#") == (before, played.call.digits)


def test_both_parties_can_press_digits(play):
    """Each leg keeps its own; the call joins them."""
    call = play(Story(PartyStory(digits="1"), PartyStory(digits="23"))).run()

    assert ["1", "23"] == [leg.digits for leg in call.legs]
    assert "1-23" == call.digits


def test_digits_pressed_by_hand_are_added(play):
    """In the order in which they were pressed."""
    played = play(TALK)
    played.run_to(10)
    played.feed(Trigger.PRESS, Side.TO, "4")
    played.feed(Trigger.PRESS, Side.TO, "2")

    assert "42" == played.call.digits


def test_a_machine_is_known_when_it_has_answered(play):
    """Not while it rings."""
    played = play(Story(PartyStory(ring=2.0), PartyStory(ring=3.0, is_machine=True)))
    ringing, answered = played.run_to(5), played.run_to(6)

    assert (False, True) == (ringing.leg(Side.TO).is_machine, answered.leg(Side.TO).is_machine)
    assert not answered.leg(Side.FROM).is_machine


def test_every_answer_is_notified_once_for_each_subscription(play, subscription):
    """Two subscriptions, two legs: four notifications, each with the call as it was at that answer."""
    one, two = subscription(CallEvent.ANSWERED, "http://one"), subscription(CallEvent.ANSWERED, "http://two")
    played = play(TALK, subscriptions=(one, two))
    played.run()

    assert [Notify(one, 1), Notify(two, 1), Notify(one, 2), Notify(two, 2)] == [notice for notice, _ in played.told]
    assert [CallState.RINGING_TO] * 2 + [CallState.TALKING] * 2 == [call.state for _, call in played.told]


def test_the_end_is_notified_once_when_its_record_is_processed(play, subscription):
    """A second after the end, with the facts of the end."""
    over = subscription(CallEvent.OVER)
    played = play(TALK, subscriptions=(over,))
    played.run_to(26)
    before = list(played.told)
    played.run()

    assert [] == before
    assert [(Notify(over), CallState.PROCESSED)] == [(notice, call.state) for notice, call in played.told]
    assert 20.0 == played.told[0][1].talk_seconds


@pytest.mark.parametrize(
    ("story", "events"),
    [
        (TALK, ["answered 1", "answered 2", "over None"]),
        (Story(PartyStory(Reaction.BUSY)), ["over None"]),
        (Story(PartyStory(Reaction.NOT_DIALLED)), ["over None"]),
        (Story(to_party=PartyStory(Reaction.REJECTS)), ["answered 1", "over None"]),
        (Story(PartyStory(gives_up_after=2.0), PartyStory(Reaction.NO_ANSWER)), ["answered 1", "over None"]),
    ],
)
def test_who_does_not_answer_is_not_notified(story, events, play, subscription):
    """Every call is over once; only answered legs are answered."""
    played = play(story, subscriptions=(subscription(CallEvent.ANSWERED), subscription(CallEvent.OVER)))
    played.run()

    assert events == [f"{notice.subscription.event} {notice.leg_number}" for notice, _ in played.told]


def test_the_end_cancels_all_timers_but_the_record_s(play):
    """Time limit, ring time-out and the story's hang-up go; what comes after the end is started after that."""
    played = play(TALK, time_limit=600.0)
    played.run_to(10)
    played.feed(Trigger.HANG_UP, Side.FROM)

    assert [Trigger.PROCESS] == [event.trigger for _, _, event in played.timers]
    assert CancelTimers(None) in played.effects


def test_a_talk_cancels_the_patience_of_leg_1_but_not_the_time_limit(play):
    """Once they talk nobody gives up any more."""
    played = play(Story(PartyStory(gives_up_after=8.0), PartyStory(ring=3.0), talk=60.0))
    played.run_to(5)

    assert [(Trigger.HANG_UP, Side.TO), (Trigger.TIME_LIMIT, None)] == sorted(
        (event.trigger, event.side) for _, _, event in played.timers
    )


def test_a_flow_takes_the_place_of_the_second_party(play):
    """From the answer on the caller is alone with the flow, as long as the talk would have been, and hangs up."""
    played = play(Story(PartyStory(ring=2.0, digits="9"), talk=20.0), to_party=None, flow=Flow("501", "Greeting"))
    in_flow = played.run_to(3)
    call = played.run()

    assert CallState.IN_FLOW is in_flow.state
    assert (Outcome.COMPLETED, 20.0, "9") == (call.outcome, call.talk_seconds, call.digits)
    assert 23 == played.marks["ended"]
    assert [True] == [leg.ended_itself for leg in call.legs]


def test_the_time_limit_ends_a_flow(play):
    """It is a completed call."""
    played = play(Story(talk=None), to_party=None, flow=Flow("501", "Greeting"), time_limit=60.0)

    assert (Outcome.COMPLETED, 60.0) == (played.run().outcome, played.call.talk_seconds)


@pytest.mark.parametrize("side", Side)
def test_who_waits_for_a_third_may_press_keys(side, play):
    """It answers for nobody: the third goes on ringing, and what is due comes when it is due."""
    played = play(Story(talk=20.0))
    played.run_to(10)
    played.feed(Trigger.DIAL, side, party=Party(Contact("+919830012345")))
    call = played.feed(Trigger.PRESS, side.other, "5")
    state, third = call.state, call.legs[-1]

    assert (CallState.TRANSFERRING, LegState.RINGING, "5") == (state, third.state, call.digits)
    assert Outcome.COMPLETED is played.run().outcome
    assert 10 + 3 + 20 == played.marks["ended"]


@pytest.mark.parametrize(
    ("event", "words"), [(Input(Trigger.ANSWER, Side.TO), "answer (to)"), (Input(Trigger.PROCESS), "process")]
)
def test_an_input_reads_as_what_happened(event, words):
    """With its side where it has one."""
    assert words == str(event)
