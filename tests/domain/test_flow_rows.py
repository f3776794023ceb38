"""The rows of calls that go through applets: each is taken on some way, and nothing happens without one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from mockserver.domain.applets import (
    Connect,
    Connecting,
    Destination,
    Dial,
    Gather,
    Greeting,
    Passthru,
    Said,
    Voicemail,
)
from mockserver.domain.call import CallState, LegState
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.machine import begin, step
from mockserver.domain.order import Direction, Pace, Party, Route
from mockserver.domain.states import (
    APPLET_CLOCK_ROWS,
    APPLET_CLOCK_TABLE,
    APPLET_ROWS,
    APPLET_TABLE,
    LEG_TABLE,
    OF_THE_CALL,
    Trigger,
)
from mockserver.domain.story import Side, Story

AGENT, OTHER = (Party(Contact(f"+91983333000{n}")) for n in (1, 2))
DIAL = Dial((Destination(AGENT.contact),))
FLOW = Flow(
    "900",
    "IVR",
    (
        Gather("menu", branches=(("1", "hello"), ("2", "agents")), otherwise="leave"),
        Greeting("hello", Said("hello"), next="tell"),
        Passthru("tell", "http://localhost/tell", next="agents"),
        Connect("agents", DIAL, next="hello", nobody="leave"),
        Voicemail("leave"),
    ),
    "plain",
)
CONNECTING = Connecting(DIAL, Route((AGENT, OTHER), dial=DIAL), (Story().to_party,) * 2)


def inputs_for(call):
    """Whatever can be tried on a call, with the right number where a question is open."""
    ask = call.progress.open_ask or 0
    for trigger in Trigger:
        for side in (*Side, None):
            yield Input(trigger, side, "12" if trigger is Trigger.PRESS else "", ask=ask)
    yield Input(Trigger.CONNECT, ask=ask, answer=CONNECTING)
    yield from (Input(Trigger.PRESS, Side.FROM, key) for key in "12")
    yield from (Input(Trigger.DIAL, side, party=OTHER) for side in Side)


def situation(call):
    """What the next step depends on."""
    living = tuple(sorted((leg.side, leg.state) for leg in call.legs if leg.is_living))
    return call.state, living, call.progress.applet, call.progress.open_ask is None, call.outcome


def row_of(before, event, after):
    """The row by which a step went: of the clock, or of the leg that changed."""
    if event.trigger in OF_THE_CALL:
        return APPLET_CLOCK_TABLE[before.state, event.trigger]
    old = {leg.number: leg.state for leg in before.legs}
    for leg in after.legs:
        was = old.get(leg.number, LegState.IDLE)
        target = LEG_TABLE.get((was, event.trigger))
        if leg.side is event.side and target is not None and (target is leg.state or after.is_over):
            return APPLET_TABLE.get((before.state, leg.side, target))
    return None


@pytest.fixture(scope="module")
def walked(order, start):
    """Every step that can be taken from the beginnings of a call that comes in, and of one that is placed."""
    incoming = order(to_party=None, flow=FLOW, route=Route(), direction=Direction.INBOUND)
    placed = order(to_party=None, flow=FLOW)
    born = [begin("a" * 32, one, Story(), start, account_sid="mock", pace=Pace()).call for one in (incoming, placed)]
    found, waiting, steps = {situation(call) for call in born}, list(born), []
    while waiting:
        here = waiting.pop()
        for event in inputs_for(here):
            try:
                there = step(here, event, start, Random(1)).call  # noqa: S311  sids of legs
            except IllegalInput:
                continue
            steps.append((here, event, there))
            if situation(there) not in found and len(there.legs) <= 3:
                found.add(situation(there))
                waiting.append(replace(there, progress=replace(there.progress, entered=1)))
    return steps


def test_every_row_is_taken(walked):
    """There is no row that nothing leads to."""
    taken = {row_of(*one) for one in walked}

    assert set() == {*APPLET_ROWS, *APPLET_CLOCK_ROWS} - taken


def test_a_step_leads_where_its_row_says(walked):
    """To its state, with its outcome where it has one."""
    for before, event, after in walked:
        row = row_of(before, event, after)
        if row is not None and event.trigger is not Trigger.PRESS:
            assert row.target is after.state, (event, before.state)
            assert row.outcome in {None, after.outcome}


def test_a_question_is_open_only_in_the_flow(walked):
    """Whoever dials, talks or has left waits for no answer."""
    assert {CallState.IN_FLOW} == {after.state for _, _, after in walked if after.progress.open_ask is not None}
