"""Bodies and fields with which calls are placed, in each version."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mockserver.drawing import people
from mockserver.drawing.bodies import Meaning, body
from mockserver.drawing.choices import Choices
from mockserver.drawing.documents import documented
from mockserver.drawing.wire import FORM, JSON, Access, Request

# Where nobody listens; an application that does is named by who replays.
_CALLBACK_URLS = ("http://127.0.0.1:9/calls", "http://127.0.0.1:9/calls?shop=7", "http://me:secret@127.0.0.1:9/calls")
_AUDIO = ("https://example.com/hold.wav", "http://example.com/a%20b.mp3")
_STREAMS = ("wss://example.com/media", "ws://127.0.0.1:9/media")
_SECONDS = (30, 1, 10, 45, 600, None)
_FLOW_URL = "http://my.exotel.com/{account_sid}/exoml/start_voice/501"


def _exophone(choices: Choices) -> str:
    known = choices.one_of(people.EXOPHONES)
    return f"0{known[3:]}" if choices.chance() else known


def _seconds(choices: Choices) -> int | str | None:
    value = choices.one_of(_SECONDS)
    if value is None:
        return None
    return str(value) if choices.chance() else value


def _caller(choices: Choices) -> dict[str, Any]:
    """v3's `from`: an outsider, or a user by a number, an id, or both."""
    kind = choices.whole(0, 4)
    if kind == 0:
        others = {"user_id": None} if choices.chance() else {}
        return {"contact_uri": people.spelt(choices), **others}
    if kind == 1:
        managed = choices.one_of((True, False, None, "true", "false"))
        return {"contact_uri": people.number(choices), "state_management": managed}
    if kind == 2:  # noqa: PLR2004  one of five ways to name the caller
        return {"contact_uri": choices.one_of((people.FREE_PHONE, people.FREE_SIP, people.FREE_SIP.upper()))}
    user_id = choices.one_of(("u1001", "u1002"))
    phone = people.FREE_PHONE if user_id == "u1001" else people.FREE_SIP
    return {"user_id": user_id, "contact_uri": None if choices.chance() else phone}


def _agent(choices: Choices) -> dict[str, Any]:
    """v2's `from`: a user of the account."""
    user_id, device = choices.one_of((("u1001", people.FREE_PHONE), ("u1002", people.FREE_SIP)))
    named: list[dict[str, Any]] = [
        {"user_contact_uri": device},
        {"user_id": user_id},
        {"user_id": user_id, "user_contact_uri": device},
        {"user_id": user_id, "user_contact_uri": None},
        {"user_id": None, "user_contact_uri": device},
    ]
    return choices.one_of(named)


def _customer(choices: Choices) -> dict[str, Any]:
    name = choices.one_of(("customer_contact_uri", "contact_uri", "number"))
    others = {"customer_contact_uri": None, "contact_uri": None, "number": None} if choices.chance() else {}
    return {**others, name: people.spelt(choices)}


def _called(choices: Choices) -> str:
    return people.FREE_SIP if choices.chance() and choices.chance() else people.spelt(choices)


_SHARED = {
    "virtual_number": _exophone,
    "wait_audio_url": lambda choices: choices.one_of((*_AUDIO, "", None)),
    "max_time_limit": _seconds,
    "attempt_time_out": _seconds,
    "status_callback.url": lambda choices: choices.one_of((*_CALLBACK_URLS, "")),
}
MEANINGS = {
    "exotel-v3.create-call": Meaning(
        {
            **_SHARED,
            "from": _caller,
            "to": lambda choices: {"contact_uri": _called(choices)},
            "playback.value": lambda choices: choices.one_of((*_AUDIO, "")),
            "streaming.url": lambda choices: choices.one_of((*_STREAMS, "")),
        },
        needed=("from", "to", "virtual_number", "status_callback.url"),
        is_lenient=True,
    ),
    "exotel-v2.create-call": Meaning(
        {**_SHARED, "from": _agent, "to": _customer},
        needed=("from", "to", "virtual_number", "status_callback.url"),
        is_lenient=True,
    ),
}


def json_order(choices: Choices, access: Access, operation_id: str) -> Request:
    """A request that places a call in v2 or v3."""
    one = documented(operation_id)
    return Request(
        method="POST",
        path=f"{one.prefix}/accounts/{access.account_sid}/calls",
        headers=access.basic | {"Content-Type": JSON},
        json=body(choices, one, MEANINGS[operation_id]),
    )


def form_order(choices: Choices, access: Access, operation_id: str) -> Request:
    """A request that places a call in v1, answered in JSON or XML."""
    one = documented(operation_id)
    path = one.operation.path.format(account_sid=access.account_sid)
    suffix = choices.one_of((".json", ""))
    fields = _fields(choices, access.account_sid)
    is_query = choices.chance()
    return Request(
        method="POST",
        path=f"{one.prefix}{path}{suffix}",
        query=fields if is_query else [],
        headers=access.basic | {"Content-Type": FORM},
        form=[] if is_query else fields,
    )


def _fields(choices: Choices, account_sid: str) -> list[tuple[str, str]]:
    fields = [("From", people.spelt(choices)), ("CallerId", _exophone(choices))]
    target = choices.whole(0, 4)
    if target == 4:  # noqa: PLR2004  the rarest of the three
        fields += [("StreamUrl", choices.one_of(_STREAMS)), ("StreamName", "bot")]
    elif target == 3:  # noqa: PLR2004  see above
        fields.append(("Url", _FLOW_URL.format(account_sid=account_sid)))
    else:
        fields.append(("To", people.spelt(choices)))
    fields += [(name, choices.one_of(values)) for name, values in _OPTIONAL.items() if choices.chance()]
    fields += [("CustomField", choices.text())] if choices.chance() else []
    events = [event for event in ("answered", "terminal") if choices.chance()]
    if events or choices.chance():
        fields.append(("StatusCallback", choices.one_of(_CALLBACK_URLS)))
    spelling = choices.one_of(("StatusCallbackEvents[{}]", "StatusCallbackEvents[]", "StatusCallbackEvents"))
    return [*fields, *((spelling.format(place), event) for place, event in enumerate(events))]


_OPTIONAL = {
    "CallType": ("trans",),
    "TimeLimit": ("60", "14400"),
    "TimeOut": ("30", "5"),
    "WaitUrl": _AUDIO,
    "Record": ("true", "false"),
    "RecordingChannels": ("single", "dual"),
    "RecordingFormat": ("mp3", "mp3-hq"),
    "StartPlaybackToNew": ("callee", "both"),
    "StartPlaybackValueNew": _AUDIO,
    "StatusCallbackContentType": ("multipart/form-data", "application/json"),
    "StreamType": ("bidirectional", "unidirectional"),
    "StreamBegin": ("Leg1Connect", "Leg2Connect"),
}


def wanting_callbacks(choices: Choices, order: Request) -> Request:
    """The request with somebody to be told of the call, if it names nobody."""
    if isinstance(order.json, dict):
        wanted = [one for one in order.json.get("status_callback") or () if one["url"]]
        event = choices.one_of(("terminal", "answered"))
        usual = {"url": _CALLBACK_URLS[0], "event": event}
        if order.path.startswith("/v3"):
            usual |= {"method": choices.one_of(("POST", "GET"))}
            usual |= {"content_type": choices.one_of(("application/json", "multipart/form-data"))}
        return replace(order, json={**order.json, "status_callback": wanted or [usual]})
    named = ("StatusCallback", _CALLBACK_URLS[0])
    fields = [*(order.query or order.form or ())]
    fields += [] if any(name == named[0] for name, _ in fields) else [named]
    return replace(order, query=fields) if order.query else replace(order, form=fields)
