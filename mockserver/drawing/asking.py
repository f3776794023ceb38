"""Requests without a body, from which all others are made."""

from __future__ import annotations

from urllib.parse import quote

from msgspec.structs import replace

from mockserver.drawing.documents import documented
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import JSON, Request


def plain(operation_id: str, stage: Stage, suffix: str = "", **names: str) -> Request:
    """A request of an operation, with what stands for the names in its path."""
    one = documented(operation_id)
    values = {name: quote(value, safe="") for name, value in names.items()}
    path = one.operation.path.format(account_sid=stage.access.account_sid, **values)
    headers = stage.access.token if one.api == "nectardesk" else stage.access.basic
    return Request(method=one.operation.method, path=f"{one.prefix}{path}{suffix}", headers=headers)


def with_query(asked: Request, query: list[tuple[str, str]]) -> Request:
    return replace(asked, query=query)


def with_json(asked: Request, body: object) -> Request:
    return replace(asked, headers=asked.headers | {"Content-Type": JSON}, json=body)
