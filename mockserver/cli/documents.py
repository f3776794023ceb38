"""Documents that the program draws from its own tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from mockserver.bootstrap import SERVED, openapi_documents
from mockserver.domain.call import CallState
from mockserver.domain.states import (
    APPLET_CLOCK_TABLE,
    APPLET_TABLE,
    CALL_ROWS,
    CLOCK_ROWS,
    FLOW_ROWS,
    LEG_ROWS,
    ROUTE_CLOCK_TABLE,
    ROUTE_TABLE,
    TERMINAL,
    TRANSFER_ROWS,
    CallRow,
    ClockRow,
)
from mockserver.operations.operation import Operation
from mockserver.operations.provenance import Basis


def print_openapi(name: str | None) -> int:
    documents = openapi_documents()
    if name is None:
        print("\n".join(documents))
        return 0
    if name not in documents:
        sys.stderr.write(f"mockserver: no API is called {name!r}; there are {', '.join(documents)}\n")
        return 2
    print(msgspec.json.format(msgspec.json.encode(documents[name]()).decode(), indent=2))
    return 0


def draw_states(write: Path | None) -> int:
    return _draw("states", state_drawing(), write)


def draw_operations(write: Path | None) -> int:
    return _draw("operations", operations_drawing(), write)


def _draw(name: str, drawing: str, write: Path | None) -> int:
    """Print a drawing, or put it between its two marks in a Markdown file."""
    if write is None:
        print(drawing)
        return 0
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = write.read_text() if write.is_file() else ""
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        sys.stderr.write(f"mockserver: {write} has no lines {begin} and {end} to draw between\n")
        return 2
    write.write_text(f"{before}{begin}\n{drawing}\n{end}{after}")
    return 0


def operations_drawing() -> str:
    """A table of the emulated operations: what each is known from, and how many documented errors it can answer."""
    rows = [
        f"| {provider.title} | `{one.method} {provider.prefix}{one.path}` | {one.summary} "
        f"| {one.provenance.basis} | {_documented_errors(one)} |"
        for provider in SERVED
        for one in provider.version.operations
    ]
    head = ["| API | Operation | What it does | Basis | Documented errors |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _documented_errors(operation: Operation) -> int:
    rows = (row for row in operation.errors if row.provenance.basis is Basis.DOCUMENTED)
    return len({(row.status, row.code) for row in rows})


def state_drawing() -> str:
    """Mermaid diagrams: a call that is placed, one that comes in, one that goes through applets, and a leg."""
    placed = _edges((*CALL_ROWS, *FLOW_ROWS, *TRANSFER_ROWS), CLOCK_ROWS)
    incoming = _edges(ROUTE_TABLE.values(), ROUTE_CLOCK_TABLE.values())
    leg = ["    [*] --> idle", *(f"    {_name(row.source)} --> {_name(row.target)}: {row.trigger}" for row in LEG_ROWS)]
    leg += [
        f"    {_name(target)} --> [*]" for target in dict.fromkeys(row.target for row in LEG_ROWS) if _is_last(target)
    ]
    applets = _edges(APPLET_TABLE.values(), APPLET_CLOCK_TABLE.values())
    drawings = [
        ("A call that is placed", placed),
        ("A call that comes in", incoming),
        ("A call that goes through applets, from either end", applets),
        ("A leg", leg),
    ]
    return "\n\n".join("\n".join(_diagram(title, lines)) for title, lines in drawings)


def _edges(call_rows: Iterable[CallRow], clock_rows: Iterable[ClockRow]) -> list[str]:
    edges: dict[tuple[str, str, str], list[str]] = {}
    for row in call_rows:
        if row.source is not row.target or row.outcome:
            edges.setdefault((row.source, row.target, row.outcome or ""), []).append(f"{row.side} {row.leg}")
    for clock_row in clock_rows:
        edges.setdefault((clock_row.source, clock_row.target, clock_row.outcome or ""), []).append(clock_row.trigger)
    lines = [f"    [*] --> {_name(CallState.QUEUED)}"]
    for (source, target, outcome), causes in edges.items():
        meaning = f" → {outcome}" if outcome else ""
        lines.append(f"    {_name(source)} --> {_name(target)}: {', '.join(dict.fromkeys(causes))}{meaning}")
    return [*lines, f"    {_name(TERMINAL)} --> [*]"]


def _is_last(state: str) -> bool:
    return all(row.source != state for row in LEG_ROWS)


def _diagram(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", "", "```mermaid", "stateDiagram-v2", *lines, "```"]


def _name(state: str) -> str:
    return state.replace("-", "_")
