"""Calls: what there is, one with everything about it, and playing its parties live."""

from __future__ import annotations

from mockserver.control import call_views
from mockserver.control.bodies import DigitsBody, SideBody
from mockserver.control.desk import DEFAULT_LIMIT, Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.call import CallState, Outcome
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadInput
from mockserver.engine.call_filter import CallFilter, Condition, Keyset, Operator, PageRequest, place_of
from mockserver.engine.live import Word, live_input
from mockserver.engine.world import World
from mockserver.operations.operation import Operation, Parameter


async def list_calls(visit: Visit) -> call_views.CallList:
    world, limit = visit.world, visit.query_number("limit", DEFAULT_LIMIT)
    page = world.store.page(PageRequest(_filter(visit), limit, after=_after(world, visit.query("after"))))
    following = page.calls[-1].sid if page.has_next else None
    return call_views.CallList([call_views.call_summary(call) for call in page.calls], page.total, following)


async def get_call(visit: Visit) -> call_views.CallView:
    return shown_call(visit.world, visit.path("call_sid"))


async def answer(visit: Visit) -> call_views.CallView:
    return _say(visit, Word.ANSWER, await visit.body(SideBody))


async def reject(visit: Visit) -> call_views.CallView:
    return _say(visit, Word.REJECT, await visit.body(SideBody))


async def hang_up(visit: Visit) -> call_views.CallView:
    return _say(visit, Word.HANG_UP, await visit.body(SideBody))


async def press(visit: Visit) -> call_views.CallView:
    body = await visit.body(DigitsBody)
    return _say(visit, Word.PRESS, body, body.digits)


def _say(visit: Visit, word: Word, body: SideBody, digits: str = "") -> call_views.CallView:
    world, sid = visit.world, visit.path("call_sid")
    visit.engine.feed(world, sid, live_input(world.store.call(sid), word, body.side, digits, body.leg))
    return shown_call(world, sid)


def shown_call(world: World, sid: str) -> call_views.CallView:
    return call_views.call_view(world.store.call(sid), world.store.deliveries(sid))


def _filter(visit: Visit) -> CallFilter:
    rows = []
    for name in ("from", "to", "exophone"):
        text = visit.query(name)
        if text is not None:
            rows.append(Condition(name, Operator.EQ, parse_contact(text).key))
    for name, kind in (("state", CallState), ("outcome", Outcome)):
        text = visit.query(name)
        if text is not None:
            if text not in set(kind):
                message = f"{name} {text!r} is none of {', '.join(kind)}"
                raise BadInput(message, where=name)
            rows.append(Condition(name, Operator.EQ, text))
    for name, operator in (("since", Operator.GTE), ("until", Operator.LTE)):
        at = visit.query_time(name)
        if at is not None:
            rows.append(Condition("created_at", operator, at))
    return tuple(rows)


def _after(world: World, sid: str | None) -> Keyset | None:
    if sid is None:
        return None
    return place_of(world.store.call(sid))


_CALLS = "/worlds/{account_sid}/calls"
_CALL = f"{_CALLS}/{{call_sid}}"
_ON_CALL = error_rows(errors.UnknownWorld, errors.UnknownCall)
_PLAYS = error_rows(errors.UnknownWorld, errors.UnknownCall, errors.IllegalInput)

OPERATIONS = (
    Operation(
        "control.list-calls",
        "GET",
        _CALLS,
        "List the calls, newest first",
        OUR_OWN,
        list_calls,
        call_views.CallList,
        errors=error_rows(errors.UnknownWorld, errors.UnknownCall, errors.BadContact),
        parameters=(
            Parameter("from", "string", "who was dialled first, in any spelling"),
            Parameter("to", "string", "who was dialled second, in any spelling"),
            Parameter("exophone", "string", "in any spelling"),
            Parameter("state", "string", f"one of {', '.join(CallState)}"),
            Parameter("outcome", "string", f"one of {', '.join(Outcome)}"),
            Parameter("since", "string", "created at this time or later (with offset)"),
            Parameter("until", "string", "created at this time or earlier (with offset)"),
            Parameter("limit", "integer", "at most 1000, 100 by default"),
            Parameter("after", "string", "`next` of the page before"),
        ),
    ),
    Operation(
        "control.get-call",
        "GET",
        _CALL,
        "Read a call with its story, legs, marks and deliveries",
        OUR_OWN,
        get_call,
        call_views.CallView,
        errors=_ON_CALL,
    ),
    Operation(
        "control.answer-call",
        "POST",
        f"{_CALL}/answer",
        "Answer the leg that rings",
        OUR_OWN,
        answer,
        call_views.CallView,
        request=SideBody,
        errors=_PLAYS,
    ),
    Operation(
        "control.reject-call",
        "POST",
        f"{_CALL}/reject",
        "Reject on the leg that rings",
        OUR_OWN,
        reject,
        call_views.CallView,
        request=SideBody,
        errors=_PLAYS,
    ),
    Operation(
        "control.hang-up-call",
        "POST",
        f"{_CALL}/hangup",
        "Hang up, or withdraw what still rings",
        OUR_OWN,
        hang_up,
        call_views.CallView,
        request=SideBody,
        errors=_PLAYS,
    ),
    Operation(
        "control.press-digits",
        "POST",
        f"{_CALL}/digits",
        "Press DTMF digits",
        OUR_OWN,
        press,
        call_views.CallView,
        request=DigitsBody,
        errors=_PLAYS,
    ),
)
