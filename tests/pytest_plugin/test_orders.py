"""Tests under every disorder of their callbacks: --callback-orders."""

from __future__ import annotations

import pytest

SUITE = """
    import httpx
    import pytest
    from app import dial

    class App:
        "Believes whatever came last."
        status = None

        async def __call__(self, scope, receive, send):
            if scope["type"] != "http":
                return
            body = b""
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            self.status = "over" if b'"terminal"' in body else "alive"
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    @pytest.mark.mockserver(callback_orders=True)
    def test_marked(mockserver):
        app = App()
        mockserver.route("http://app.test", app)
        try:
            dial(mockserver, ("answered", "http://app.test/"), ("terminal", "http://app.test/"))
        except httpx.TransportError:
            pass
        mockserver.settle()
        assert app.status == "over"

    def test_other(mockserver):
        pass
    """


def test_without_the_option_callbacks_come_in_order(suite):
    """A marked test runs once, as any other."""
    done = suite(SUITE)

    done.assert_outcomes(passed=2)
    done.stdout.no_fnmatch_line("*callback orders*")


def test_the_smallest_orders_that_fail_are_told(suite):
    """Every order is a test of its own; of those that fail, the report names those that include no other that fails."""
    done = suite(SUITE, "--callback-orders=all", "-q")
    text = done.stdout.str()
    summary = text[text.index("mockserver: callback orders") :].partition("short test summary")[0]

    assert 1 == done.ret
    assert "test_it.py::test_marked fails under" in summary
    assert {"swap-2", "delay-1", "delay-2", "drop-3", "swap-1+drop-2"} == {
        line.strip().partition(":")[0] for line in summary.splitlines() if line.startswith("  ")
    }
    assert "swap-2: callback 2 comes behind the next" in summary


def test_so_many_orders_are_run_as_the_option_says(suite):
    """The smallest first: the order as it should be, then one disorder each; unmarked tests run once."""
    done = suite(SUITE, "--callback-orders=3", "-v")

    done.stdout.fnmatch_lines(
        [
            "*test_marked?in-order? PASSED*",
            "*test_marked?swap-1? PASSED*",
            "*test_marked?swap-2? FAILED*",
            "*test_other PASSED*",
        ]
    )
    done.assert_outcomes(passed=3, failed=1)


def test_the_smallest_orders_are_told_of_all_workers(suite):
    """Under pytest-xdist the report is the same."""
    done = suite(SUITE, "--callback-orders=4", "-p", "xdist", "-n", "2", apart=True)

    done.stdout.fnmatch_lines(
        ["*mockserver: callback orders*", "4 runs, 1 failed", "*swap-2: callback 2 comes behind*"]
    )


@pytest.mark.parametrize("word", ["some", "0"])
def test_another_word_is_a_mistake(suite, word):
    """The option takes all, or a number from 1 on."""
    done = suite(SUITE, f"--callback-orders={word}")

    assert 0 != done.ret
    done.stdout.fnmatch_lines([f"*--callback-orders must be all or a number from 1 on, not '{word}'*"])


def test_the_fixture_says_which_order_it_is(suite):
    """A test may know its order, without the marker."""
    done = suite(
        """
        def test_it(mockserver, callback_order):
            print("order", callback_order.name, "|", callback_order)
        """,
        "--callback-orders=2",
        "-s",
    )

    done.stdout.fnmatch_lines(["*order in-order | all comes as it should*", "*order swap-1 | callback 1 comes behind*"])
