"""The one place where time comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.errors import BadInput
from mockserver.engine import clock as clock_module
from mockserver.engine.clock import FIXED_START, Clock, ClockMode

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Wall:
    """A wall clock that is moved by hand."""

    def __init__(self):
        self.seconds = 1_000.0

    def monotonic(self):
        return self.seconds


@pytest.fixture
def wall(monkeypatch):
    """What the clock takes for the wall."""
    wall = Wall()
    monkeypatch.setattr(clock_module, "time", wall)
    return wall


def after(seconds):
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("mode", "speed", "passed"),
    [
        (ClockMode.REAL, 1.0, 10.0),
        (ClockMode.SCALED, 60.0, 600.0),
        (ClockMode.SCALED, 0.5, 5.0),
        (ClockMode.MANUAL, 1.0, 0.0),
        (ClockMode.JUMP, 1.0, 0.0),
    ],
)
def test_each_mode_has_its_own_pace(mode, speed, passed, wall):
    """Ten seconds on the wall are ten, some other number, or none."""
    clock = Clock(mode, speed=speed, start=NOON)
    wall.seconds += 10

    assert after(passed) == clock.now()


@pytest.mark.parametrize("mode", [ClockMode.MANUAL, ClockMode.JUMP])
def test_a_clock_that_stands_begins_at_a_fixed_moment(mode):
    """Two runs see the same times."""
    assert FIXED_START == Clock(mode).now()
    assert datetime(2026, 1, 5, 4, 30, tzinfo=UTC) == FIXED_START


@pytest.mark.parametrize("start", [datetime(1999, 12, 31, 23, 59, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
def test_a_clock_starts_in_a_year_that_a_sid_can_carry(start):
    """From 2000 on, and two hundred years long."""
    with pytest.raises(BadInput) as refusal:
        Clock(ClockMode.MANUAL, start=start)

    assert "start" == refusal.value.where
    assert datetime(2000, 1, 1, tzinfo=UTC) == Clock(ClockMode.MANUAL, start=datetime(2000, 1, 1, tzinfo=UTC)).now()


@pytest.mark.parametrize("mode", [ClockMode.REAL, ClockMode.SCALED])
def test_a_clock_that_runs_begins_on_the_wall(mode):
    """Unless it is told when to begin."""
    before = datetime.now(UTC)
    now = Clock(mode, speed=1.0).now()

    assert before <= now <= datetime.now(UTC) + timedelta(seconds=60)


def test_only_real_and_scaled_clocks_run_by_themselves():
    """Manual ones wait for a command, jumping ones for the next timer."""
    assert [True, True, False, False] == [Clock(mode).runs_by_itself for mode in ClockMode]


@pytest.mark.parametrize("mode", [ClockMode.MANUAL, ClockMode.JUMP])
def test_a_clock_that_stands_is_moved(mode):
    """To any later moment."""
    clock = Clock(mode, start=NOON)
    clock.move_to(after(90))

    assert after(90) == clock.now()


def test_time_never_goes_back():
    """A move to an earlier moment is no move."""
    clock = Clock(ClockMode.MANUAL, start=NOON)
    clock.move_to(after(90))
    clock.move_to(after(30))

    assert after(90) == clock.now()


def test_a_new_mode_goes_on_from_the_present_moment(wall):
    """Real time runs on from where the manual clock stood, and stands where the scaled clock has come to."""
    clock = Clock(ClockMode.MANUAL, start=NOON)
    clock.move_to(after(100))
    seen = []
    for mode, speed in (
        (ClockMode.REAL, 1.0),
        (ClockMode.SCALED, 10.0),
        (ClockMode.MANUAL, 1.0),
        (ClockMode.JUMP, 1.0),
    ):
        clock.set_mode(mode, speed=speed)
        wall.seconds += 5
        seen.append(clock.now())

    assert [after(105), after(155), after(155), after(155)] == seen


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(ClockMode), st.floats(0.1, 1_000), st.floats(0, 100), st.integers(-1_000, 1_000)),
        max_size=20,
    )
)
def test_time_does_not_go_back_whatever_is_done(doings):
    """Changes of mode, passing time and moves in any order."""
    wall = Wall()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock_module, "time", wall)
        clock = Clock(ClockMode.REAL, start=NOON)
        seen = [clock.now()]
        for mode, speed, passed, moved in doings:
            clock.set_mode(mode, speed=speed)
            seen.append(clock.now())
            wall.seconds += passed
            seen.append(clock.now())
            if not clock.runs_by_itself:
                clock.move_to(clock.now() + timedelta(seconds=moved))
            seen.append(clock.now())

    assert sorted(seen) == seen


@pytest.mark.parametrize("speed", [0.0, -1.0, 100_001.0, float("inf"), float("nan")])
def test_a_speed_is_above_zero_and_bounded(speed):
    """Both at the beginning and later; nothing changes then."""
    clock = Clock(ClockMode.MANUAL, start=NOON)
    with pytest.raises(BadInput) as refusal:
        Clock(ClockMode.SCALED, speed=speed)
    with pytest.raises(BadInput):
        clock.set_mode(ClockMode.SCALED, speed=speed)

    assert "speed" == refusal.value.where
    assert (ClockMode.MANUAL, NOON) == (clock.mode, clock.now())


def test_the_fastest_clock_is_allowed():
    """A hundred thousand times real time."""
    assert 100_000.0 == Clock(ClockMode.SCALED, speed=100_000.0).speed


@pytest.mark.parametrize("mode", [ClockMode.REAL, ClockMode.MANUAL, ClockMode.JUMP])
def test_only_a_scaled_clock_has_a_speed(mode):
    """All others go by ones."""
    assert 1.0 == Clock(mode, speed=7.0).speed


@pytest.mark.parametrize(
    ("mode", "speed", "expected"),
    [(ClockMode.REAL, 1.0, 30.0), (ClockMode.SCALED, 60.0, 0.5), (ClockMode.SCALED, 0.5, 60.0)],
)
def test_how_long_to_wait_on_the_wall(mode, speed, expected, wall):  # noqa: ARG001  the wall stands still
    """Less where time is faster; nothing for what is overdue."""
    clock = Clock(mode, speed=speed, start=NOON)

    assert pytest.approx(expected) == clock.real_seconds_until(after(30))
    assert 0.0 == clock.real_seconds_until(after(-30))
