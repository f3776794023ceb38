from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.script import Does, Turn
from mockserver.streams import conversation
from mockserver.streams.effects import Close, SendMark, SendMedia, Spoke
from mockserver.streams.setup import Ending, Setup

_MILLIS = st.integers(0, 3_000)
_HAPPENINGS = st.one_of(
    st.tuples(st.just("said"), st.integers(0, 4_000)),
    st.tuples(st.just("marked"), st.sampled_from("ab")),
    st.tuples(st.just("cleared")),
    st.tuples(st.just("pressed"), st.sampled_from(["1", "#9"])),
    st.tuples(st.just("answered")),
    st.tuples(st.just("wake")),
)
_TURNS = st.lists(
    st.sampled_from(
        [
            Turn(Does.SPEECH, seconds=0.5),
            Turn(Does.LISTEN, quiet=0.2),
            Turn(Does.LISTEN, said=0.4),
            Turn(Does.BARGE_IN, after=0.1, seconds=0.2),
            Turn(Does.PRESS, digits="12"),
        ]
    ),
    max_size=5,
)


# Many frames take as long as they take on a busy machine.
@settings(deadline=None)
@given(_TURNS, st.lists(st.tuples(_MILLIS, _HAPPENINGS), max_size=30), st.booleans())
def test_whatever_the_bot_does_the_stream_ends_and_its_numbers_are_right(script, happenings, is_two_way):
    """Messages are numbered without a gap, frames are due in order, every stream ends once and with a reason."""
    setup = Setup(script=tuple(script), is_two_way=is_two_way, longest=30_000_000)
    moved = conversation.begin(setup)
    talk, effects, at = moved.conversation, list(moved.effects), 0
    for later, (what, *words) in happenings:
        at += later * 1_000
        moved = getattr(conversation, what)(talk, at, *(_audio(*words) if what == "said" else words))
        talk = moved.conversation
        effects += moved.effects
    moved = conversation.wake(talk, at + setup.longest)
    talk, effects = moved.conversation, [*effects, *moved.effects]
    numbers = [one.number for one in effects if hasattr(one, "number")]
    frames = [one for one in effects if isinstance(one, SendMedia)]
    spoken = [one for one in effects if isinstance(one, Spoke)]

    assert list(range(1, len(numbers) + 1)) == numbers
    chunks = range(1, len(frames) + 1)

    assert [(chunk, 100_000 * chunk) for chunk in chunks] == [(one.chunk, one.end) for one in frames]
    assert isinstance(talk.ending, Ending)
    assert 1 == sum(isinstance(one, Close) for one in effects)
    assert conversation.next_due(talk) is None
    assert all(one.set_at <= one.at for one in effects if isinstance(one, SendMark))
    assert all(one.end <= other.start for one, other in pairwise(spoken))
    assert sum(one.end - one.start for one in spoken) == talk.heard


def _audio(millis):
    """So much of it, of which the first half is heard."""
    return millis * 1_000, [(0, millis * 500)] if millis else []
