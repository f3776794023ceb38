"""Every row of the tables can be walked, and where there is no row there is no way."""

# ruff: noqa: S311  no secrets are made here

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.machine import begin, step
from mockserver.domain.order import Pace, Party, Route
from mockserver.domain.states import (
    CALL_ROWS,
    CLOCK_ROWS,
    FLOW_ROWS,
    LEG_ROWS,
    RELEASED_BY,
    ROUTE_CLOCK_ROWS,
    ROUTE_ROWS,
    TERMINAL,
    TRANSFER_ROWS,
    UNANSWERED,
    Trigger,
)
from mockserver.domain.story import Side, Story

THIRD = Party(Contact("+919830012345"))
INPUTS = [
    *(Input(trigger, side, "5" if trigger is Trigger.PRESS else "") for trigger in Trigger for side in (*Side, None)),
    *(Input(Trigger.DIAL, side, party=THIRD) for side in Side),
]
DIALS = {Trigger.DIAL, Trigger.SKIP}
LIVING = {LegState.RINGING, LegState.ANSWERED}
ALL_CALL_ROWS = (*CALL_ROWS, *TRANSFER_ROWS, *FLOW_ROWS, *ROUTE_ROWS)
ALL_CLOCK_ROWS = (*CLOCK_ROWS, *ROUTE_CLOCK_ROWS)


def leg_state(call, side):
    leg = call.leg(side)
    return leg.state if leg else LegState.IDLE


def kind_of(call):
    return "route" if call.order.route else "flow" if call.order.runs_flow else "call"


def situation(call):
    """What the tables can see of a call, and its outcome."""
    states = tuple(tuple(sorted(leg.state for leg in call.legs_on(side))) or (LegState.IDLE,) for side in Side)
    return kind_of(call), call.state, *states, call.outcome


def walk_from(call, start):
    """One call for each situation that can be reached, by every input there is."""
    found, waiting = {situation(call): call}, [call]
    while waiting:
        here = waiting.pop()
        for event in INPUTS:
            try:
                there = step(here, event, start, Random(1)).call
            except IllegalInput:
                continue
            # One transfer shows all that more of them could.
            if situation(there) not in found and sum(leg.is_transfer for leg in there.legs) <= 1:
                found[situation(there)] = there
                waiting.append(there)
    return found


@pytest.fixture(scope="module")
def reachable(order, start):
    """Every situation of a call between two, of one that runs a flow, of one that is routed to two agents."""
    two_parties = order(to_party=Party(Contact("+919820012345")))
    flow = order(to_party=None, flow=Flow("501", "Greeting"))
    routed = order(to_party=None, route=Route((Party(Contact("+919820012345")), Party(Contact("+919820012346")))))
    born = [
        begin("a" * 32, one, Story(), start, account_sid="mock", pace=Pace()).call
        for one in (two_parties, flow, routed)
    ]
    return {key: call for call in born for key, call in walk_from(call, start).items()}


def tables_of(call):
    """The lists of rows that hold for a call, the closest first."""
    together = {CallState.RINGING_TO, CallState.TALKING, CallState.TRANSFERRING}
    usual = (*CALL_ROWS, *TRANSFER_ROWS)
    return {
        "call": ([usual], [CLOCK_ROWS]),
        "flow": ([FLOW_ROWS, usual], [CLOCK_ROWS]),
        "route": ([ROUTE_ROWS, [row for row in usual if row.source in together]], [ROUTE_CLOCK_ROWS, CLOCK_ROWS]),
    }[kind_of(call)]


def is_anybody(call, event):
    """Whether there is somebody to dial: in a talk a third party, else the next one that the order knows."""
    if event.trigger is not Trigger.DIAL:
        return True
    if (event.party is not None) is not (call.state is CallState.TALKING):
        return False
    if event.party or event.side is Side.FROM or not call.order.route:
        return True
    return len(call.legs_on(Side.TO)) < len(call.order.route.parties)


def targets_of(call, event):
    """The states that an input can bring some leg of its side to."""
    states = [leg.state for leg in call.legs_on(event.side)]
    if not states or (event.trigger in DIALS and (call.order.route or event.party)):
        states = [LegState.IDLE]
    return [row.target for state in states for row in LEG_ROWS if (row.source, row.trigger) == (state, event.trigger)]


@pytest.fixture(scope="module")
def answered(reachable):
    """Every reachable call and every input that some row speaks about, with those rows."""
    cases = [(call, event, rows_for(call, event)) for call in reachable.values() for event in INPUTS]
    return [(call, event, rows) for call, event, rows in cases if rows]


def rows_for(call, event):
    """The rows that speak about an input, read from the lists of rows alone."""
    of_legs, of_clock = tables_of(call)
    for rows in of_clock:
        found = [row for row in rows if (row.source, row.trigger) == (call.state, event.trigger)]
        if found:
            return found
    if event.side is None or not is_anybody(call, event):
        return []
    targets = targets_of(call, event)
    for rows in of_legs:
        found = [row for row in rows if (row.source, row.side) == (call.state, event.side) and row.leg in targets[:1]]
        if found:
            return found
    return []


def test_no_two_rows_contradict():
    """Of one situation and one input there is one row at most."""
    assert len(LEG_ROWS) == len({row[:2] for row in LEG_ROWS})
    assert len(CALL_ROWS) == len({row[:3] for row in CALL_ROWS})
    assert len(TRANSFER_ROWS) == len({row[:3] for row in TRANSFER_ROWS})
    assert not {row[:3] for row in CALL_ROWS} & {row[:3] for row in TRANSFER_ROWS}
    assert len(FLOW_ROWS) == len({row[:3] for row in FLOW_ROWS})
    assert len(ROUTE_ROWS) == len({row[:3] for row in ROUTE_ROWS})
    assert len(CLOCK_ROWS) == len({row[:2] for row in CLOCK_ROWS})
    assert len(ROUTE_CLOCK_ROWS) == len({row[:2] for row in ROUTE_CLOCK_ROWS})


@pytest.mark.parametrize("row", LEG_ROWS, ids=lambda row: f"{row.source}, {row.trigger}")
def test_every_row_of_a_leg_is_walked(row, answered, start):
    """Some reachable call takes the row, on the side where it is possible."""
    walked = set()
    for call, event, _ in answered:
        if event.trigger is row.trigger and event.side and row.target in targets_of(call, event):
            before = {leg.number: leg.state for leg in call.legs}
            after = step(call, event, start, Random(1)).call
            moved = [leg for leg in after.legs if before.get(leg.number, LegState.IDLE) is row.source]
            walked |= {leg.state for leg in moved if leg.side is event.side} & {row.target}
            was_skipped = len(after.legs) == len(before) and row.source is LegState.IDLE
            walked |= {LegState.NOT_DIALLED} if was_skipped else set()

    assert {row.target} == walked


@pytest.mark.parametrize("row", ALL_CALL_ROWS, ids=lambda row: f"{row.source}, {row.side} {row.leg}")
def test_every_row_of_a_call_is_walked(row, answered, start):
    """A leg that comes to the row's state takes the call to its target and outcome."""
    walked = set()
    for call, event, rows in answered:
        if row in rows and (event.trigger is not Trigger.PRESS or row.target is row.source):
            after = step(call, event, start, Random(1)).call
            walked.add((after.state, after.outcome))

    assert {(row.target, row.outcome)} == walked


def test_a_key_moves_nobody(answered, start):
    """Where keys can be pressed, the call and all its legs stay where they are."""
    pressed = []
    for call, event, _ in answered:
        if event.trigger is Trigger.PRESS:
            after = step(call, event, start, Random(1)).call
            pressed.append(situation(call) == situation(after))

    assert {True} == set(pressed)


@pytest.mark.parametrize("row", ALL_CLOCK_ROWS, ids=lambda row: f"{row.source}, {row.trigger}")
def test_every_row_of_the_clock_is_walked(row, answered, start):
    """What happens to a call as a whole goes to the row's target; an outcome that is known stays."""
    event = Input(row.trigger)
    calls = [call for call, other, rows in answered if other == event and row in rows]
    walked = {
        (after.state, after.outcome == (row.outcome or call.outcome))
        for call in calls
        for after in [step(call, event, start, Random(1)).call]
    }

    assert {(row.target, True)} == walked


def is_taken(call, event, at):
    try:
        step(call, event, at, Random(1))
    except IllegalInput:
        return False
    return True


def test_an_input_is_taken_if_and_only_if_there_is_a_row(reachable, answered, start):
    """In every reachable situation, every trigger on either side or none; all else raises IllegalInput."""
    cases = [(key, call, event) for key, call in reachable.items() for event in INPUTS]
    with_a_row = {(situation(call), event) for call, event, _ in answered}

    assert with_a_row == {(key, event) for key, call, event in cases if is_taken(call, event, start)}
    assert len(with_a_row) < len(cases) // 2


def test_a_refusal_says_where_the_call_is(reachable, start):
    """The message names the call's state, its legs' states and the input."""
    call = reachable["call", CallState.RINGING_TO, (LegState.ANSWERED,), (LegState.RINGING,), None]
    with pytest.raises(IllegalInput) as refusal:
        step(call, Input(Trigger.ANSWER, Side.FROM), start, Random(1))

    assert (
        f"call {call.sid} is ringing-to (from leg answered, to leg ringing): answer (from) is not possible now"
        == str(refusal.value)
    )


def test_a_call_has_one_terminal_state(reachable, answered):
    """From `settled` nothing leads on, and nothing else is without a way on."""
    going_on = {situation(call) for call, _, _ in answered}
    dead_ends = {key[1] for key in reachable if key not in going_on}

    assert {CallState.SETTLED} == dead_ends == {TERMINAL}


def test_every_state_can_be_reached(reachable):
    """No state of a call or of a leg is only drawn."""
    assert set(CallState) == {key[1] for key in reachable}
    assert set(LegState) - {LegState.NOT_DIALLED} == {
        state for key in reachable for states in key[2:4] for state in states
    }


def test_a_call_that_is_over_has_no_leg_alive(reachable):
    """Whatever ended it, every leg has ended with it."""
    over = [call for call in reachable.values() if call.is_over]

    assert over
    assert not [leg for call in over for leg in call.legs if leg.state in LIVING or leg.ended_at is None]


def test_an_outcome_belongs_to_every_call_that_is_over_and_to_no_other(reachable):
    """`outcome` and `ended_at` are known together."""
    assert [call.is_over for call in reachable.values()] == [call.outcome is not None for call in reachable.values()]
    assert set(Outcome) == {call.outcome for call in reachable.values()} - {None}


def test_every_way_of_not_answering_ends_a_ringing_leg():
    """The unanswered states are those that ringing can lead to, besides the answer."""
    assert set(UNANSWERED) | {LegState.ANSWERED} == {row.target for row in LEG_ROWS if row.source is LegState.RINGING}


def test_every_living_leg_has_a_way_to_be_released():
    """The call's end knows what to do with each state that is alive."""
    assert LIVING == set(RELEASED_BY)


def test_a_step_changes_nothing_but_what_it_returns(reachable, start):
    """Calls are values: the same step can be taken twice."""
    call = reachable["call", CallState.TALKING, (LegState.ANSWERED,), (LegState.ANSWERED,), None]
    later, event = start + timedelta(seconds=9), Input(Trigger.HANG_UP, Side.TO)

    assert step(call, event, later, Random(1)) == step(call, event, later, Random(1))
    assert CallState.TALKING is call.state
