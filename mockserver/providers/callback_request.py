"""Callback requests: JSON, multipart or a query string, nested values flattened as PHP does."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

import msgspec

from mockserver import __version__
from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import Headers, OutboundRequest

JSON = "application/json"
MULTIPART = "multipart/form-data"
_ASCII = "".join(map(chr, range(128)))


EVENT_TYPES = {CallEvent.ANSWERED: "answered", CallEvent.OVER: "terminal"}


def worded(notification: Notify, call: Call, body: msgspec.Struct, headers: Headers = ()) -> OutboundRequest:
    """The request that carries a body to whom a notification is for, with what headers the vendor adds."""
    subscription = notification.subscription
    return callback_request(
        subscription.method,
        subscription.url,
        subscription.content_type,
        msgspec.to_builtins(body),
        boundary=f"{call.sid}{subscription.event}{notification.leg_number or ''}",
        own_headers=headers,
    )


def callback_request(
    method: str, url: str, content_type: str, payload: dict[str, Any], *, boundary: str, own_headers: Headers = ()
) -> OutboundRequest:
    """The request for a payload.

    With GET everything goes into the query, behind what the URL has already. Credentials in the URL become a header.
    """
    url, headers = _addressed(url)
    headers = (*headers, *own_headers)
    if method == "GET":
        return OutboundRequest(method, _with_query(url, urlencode(list(flattened(payload)))), headers, b"")
    if content_type == MULTIPART:
        # Imported here: few applications ask for it.
        from urllib3.filepost import encode_multipart_formdata  # noqa: PLC0415

        body, content_type = encode_multipart_formdata(dict(flattened(payload)), boundary)
    else:
        body = msgspec.json.encode(payload)
    body_headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    return OutboundRequest(method, url, headers + body_headers, body)


def flattened(value: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  any JSON value
    """`a[b][0]` keys and text values; null becomes empty text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flattened(inner, f"{key}[{name}]" if key else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flattened(inner, f"{key}[{index}]")
    elif value is None:
        yield key, ""
    else:
        yield key, str(value)


def _addressed(url: str) -> tuple[str, Headers]:
    """The URL without credentials, and the headers that every callback to it has."""
    # Letters of other alphabets are encoded as browsers do it; everything else stays as it is.
    parts = urlsplit(quote(url, safe=_ASCII))
    credentials, _, host = parts.netloc.rpartition("@")
    headers: Headers = (
        ("Host", host),
        ("User-Agent", f"mockserver/{__version__}"),
        ("Accept", "*/*"),
        ("Connection", "close"),
    )
    if not credentials:
        return quote(url, safe=_ASCII), headers
    encoded = base64.b64encode(unquote(credentials).encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), (*headers, ("Authorization", f"Basic {encoded}"))


def _with_query(url: str, query: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query))), fragment=""))
