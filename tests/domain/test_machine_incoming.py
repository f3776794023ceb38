"""Every way in which a call that comes in can go, second by second: menu, queue, agents at once or in turn, voicemail.

The caller is 2 seconds in the menu and 3 in the queue, so that the first agents are dialled at second 5.
"""

from __future__ import annotations

import pytest

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.errors import IllegalInput
from mockserver.domain.order import CALL_EVENTS, Direction, Party, Route
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story

AGENTS = tuple(Party(Contact(f"+91982001234{n}"), f"Agent {n}", f"u{n}") for n in range(3))
CALLER = PartyStory()
NEVER = PartyStory(Reaction.NO_ANSWER)
BUSY = PartyStory(Reaction.BUSY, ring=1.0)
CLEARED, CANCELLED = HangupCause.NORMAL_CLEARING, HangupCause.ORIGINATOR_CANCEL
DONE, NO_ANSWER, CANCELED = LegState.COMPLETED, LegState.NO_ANSWER, LegState.CANCELED


def route(agents=2, **changes):
    return {"direction": Direction.INBOUND, "to_party": None, "route": Route(AGENTS[:agents], **changes)}


TOGETHER, IN_TURN = route(menu=2.0, queue=3.0), route(3, is_parallel=False, menu=2.0, queue=3.0)
NOBODY_THERE = route(0, menu=2.0, queue=3.0)

# name: route, story, outcome, legs as (state, cause, dialled, answered, ended), seconds of talk, end of the call.
INCOMING = {
    "the first agent wins the race": (
        (TOGETHER, Story(CALLER, PartyStory(ring=4.0), talk=20.0, others=(PartyStory(ring=6.0),))),
        (Outcome.COMPLETED, 20, 29),
        ((DONE, CLEARED, 0, 0, 29), (DONE, CLEARED, 5, 9, 29), (CANCELED, HangupCause.LOSE_RACE, 5, None, 9)),
    ),
    "the second agent wins the race": (
        (TOGETHER, Story(CALLER, PartyStory(ring=4.0), talk=20.0, others=(PartyStory(ring=1.0),))),
        (Outcome.COMPLETED, 20, 26),
        ((DONE, CLEARED, 0, 0, 26), (CANCELED, HangupCause.LOSE_RACE, 5, None, 6), (DONE, CLEARED, 5, 6, 26)),
    ),
    "one is busy, the other answers": (
        (TOGETHER, Story(CALLER, BUSY, talk=20.0, others=(PartyStory(ring=4.0),), hangs_up=Side.FROM)),
        (Outcome.COMPLETED, 20, 29),
        (
            (DONE, CLEARED, 0, 0, 29),
            (LegState.BUSY, HangupCause.USER_BUSY, 5, None, 6),
            (DONE, CLEARED, 5, 9, 29),
        ),
    ),
    "nobody answers": (
        (TOGETHER, Story(CALLER, NEVER)),
        (Outcome.TO_UNANSWERED, 0, 35),
        (
            (DONE, CLEARED, 0, 0, 35),
            (NO_ANSWER, HangupCause.NO_ANSWER, 5, None, 35),
            (NO_ANSWER, HangupCause.NO_ANSWER, 5, None, 35),
        ),
    ),
    "nobody answers and the caller leaves a message": (
        (TOGETHER, Story(CALLER, NEVER, voicemail=8.0)),
        (Outcome.VOICEMAIL, 0, 43),
        (
            (DONE, CLEARED, 0, 0, 43),
            (NO_ANSWER, HangupCause.NO_ANSWER, 5, None, 35),
            (NO_ANSWER, HangupCause.NO_ANSWER, 5, None, 35),
        ),
    ),
    "in turn: busy, rings out, answers": (
        (IN_TURN, Story(CALLER, BUSY, talk=20.0, others=(PartyStory(Reaction.NO_ANSWER, 10.0), PartyStory(ring=2.0)))),
        (Outcome.COMPLETED, 20, 38),
        (
            (DONE, CLEARED, 0, 0, 38),
            (LegState.BUSY, HangupCause.USER_BUSY, 5, None, 6),
            (NO_ANSWER, HangupCause.NO_ANSWER, 6, None, 16),
            (DONE, CLEARED, 16, 18, 38),
        ),
    ),
    "in turn: nobody": (
        (IN_TURN, Story(CALLER, PartyStory(Reaction.REJECTS, ring=1.0))),
        (Outcome.TO_UNANSWERED, 0, 8),
        (
            (DONE, CLEARED, 0, 0, 8),
            *((LegState.REJECTED, HangupCause.CALL_REJECTED, second, None, second + 1) for second in (5, 6, 7)),
        ),
    ),
    "the caller gives up in the menu": (
        (TOGETHER, Story(PartyStory(gives_up_after=1.0), NEVER)),
        (Outcome.FROM_CANCELLED, 0, 1),
        ((DONE, CLEARED, 0, 0, 1),),
    ),
    "the caller gives up in the queue": (
        (TOGETHER, Story(PartyStory(gives_up_after=4.0), NEVER)),
        (Outcome.FROM_CANCELLED, 0, 4),
        ((DONE, CLEARED, 0, 0, 4),),
    ),
    "the caller gives up while they ring": (
        (TOGETHER, Story(PartyStory(gives_up_after=15.0), NEVER)),
        (Outcome.FROM_CANCELLED, 0, 15),
        ((DONE, CLEARED, 0, 0, 15), (CANCELED, CANCELLED, 5, None, 15), (CANCELED, CANCELLED, 5, None, 15)),
    ),
    "the caller asks to be called back": (
        (TOGETHER, Story(CALLER, NEVER, asks_callback_after=15.0)),
        (Outcome.CALLBACK_REQUESTED, 0, 15),
        ((DONE, CLEARED, 0, 0, 15), (CANCELED, CANCELLED, 5, None, 15), (CANCELED, CANCELLED, 5, None, 15)),
    ),
    "nobody is there": (
        (NOBODY_THERE, Story(CALLER)),
        (Outcome.TO_NOT_DIALLED, 0, 5),
        ((DONE, CLEARED, 0, 0, 5),),
    ),
    "nobody is there and the caller leaves a message": (
        (NOBODY_THERE, Story(CALLER, voicemail=8.0)),
        (Outcome.VOICEMAIL, 0, 13),
        ((DONE, CLEARED, 0, 0, 13),),
    ),
}


@pytest.mark.parametrize("name", INCOMING)
def test_an_incoming_call_goes_as_it_is_told(name, play):
    """Outcome, legs, causes, talk and end, each second of them."""
    (order, story), (outcome, talk, end), legs = INCOMING[name]
    played = play(story, **order)
    call = played.run()

    def seconds(at):
        return None if at is None else (at - call.created_at).total_seconds()

    found = tuple(
        (leg.state, leg.cause, *map(seconds, (leg.dialled_at, leg.answered_at, leg.ended_at))) for leg in call.legs
    )
    assert legs == found
    assert (outcome, talk, end) == (call.outcome, call.talk_seconds, played.marks["ended"])
    assert CallState.SETTLED is call.state


def test_a_caller_waits_from_the_end_of_the_menu(play):
    """The queue is a moment of the call, unless the caller is gone before."""
    waited, gone = play(Story(CALLER), **TOGETHER), play(Story(PartyStory(gives_up_after=1.0)), **TOGETHER)
    waited.run()
    gone.run()

    assert 2 == waited.marks["queued"]
    assert "queued" not in gone.marks


def test_the_states_of_an_incoming_call_follow_each_other(play):
    """In the menu, in the queue, ringing, talking."""
    played = play(Story(CALLER, PartyStory(ring=4.0)), **TOGETHER)
    states = [played.run_to(second).state for second in (1, 4, 8, 10)]

    assert [CallState.IN_FLOW, CallState.WAITING, CallState.RINGING_TO, CallState.TALKING] == states


def test_agents_are_busy_while_they_ring_and_talk(play):
    """Who loses the race is free at once; the caller, an outsider, holds nothing."""
    played = play(Story(CALLER, PartyStory(ring=4.0)), **TOGETHER)
    ringing, talking, over = (played.run_to(second).held_keys for second in (8, 10, 60))

    assert ("user:u0", AGENTS[0].contact.key, "user:u1", AGENTS[1].contact.key) == ringing
    assert ("user:u0", AGENTS[0].contact.key) == talking
    assert () == over


def test_digits_are_pressed_in_the_menu(play):
    """Half-way through a menu that is shorter than two seconds, and never a second time."""
    call = play(Story(PartyStory(digits="2")), **route(menu=1.0)).run()

    assert "2" == call.digits


def test_one_of_those_who_ring_can_be_named(play):
    """By the number of the leg; the others go on ringing."""
    played = play(Story(CALLER, NEVER), **TOGETHER)
    played.run_to(6)
    call = played.feed(Trigger.REJECT, Side.TO, leg=3)

    assert [LegState.ANSWERED, LegState.RINGING, LegState.REJECTED] == [leg.state for leg in call.legs]
    assert CallState.RINGING_TO is call.state


def test_each_answer_is_told(play, subscription):
    """The platform's own, and the agent's; then the end."""
    wanted = tuple(subscription(event) for event in CALL_EVENTS)
    played = play(Story(CALLER, PartyStory(ring=4.0)), subscriptions=wanted, **TOGETHER)
    played.run()

    assert [1, 2, None] == [notify.leg_number for notify, _ in played.told]


def test_a_time_limit_ends_the_waiting(play):
    """It counts from the arrival."""
    waits = play(Story(CALLER), time_limit=60.0, **route(2, queue=600.0))
    listens = play(Story(CALLER), time_limit=60.0, **route(2, menu=600.0))
    speaks = play(Story(CALLER, voicemail=600.0), time_limit=60.0, **route(0))

    assert [Outcome.TO_NOT_DIALLED, Outcome.TO_NOT_DIALLED, Outcome.VOICEMAIL] == [
        played.run().outcome for played in (waits, listens, speaks)
    ]
    assert {60} == {played.marks["ended"] for played in (waits, listens, speaks)}


THIRD = Party(Contact("+919830012345"), "Third", "u9")


@pytest.mark.parametrize("order", [TOGETHER, {}], ids=["incoming", "outgoing"])
@pytest.mark.parametrize("side", Side)
def test_a_talk_can_be_handed_over(order, side, play):
    """Who hands it over is out, the other waits, and talks on with the third."""
    played = play(Story(CALLER, PartyStory(ring=1.0), talk=20.0), **order)
    played.run_to(10)
    waiting = played.feed(Trigger.DIAL, side, party=THIRD)
    call = played.run()
    *_, third = call.legs

    assert CallState.TRANSFERRING is waiting.state
    assert HangupCause.BLIND_TRANSFER in {leg.cause for leg in waiting.legs if leg.side is side}
    assert (THIRD, True, DONE, 3.0) == (
        third.party,
        third.is_transfer,
        third.state,
        (third.answered_at - third.dialled_at).total_seconds(),
    )
    assert Outcome.COMPLETED is call.outcome
    assert 10 + 3 + 20 == played.marks["ended"]


def test_a_talk_that_nobody_takes_over_is_over(play):
    """The third is busy: the call has been a completed one all the same."""
    played = play(Story(talk=None))
    played.run_to(10)
    played.feed(Trigger.DIAL, Side.TO, party=Party(Contact("+919900020200")))
    call = played.run()

    assert (LegState.BUSY, Outcome.COMPLETED) == (call.legs[-1].state, call.outcome)


def test_who_hands_over_is_free_again(play):
    """And who takes over is busy instead."""
    held = play(Story(talk=None), from_party=AGENTS[0], holds=AGENTS[0].keys)
    held.run_to(10)
    before = held.call.held_keys
    after = held.feed(Trigger.DIAL, Side.FROM, party=THIRD).held_keys

    assert (AGENTS[0].keys, THIRD.keys) == (before, after)


def test_nobody_can_be_handed_what_is_no_talk(play):
    """A third party is for two that talk; and who talks is dialled no more."""
    played = play(Story(talk=None))
    played.run_to(2)
    with pytest.raises(IllegalInput):
        played.feed(Trigger.DIAL, Side.FROM, party=THIRD)
    played.run_to(10)
    with pytest.raises(IllegalInput):
        played.feed(Trigger.DIAL, Side.TO)


@pytest.mark.parametrize(
    ("reaction", "cause"),
    [
        (Reaction.NO_ANSWER, HangupCause.NO_USER_RESPONSE),
        (Reaction.UNREACHABLE, HangupCause.UNALLOCATED_NUMBER),
        (Reaction.REJECTS, HangupCause.INCOMING_CALL_BARRED),
    ],
)
def test_a_story_can_say_why(reaction, cause, play):
    """The cause stands on the leg; what somebody does by hand has its own."""
    told = PartyStory(reaction, ring=5.0, cause=cause)
    by_story = play(Story(to_party=told)).run()
    by_hand = play(Story(to_party=told))
    by_hand.run_to(4)
    by_hand.feed(Trigger.BUSY, Side.TO)

    assert cause is by_story.legs[1].cause
    assert HangupCause.USER_BUSY is by_hand.call.legs[1].cause


def test_the_time_limit_is_a_cause_of_its_own(play):
    """Of the legs that talked; one that still rang was cancelled."""
    talked = play(Story(talk=None), time_limit=60.0).run()
    rang = play(Story(to_party=NEVER), time_limit=10.0).run()

    assert [HangupCause.ALLOTTED_TIMEOUT] * 2 == [leg.cause for leg in talked.legs]
    assert [HangupCause.ALLOTTED_TIMEOUT, CANCELLED] == [leg.cause for leg in rang.legs]
