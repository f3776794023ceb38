"""Words of a person who plays one of the parties."""

from __future__ import annotations

import pytest

from mockserver.domain.call import LegState, Outcome
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Side, Story
from mockserver.engine.live import Word, live_input

pytestmark = pytest.mark.anyio

# Placed at 0, dialled at 1, answered at 3, leg 2 rings until 6, they talk until 26.
STORY = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)


class At:
    """A call at a number of seconds after it was placed."""

    def __init__(self, house):
        self.house = house

    async def __call__(self, seconds):
        call = self.house.place(STORY)
        await self.house.advance(seconds)
        return self.house.call(call.sid)

    def feed(self, call, event):
        return self.house.engine.feed(self.house.world, call.sid, event)


@pytest.fixture
async def at(house):
    """Places a call and lets so many seconds pass."""
    async with house.running():
        yield At(house)


@pytest.mark.parametrize(
    ("seconds", "said", "expected"),
    [
        (2, (Word.ANSWER, None), (Trigger.ANSWER, Side.FROM)),
        (4, (Word.ANSWER, None), (Trigger.ANSWER, Side.TO)),
        (2, (Word.REJECT, None), (Trigger.REJECT, Side.FROM)),
        (4, (Word.REJECT, None), (Trigger.REJECT, Side.TO)),
        (4, (Word.ANSWER, Side.FROM), (Trigger.ANSWER, Side.FROM)),
        (10, (Word.PRESS, None), (Trigger.PRESS, Side.TO)),
        (10, (Word.PRESS, Side.FROM), (Trigger.PRESS, Side.FROM)),
        (0, (Word.HANG_UP, None), (Trigger.SKIP, Side.FROM)),
        (2, (Word.HANG_UP, None), (Trigger.CANCEL, Side.FROM)),
        (4, (Word.HANG_UP, None), (Trigger.HANG_UP, Side.FROM)),
        (4, (Word.HANG_UP, Side.TO), (Trigger.REJECT, Side.TO)),
        (10, (Word.HANG_UP, None), (Trigger.HANG_UP, Side.FROM)),
        (10, (Word.HANG_UP, Side.TO), (Trigger.HANG_UP, Side.TO)),
    ],
)
async def test_a_word_means_what_makes_sense_now(seconds, said, expected, at):
    """Who rings answers or rejects; who was dialled first hangs up; before the answer that withdraws the call."""
    event = live_input(await at(seconds), *said, "7")

    assert Input(*expected, "7" if Trigger.PRESS in expected else "") == event


@pytest.mark.parametrize(
    ("seconds", "said", "outcome", "states"),
    [
        (0, (Word.HANG_UP, None), Outcome.FROM_NOT_DIALLED, []),
        (2, (Word.HANG_UP, None), Outcome.FROM_UNANSWERED, [LegState.CANCELED]),
        (2, (Word.REJECT, None), Outcome.FROM_UNANSWERED, [LegState.REJECTED]),
        (4, (Word.REJECT, None), Outcome.TO_UNANSWERED, [LegState.COMPLETED, LegState.REJECTED]),
        (4, (Word.HANG_UP, None), Outcome.FROM_CANCELLED, [LegState.COMPLETED, LegState.CANCELED]),
        (4, (Word.HANG_UP, Side.TO), Outcome.TO_UNANSWERED, [LegState.COMPLETED, LegState.REJECTED]),
        (10, (Word.HANG_UP, None), Outcome.COMPLETED, [LegState.COMPLETED, LegState.COMPLETED]),
    ],
)
async def test_a_word_ends_a_call_as_it_would_be_ended(seconds, said, outcome, states, at):
    """The outcome is that of the state in which it was said."""
    call = await at(seconds)
    ended = at.feed(call, live_input(call, *said))

    assert outcome is ended.outcome
    assert states == [leg.state for leg in ended.legs]


@pytest.mark.parametrize(
    ("seconds", "word", "side"),
    [
        (0, Word.ANSWER, None),
        (0, Word.REJECT, Side.TO),
        (0, Word.HANG_UP, Side.TO),
        (2, Word.PRESS, None),
        (4, Word.PRESS, Side.TO),
        (4, Word.ANSWER, Side.FROM),
        (10, Word.ANSWER, None),
        (10, Word.REJECT, None),
        (30, Word.ANSWER, None),
        (30, Word.HANG_UP, None),
        (30, Word.PRESS, None),
        (200, Word.HANG_UP, Side.TO),
    ],
)
async def test_a_word_that_makes_no_sense_is_refused(seconds, word, side, at):
    """Whether something is possible is for the machine to say; the call is as before."""
    call = await at(seconds)
    with pytest.raises(IllegalInput):
        at.feed(call, live_input(call, word, side, "1"))

    assert call == at.house.call(call.sid)
