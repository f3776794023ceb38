"""The fixtures: a fresh world on one server, where it is, and what goes with it."""

from __future__ import annotations

from mockserver.server import Server
from mockserver.settings import Settings


def test_each_test_has_a_fresh_world_with_a_manual_clock(suite):
    """Two tests have two worlds on one server; nothing of the one is seen in the other, and time begins anew."""
    done = suite(
        """
        from app import dial
        seen = []

        def test_one(mockserver, mockserver_server):
            seen.append((mockserver.sid, mockserver_server.base_url, mockserver.now()))
            dial(mockserver)
            mockserver.advance(minutes=45)
            assert [one.outcome for one in mockserver.calls().calls] == ["completed"]

        def test_two(mockserver, mockserver_server):
            [(sid, base_url, began)] = seen
            assert mockserver.sid != sid
            assert (mockserver_server.base_url, mockserver.now()) == (base_url, began)
            assert mockserver.calls().calls == []
            assert [one.sid for one in mockserver_server.worlds()] == ["mock", mockserver.sid]
        """
    )

    done.assert_outcomes(passed=2)


def test_an_application_finds_the_world_by_its_environment(suite):
    """URLs and credentials are in the environment while the test runs, and are attributes all the time."""
    done = suite(
        """
        import os
        import pytest
        import httpx

        def test_in(mockserver):
            url = os.environ["MOCKSERVER_EXOTEL_V3_URL"]
            auth = (os.environ["MOCKSERVER_API_KEY"], os.environ["MOCKSERVER_API_TOKEN"])
            assert mockserver.exotel_v3 == (url, auth, os.environ["MOCKSERVER_ACCESS_TOKEN"])
            assert httpx.get(f"{url}/calls/nobody", auth=auth).status_code == 404
            assert {name: os.environ[name] for name in mockserver.env} == mockserver.env

        def test_out():
            assert [name for name in os.environ if name.startswith("MOCKSERVER_")] == []
        """
    )

    done.assert_outcomes(passed=2)


def test_the_marker_says_how_the_world_is(suite):
    """Story, clock, seed and all settings of a world; the closest marker has the last word."""
    done = suite(
        """
        import pytest
        from app import dial
        pytestmark = pytest.mark.mockserver(seed=7, story="busy")

        def test_module(mockserver):
            sid = dial(mockserver)
            mockserver.advance(minutes=5)
            mockserver.assert_outcome(sid, "to-unanswered")
            assert mockserver.view.seed == 7

        @pytest.mark.mockserver(story={"from": {"reaction": "no-answer"}}, strict=True)
        def test_closer(mockserver):
            sid = dial(mockserver)
            mockserver.advance(minutes=5)
            mockserver.assert_outcome(sid, "from-unanswered")
            assert (mockserver.view.seed, mockserver.view.strict) == (7, True)

        @pytest.mark.mockserver(clock="jump", story=None)
        def test_jump(mockserver):
            sid = dial(mockserver)
            assert mockserver.wait_for_call(sid).call.outcome == "completed"
        """
    )

    done.assert_outcomes(passed=3)


def test_a_marker_that_says_what_nobody_knows_is_refused(suite):
    """A typo in the marker must not pass for a setting; the message has the names that there are."""
    done = suite(
        """
        import pytest

        @pytest.mark.mockserver(clokc="jump")
        def test_typo(mockserver):
            pass

        @pytest.mark.mockserver(story="sings")
        def test_story(mockserver):
            pass
        """
    )

    done.assert_outcomes(errors=2)
    done.stdout.fnmatch_lines(["*no argument 'clokc'; it has story, *", "*'sings' is no story: say one of answers, *"])


def test_options_have_twins_in_the_ini_file(suite):
    """The command line goes before the ini file, and a marker before both."""
    text = """
        import pytest

        def test_seed(mockserver):
            print("seed", mockserver.view.seed, mockserver.clock().mode)

        @pytest.mark.mockserver(seed=3)
        def test_marked(mockserver):
            print("marked", mockserver.view.seed)
        """

    by_ini = suite(text, "-s", ini="mockserver_seed = 5\nmockserver_clock = jump")
    by_flag = suite(text, "-s", "--mockserver-seed=9", ini="mockserver_seed = 5")

    by_ini.stdout.fnmatch_lines(["*seed 5 jump*", "*marked 3*"])
    by_flag.stdout.fnmatch_lines(["*seed 9 manual*", "*marked 3*"])


def test_a_factory_makes_further_worlds(suite):
    """They are checked at the end of the test like the first one, and go with it."""
    done = suite(
        """
        from app import dial

        def test_two_worlds(mockserver, mockserver_factory):
            other = mockserver_factory(account_sid="other", seed=4)
            dial(other)
            assert (len(mockserver.calls().calls), len(other.calls().calls)) == (0, 1)

        def test_it_is_gone(mockserver_server):
            assert [one.sid for one in mockserver_server.worlds()] == ["mock"]

        def test_it_is_checked(mockserver_factory):
            other = mockserver_factory()
            dial(other, ("terminal", "http://127.0.0.1:1/"))
            other.advance(minutes=5)
        """
    )

    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["*found undelivered:*"])


def test_a_unittest_class_has_the_world_as_an_attribute(suite):
    """A test case that uses the fixture finds the world at `self.mockserver`; its failures are reported as others."""
    done = suite(
        """
        import unittest
        import pytest
        from app import dial

        @pytest.mark.usefixtures("mockserver")
        class TestCalls(unittest.TestCase):
            def test_good(self):
                sid = dial(self.mockserver)
                self.mockserver.advance(minutes=5)
                self.mockserver.assert_outcome(sid, "completed")

            def test_bad(self):
                dial(self.mockserver)
                self.fail("so it is")

            def test_bad_end(self):
                dial(self.mockserver, ("terminal", "http://127.0.0.1:1/"))
                self.mockserver.advance(minutes=5)
        """
    )

    done.assert_outcomes(passed=1, failed=2)
    done.stdout.fnmatch_lines(["*mockserver: ladder*", "*places a call*", "*found undelivered:*"])


def test_the_world_can_be_awaited(suite):
    """`amockserver` is the same world in whatever event loop, and leaves nothing open."""
    done = suite(
        """
        import asyncio
        from app import dial

        def test_awaited(mockserver, amockserver):
            async def story():
                sid = await asyncio.to_thread(dial, mockserver)
                await amockserver.advance(600)
                async with amockserver.follow(after=0, most=1) as events:
                    first = [event.kind async for event in events]
                return (await amockserver.get_call(sid)).call.outcome, first

            for _ in range(2):
                sid = None
            assert asyncio.run(story()) == ("completed", ["call.placed"])
            assert asyncio.run(amockserver.get_call(mockserver.calls().calls[0].sid)).call.outcome == "completed"
        """,
        "-Werror",
        "-Wignore::pytest.PytestAssertRewriteWarning",
    )

    done.assert_outcomes(passed=1)


def test_another_server_is_used_when_it_is_named(suite):
    """--mockserver-url, or MOCKSERVER_URL of the environment; that nobody is there is a mistake."""
    text = """
        def test_where(mockserver):
            print("at", mockserver.base_url)
        """
    with Server(Settings(port=0)) as server:
        by_flag = suite(text, "-s", "--mockserver-url", server.base_url)
    nobody = suite(text, "--mockserver-url", "http://127.0.0.1:1")

    by_flag.stdout.fnmatch_lines([f"*at {server.base_url}*"])
    assert 4 == nobody.ret
    nobody.stdout.fnmatch_lines(["*no mockserver answers at http://127.0.0.1:1*"])
