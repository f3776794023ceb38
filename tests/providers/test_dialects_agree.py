"""Any story, anything that people do meanwhile, any moment: NectarDesk's data is consistent, and all dialects agree."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import Any

from consistency import has_gone_on, is_consistent, the_dialects_agree, the_webhook_agrees
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.bootstrap import build_engine
from mockserver.domain.applets import (
    Connect,
    Destination,
    Dial,
    Gather,
    Gathering,
    Greeting,
    Said,
    Voicemail,
)
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.media import Recording
from mockserver.domain.order import Order, Party
from mockserver.domain.states import Trigger
from mockserver.domain.story import CAUSES, PartyStory, Reaction, Side, Story
from mockserver.engine.callers import known_party
from mockserver.engine.incoming import Arrival, arrived
from mockserver.engine.live import Word, live_input
from mockserver.providers.nectardesk.render import call_answer
from mockserver.settings import Settings

EXOPHONE, CUSTOMER = Contact("+912241499102"), Contact("+919833334444")
DEVICES = ("+919810000001", "sip:agent1002", "+919810000003")
PEOPLE = (*DEVICES, "+919844445555", "+919900010000", "+919900020300", "+919900000102")
_whole = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 21.0, 30.0])
_broken = st.one_of(_whole, st.sampled_from([0.25, 0.5, 0.75, 1.4, 2.6, 9.75, 29.9]))
_silences = [one for one in Reaction if one is not Reaction.ANSWERS]


def parties(seconds):
    answering = st.builds(PartyStory, ring=seconds, digits=st.sampled_from(["", "1"]), is_machine=st.booleans())
    silent = st.sampled_from(_silences).flatmap(
        lambda one: st.builds(PartyStory, st.just(one), ring=seconds, cause=st.sampled_from([None, *CAUSES[one]]))
    )
    return st.one_of(answering, answering, silent)


def stories(seconds):
    first = st.one_of(parties(seconds), st.builds(PartyStory, ring=seconds, gives_up_after=seconds))
    told = st.builds(
        Story,
        first,
        parties(seconds),
        talk=st.one_of(st.none(), seconds),
        hangs_up=st.sampled_from(Side),
        others=st.lists(parties(seconds), max_size=2).map(tuple),
        voicemail=st.one_of(st.none(), seconds),
    )
    return st.one_of(
        told,
        told,
        told,
        st.builds(
            lambda story, after: replace(
                story, from_party=replace(story.from_party, gives_up_after=None), asks_callback_after=after
            ),
            told,
            seconds,
        ),
    )


def acts(seconds):
    """What happens between two looks: time passes, somebody acts, somebody hands over."""
    word = st.tuples(st.sampled_from(Word), st.sampled_from([None, *Side]), st.sampled_from([None, None, 1, 2, 3]))
    transfer = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Side))
    return st.lists(st.one_of(seconds, word, transfer), max_size=8)


_outbound = st.fixed_dictionaries(
    {"caller": st.sampled_from(["+919810000001", "+919811112222"]), "is_recorded": st.booleans()}
)


def routes(seconds):
    return st.fixed_dictionaries(
        {
            "user_ids": st.sampled_from([None, (), ("u1002",), ("u1002", "u1001")]),
            "is_parallel": st.booleans(),
            "menu": seconds,
            "queue": seconds,
            "is_recorded": st.booleans(),
            "flow_id": st.sampled_from([None, "501"]),
        }
    )


def flows(seconds):
    """Way through a flow: words, keys, agents, more agents, a message."""
    dial = st.builds(
        Dial,
        st.lists(st.builds(Destination, st.sampled_from(PEOPLE).map(Contact), st.booleans()), max_size=3).map(tuple),
        st.sampled_from([(), ("u1002",)]),
        st.sampled_from([None, 123456]),
        is_parallel=st.booleans(),
        max_parallel=st.sampled_from([None, 1, 2]),
        ring_timeout=seconds,
        talk_limit=st.sampled_from([None, 3.0, 21.0]),
        recording=st.sampled_from([None, Recording(2)]),
    )
    ways = st.sampled_from([None, "more", "leave"])
    return st.builds(
        lambda words, keys, first, second, after, nobody: Flow(
            "501",
            "Greeting and connect",
            (
                Greeting("hello", Said(words), next="menu"),
                Gather("menu", Gathering(timeout=keys), branches=(("1", "agents"),), otherwise="more"),
                Connect("agents", first, next=after, nobody=nobody),
                Connect("more", second, nobody="leave"),
                Voicemail("leave"),
            ),
        ),
        st.sampled_from(["", "x" * 15, "x" * 60]),
        seconds,
        dial,
        dial,
        ways,
        ways,
    )


class Table:
    """An engine whose time is moved here."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.engine = build_engine(Settings(clock="manual"))
        self.world = self.engine.world("mock")

    def place(self, made: dict[str, Any], story: Story) -> str:
        order = self._order(made)
        call = self.engine.place(self.world, replace(order, time_limit=60.0), story)
        self.engine.answer_sent(self.world, call.sid)
        return call.sid

    def _order(self, made: dict[str, Any] | Flow) -> Order:
        if isinstance(made, Flow):
            self.world.directory.flows[made.id] = made
            return arrived(self.world, Arrival(CUSTOMER, EXOPHONE, flow_id=made.id))
        return self._incoming(**made) if "menu" in made else self._outgoing(**made)

    def _outgoing(self, caller: str, *, is_recorded: bool) -> Order:
        party = known_party(self.world.directory, Contact(caller))
        recording = Recording() if is_recorded else None
        return Order(party, Party(CUSTOMER), EXOPHONE, recording=recording, holds=party.keys)

    def _incoming(self, *, is_recorded: bool, **route: Any) -> Order:
        recording = Recording() if is_recorded else None
        return arrived(self.world, Arrival(CUSTOMER, EXOPHONE, recording=recording, **route))

    def act(self, sid: str, act: Any) -> None:
        """What makes no sense now does not happen."""
        call = self.world.store.call(sid)
        if isinstance(act, float):
            self.advance(act)
            return
        if len(act) == 3:
            word, side, leg = act
            event = live_input(call, word, side, "7", leg)
        else:
            number, side = act
            event = Input(Trigger.DIAL, side, party=known_party(self.world.directory, Contact(number)))
        try:
            self.engine.feed(self.world, sid, event)
        except IllegalInput:
            assert call == self.world.store.call(sid)

    def advance(self, seconds: float) -> None:
        self.loop.run_until_complete(self.engine.runner(self.world).advance(seconds, 20.0))

    def read(self, sid: str) -> dict[str, Any]:
        return call_answer(self.world.store.call(sid), self.world)["calls"]


def follow(made, story, happens, slack):
    """A call from its beginning to the end, looked at after everything that happens."""
    with closing(asyncio.new_event_loop()) as loop:
        watch(Table(loop), made, story, happens, slack)


def watch(table, made, story, happens, slack):
    sid = table.place(made, story)
    looks = [table.read(sid)]
    for act in (*happens, *[7.0] * 3, 100_000.0):
        table.act(sid, act)
        looks.append(table.read(sid))
    for data in looks:
        is_consistent(data)
    for before, after in pairwise(looks):
        has_gone_on(before, after)
    call = table.world.store.call(sid)

    assert call.is_settled
    assert [] == [key for leg in call.legs for key in leg.party.keys if table.world.store.holder_of(key)]
    the_dialects_agree(call, looks[-1], table.world, slack)
    the_webhook_agrees(call, looks[-1], table.world)


# Everybody answers, so that there is a talk to be handed over; then things happen.
_talks = st.builds(
    Story,
    st.builds(PartyStory, ring=st.sampled_from([0.0, 1.0])),
    st.builds(PartyStory, ring=st.sampled_from([0.0, 2.0, 3.0])),
    talk=st.sampled_from([None, 21.0, 30.0]),
    hangs_up=st.sampled_from(Side),
)
_hand_over = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Side))
_play = st.tuples(st.sampled_from(Word), st.sampled_from([None, *Side]), st.sampled_from([None, 2, 3, 4]))
_takeovers = st.lists(st.one_of(_hand_over, st.sampled_from([1.0, 3.0, 8.0]), _play), min_size=1, max_size=6)
_straight = st.fixed_dictionaries(
    {
        "menu": st.just(0.0),
        "queue": st.sampled_from([0.0, 1.0]),
        "user_ids": st.sampled_from([None, ("u1002",)]),
        "is_recorded": st.booleans(),
    }
)
_often = settings(max_examples=150, deadline=None, derandomize=True)


@_often
@given(_outbound, stories(_whole), acts(_whole))
def test_calls_that_go_out(made, story, happens):
    """In whole seconds all dialects say the same."""
    follow(made, story, happens, 0)


@_often
@given(routes(_whole), stories(_whole), acts(_whole))
def test_calls_that_come_in(made, story, happens):
    """Likewise."""
    follow(made, story, happens, 0)


@_often
@given(flows(_whole), stories(_whole), acts(_whole))
def test_calls_that_go_through_applets(made, story, happens):
    """Likewise, with one talk or several, messages and nobody at all."""
    follow(made, story, happens, 0)


@_often
@given(st.one_of(_outbound, routes(_broken)), stories(_broken), acts(_broken))
def test_moments_between_seconds(made, story, happens):
    """Where moments are fractions, who rounds and who subtracts printed times differ by one second at most."""
    follow(made, story, happens, 1)


@_often
@given(st.one_of(_outbound, _straight), _talks, _hand_over, _takeovers)
def test_talks_that_are_handed_over(made, story, first, happens):
    """Again and again, to agents and outsiders who answer or do not, on either side."""
    follow(made, story, [8.0, first, *happens], 0)


def test_histories():
    """Calls that were over before anybody looked are no different."""
    engine = build_engine(Settings(clock="manual", history=600))
    world = engine.world("mock")
    for serial in range(1, 601):
        call = world.store.call_of_serial(serial)
        data = call_answer(call, world)["calls"]
        is_consistent(data)
        the_dialects_agree(call, data, world, 0)
        the_webhook_agrees(call, data, world)
