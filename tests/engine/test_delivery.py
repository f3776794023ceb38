"""How a callback stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mockserver.engine.delivery import Attempt, DeliveryState, OutboundRequest, Reply, SendFailed, rerouted

AT = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "is_success"),
    [(200, True), (204, True), (299, True), (199, False), (301, False), (404, False), (500, False)],
)
def test_an_answer_from_200_to_299_is_a_success(status, is_success):
    """Redirects are not followed, so they are none."""
    assert is_success is Attempt(1, AT, 0.1, Reply(status, (), b"")).is_success


def test_an_attempt_without_an_answer_is_no_success():
    """It has an error instead."""
    assert not Attempt(1, AT, 0.1, error="timeout: no answer").is_success


def test_a_delivery_is_done_when_it_is_delivered_failed_blocked_or_dropped():
    """Pending and retrying ones wait."""
    waiting = {DeliveryState.PENDING, DeliveryState.RETRYING}

    assert set(DeliveryState) - waiting == {state for state in DeliveryState if state.is_final}


def test_a_failure_has_a_reason_and_words():
    """The reason is for programs, the words are for people."""
    failed = SendFailed("timeout", "no answer within 15 s")

    assert ("timeout", "no answer within 15 s") == (failed.reason, str(failed))


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://app.test/calls?a=1&b=%20", "http://127.0.0.1:81/calls?a=1&b=%20"),
        ("https://app.test:8000/calls", "http://127.0.0.1:82/base/calls"),
        ("http://app.test:9000", "http://127.0.0.1:81"),
    ],
)
def test_a_host_may_be_served_elsewhere(url, sent):
    """The request goes to the base URL of its host and port, or of its host, and keeps its Host."""
    hosts = {"app.test": "http://127.0.0.1:81", "app.test:8000": "http://127.0.0.1:82/base/"}
    request = rerouted(OutboundRequest("POST", url, (("A", "b"),), b"x"), hosts)

    assert sent == request.url
    assert (("Host", url.split("/")[2]), ("A", "b")) == request.headers


def test_other_hosts_are_served_where_they_are():
    """A request to another host is as it was."""
    request = OutboundRequest("POST", "http://other.test/calls", (), b"")

    assert request is rerouted(request, {"app.test": "http://127.0.0.1:81"})
