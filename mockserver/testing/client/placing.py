"""A call placed as an application would, through Exotel v3: for demonstrations."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.control.world_views import WorldView
from mockserver.testing.client.errors import CallRefused, Misunderstood
from mockserver.testing.client.wire import Answer, Ask, basic

_OK = 200
_EVENTS = ("answered", "terminal")


def placing(
    view: WorldView,
    *,
    from_: str,
    to: str,
    exophone: str,
    record: bool,
    callback: str | None,
    custom_field: str | None,
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
    return Ask(
        "POST",
        f"{view.paths['exotel-v3']}/calls",
        msgspec.json.encode(order),
        authorization=basic(view.api_key, view.api_token),
    )


def placed_sid(answer: Answer, url: str) -> str:
    """The sid of the call that was placed. Raises CallRefused and Misunderstood."""
    try:
        said = msgspec.json.decode(answer.content, type=dict[str, Any])
        if answer.status == _OK:
            return str(said["response"]["call_details"]["sid"])
        raise CallRefused(answer.status, said["response"]["error_data"]["description"])
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise Misunderstood(url, f"status {answer.status}") from error
