"""What a failed test says besides: the ladder of its calls, the journal of its requests, differences in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import pytest

from mockserver.control.record_views import ExchangeView
from mockserver.testing.client.errors import ClientError
from mockserver.testing.differences import some_differences
from mockserver.testing.suite_world import SuiteWorld

# The property of a report that says under which order of callbacks the test ran: name, line break, words.
ORDER = "mockserver_callback_order"
_LONGEST_BODY = 300


def complete(report: pytest.TestReport, worlds: Sequence[SuiteWorld]) -> None:
    """Add the sections of all worlds of the test."""
    report.sections += [section for world in worlds for section in _sections(world, is_alone=len(worlds) == 1)]


def _sections(world: SuiteWorld, *, is_alone: bool) -> Iterator[tuple[str, str]]:
    of = "" if is_alone else f" of {world.sid}"
    try:
        yield f"mockserver: ladder{of}", world.ladder() or "no calls"
        yield f"mockserver: journal{of}", "\n".join(map(_entry, world.all_requests())) or "no requests came"
    except ClientError as error:
        yield f"mockserver{of}", f"nothing can be told: {error}"


def _entry(asked: ExchangeView) -> str:
    query = f"?{asked.query}" if asked.query else ""
    fault = f"  fault {asked.fault}" if asked.fault else ""
    lines = [
        f"{asked.at:%H:%M:%S} {asked.id} {asked.method} {asked.path}{query} -> {asked.status or 'no answer'}{fault}",
        *(f"    > {text}" for text in _shown(asked.body.text)),
        *(f"    < {text}" for text in _shown(asked.response_body.text)),
    ]
    if asked.refusal:
        lines.append(f"    refused: {asked.refusal}. {asked.hint or ''}".rstrip())
    return "\n".join(lines)


def _shown(text: str | None) -> list[str]:
    if not text:
        return []
    return [text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}..."]


def compared(left: object, right: object) -> list[str] | None:
    """The fields in which two things of ours differ, or two lists of them; None for all else."""
    if not (_is_ours(left) and _is_ours(right)):
        return None
    return [f"two of {_kind(left)} differ:", *some_differences(left, right)]


def _is_ours(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_is_ours(one) for one in value)
    return isinstance(value, msgspec.Struct) and type(value).__module__.startswith("mockserver.")


def _kind(value: object) -> str:
    return f"{_kind(value[0])} lists" if isinstance(value, (list, tuple)) else type(value).__name__
