"""v1's two formats: JSON where the path ends in `.json`, else XML below `TwilioResponse`."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
from starlette.responses import Response

JSON, XML = "application/json", "application/xml"
# What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = "TwilioResponse"
_NO_INDENT = ""
_encode = msgspec.json.Encoder().encode


def answers_json(path: str) -> bool:
    """Whether a path asks for JSON: it ends in `.json`, as do the answers' own `Calls.json/<sid>` paths inside."""
    return path.endswith(".json") or ".json/" in path


def answer(
    content: Any,  # noqa: ANN401  structs and plain values
    *,
    is_json: bool,
    status: int = 200,
    headers: dict[str, str] | None = None,
    closes_empty: bool = True,
) -> Response:
    """`content` in the format asked for. `closes_empty` writes `<A/>` for an empty element, else `<A></A>`."""
    if is_json:
        return Response(_encode(content), status, headers, JSON)
    return Response(xml_document(content, closes_empty=closes_empty), status, headers, XML)


def xml_document(content: Any, *, closes_empty: bool) -> bytes:  # noqa: ANN401  structs and plain values
    """Mappings and structs become elements by name, lists repeat the element, null is an empty one."""
    root = ET.Element(_ROOT)
    _fill(root, msgspec.to_builtins(content))
    ET.indent(root, space=" ")
    # The vendor closes an empty element without a blank; text holds no ">", so nothing else is meant here.
    body = (
        ET.tostring(root, encoding="unicode", short_empty_elements=closes_empty)
        .replace(" />", "/>")
        .replace("\r", "&#13;")
    )
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body.encode()


def _fill(element: ET.Element, value: Any) -> None:  # noqa: ANN401  any plain value
    if isinstance(value, dict):
        for name, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                _fill(ET.SubElement(element, name), one)
    elif value is not None:
        element.text = _text(value)


def _text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NO_XML.sub("", text)
