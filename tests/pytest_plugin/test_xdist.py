"""Many workers, one server."""

from __future__ import annotations


def test_many_tests_of_many_workers_share_one_server(suite):
    """None sees calls, faults or time of another. (tests/bench/workers.py does it with 400 tests and 8 workers.)"""
    done = suite(
        """
        import pytest
        from app import dial

        @pytest.mark.parametrize("number", range(80))
        def test_one(mockserver, mockserver_server, number):
            assert mockserver.calls().calls == []
            assert mockserver.faults() == []
            began = mockserver.now()
            sid = dial(mockserver, custom_field=str(number))
            mockserver.advance(60 + number)
            [call] = mockserver.calls().calls
            assert (call.sid, call.outcome) == (sid, "completed")
            assert mockserver.get_call(sid).custom_field == str(number)
            assert (mockserver.now() - began).total_seconds() == 60 + number
            with open("servers.txt", "a") as file:
                file.write(mockserver_server.base_url + "\\n")
        """,
        "-p",
        "xdist",
        "-n",
        "4",
        "-q",
        apart=True,
    )

    done.assert_outcomes(passed=80)


def test_the_server_starts_when_it_is_first_needed(suite, pytester):
    """Workers without a world start nothing; with worlds, all of them name the same server."""
    idle = suite(
        """
        import sys

        def test_one():
            assert not [name for name in sys.modules if name.startswith("mockserver.") and "pytest_plugin" not in name]
        """,
        "-p",
        "xdist",
        "-n",
        "2",
        apart=True,
    )
    shared = suite(
        """
        def test_one(mockserver, worker_id):
            with open(f"{worker_id}.txt", "w") as file:
                file.write(mockserver.base_url)
        """,
        "-p",
        "xdist",
        "-n",
        "2",
        "--dist",
        "each",
        apart=True,
    )

    assert (0, 0) == (idle.ret, shared.ret)
    assert 1 == len({path.read_text() for path in pytester.path.glob("gw*.txt")})
    assert 2 == len(list(pytester.path.glob("gw*.txt")))
