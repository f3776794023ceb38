"""Any flow, whatever applications answer and people do: every call ends, and nothing is left open."""

from __future__ import annotations

import anyio
from flow_line import CALLER, EXOPHONE, FIRST, SECOND, THIRD
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.applets import (
    Branch,
    Connect,
    Destination,
    Dial,
    Gather,
    Gathering,
    Greeting,
    HangUp,
    Passthru,
    Said,
    Voicemail,
)
from mockserver.domain.call import CallState
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.order import Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import Reply, SendBlocked, SendFailed
from mockserver.engine.incoming import Arrival, arrived

IDS = ("a", "b", "c", "d")
ways = st.sampled_from((*IDS, None))
seconds = st.sampled_from((0.0, 1.0, 2.5, 7.0, 40.0))
urls = st.sampled_from((None, "http://localhost/one", "http://localhost/two"))
said = st.builds(Said, st.sampled_from(("", "x" * 30)), st.sampled_from(((), ("http://localhost/hi.wav",))))
gatherings = st.builds(
    Gathering, said, st.integers(1, 3), st.sampled_from(("", "#")), seconds, repeats=st.integers(0, 2)
)
dials = st.builds(
    Dial,
    st.lists(st.builds(Destination, st.sampled_from((FIRST, SECOND, THIRD)), st.booleans()), max_size=3).map(tuple),
    st.sampled_from(((), ("u1001", "u1002"))),
    st.sampled_from((None, 123456)),
    is_parallel=st.booleans(),
    max_parallel=st.sampled_from((None, 1, 2)),
    asks_after_attempt=st.booleans(),
    ring_timeout=seconds,
    talk_limit=st.sampled_from((None, 0.0, 3.0)),
    events_url=urls,
)
KINDS = {
    Greeting: st.tuples(said, urls, ways),
    Gather: st.tuples(
        gatherings, urls, urls, st.lists(st.tuples(st.sampled_from("12"), st.sampled_from(IDS))).map(tuple), ways
    ),
    Passthru: st.tuples(st.just("http://localhost/pass"), st.booleans(), ways, ways),
    Connect: st.tuples(dials, urls, urls, st.just("1.1"), urls, ways, ways),
    Voicemail: st.tuples(said),
    HangUp: st.tuples(),
}
answers = st.one_of(said, gatherings, dials, st.builds(Branch, st.booleans()), st.none())
failures = st.sampled_from(
    (SendFailed("timeout", "late"), SendFailed("refused", "nobody"), SendFailed("closed", "gone"), SendBlocked("no"))
)
parties = st.one_of(
    st.builds(PartyStory, ring=seconds, digits=st.sampled_from(("", "1", "12#2"))),
    st.builds(PartyStory, st.sampled_from([one for one in Reaction if one is not Reaction.ANSWERS]), seconds),
)
callers = st.builds(
    PartyStory,
    ring=seconds,
    digits=st.sampled_from(("", "1", "12#2", "9")),
    gives_up_after=st.sampled_from((None, None, 0.0, 3.0, 30.0)),
)
stories = st.builds(
    Story,
    callers,
    parties,
    st.sampled_from((0.0, 4.0, None)),
    st.sampled_from(Side),
    st.lists(parties, max_size=3).map(tuple),
    st.sampled_from((None, 0.0, 5.0)),
)
acts = st.sampled_from(
    (
        Input(Trigger.PRESS, Side.FROM, "1"),
        Input(Trigger.HANG_UP, Side.FROM),
        Input(Trigger.HANG_UP, Side.TO),
        Input(Trigger.ANSWER, Side.TO),
        Input(Trigger.REJECT, Side.TO),
        Input(Trigger.CALL_BACK, Side.FROM),
        Input(Trigger.DIAL, Side.TO, party=Party(THIRD)),
    )
)


@st.composite
def flows(draw):
    """One to four applets that lead anywhere."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4))
    ids = IDS[: len(kinds)]

    def known(facts):
        ways_known = [None if one in IDS and one not in ids else one for one in facts]
        return [
            tuple((digits, way) for digits, way in one if way in ids) if isinstance(one, tuple) and one else one
            for one in ways_known
        ]

    return Flow(
        "900",
        "IVR",
        tuple(kind(name, *known(draw(KINDS[kind]))) for name, kind in zip(ids, kinds, strict=True)),
        "plain",
    )


def say(house, scripted):
    """Let the application say these things, in any order of its URLs."""
    for number, (url, answer) in enumerate(scripted):
        if isinstance(answer, Exception):
            house.sender.script(url, answer)
            continue
        body = f"{number}".encode()
        if answer is not None:
            house.meanings[body] = answer
        house.sender.script(url, Reply(200, (), body))


@settings(max_examples=150, deadline=None)
@given(
    flow=flows(),
    story=stories,
    scripted=st.lists(
        st.tuples(urls.filter(bool) | st.just("http://localhost/pass"), st.one_of(answers, failures)), max_size=8
    ),
    acted=st.lists(st.tuples(st.sampled_from((0.0, 0.5, 3.0, 20.0)), acts), max_size=4),
    comes_in=st.booleans(),
)
def test_every_call_ends(make_house, *, flow, story, scripted, acted, comes_in):
    """With one outcome, everybody free, no question open, no timer left, everything that was sent on record."""

    async def run():
        house = make_house()
        world = house.world
        say(house, scripted)
        world.directory.flows["900"] = flow
        async with house.running():
            if comes_in:
                call = house.engine.place(world, arrived(world, Arrival(CALLER, EXOPHONE, flow_id="900")), story)
                house.engine.answer_sent(world, call.sid)
            else:
                call = house.place(story, to_party=None, flow=flow, subscriptions=())
            for after, act in acted:
                await house.advance(after)
                try:
                    house.engine.feed(world, call.sid, act)
                except IllegalInput:
                    continue
            await house.advance(15_000)
        return house, house.call(call.sid)

    house, call = anyio.run(run)
    store = house.world.store

    assert CallState.SETTLED is call.state
    assert call.outcome is not None
    assert call.progress.open_ask is None
    assert all(leg.ended_at is not None and leg.cause is not None for leg in call.legs)
    assert store.next_due() is None
    for contact in (FIRST, SECOND, THIRD):
        assert store.holder_of(contact.key) is None
    assert all(one.state.is_final for one in store.deliveries())
    assert len(house.sender.sent) == sum(len(one.attempts) for one in store.deliveries())
    assert [leg.number for leg in call.legs] == list(range(1, len(call.legs) + 1))
    assert call.talk_seconds <= (call.ended_at - call.created_at).total_seconds() * max(1, len(call.legs))
