"""Rows and messages for people to read."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.control.record_views import BodyView


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as what is in them; None is a dash."""
    cells = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print_row(row, widths)


def print_row(row: Sequence[object], widths: Sequence[int]) -> None:
    """One row at once, for those that come one after another."""
    line = "  ".join(_text(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
    print(line.rstrip(), flush=True)


def print_message(title: str, headers: Sequence[tuple[str, str]], body: BodyView) -> None:
    """A request or an answer: title, headers, body."""
    print(title)
    for name, value in headers:
        print(f"  {name}: {value}")
    for line in (body.text if body.text is not None else f"(base64) {body.base64}").splitlines():
        print(f"  {line}")


def _text(cell: object) -> str:
    return "-" if cell is None else str(cell)
