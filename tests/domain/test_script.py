from __future__ import annotations

import pytest

from mockserver.domain.errors import BadStory
from mockserver.domain.script import MOST_TURNS, Does, Turn
from mockserver.domain.story import PartyStory, Reaction


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"does": Does.SPEECH, "seconds": -1}, "seconds"),
        ({"does": Does.SILENCE, "seconds": 3_601}, "seconds"),
        ({"does": Does.TONE, "hertz": 8_000}, "hertz"),
        ({"does": Does.FILE}, "file"),
        ({"does": Does.LISTEN}, "said"),
        ({"does": Does.LISTEN, "said": 1, "quiet": 1}, "said"),
        ({"does": Does.PRESS}, "digits"),
        ({"does": Does.PRESS, "digits": "1x"}, "digits"),
        ({"does": Does.BARGE_IN, "after": -1}, "after"),
    ],
)
def test_a_turn_that_cannot_be_taken_is_refused(fields, where):
    """At once, and with its place."""
    with pytest.raises(BadStory) as refusal:
        Turn(**fields)

    assert where == refusal.value.where


@pytest.mark.parametrize(
    "says", [(Turn(Does.HANG_UP), Turn(Does.SPEECH)), (Turn(Does.SPEECH),) * (MOST_TURNS + 1)], ids=["gone", "many"]
)
def test_a_script_that_cannot_be_told_is_refused(says):
    """Nobody speaks after hanging up, and there is an end."""
    with pytest.raises(BadStory):
        PartyStory(says=says)


def test_who_never_answers_says_nothing():
    """A script is for a party that answers."""
    with pytest.raises(BadStory, match="never answers"):
        PartyStory(Reaction.BUSY, says=(Turn(Does.SPEECH),))
