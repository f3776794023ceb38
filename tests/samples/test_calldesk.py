"""Three bugs that every suite passes over which sees callbacks in their order only, and what finds them."""

from __future__ import annotations

import httpx
import pytest
from calldesk.broken import ClosedEnumeration, DialsAgain, LateAnsweredUndoes
from calldesk.desk import Desk
from calldesk.web import web_app

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import OrdersFailed, SuiteClient

DESKS = (Desk, ClosedEnumeration, LateAnsweredUndoes, DialsAgain)


@pytest.fixture(scope="module")
def client():
    """The client of a server."""
    with Server(Settings(port=0, clock="manual")) as server, SuiteClient(server.base_url) as client:
        yield client


@pytest.fixture(scope="module")
def http():
    """What the application asks with."""
    with httpx.Client(timeout=15) as http:
        yield http


@pytest.fixture
def story_of(http):
    """One call, dialled by a desk, that is answered and ends."""

    def story_of(kind):
        def story(world):
            desk = kind(http, world.exotel_v3.url, world.auth, "http://calldesk.test/callbacks")
            world.route("http://calldesk.test", web_app(desk))
            desk.dial("+919812345678", "+919876543210")
            world.advance(minutes=30)
            desk.reconcile()
            return desk

        return story

    return story_of


def has_ended_well(desk):
    """What every order has to come to."""
    assert ["completed"] == [record.status for record in desk.records.values()]


@pytest.mark.parametrize("kind", DESKS)
def test_in_order_all_is_well(client, story_of, kind):
    """Nobody sees the bugs as long as callbacks come as they should."""
    assert 1 == client.explore(story_of(kind), has_ended_well, most=1).runs


def test_without_bugs_every_order_is_survived(client, story_of):
    """The desk as it should be comes to the right end under every disorder, and under every two."""
    exploration = client.explore(story_of(Desk), has_ended_well)

    assert () == exploration.failures
    assert exploration.runs > 100


def _names(client, story, **how):
    with pytest.raises(OrdersFailed) as failed:
        client.explore(story, has_ended_well, **how)
    return {failure.order.name for failure in failed.value.failures}, str(failed.value)


def test_a_closed_enumeration_is_found(client, story_of):
    """An event that nobody has heard of is enough, wherever it comes; no two disorders are needed."""
    names, text = _names(
        client, story_of(ClosedEnumeration), kinds=["swap", "duplicate", "delay", "drop", "extra-event"]
    )

    assert {"extra-event-1", "extra-event-2", "extra-event-3"} == names
    assert "was answered 500 by the application" in text
    assert "an unknown event comes after callback 1" in text


def test_a_missing_field_is_found(client, story_of):
    """Without its status, the end breaks the desk that expects one; the field is named."""
    names, _ = _names(client, story_of(ClosedEnumeration), kinds=["missing-field"])

    assert "missing-field-3-call_details[status]" in names


def test_a_late_answered_that_undoes_the_end_is_found(client, story_of):
    """It takes an `answered` behind the terminal callback: by a swap, late, or waiting for one that is dropped."""
    names, text = _names(client, story_of(LateAnsweredUndoes), kinds=["swap", "duplicate", "delay", "drop"])

    assert {"delay-1", "delay-2", "swap-2", "swap-1+drop-2"} == names
    assert "callback 2 comes behind the next" in text
    assert "['in progress']" in text


def test_dialling_again_after_a_lost_answer_is_found(client, story_of):
    """The alarm names both calls; no order of callbacks is needed, so none is in the report."""
    names, text = _names(client, story_of(DialsAgain), kinds=["swap", "duplicate", "lost-answer"])

    assert {"lost-answer"} == names
    assert "dialled twice" in text
