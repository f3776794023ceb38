"""Every way in which a call between two people can go, second by second.

Every call is placed at second 0 and dialled at second 1.
"""

from __future__ import annotations

import pytest

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.story import PartyStory, Reaction, Side, Story

ANSWERS = PartyStory(ring=2.0)
COMPLETED = LegState.COMPLETED


def from_story(reaction, ring=0.0):
    return Story(from_party=PartyStory(reaction, ring=ring))


def to_story(reaction, ring=0.0):
    return Story(from_party=ANSWERS, to_party=PartyStory(reaction, ring=ring))


# name: story, outcome, leg 1 and leg 2 as (state, dialled, answered, ended), seconds of talk, end of the call.
OUTCOMES = {
    "both answer, leg 2 hangs up": (
        Story(ANSWERS, PartyStory(ring=3.0), talk=20.0, hangs_up=Side.TO),
        (Outcome.COMPLETED, (COMPLETED, 1, 3, 26), (COMPLETED, 3, 6, 26), 20, 26),
    ),
    "both answer, leg 1 hangs up": (
        Story(ANSWERS, PartyStory(ring=3.0), talk=20.0, hangs_up=Side.FROM),
        (Outcome.COMPLETED, (COMPLETED, 1, 3, 26), (COMPLETED, 3, 6, 26), 20, 26),
    ),
    "both answer at once and hang up at once": (
        Story(PartyStory(), PartyStory(), talk=0.0),
        (Outcome.COMPLETED, (COMPLETED, 1, 1, 1), (COMPLETED, 1, 1, 1), 0, 1),
    ),
    "both answer, fractions of a second count": (
        Story(PartyStory(ring=0.25), PartyStory(ring=0.5), talk=1.75),
        (Outcome.COMPLETED, (COMPLETED, 1, 1.25, 3.5), (COMPLETED, 1.25, 1.75, 3.5), 1.75, 3.5),
    ),
    "leg 1 rings out": (
        from_story(Reaction.NO_ANSWER),
        (Outcome.FROM_UNANSWERED, (LegState.NO_ANSWER, 1, None, 31), None, 0, 31),
    ),
    "leg 1 rings out before the ring time-out": (
        from_story(Reaction.NO_ANSWER, ring=12.0),
        (Outcome.FROM_UNANSWERED, (LegState.NO_ANSWER, 1, None, 13), None, 0, 13),
    ),
    "leg 1 is busy": (
        from_story(Reaction.BUSY, ring=2.0),
        (Outcome.FROM_UNANSWERED, (LegState.BUSY, 1, None, 3), None, 0, 3),
    ),
    "leg 1 rejects": (
        from_story(Reaction.REJECTS, ring=2.0),
        (Outcome.FROM_UNANSWERED, (LegState.REJECTED, 1, None, 3), None, 0, 3),
    ),
    "leg 1 cannot be reached": (
        from_story(Reaction.UNREACHABLE),
        (Outcome.FROM_UNANSWERED, (LegState.UNREACHABLE, 1, None, 1), None, 0, 1),
    ),
    "leg 2 rings out": (
        to_story(Reaction.NO_ANSWER),
        (Outcome.TO_UNANSWERED, (COMPLETED, 1, 3, 33), (LegState.NO_ANSWER, 3, None, 33), 0, 33),
    ),
    "leg 2 is busy": (
        to_story(Reaction.BUSY, ring=4.0),
        (Outcome.TO_UNANSWERED, (COMPLETED, 1, 3, 7), (LegState.BUSY, 3, None, 7), 0, 7),
    ),
    "leg 2 rejects": (
        to_story(Reaction.REJECTS, ring=4.0),
        (Outcome.TO_UNANSWERED, (COMPLETED, 1, 3, 7), (LegState.REJECTED, 3, None, 7), 0, 7),
    ),
    "leg 2 cannot be reached": (
        to_story(Reaction.UNREACHABLE),
        (Outcome.TO_UNANSWERED, (COMPLETED, 1, 3, 3), (LegState.UNREACHABLE, 3, None, 3), 0, 3),
    ),
    "leg 1 hangs up while leg 2 rings": (
        Story(PartyStory(ring=2.0, gives_up_after=4.0), PartyStory(ring=10.0)),
        (Outcome.FROM_CANCELLED, (COMPLETED, 1, 3, 7), (LegState.CANCELED, 3, None, 7), 0, 7),
    ),
    "leg 2 is never dialled": (
        to_story(Reaction.NOT_DIALLED),
        (Outcome.TO_NOT_DIALLED, (COMPLETED, 1, 3, 3), None, 0, 3),
    ),
    "leg 1 is never dialled": (
        from_story(Reaction.NOT_DIALLED),
        (Outcome.FROM_NOT_DIALLED, None, None, 0, 1),
    ),
    "leg 1 would answer after the ring time-out": (
        Story(PartyStory(ring=31.0)),
        (Outcome.FROM_UNANSWERED, (LegState.NO_ANSWER, 1, None, 31), None, 0, 31),
    ),
    "leg 2 would be busy after the ring time-out": (
        to_story(Reaction.BUSY, ring=45.0),
        (Outcome.TO_UNANSWERED, (COMPLETED, 1, 3, 33), (LegState.NO_ANSWER, 3, None, 33), 0, 33),
    ),
    "leg 1 answers in the very second of the ring time-out": (
        Story(PartyStory(ring=30.0), PartyStory(), talk=5.0),
        (Outcome.COMPLETED, (COMPLETED, 1, 31, 36), (COMPLETED, 31, 31, 36), 5, 36),
    ),
    "leg 2 answers in the very second of the ring time-out": (
        Story(ANSWERS, PartyStory(ring=30.0), talk=5.0),
        (Outcome.COMPLETED, (COMPLETED, 1, 3, 38), (COMPLETED, 3, 33, 38), 5, 38),
    ),
    "leg 1 gives up in the very second of the ring time-out": (
        Story(PartyStory(ring=2.0, gives_up_after=30.0), PartyStory(Reaction.NO_ANSWER)),
        (Outcome.FROM_CANCELLED, (COMPLETED, 1, 3, 33), (LegState.CANCELED, 3, None, 33), 0, 33),
    ),
    "leg 1 would give up after the ring time-out": (
        Story(PartyStory(ring=2.0, gives_up_after=60.0), PartyStory(Reaction.NO_ANSWER)),
        (Outcome.FROM_CANCELLED, (COMPLETED, 1, 3, 33), (LegState.CANCELED, 3, None, 33), 0, 33),
    ),
    "leg 1 would give up, but leg 2 answers before": (
        Story(PartyStory(ring=2.0, gives_up_after=4.0), PartyStory(ring=3.0), talk=20.0),
        (Outcome.COMPLETED, (COMPLETED, 1, 3, 26), (COMPLETED, 3, 6, 26), 20, 26),
    ),
}


def seconds_of(played, leg):
    if leg is None:
        return None
    moments = [played.marks.get(f"leg-{leg.number}-{what}") for what in ("dialled", "answered", "ended")]
    return (leg.state, *moments)


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_story_comes_to_its_outcome(name, play):
    """Outcome, states and times of both legs, seconds of talk and the end are as the row says."""
    story, expected = OUTCOMES[name]
    played = play(story)
    call = played.run()
    from_leg, to_leg = seconds_of(played, call.leg(Side.FROM)), seconds_of(played, call.leg(Side.TO))

    assert expected == (call.outcome, from_leg, to_leg, call.talk_seconds, played.marks["ended"])


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_story_settles(name, play):
    """A second after the end the record is processed, two minutes after the end it is settled; no timer is left."""
    story, _ = OUTCOMES[name]
    played = play(story)
    call = played.run()

    assert CallState.SETTLED is call.state
    assert played.marks["ended"] + 1 == played.marks["processed"]
    assert played.marks["ended"] + 120 == played.marks["settled"]
    assert [] == played.timers


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_marks_of_every_story_are_in_order(name, play):
    """Each moment is known once, in order of time, from `created` to `settled`."""
    story, _ = OUTCOMES[name]
    marks = play(story).run().marks

    assert sorted(mark.at for mark in marks) == [mark.at for mark in marks]
    assert len({mark.name for mark in marks}) == len(marks)
    assert ("created", "settled") == (marks[0].name, marks[-1].name)


def test_the_marks_of_one_instant_are_in_the_order_in_which_they_happened(play):
    """Nobody hangs up before the other has answered, not even within the same second."""
    story = Story(PartyStory(), PartyStory(), talk=0.0)
    names = [mark.name for mark in play(story).run().marks]

    assert names.index("leg-2-answered") < names.index("leg-1-ended")


@pytest.mark.parametrize(
    ("story", "from_itself", "to_itself"),
    [
        (Story(hangs_up=Side.FROM), True, False),
        (Story(hangs_up=Side.TO), False, True),
        (to_story(Reaction.NO_ANSWER), False, False),
        (to_story(Reaction.BUSY), False, True),
        (to_story(Reaction.REJECTS), False, True),
        (to_story(Reaction.UNREACHABLE), False, True),
        (Story(PartyStory(gives_up_after=1.0), PartyStory(Reaction.NO_ANSWER)), True, False),
    ],
)
def test_a_leg_knows_whether_it_ended_itself(story, from_itself, to_itself, play):
    """Who hung up, was busy or rejected ended itself; who was cancelled, rang out or was left did not."""
    call = play(story).run()

    assert from_itself is call.leg(Side.FROM).ended_itself
    assert to_itself is call.leg(Side.TO).ended_itself


def test_without_a_second_party_leg_2_is_never_dialled(play):
    """A call to nobody ends when leg 1 has answered."""
    call = play(Story(), to_party=None).run()

    assert Outcome.TO_NOT_DIALLED is call.outcome
    assert call.leg(Side.TO) is None
