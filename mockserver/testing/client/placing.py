"""A call placed as an application would, through Exotel v3, or v1 for a bot: for demonstrations."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.control.world_views import WorldView
from mockserver.testing.client.errors import CallRefused, Misunderstood
from mockserver.testing.client.wire import Answer, Ask, basic, query_string

_OK = 200
_EVENTS = ("answered", "terminal")


def placing(  # noqa: PLR0913  what an order is made of
    view: WorldView,
    *,
    from_: str,
    to: str,
    exophone: str,
    record: bool,
    callback: str | None,
    custom_field: str | None,
    stream: str | None,
) -> Ask:
    """The request that places a call in a world."""
    order: dict[str, Any] = {
        "from": {"contact_uri": from_},
        "to": {"contact_uri": to},
        "virtual_number": exophone,
        "recording": {"record": record},
    }
    if callback is not None:
        order["status_callback"] = [{"event": event, "url": callback} for event in _EVENTS]
    if custom_field is not None:
        order["custom_field"] = custom_field
    if stream is not None:
        order["streaming"] = {"url": stream, "begin": "from_leg_connect"}
    return Ask(
        "POST",
        f"{view.paths['exotel-v3']}/calls",
        msgspec.json.encode(order),
        authorization=basic(view.api_key, view.api_token),
    )


def placing_bot(view: WorldView, *, stream: str, from_: str, exophone: str) -> Ask:
    """The request that places a call to somebody who is to talk to a bot."""
    fields = {"From": from_, "CallerId": exophone, "StreamUrl": stream, "StreamType": "bidirectional"}
    return Ask(
        "POST",
        f"{view.paths['exotel-v1']}/Calls/connect.json{query_string(fields)}",
        b"",
        authorization=basic(view.api_key, view.api_token),
    )


def placed_sid(answer: Answer, url: str) -> str:
    """The sid of the call that was placed. Raises CallRefused and Misunderstood."""
    try:
        said = msgspec.json.decode(answer.content, type=dict[str, Any])
        if answer.status == _OK and "Call" in said:
            return str(said["Call"]["Sid"])
        if answer.status == _OK:
            return str(said["response"]["call_details"]["sid"])
        if "RestException" in said:
            raise CallRefused(answer.status, said["RestException"]["Message"])
        raise CallRefused(answer.status, said["response"]["error_data"]["description"])
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise Misunderstood(url, f"status {answer.status}") from error
