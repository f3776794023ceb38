"""Callback requests: JSON, multipart or a query string, nested values flattened as PHP does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from mockserver import __version__
from mockserver.engine.delivery import Headers, OutboundRequest

JSON = "application/json"
MULTIPART = "multipart/form-data"


def callback_request(
    method: str, url: str, content_type: str, payload: dict[str, Any], boundary: str
) -> OutboundRequest:
    """The request for a payload. With GET everything goes into the query, behind what the URL has already."""
    if method == "GET":
        return OutboundRequest(method, _with_query(url, urlencode(list(flattened(payload)))), _headers(url), b"")
    if content_type == MULTIPART:
        # Imported here: few applications ask for it.
        from urllib3.filepost import encode_multipart_formdata  # noqa: PLC0415

        body, content_type = encode_multipart_formdata(dict(flattened(payload)), boundary)
    else:
        body = msgspec.json.encode(payload)
    return OutboundRequest(method, url, _headers(url, content_type, body), body)


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


def _headers(url: str, content_type: str | None = None, body: bytes = b"") -> Headers:
    headers = [
        ("Host", urlsplit(url).netloc.rpartition("@")[2]),
        ("User-Agent", f"mockserver/{__version__}"),
        ("Accept", "*/*"),
    ]
    if content_type is not None:
        headers += [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    return tuple(headers)


def _with_query(url: str, query: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query, fragment=""))
