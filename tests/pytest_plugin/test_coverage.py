"""Coverage of a run: what it exercised, as a table, JSON and a page, and held against a limit."""

from __future__ import annotations

import json

import pytest

SUITE = """
    from app import dial

    def test_talk(mockserver):
        dial(mockserver, ("terminal", mockserver.sink.url("/")))
        mockserver.advance(minutes=5)

    def test_busy(mockserver):
        mockserver.tell_next(to={"reaction": "busy"})
        dial(mockserver)
        mockserver.advance(minutes=5)
    """


def _seen(path):
    kinds = {one["kind"]: one["items"] for one in json.loads(path.read_text())["kinds"]}
    return {kind: {name: count for name, count in items.items() if count} for kind, items in kinds.items()}


EXPECTED = {
    "operations": {"exotel-v3.create-call": 2},
    "errors": {},
    "outcomes": {"outbound-api completed": 1, "outbound-api to-unanswered": 1},
    "legs": {"from completed": 2, "to completed": 1, "to busy": 1},
    "events": {"exotel-v3 over": 1},
}


def test_without_the_option_nothing_is_said(suite):
    """Coverage is told when it is asked for."""
    suite(SUITE).stdout.no_fnmatch_line("*coverage*")


def test_the_table_has_every_kind_and_what_is_missing(suite):
    """Few missing items are named, many only with -v."""
    done = suite(SUITE, "--mockserver-cov")

    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(
        [
            "*mockserver: coverage*",
            "operations * 1 *",
            "errors * 0 *",
            "outcomes * 2 *",
            "    missing inbound *",
            "all *",
        ]
    )
    done.stdout.no_fnmatch_line("*missing exotel-v1.list-calls*")
    suite(SUITE, "--mockserver-cov", "-v").stdout.fnmatch_lines(["*missing exotel-v1.list-calls*"])


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2", "--dist", "each")])
def test_files_have_all_of_it(suite, pytester, workers):
    """JSON holds every item with its count, of all workers together; the page shows each, and needs nothing else."""
    done = suite(
        SUITE, "--mockserver-cov-json=out/cov.json", "--mockserver-cov-html=out/cov.html", *workers, apart=True
    )
    page = (pytester.path / "out/cov.html").read_text()
    times = 2 if workers else 1

    assert 0 == done.ret
    assert {kind: {name: count * times for name, count in items.items()} for kind, items in EXPECTED.items()} == _seen(
        pytester.path / "out/cov.json"
    )
    assert "outbound-api to-unanswered" in page
    assert "src=" not in page
    assert "href=" not in page


def test_a_limit_fails_the_run(suite):
    """Less than the limit is a failure that says by how much; a limit that is met is none."""
    missed = suite(SUITE, "--mockserver-cov-fail-under=50")
    met = suite(SUITE, ini="mockserver_cov_fail_under = 1")

    assert 1 == missed.ret
    missed.stdout.fnmatch_lines(["FAIL: * % of what there is was exercised, less than the 50 % required"])
    assert 0 == met.ret


def test_a_limit_that_is_no_number_is_a_mistake(suite):
    """It says what it must be."""
    done = suite(SUITE, "--mockserver-cov-fail-under=most")

    assert 4 == done.ret
    done.stderr.fnmatch_lines(["*--mockserver-cov-fail-under must be a number, not 'most'*"])


def test_a_run_without_worlds_says_so(suite):
    """Nothing is started for it, and no limit is met."""
    done = suite("def test_x(): pass", "--mockserver-cov-fail-under=1")

    assert 1 == done.ret
    done.stdout.fnmatch_lines(["no test used a world"])


def test_of_a_server_that_others_use_only_this_run_counts(suite, pytester):
    """What a named server had seen before is no part of the run."""
    from mockserver.server import Server  # noqa: PLC0415
    from mockserver.settings import Settings  # noqa: PLC0415

    with Server(Settings(port=0)) as server:
        for _ in range(2):
            suite(SUITE, "--mockserver-cov-json=cov.json", "--mockserver-url", server.base_url)

    assert EXPECTED == _seen(pytester.path / "cov.json")
