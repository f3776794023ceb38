"""Strategies for what goes over the wire, by operation: requests, answers, refusals, callbacks."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from hypothesis import reject
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.drawing import refusals
from mockserver.drawing.choices import Impossible, SeededChoices
from mockserver.drawing.documents import documented
from mockserver.drawing.requests import callback, exchange, request, stage_for
from mockserver.drawing.wire import Callback, Exchange, Request
from mockserver.operations.operation import ErrorRow
from mockserver.strategies.decisions import DrawnChoices, make_ready


@cache
def _make_ready(operation: str) -> None:
    """Import all that a draw needs: the first one must not look like a slow one. Raises BadInput."""
    documented(operation)
    make_ready()
    with suppress(Impossible):
        exchange(SeededChoices(operation), operation)


def requests(operation: str) -> st.SearchStrategy[Request]:
    """Requests that the operation (`exotel-v3.create-call`) serves, once their `setup` has been sent.

    Shrinks to one with the mandatory parameters. Raises BadInput for an operation that is none.
    """
    _make_ready(operation)
    return _requests(operation)


@st.composite
def _requests(draw: st.DrawFn, operation: str) -> Request:
    choices = DrawnChoices(draw)
    stage = stage_for(choices, operation)
    try:
        asked = request(choices, stage, operation)
    except Impossible:
        reject()
    return replace(asked, setup=list(stage.setup))


def responses(operation: str) -> st.SearchStrategy[Exchange]:
    """Everything that the operation may answer when it is content, each with its request.

    The answers are those of the real server about a call at a drawn moment, under drawn readings.
    """
    _make_ready(operation)
    return _responses(operation)


@st.composite
def _responses(draw: st.DrawFn, operation: str) -> Exchange:
    try:
        return exchange(DrawnChoices(draw), operation)
    except Impossible:
        reject()


def broken_requests(operation: str) -> st.SearchStrategy[tuple[Request, ErrorRow]]:
    """Requests that are refused for what is wrong with them or with the account, and the row that answers.

    `code`, `message` and `description` of the row are those of the answer, except in v1 and v2_beta, where the vendor
    documents the status alone.
    """
    _make_ready(operation)
    return _broken_requests(operation)


@st.composite
def _broken_requests(draw: st.DrawFn, operation: str) -> tuple[Request, ErrorRow]:
    choices = DrawnChoices(draw)
    cause = choices.one_of(refusals.causes_of(operation))
    try:
        broken = refusals.refusal(choices, operation, cause)
    except Impossible:
        reject()
    return broken.request, refusals.row_of(operation, cause)


def errors(operation: str) -> st.SearchStrategy[Exchange]:
    """Every documented error of the operation as the server answers it, by a fault rule, so that none is left out."""
    _make_ready(operation)
    return _errors(operation)


@st.composite
def _errors(draw: st.DrawFn, operation: str) -> Exchange:
    choices = DrawnChoices(draw)
    row = choices.one_of(documented(operation).operation.errors)
    try:
        return refusals.fault(choices, operation, row)
    except Impossible:
        reject()


def callbacks(operation: str) -> st.SearchStrategy[Callback]:
    """Everything that the server may send of a call which the operation placed; for `nectardesk.get-call`, the webhook.

    The bytes are those of the real writers, with the call as it was when the event happened.
    """
    _make_ready(operation)
    return _callbacks(operation)


@st.composite
def _callbacks(draw: st.DrawFn, operation: str) -> Callback:
    try:
        return callback(DrawnChoices(draw), operation)
    except Impossible:
        reject()
