"""Any sequence of legal and illegal inputs and jumps in time keeps the promises of a call."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import anyio.lowlevel
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mockserver.domain.call import CallState
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.errors import ContactBusy, IllegalInput
from mockserver.domain.order import CALL_EVENTS, CallEvent, Party, Subscription
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.callers import find_caller
from mockserver.engine.delivery import Reply, SendFailed
from mockserver.engine.live import Word, live_input
from mockserver.engine.world import WorldSettings

_seconds = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 9.75, 10.0, 20.0, 30.0])
_outsiders = st.sampled_from(["+919810012345", "+919810054321"])
_magic = st.from_regex(r"\+9199000[0-8][0-3][0-9][0-9]{2}", fullmatch=True)
_answering = st.builds(
    PartyStory,
    ring=_seconds,
    digits=st.sampled_from(["", "1", "42#"]),
    is_machine=st.booleans(),
)
_giving_up = st.builds(PartyStory, ring=_seconds, gives_up_after=_seconds)
_silent = st.builds(
    PartyStory, st.sampled_from([one for one in Reaction if one is not Reaction.ANSWERS]), ring=_seconds
)
_stories = st.builds(
    Story,
    st.one_of(_answering, _giving_up, _silent),
    st.one_of(_answering, _silent),
    talk=st.one_of(st.none(), _seconds),
    hangs_up=st.sampled_from(Side),
)
_subscriptions = st.lists(
    st.builds(
        Subscription,
        st.sampled_from(CALL_EVENTS),
        st.sampled_from(["http://localhost/a", "http://localhost/b"]),
        st.just("POST"),
        st.just("application/json"),
        st.just("plain"),
    ),
    max_size=3,
)


class World(RuleBasedStateMachine):
    """An engine with one world; `made` are all calls, `waiting` those whose answers are still on their way."""

    def __init__(self, make_house):
        super().__init__()
        self.house = make_house(settings=WorldSettings(retry_after=(5.0, 60.0)))
        self.world, self.store = self.house.world, self.house.world.store
        self.made, self.waiting = [], []
        self.loop = asyncio.new_event_loop()
        self.stopping = asyncio.Event()
        self.server = self.loop.create_task(self.serve())
        self._recording = self.world.events.recorded()
        self.events = self._recording.__enter__()

    async def serve(self):
        async with self.house.running():
            await self.stopping.wait()

    def do(self, act, *arguments):
        """Do something in the server's loop and let it come to rest."""

        async def acting():
            await anyio.lowlevel.checkpoint()
            try:
                return act(*arguments)
            finally:
                await self.house.dispatcher.until_quiet()

        return self.loop.run_until_complete(acting())

    def living(self):
        return [call for call in self.calls() if not call.is_over]

    def calls(self):
        return [self.store.call(sid) for sid in self.made]

    def order(self, caller, to_key, subscriptions, ring_timeout, time_limit):
        return replace(
            self.house.order(),
            from_party=caller.party,
            to_party=Party(Contact(to_key)) if to_key else None,
            flow=Flow("501", "Greeting"),
            subscriptions=tuple(subscriptions),
            ring_timeout=ring_timeout,
            time_limit=time_limit,
            holds=caller.holds,
        )

    @rule(
        who=st.one_of(
            st.tuples(_outsiders, st.none(), st.booleans()),
            st.tuples(_magic, st.none(), st.booleans()),
            st.tuples(st.sampled_from([None, "+919810000001"]), st.just("u1001"), st.booleans()),
            st.tuples(st.none(), st.just("u1002"), st.booleans()),
        ),
        to_key=st.one_of(st.none(), _outsiders, _magic),
        story=st.one_of(st.none(), _stories),
        asked=st.tuples(
            _subscriptions,
            st.tuples(st.sampled_from([5.0, 10.0, 30.0]), st.sampled_from([3.0, 15.0, 60.0, 14_400.0])),
        ),
        is_answered=st.booleans(),
    )
    def place(self, who, to_key, story, asked, is_answered):
        subscriptions, limits = asked
        from_key, user_id, is_managed = who
        contact = Contact(from_key) if from_key else None
        caller = find_caller(self.world, contact, user_id, is_managed=is_managed)
        is_busy = bool(set(caller.holds) & {key for call in self.living() for key in call.order.holds})
        if story is not None:
            self.world.scenarios.tell_next(story)
        order = self.order(caller, to_key, subscriptions, *limits)
        try:
            call = self.do(self.house.engine.place, self.world, order)
        except ContactBusy:
            self.world.scenarios.clear()

            assert is_busy
            return
        assert not is_busy
        self.made.append(call.sid)
        self.waiting.append(call.sid)
        if is_answered:
            self.answer_sent()

    @precondition(lambda self: self.waiting)
    @rule()
    def answer_sent(self):
        self.do(self.house.engine.answer_sent, self.world, self.waiting.pop(0))

    @precondition(lambda self: self.made)
    @rule(
        number=st.integers(0, 9),
        word=st.sampled_from(Word),
        side=st.sampled_from([None, *Side]),
        digits=st.sampled_from("123#"),
    )
    def say(self, number, word, side, digits):
        """A person's word; where it makes no sense it changes nothing at all."""
        sid = self.made[-1 - number % len(self.made)]
        before = self.store.call(sid), self.store.next_due(), len(self.store.deliveries()), len(self.events)
        event = live_input(before[0], word, side, digits)
        try:
            after = self.do(self.house.engine.feed, self.world, sid, event)
        except IllegalInput:
            assert before == (
                self.store.call(sid),
                self.store.next_due(),
                len(self.store.deliveries()),
                len(self.events),
            )
        else:
            assert after == self.store.call(sid) != before[0]

    @rule(seconds=st.one_of(_seconds, st.floats(0, 50), st.sampled_from([120.0, 4_000.0, 20_000.0])))
    def advance(self, seconds):
        before = self.world.clock.now()
        receipt = self.loop.run_until_complete(self.house.advance(seconds))

        assert pytest.approx(seconds, abs=1e-6) == (self.world.clock.now() - before).total_seconds()
        assert sorted(event.at for event in receipt.events) == [event.at for event in receipt.events]

    @rule(answers=st.lists(st.sampled_from([Reply(500, (), b""), SendFailed("timeout", "no answer")]), max_size=4))
    def fail_next(self, answers):
        self.house.sender.script("http://localhost/a", *answers)

    @invariant()
    def every_call_is_consistent(self):
        now = self.world.clock.now()
        for call in self.calls():
            moments = [mark.at for mark in call.marks]

            assert sorted(moments) == moments
            assert moments[-1] <= call.updated_at <= now
            assert (call.outcome is None) == (call.ended_at is None)
            assert call.is_over == (call.state in {CallState.ENDED, CallState.PROCESSED, CallState.SETTLED})
            self.durations_agree(call)

    @staticmethod
    def durations_agree(call):
        for leg in call.legs:
            rang = ((leg.answered_at or leg.ended_at or leg.dialled_at) - leg.dialled_at).total_seconds()

            assert 0 <= rang <= call.order.ring_timeout
            assert leg.seconds_on_call <= call.order.time_limit
            assert (leg.ended_at is not None) == call.is_over
            assert leg.ended_at == call.ended_at
        talked = [leg.seconds_on_call for leg in call.legs if leg.answered_at is not None]
        if call.talk_seconds:
            assert min(talked) == call.talk_seconds
        if call.is_settled:
            assert call.created_at <= call.ended_at < call.processed_at <= call.settled_at

    @invariant()
    def who_is_busy_is_who_is_on_a_living_call(self):
        held = {key: call.sid for call in self.living() for key in call.order.holds}
        keys = {key for call in self.calls() for key in call.order.holds}

        assert {key: held.get(key) for key in keys} == {key: self.store.holder_of(key) for key in keys}

    def teardown(self):
        try:
            while self.waiting:
                self.answer_sent()
            self.advance(200_000.0)
            self.everything_has_come_to_its_end()
            for call in self.calls():
                self.everybody_was_told_once(call)
        finally:
            self._recording.__exit__(None, None, None)
            self.stopping.set()
            self.loop.run_until_complete(self.server)
            self.loop.close()

    def everything_has_come_to_its_end(self):
        ends = Counter(event.call_sid for event in self.events if event.facts.get("after") == CallState.SETTLED)
        deliveries = self.store.deliveries()

        assert dict.fromkeys(self.made, 1) == ends
        assert {CallState.SETTLED} >= {call.state for call in self.calls()}
        assert self.store.next_due() is None
        assert all(delivery.state.is_final for delivery in deliveries)
        assert sum(len(delivery.attempts) for delivery in deliveries) == len(self.house.sender.sent)

    def everybody_was_told_once(self, call):
        answered = [leg.number for leg in call.legs if leg.answered_at is not None]
        legs_of = {CallEvent.ANSWERED: answered, CallEvent.OVER: [None]}
        expected = Counter((one.event, leg, one.url) for one in call.order.subscriptions for leg in legs_of[one.event])
        told = self.store.deliveries(call.sid)

        assert expected == Counter((one.event, one.leg_number, one.request.url) for one in told)
        first_tries = [one.attempts[0].at for one in told]
        assert sorted(first_tries) == first_tries


def test_a_world_keeps_its_promises(make_house):
    """Each call: one terminal state, marks in order, everybody told once, no timer left, users freed."""
    run_state_machine_as_test(
        lambda: World(make_house), settings=settings(max_examples=60, stateful_step_count=25, deadline=None)
    )
