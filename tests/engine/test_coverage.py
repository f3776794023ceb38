"""What there is to exercise: drawn from the tables that the emulator goes by."""

from __future__ import annotations

from mockserver.bootstrap import PROVIDERS
from mockserver.domain.call import Outcome
from mockserver.domain.order import CallEvent
from mockserver.engine.coverage import Exercised, Kind, known_items


def test_every_outcome_is_known_where_it_can_come_about():
    """Calls that are placed have six outcomes, calls that come in have six; together they are all there are."""
    known = known_items({}, {})[Kind.OUTCOMES]
    words = [name.partition(" ")[::2] for name in known]

    assert set(Outcome) == {outcome for _, outcome in words}
    assert {"voicemail", "callback-requested"} == {
        outcome for direction, outcome in words if direction == "inbound"
    } - {outcome for direction, outcome in words if direction == "outbound-api"}


def test_a_leg_ends_in_seven_ways_on_either_side():
    """Completed, unanswered in five ways, or never dialled."""
    known = known_items({}, {})[Kind.LEGS]

    assert 14 == len(known)
    assert {"from", "to"} == {name.partition(" ")[0] for name in known}


def test_operations_errors_and_events_are_those_of_the_providers():
    """Rows that differ in their text only are one item."""
    known = known_items({"a.get": [(404, None), (500, 7), (500, 7)]}, {"a": [CallEvent.OVER]})

    assert ("a.get",) == known[Kind.OPERATIONS]
    assert ("a.get 404", "a.get 500 7") == known[Kind.ERRORS]
    assert ("a over",) == known[Kind.EVENTS]


def test_every_version_with_callbacks_says_which_events_it_tells():
    """A version that words callbacks declares their events, and no other does."""
    assert {one.name: one.version.write_callback is not None for one in PROVIDERS} == {
        one.name: bool(one.version.events) for one in PROVIDERS
    }


def test_an_answer_that_never_left_is_none():
    """A connection that ended before an answer, and a request of no operation, exercise nothing."""
    exercised = Exercised()
    exercised.answered("a.get", 0, None)
    exercised.answered(None, 404, None)

    assert 0 == exercised.clear()
