"""What the people of a call do."""

from __future__ import annotations

from mockserver.domain.story import CAUSES, DEFAULT_STORY, PartyStory, Reaction, Side, Story
from mockserver.drawing.choices import Choices

_RINGS = (2.0, 0.0, 1.0, 3.0, 7.5, 12.0, 29.0, 30.0, 45.0)
_TALKS = (20.0, 0.0, 1.0, 10.0, 59.5, 61.0, 600.0, None)
_DIGITS = ("1", "42#", "*9", "0")
_MOST_OTHERS = 2


def story(choices: Choices, *, is_incoming: bool = False) -> Story:
    """A story that may be told of a call; the simplest is the default one: both answer, talk, the second hangs up."""
    if not choices.chance() and not choices.chance() and not is_incoming:
        return DEFAULT_STORY
    asks = choices.one_of(_RINGS) if is_incoming and choices.chance() else None
    caller = party(choices, Side.FROM, may_give_up=asks is None, answers=is_incoming)
    return Story(
        from_party=caller,
        to_party=party(choices, Side.TO),
        talk=choices.one_of(_TALKS),
        hangs_up=choices.one_of((Side.TO, Side.FROM)),
        others=tuple(party(choices, Side.TO) for _ in range(choices.whole(0, _MOST_OTHERS) if is_incoming else 0)),
        voicemail=choices.one_of((8.0, 31.0)) if is_incoming and choices.chance() else None,
        asks_callback_after=asks,
    )


def party(choices: Choices, side: Side, *, may_give_up: bool = True, answers: bool = False) -> PartyStory:
    """One party; with `answers`, one who has called in and so cannot but be there."""
    reaction = Reaction.ANSWERS if answers else choices.one_of((Reaction.ANSWERS, *Reaction))
    ring = choices.one_of(_RINGS)
    if reaction is not Reaction.ANSWERS:
        causes = CAUSES[reaction]
        return PartyStory(reaction, ring, cause=choices.one_of((None, *causes)) if causes else None)
    gives_up = choices.one_of(_RINGS) if side is Side.FROM and may_give_up and choices.chance() else None
    return PartyStory(
        reaction,
        ring,
        digits=choices.one_of(_DIGITS) if choices.chance() else "",
        is_machine=choices.chance(),
        gives_up_after=gives_up,
    )
