"""Strategies for what goes over the wire, by operation: requests, answers, refusals, callbacks."""

from __future__ import annotations

from hypothesis import reject
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.drawing import refusals
from mockserver.drawing.choices import Impossible
from mockserver.drawing.documents import documented
from mockserver.drawing.requests import callback, exchange, request, stage_for
from mockserver.drawing.wire import Callback, Exchange, Request
from mockserver.operations.operation import ErrorRow
from mockserver.strategies.decisions import DrawnChoices


@st.composite
def requests(draw: st.DrawFn, operation: str) -> Request:
    """Requests that the operation (`exotel-v3.create-call`) serves, once their `setup` has been sent.

    Shrinks to one with the mandatory parameters. Raises BadInput for an operation that is none.
    """
    choices = DrawnChoices(draw)
    stage = stage_for(choices, operation)
    try:
        asked = request(choices, stage, operation)
    except Impossible:
        reject()
    return replace(asked, setup=list(stage.setup))


@st.composite
def responses(draw: st.DrawFn, operation: str) -> Exchange:
    """Everything that the operation may answer when it is content, each with its request.

    The answers are those of the real server about a call at a drawn moment, under drawn readings.
    """
    try:
        return exchange(DrawnChoices(draw), operation)
    except Impossible:
        reject()


@st.composite
def broken_requests(draw: st.DrawFn, operation: str) -> tuple[Request, ErrorRow]:
    """Requests that are refused for what is wrong with them or with the account, and the row that answers.

    `code`, `message` and `description` of the row are those of the answer, except in v1 and v2_beta, where the vendor
    documents the status alone.
    """
    choices = DrawnChoices(draw)
    cause = choices.one_of(refusals.causes_of(operation))
    try:
        broken = refusals.refusal(choices, operation, cause)
    except Impossible:
        reject()
    return broken.request, refusals.row_of(operation, cause)


@st.composite
def errors(draw: st.DrawFn, operation: str) -> Exchange:
    """Every documented error of the operation as the server answers it, by a fault rule, so that none is left out."""
    choices = DrawnChoices(draw)
    row = choices.one_of(documented(operation).operation.errors)
    try:
        return refusals.fault(choices, operation, row)
    except Impossible:
        reject()


@st.composite
def callbacks(draw: st.DrawFn, operation: str) -> Callback:
    """Everything that the server may send of a call which the operation placed; for `nectardesk.get-call`, the webhook.

    The bytes are those of the real writers, with the call as it was when the event happened.
    """
    try:
        return callback(DrawnChoices(draw), operation)
    except Impossible:
        reject()
