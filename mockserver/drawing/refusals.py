"""Requests that are refused, each with the row of the documented table that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from msgspec import structs

from mockserver.drawing import people
from mockserver.drawing.causes import (
    UNKNOWN_EXOPHONES,
    UNKNOWN_SIDS,
    Break,
    Cause,
    after,
    as_plain_text,
    busy,
    changed,
    cut_off,
    elsewhere,
    far_too_long,
    fixed,
    handless,
    in_form,
    json_body,
    no_legs_yet,
    of_another_account,
    on_query,
    promoted_to_dnd,
    reading,
    v3_caller,
    with_field,
    with_wrong_token,
    without_voip,
)
from mockserver.drawing.choices import Choices
from mockserver.drawing.documents import documented
from mockserver.drawing.requests import plain_stage, request
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import Exchange, Request, Response
from mockserver.operations.operation import ErrorRow

_V3, _V2 = "exotel-v3.create-call", "exotel-v2.create-call"
_USERS = ("exotel-v2.*user*", "exotel-v2.*device*", "exotel-v2.*password")
_ENVELOPES = ("exotel-v3.*", "exotel-v2.create-call", *_USERS)
_JSON_BODIES = (_V3, _V2, "exotel-v2.create-user", "exotel-v2.update-*", "exotel-v2.set-*")
_EXOPHONE = ("exotel-v2-beta.get-number", "exotel-v2-beta.change-number", "exotel-v2-beta.release-number")
_NO_NUMBER = "Invalid request body,failed parsing :  {0} {0}.{1} is invalid"


def _bad_to(name: str) -> Break:
    return with_field("to", lambda choices: {name: people.number(choices, people.NumberKind.INVALID)})


_CALL_CAUSES = (
    Cause((_V3,), 400, 1001, fixed("virtual_number", None), "virtual_number is mandatory"),
    Cause((_V3,), 400, 1001, fixed("to", None), "to.contact_uri is mandatory"),
    Cause((_V3,), 400, 1002, fixed("recording", {"channels": "stereo"})),
    Cause((_V3,), 400, 10725, _bad_to("contact_uri"), _NO_NUMBER.format("to", "contact_uri")),
    Cause((_V2,), 400, 10725, _bad_to("number"), _NO_NUMBER.format("to", "contact_uri")),
    Cause((_V3,), 404, 10731, v3_caller(user_id="nobody")),
    Cause((_V2,), 404, 10731, fixed("from", {"user_id": "nobody"})),
    Cause((_V3,), 409, 1012, v3_caller(contact_uri=people.OFF_PHONE)),
    Cause((_V3,), 404, 10703, after(reading("exotel-v3.device-off", "10703"), v3_caller(user_id="u1003"))),
    Cause((_V2,), 409, 1012, fixed("from", {"user_id": "u1003"})),
    Cause((_V3,), 409, 10705, v3_caller(contact_uri=people.UNVERIFIED_PHONE)),
    Cause((_V2,), 409, 10705, fixed("from", {"user_id": "u1004"})),
    Cause((_V3,), 409, 10706, busy),
    Cause((_V3,), 404, 10706, after(reading("exotel-v3.busy-status", "404"), busy)),
    Cause((_V2,), 409, 10706, busy),
    Cause((_V3, _V2), 404, 10806, after(handless, fixed("from", {"user_id": "handless"}))),
    Cause((_V3,), 404, 10702, v3_caller(user_id="u1001", contact_uri="+919999999999")),
    Cause((_V2,), 404, 10702, fixed("from", {"user_id": "u1001", "user_contact_uri": "+919999999999"})),
    Cause((_V3,), 405, 10712, after(without_voip, v3_caller(contact_uri=people.FREE_SIP))),
    Cause((_V2,), 405, 10712, after(without_voip, fixed("from", {"user_id": "u1002"}))),
    Cause((_V3, _V2), 404, 10716, with_field("virtual_number", lambda choices: choices.one_of(UNKNOWN_EXOPHONES))),
    Cause((_V3,), 400, 1007, cut_off, "unexpected EOF"),
    Cause(("exotel-v3.get-call",), 404, 10744, elsewhere("calls", *UNKNOWN_SIDS)),
    Cause(("exotel-v3.get-legs",), 404, 10744, elsewhere("calls", *UNKNOWN_SIDS)),
    Cause(("exotel-v3.get-legs",), 500, 10743, no_legs_yet),
    Cause(("exotel-v2.get-call",), 404, None, elsewhere("calls", *UNKNOWN_SIDS)),
    Cause(("exotel-v2.get-call",), 400, None, elsewhere("calls", "x", "no-sid")),
)
_TOO_LONG = "the request body is larger than 262144 bytes"
_ANYWHERE = (
    Cause(("*",), 401, 1010, with_wrong_token),
    Cause(("*",), 401, None, with_wrong_token),
    Cause(_ENVELOPES, 404, 1017, of_another_account),
    Cause(("exotel-v2.get-call",), 404, 1017, of_another_account),
    Cause(_USERS, 403, 1003, of_another_account),
    Cause(_JSON_BODIES, 415, 1011, as_plain_text),
    Cause((*_JSON_BODIES, "exotel-v1.connect", "exotel-v2-beta.buy-number"), 413, 1007, far_too_long, _TOO_LONG),
)
_TAKEN, _EMAIL = {"device_contact_uri": people.FREE_PHONE}, "taken@example.com"


def _with_email(stage: Stage) -> object:
    stage.control("PATCH", "/users/u1002", {"email": _EMAIL})
    return stage.control("POST", "/users", {"first_name": "Asha", "id": "mailless"})


_NAMED: dict[str, Any] = {"first_name": "Asha", "last_name": "Rao"}
_CREATE, _DEVICE = ("exotel-v2.create-user",), ("exotel-v2.update-device",)
_USER_CAUSES = (
    Cause(_CREATE, 400, 1001, fixed("first_name", "")),
    Cause(_CREATE, 400, 1402, after(without_voip, json_body(_NAMED))),
    Cause(_CREATE, 400, 1401, json_body({**_NAMED, "device_contact_uri": "abc"})),
    Cause(_CREATE, 409, 10812, json_body({**_NAMED, **_TAKEN})),
    Cause(_CREATE, 409, 10813, after(_with_email, json_body({**_NAMED, "email": _EMAIL}))),
    Cause(_JSON_BODIES[2:], 400, 1007, json_body([]), "Expected `object`, got `array`"),  # type: ignore[arg-type]
    Cause(("exotel-v2.list-users",), 400, 1401, on_query("devices.contact_uri", "abc", "+91")),
    Cause(("exotel-v2.list-users",), 400, 1007, on_query("limit", "0", "51"), "limit must be a number from 1 to 50"),
    Cause(
        ("exotel-v2.get-user", "exotel-v2.update-*", "exotel-v2.delete-user", "exotel-v2.set-*"),
        404,
        10801,
        elsewhere("users", "nobody", "u9999"),
    ),
    Cause((*_DEVICE, "exotel-v2.set-device-password"), 404, 10702, elsewhere("devices", "99", "x")),
    Cause(
        ("exotel-v2.update-user",), 400, 1002, after(_with_email, changed("u1002", {"email": "another@example.com"}))
    ),
    Cause(
        ("exotel-v2.update-user",),
        409,
        10813,
        after(
            _with_email,
            changed("mailless", {"email": _EMAIL}),
        ),
    ),
    *(
        Cause(
            _DEVICE,
            status,
            code,
            changed(place, change),
        )
        for status, code, place, change in (
            (400, 1401, "u1003/devices/5", {"contact_uri": "abc"}),
            (403, 10810, "u1002/devices/4", {"available": True}),
            (403, 10817, "u1002/devices/3", {"contact_uri": "+919830000000"}),
            (409, 10809, "u1004/devices/6", {"available": True}),
            (409, 10811, "u1003/devices/5", {"contact_uri": people.FREE_PHONE}),
        )
    ),
)
_REST_CAUSES = (
    Cause(("exotel-v1.list-calls",), 400, None, on_query("PageSize", "0", "101", "x")),
    Cause(("exotel-v1.list-calls",), 400, None, on_query("Status", "ringing?", "done")),
    Cause(("exotel-v1.connect", "exotel-v1.create-call"), 400, None, in_form("From", "abc", "12")),
    Cause(("exotel-v1.connect", "exotel-v1.create-call"), 403, None, promoted_to_dnd),
    Cause(("exotel-v1.get-call",), 400, None, on_query("RecordingUrlValidity", "4", "61", "x")),
    Cause(("exotel-v1.get-call",), 404, None, elsewhere("Calls", *UNKNOWN_SIDS)),
    Cause(("exotel-v1.get-number",), 400, None, elsewhere("Numbers", "abc", "+14155552671")),
    Cause(("exotel-v2-beta.list-numbers",), 400, None, on_query("PageSize", "0", "101", "x")),
    Cause(("exotel-v2-beta.list-*stock",), 400, None, on_query("InRegion", "XX", "Mumbai")),
    Cause(("exotel-v2-beta.list-*stock",), 404, None, elsewhere("AvailablePhoneNumbers", "US", "in")),
    Cause(("exotel-v2-beta.buy-number",), 400, None, json_body({"PhoneNumber": "abc"})),
    Cause(("exotel-v2-beta.buy-number",), 409, None, json_body({"PhoneNumber": people.EXOPHONES[0]})),
    Cause(("exotel-v2-beta.change-number",), 400, None, json_body({"VoiceUrl": "nowhere"})),
    Cause(_EXOPHONE, 404, None, elsewhere("IncomingPhoneNumbers", "0" * 32, "+918000000001")),
    Cause(("nectardesk.get-call",), 404, None, elsewhere("calls", "999", "x7")),
    Cause(("nectardesk.get-call",), 400, None, after(reading("nectardesk.bad-id", "400"), elsewhere("calls", "x7"))),
)
CAUSES = (*_CALL_CAUSES, *_ANYWHERE, *_USER_CAUSES, *_REST_CAUSES)


def causes_of(operation_id: str) -> Sequence[Cause]:
    """Those that lead to a row of the operation's own table."""
    rows = {(row.status, row.code) for row in documented(operation_id).operation.errors}
    return [
        cause
        for cause in CAUSES
        if (cause.status, cause.code) in rows
        and any(fnmatchcase(operation_id, pattern) for pattern in cause.operations)
    ]


def row_of(operation_id: str, cause: Cause) -> ErrorRow:
    """The row that a cause leads to, in the words of the answer."""
    rows = documented(operation_id).operation.errors
    row = next(row for row in rows if (row.status, row.code) == (cause.status, cause.code))
    if cause.says is None:
        return row
    return replace(row, description=cause.says, message=cause.says if row.message == row.description else row.message)


def refusal(choices: Choices, operation_id: str, cause: Cause) -> Exchange:
    """A request that is refused for a cause. Raises Impossible where the cause cannot be brought about."""
    stage = plain_stage(choices)
    asked = cause.breaks(choices, stage, _in_json(request(choices, stage, operation_id)))
    return Exchange(structs.replace(asked, setup=list(stage.setup)), stage.ask(asked))


def fault(choices: Choices, operation_id: str, row: ErrorRow) -> Exchange:
    """A request that would be served, refused by a fault rule in the documented words."""
    stage = plain_stage(choices)
    asked = _in_json(request(choices, stage, operation_id))
    stage.control("POST", "/faults", {"operation": operation_id, "status": row.status, "code": row.code})
    return Exchange(structs.replace(asked, setup=list(stage.setup)), stage.ask(asked))


def says(response: Response, row: ErrorRow) -> bool:
    """Whether an answer is the refusal of a row: status, code, and the words where the vendor has settled them."""
    if response.status != row.status:
        return False
    body = response.json()
    if "RestException" in body:
        return bool(body["RestException"]["Status"] == row.status)
    if "error" in body:
        return bool(body["error"] == row.description)
    told = body["response"]["error_data"]
    return bool(told == {"code": row.code, "message": row.message, "description": row.description})


def _in_json(asked: Request) -> Request:
    """The same, answered in JSON where the API has two formats."""
    is_xml = asked.path.startswith("/v1/") and not asked.path.endswith(".json")
    return structs.replace(asked, path=f"{asked.path}.json") if is_xml else asked
