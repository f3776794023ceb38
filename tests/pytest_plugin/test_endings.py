"""What fails a test that went well: things left undone that it did not look at."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        (
            "undelivered",
            'dial(mockserver, ("terminal", "http://127.0.0.1:1/over")); mockserver.advance(60)',
            "*callback d1 (terminal) of call * to http://127.0.0.1:1/over: failed (refused: *",
        ),
        (
            "undelivered",
            'dial(mockserver, ("terminal", "http://8.8.8.8/over")); mockserver.advance(60)',
            "*blocked by policy: 8.8.8.8*",
        ),
        (
            "unmatched",
            'httpx.get(f"{mockserver.exotel_v3.url}/call", auth=mockserver.auth)',
            "*GET /v3/accounts/*/call was answered 404: *The nearest route is *",
        ),
        (
            "unmatched",
            'httpx.get(f"{mockserver.base_url}/v3/accounts/nobody/calls/1", auth=("no", "body"))',
            "*GET /v3/accounts/nobody/calls/1 was answered 401*",
        ),
        (
            "double-dials",
            """mockserver.add_fault("lost-answer")
    with pytest.raises(httpx.TransportError):
        dial(mockserver)
    dial(mockserver)""",
            "*were dialled twice: fault f1 lost the answer *",
        ),
        (
            "server-errors",
            """
    async def app(scope, receive, send):
        raise RuntimeError("broken")
    mockserver.route("http://app.test", app)
    dial(mockserver, ("terminal", "http://app.test/over")); mockserver.advance(60)""",
            "*callback d1 (terminal) * was answered 500 by the application*",
        ),
        (
            "disliked-answers",
            """
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"whom?"})
    mockserver.route("http://app.test", app)
    mockserver.add_flow("IVR", [ConnectBody(url="http://app.test/whom")], numbers=["+912241499102"])
    mockserver.incoming("+912241499102", "+919812345678"); mockserver.advance(60)""",
            "*callback d1 (connect) of call * to http://app.test/whom?*: *JSON*",
        ),
    ],
)
def test_a_test_that_leaves_it_fails_unless_it_is_allowed(suite, name, body, words):
    """The failure names what, where and what to do; the test, its marker and the ini file can allow it."""
    imports = "import httpx, pytest\nfrom app import dial\nfrom mockserver.testing import ConnectBody"
    start = f"{imports}\n\n\ndef test_it(mockserver):\n    {body}\n"
    marked = start.replace("def test_it", f"@pytest.mark.mockserver(allow=['{name}'])\ndef test_it")

    strict = suite(start)
    strict.assert_outcomes(failed=1)
    strict.stdout.fnmatch_lines([f"mockserver found {name}:", words, f'*mockserver.allow("{name}")*'])
    suite(f"{start}    mockserver.allow('{name}')\n").assert_outcomes(passed=1)
    suite(marked).assert_outcomes(passed=1)
    suite(start, ini=f"mockserver_allow = {name}").assert_outcomes(passed=1)
    suite(start, "--mockserver-allow", name).assert_outcomes(passed=1)


def test_what_was_planned_is_no_complaint(suite):
    """Errors by a fault, callbacks that a fault drops or holds back, and whatever the sink was told to answer."""
    done = suite(
        """
        from app import dial
        from mockserver.testing import Answer
        import httpx

        def test_faults(mockserver):
            mockserver.add_fault("drop")
            mockserver.add_fault("delay", seconds=86_400)
            dial(mockserver, ("answered", mockserver.sink.url("/")), ("terminal", mockserver.sink.url("/")))
            mockserver.advance(minutes=5)
            mockserver.add_fault("error", status=503)
            httpx.get(f"{mockserver.exotel_v3.url}/calls/x", auth=mockserver.auth)

        def test_sink(mockserver):
            mockserver.sink.script(Answer(500), Answer(404))
            dial(mockserver, ("answered", mockserver.sink.url("/")))
            mockserver.advance(minutes=5)
        """
    )

    done.assert_outcomes(passed=2)


def test_a_callback_that_waits_for_the_clock_is_undelivered(suite):
    """A retry that nobody moved the clock to has not gone out."""
    done = suite(
        """
        from app import dial
        from mockserver.testing import Answer
        import pytest

        @pytest.mark.mockserver(retry_after=[300.0])
        def test_retry(mockserver):
            dial(mockserver, ("terminal", "http://127.0.0.1:1/"))
            mockserver.advance(60)
        """
    )

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*: retrying (refused: *"])


def test_a_name_that_cannot_be_allowed_is_refused(suite):
    """The message has the names that there are."""
    done = suite("def test_it(mockserver):\n    mockserver.allow('everything')\n")

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*'everything' cannot be allowed; what can is undelivered, server-errors, *"])


def test_a_test_that_fails_by_itself_is_not_blamed_twice(suite):
    """What fails shows its own failure, and besides it what happened."""
    done = suite(
        """
        from app import dial

        def test_it(mockserver):
            dial(mockserver, ("terminal", "http://127.0.0.1:1/"))
            mockserver.advance(60)
            assert 1 == 2
        """
    )

    done.assert_outcomes(failed=1)
    done.stdout.no_fnmatch_line("*found undelivered*")
    done.stdout.fnmatch_lines(["*assert 1 == 2*", "*mockserver: ladder*", "*over: refused*"])
    done.stdout.fnmatch_lines(["*mockserver: journal*", "*POST /v3/accounts/*/calls -> 200*", "*> {*", "*< {*"])
