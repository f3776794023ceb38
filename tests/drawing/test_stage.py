"""The server without a loop that everything is drawn on."""

from __future__ import annotations

import pytest
from in_process import in_process
from replaying import Replay

from mockserver.bootstrap import build_app
from mockserver.drawing.choices import NAMES, SeededChoices
from mockserver.drawing.documents import documented, operation_ids
from mockserver.drawing.requests import ASKS, exchange
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import SAMPLE, Request
from mockserver.settings import Settings


def test_every_operation_can_be_drawn():
    """Whoever adds an operation to a provider adds how it is asked."""
    assert set(operation_ids()) == set(ASKS)


def test_the_setup_is_written_down():
    """What was done to the world is a list of requests, the first of which makes it."""
    stage = Stage(seed=7, names=NAMES[:1])
    stage.advance(5)

    made, named, moved = stage.setup
    assert "/_mock/v1/worlds" == made.path
    assert {"account_sid": "sample", "api_key": "sample-key", "api_token": "sample-secret", "seed": 7} == made.json
    assert {"first_name": "Asha", "last_name": "Rao"} == named.json
    assert {"seconds": 5} == moved.json


def test_a_refused_setup_is_a_mistake():
    """Whoever draws is told what the control API has against it."""
    with pytest.raises(ValueError, match="unknown-user"):
        Stage().control("GET", "/users/nobody")


def test_the_same_seed_is_the_same_exchange():
    """Two draws under one seed are equal to the byte, and one under another is not."""
    one, same, other = [exchange(SeededChoices(seed), "nectardesk.get-call") for seed in ("1", "1", "2")]

    assert one == same
    assert one != other


def test_an_answer_of_the_stage_is_the_answer_of_a_server():
    """A server with a loop, asked over HTTP, gives the same headers and bytes."""
    drawn = exchange(SeededChoices("live"), "exotel-v3.get-call")

    with in_process(build_app(Settings(clock="manual"))) as http:
        live = Replay(http).answer(drawn.request)

    assert (drawn.response.status, drawn.response.content) == (live.status_code, live.content)
    assert drawn.response.headers == dict(live.headers)


def test_an_answer_that_waits_is_refused():
    """The stage has no loop: what would wait for something is a mistake."""
    stage = Stage()
    path = f"{SAMPLE.control}/clock/advance"

    with pytest.raises(Exception, match=r"event loop|waits"):
        stage.ask(Request(method="POST", path=path, json={"seconds": 1}))


def test_an_unknown_schema_is_none():
    """An operation that sends nothing later has no schema of it."""
    assert documented("exotel-v3.get-call").callback is None
    assert documented("exotel-v3.get-call").request is None
