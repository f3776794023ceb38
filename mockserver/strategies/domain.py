"""Strategies for the things of the domain: numbers, stories, orders, calls, legs, directories."""

from __future__ import annotations

from hypothesis import reject
from hypothesis import strategies as st

from mockserver.domain.call import Call, CallState, Leg
from mockserver.domain.directory import Directory
from mockserver.domain.order import Order
from mockserver.domain.story import Story
from mockserver.drawing import people, scenes
from mockserver.drawing.choices import Impossible
from mockserver.drawing.people import NumberKind
from mockserver.drawing.requests import plain_stage
from mockserver.drawing.stories import story
from mockserver.strategies.decisions import DrawnChoices, make_ready


@st.composite
def phone_numbers(draw: st.DrawFn, kind: NumberKind | str = NumberKind.VALID) -> str:
    """Phone numbers as text.

    `valid`: E.164, customers', magic and foreign ones among them; `odd`: other spellings that every operation takes;
    `invalid`: what every operation refuses. Shrinks to the sample customer `+919811112222`.
    """
    return people.number(DrawnChoices(draw), NumberKind(kind))


@st.composite
def stories(draw: st.DrawFn, *, incoming: bool = False) -> Story:
    """What both parties do; with `incoming`, of a call that comes in. Times in seconds.

    Shrinks to the default story: the first party rings 2 s, the second 3 s, they talk 20 s, the second hangs up.
    """
    return story(DrawnChoices(draw), is_incoming=incoming)


def calls(at: CallState | str | None = None) -> st.SearchStrategy[Call]:
    """Calls as the engine holds them, at any moment of their lives, or in the state `at`.

    They were placed in one of the versions, came in, or are of a history; some were handed over, some have a wrap-up.
    Shrinks to a plain completed call between two sample numbers.
    """
    make_ready()
    return _calls(None if at is None else CallState(at))


@st.composite
def _calls(draw: st.DrawFn, at: CallState | None) -> Call:
    choices = DrawnChoices(draw)
    try:
        return scenes.call(choices, plain_stage(choices), at)
    except Impossible:
        reject()


def orders() -> st.SearchStrategy[Order]:
    """What was asked for, understood: the orders of calls()."""
    return calls().map(lambda call: call.order)


def legs() -> st.SearchStrategy[Leg]:
    """Attempts to reach one party, at any moment of theirs."""
    return calls().filter(lambda call: bool(call.legs)).flatmap(lambda call: st.sampled_from(call.legs))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """The people and numbers of an account: the sample directory with other names, and a contact in the address book.

    Names are Faker's (en_IN).
    """
    choices = DrawnChoices(draw)
    stage = plain_stage(choices)
    scenes.know_contacts(choices, stage)
    return stage.world.directory
