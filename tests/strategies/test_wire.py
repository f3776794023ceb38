"""Strategies for requests, answers, refusals and callbacks, held against the published documents."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import find, given
from jsonschema import Draft202012Validator
from msgspec import UNSET

from mockserver.domain.errors import BadInput
from mockserver.drawing.choices import Impossible, SeededChoices
from mockserver.drawing.documents import documented, operation_ids
from mockserver.drawing.refusals import causes_of, refusal, row_of, says
from mockserver.drawing.wire import Response
from mockserver.strategies import broken_requests, callbacks, errors, requests, responses

OPERATIONS = tuple(operation_ids())
TELLING = [one for one in OPERATIONS if documented(one).callback]


def misfits(operation, schema, value):
    """Where a value is not as a schema of the operation's document says."""
    validator = Draft202012Validator(documented(operation).standing_alone(schema))
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_request_is_served(few, replay, operation):
    """After its setup, each drawn request is answered with the documented status by a server of its own."""
    one = documented(operation)

    @few
    @given(requests(operation))
    def check(request):
        response = replay.answer(request)

        assert one.operation.status == response.status_code, response.text
        if one.request is not None and request.json is not UNSET:
            assert [] == misfits(operation, one.request, request.json)

    check()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_as_documented(few, replay, operation):
    """Each drawn answer validates against the schema of its operation, and a second server gives the same bytes."""
    one = documented(operation)

    @few
    @given(responses(operation))
    def check(exchange):
        if exchange.response.media_type == "application/json":
            assert [] == misfits(operation, one.response, exchange.response.json())
        assert exchange.response.content == replay.answer(exchange.request).content

    check()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_broken_request_is_refused_as_documented(few, replay, operation):
    """Each is answered with its row: status, code, and the words where they are settled."""
    rows = {(row.status, row.code) for row in documented(operation).operation.errors}

    @few
    @given(broken_requests(operation))
    def check(broken):
        request, row = broken

        assert (row.status, row.code) in rows
        response = replay.answer(request)
        assert says(Response(response.status_code, {}, response.content), row)

    check()


@pytest.mark.parametrize(
    ("operation", "place"), [(one, place) for one in OPERATIONS for place in range(len(causes_of(one)))]
)
def test_every_cause_comes_about(replay, operation, place):
    """No cause of an error is only written down: each leads to its row at least once."""
    cause = causes_of(operation)[place]

    broken = next(_refused(operation, cause))

    response = replay.answer(broken.request)
    assert says(Response(response.status_code, {}, response.content), row_of(operation, cause))


def _refused(operation, cause):
    for seed in range(20):
        with suppress(Impossible):
            yield refusal(SeededChoices(f"{operation}/{seed}"), operation, cause)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_error_is_as_documented(few, operation):
    """An error by a fault rule validates against the schema of errors."""
    one = documented(operation)

    @few
    @given(errors(operation))
    def check(exchange):
        assert [] == misfits(operation, one.error(exchange.response.status), exchange.response.json())

    check()


@pytest.mark.parametrize("operation", TELLING)
def test_every_callback_is_as_documented(few, operation):
    """Callbacks in JSON validate against the schema; others carry the same names in a form or a query."""
    schema = documented(operation).callback

    @few
    @given(callbacks(operation))
    def check(callback):
        if callback.media_type == "application/json":
            assert [] == misfits(operation, schema, callback.json())
        else:
            assert b"call" in (callback.content + callback.url.encode()).lower()

    check()


def test_the_simplest_request_is_the_shortest(few):
    """A request shrinks to its mandatory parameters."""
    request = find(requests("exotel-v3.create-call"), lambda _: True, settings=few)

    assert {
        "from": {"contact_uri": "+919811112222"},
        "to": {"contact_uri": "+919811112222"},
        "virtual_number": "+912241499102",
    } == request.json


def test_an_unknown_operation_is_refused(few):
    """The refusal names those that there are."""
    with pytest.raises(BadInput, match="exotel-v9") as refusal:
        find(requests("exotel-v9.create-call"), lambda _: True, settings=few)

    assert "exotel-v3.create-call" in refusal.value.hint
