"""What a failure says: differences in words, side by side where there are two lists."""

from __future__ import annotations


def test_lists_of_callbacks_and_requests_are_shown_side_by_side(suite):
    """What was expected and what came, aligned, with a mark where they differ."""
    done = suite(
        """
        from app import dial

        def test_callbacks(mockserver):
            dial(mockserver, ("answered", mockserver.sink.url("/")), ("terminal", mockserver.sink.url("/")))
            mockserver.advance(60)
            mockserver.assert_requests(["exotel-v3.create-call 200"])
            mockserver.assert_requests(["exotel-v3.create-call"])
            mockserver.assert_callbacks(["answered", "terminal"])

        def test_requests(mockserver):
            mockserver.allow("unmatched")
            dial(mockserver)
            mockserver.assert_requests(["exotel-v3.create-call", "exotel-v3.get-call 200"])

        def test_outcome(mockserver):
            sid = dial(mockserver)
            mockserver.assert_outcome(sid, "completed")
        """
    )

    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(
        [
            "*other callbacks arrived than expected*",
            "E * expected    arrived",
            "E * ! (nothing)   answered",
            "E * answered    answered",
        ]
    )
    done.stdout.fnmatch_lines(["*other requests came than expected*", "*! exotel-v3.get-call 200 *(nothing)*"])
    done.stdout.fnmatch_lines(["*AssertionError: call * is not over, but queued, not completed*"])


def test_two_views_differ_field_by_field(suite):
    """Of two calls that are compared, the report has the fields in which they differ, and no more."""
    done = suite(
        """
        from app import dial

        def test_calls(mockserver):
            dial(mockserver)
            [before] = mockserver.calls().calls
            mockserver.advance(600)
            [after] = mockserver.calls().calls
            assert before == after

        def test_lists(mockserver):
            dial(mockserver)
            before = mockserver.calls().calls
            mockserver.advance(600)
            assert before == mockserver.calls().calls
        """
    )

    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["*two of CallSummary differ:*", "*.outcome: None is not 'completed'*"])
    done.stdout.fnmatch_lines(["*two of CallSummary lists differ:*", "*?0?.state: 'queued' is not 'settled'*"])


def test_each_world_of_a_test_has_its_ladder(suite):
    """With several worlds the headings say whose it is."""
    done = suite(
        """
        from app import dial

        def test_it(mockserver, mockserver_factory):
            other = mockserver_factory(account_sid="other")
            dial(other)
            assert False
        """
    )

    done.stdout.fnmatch_lines(
        ["*mockserver: ladder of world-*", "no calls", "*mockserver: ladder of other*", "*places a call*"]
    )


def test_a_world_that_is_gone_does_not_hide_the_failure(suite):
    """The report says that nothing can be told, besides the failure itself."""
    done = suite(
        """
        def test_it(mockserver):
            mockserver.delete()
            assert 1 == 2
        """
    )

    done.stdout.fnmatch_lines(["*assert 1 == 2*", "nothing can be told: *"])
