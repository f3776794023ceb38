"""Whom a request is from and to, found without knowing its API: rules of faults may name a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadContact, UnknownCall
from mockserver.engine.world import World

_PARTIES = frozenset({"from", "to"})
_PART = re.compile(r'name="?(from|to)"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)', re.IGNORECASE)


async def mentioned_contacts(request: Request, world: World) -> frozenset[str]:
    """The keys of the contacts in the fields `from` and `to` of the query and the body, whatever their case and
    however deep, of the number in the path, and of both parties of a call whose sid is in the path.
    """
    text = (await request.body()).decode(errors="replace")
    said = [*_said(text), *(value for name, value in request.query_params.multi_items() if name.lower() in _PARTIES)]
    if "number" in request.path_params:
        said.append(request.path_params["number"])
    return frozenset((*_keys(said), *_parties(request.path_params.get("call_sid"), world)))


def _said(text: str) -> Iterator[str]:
    try:
        decoded = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        yield from (value for name, value in parse_qsl(text) if name.lower() in _PARTIES)
        yield from (value for _, value in _PART.findall(text))
        return
    if isinstance(decoded, dict):
        for name, value in decoded.items():
            if name.lower() in _PARTIES:
                yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str | int):
        yield str(value)


def _keys(said: list[str]) -> Iterator[str]:
    for text in said:
        try:
            yield parse_contact(text).key
        except BadContact:
            continue


def _parties(call_sid: str | None, world: World) -> Iterator[str]:
    try:
        order = world.store.call(call_sid).order if call_sid is not None else None
    except UnknownCall:
        order = None
    for party in (order.from_party, order.to_party) if order else ():
        if party is not None:
            yield party.contact.key
