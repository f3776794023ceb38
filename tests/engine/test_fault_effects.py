"""What faults do, and which parameters make no sense."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.errors import BadInput
from mockserver.engine.faults.effects import KINDS, Error, FaultDirection, Latency, Malformed, Truncated, make_effect

REQUIRED = {"error": {"status": 500}, "latency": {"seconds": 1.0}, "delay": {"seconds": 1.0}}
INBOUND = {"error", "latency", "reset", "lost-answer", "truncated", "malformed", "drip"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_made(kind):
    """By its name, with what it needs, and it knows its direction."""
    effect = make_effect(kind, REQUIRED.get(kind, {}))

    assert (kind, kind in INBOUND) == (effect.kind, effect.direction is FaultDirection.INBOUND)


@pytest.mark.parametrize(
    ("kind", "parameters", "where"),
    [
        ("error", {}, "status"),
        ("delay", {}, "seconds"),
        ("reset", {"seconds": 1}, "seconds"),
        ("drop", {"status": 500}, "status"),
        ("latency", {}, "seconds"),
        ("latency", {"seconds": 1.0, "low": 1.0}, "low"),
        ("latency", {"seconds": -1.0}, "seconds"),
        ("latency", {"seconds": 601.0}, "seconds"),
        ("latency", {"seconds": float("nan")}, "seconds"),
        ("latency", {"distribution": "uniform", "low": 1.0}, "high"),
        ("latency", {"distribution": "uniform", "low": 2.0, "high": 1.0}, "low"),
        ("latency", {"distribution": "lognormal", "median": 1.0}, "sigma"),
        ("latency", {"distribution": "lognormal", "median": 1.0, "sigma": 1.0, "seconds": 1.0}, "seconds"),
        ("truncated", {"keep": 1, "share": 0.5}, "keep"),
        ("truncated", {"keep": -1}, "keep"),
        ("truncated", {"share": 1.1}, "share"),
        ("drip", {"bytes_per_second": 0.0}, "bytes_per_second"),
        ("drip", {"chunk": 0}, "chunk"),
        ("delay", {"seconds": -1.0}, "seconds"),
        ("duplicate", {"copies": 0}, "copies"),
        ("swap", {"seconds": -1.0}, "seconds"),
        ("overtake", {"seconds": 601.0}, "seconds"),
        ("corrupt", {"count": 0}, "count"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(kind, parameters, where):
    """The refusal says which."""
    with pytest.raises(BadInput) as refused:
        make_effect(kind, parameters)

    assert where == refused.value.where
    assert refused.value.message


def test_the_refusal_names_the_parameters_that_there_are():
    """Also where there are none."""
    with pytest.raises(BadInput) as unknown:
        make_effect("truncated", {"seconds": 1})
    with pytest.raises(BadInput) as none:
        make_effect("drop", {"seconds": 1})

    assert "It takes keep, share." == unknown.value.hint
    assert "It takes no parameters." == none.value.hint


def test_a_fixed_latency_is_fixed():
    """It draws nothing."""
    assert 2.5 == Latency(seconds=2.5).draw(Random(1))  # noqa: S311  a world's


@given(st.integers(), st.floats(0, 10), st.floats(0, 10))
def test_a_uniform_latency_lies_between_its_ends(seed, low, spread):
    """Both included."""
    assert low <= Latency("uniform", low=low, high=low + spread).draw(Random(seed)) <= low + spread  # noqa: S311


def test_a_lognormal_latency_lies_around_its_median():
    """Half of them below; the spread of the logarithm is sigma; none is longer than ten minutes."""
    rng, latency = Random(7), Latency("lognormal", median=2.0, sigma=0.5)  # noqa: S311  a world's
    drawn = [latency.draw(rng) for _ in range(5_000)]

    assert 1.9 < median(drawn) < 2.1
    assert 0.30 < sum(one < 2.0 * 2.718281828 ** (-0.25) for one in drawn) / len(drawn) < 0.32
    assert 600.0 == max(Latency("lognormal", median=500.0, sigma=3.0).draw(rng) for _ in range(50))


@given(
    st.binary(min_size=1),
    st.one_of(st.builds(Truncated, keep=st.integers(0, 100)), st.builds(Truncated, share=st.floats(0, 1))),
)
def test_a_cut_body_is_a_true_beginning(body, truncated):
    """Never the whole, whatever was to be kept."""
    cut = truncated.cut(body)

    assert len(cut) < len(body)
    assert body.startswith(cut)


@given(st.binary())
def test_a_spoilt_body_is_no_text(body):
    """So nothing that reads text can read it."""
    with pytest.raises(UnicodeDecodeError):
        Malformed().spoil(body).decode()


def test_an_error_may_have_no_code():
    """As some documented rows have it."""
    assert Error(500) == make_effect("error", {"status": 500})
