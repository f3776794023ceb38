"""What calls are filtered on, in columns: a million calls are counted in a millisecond."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mockserver.domain.call import Call, CallState, LegState, Outcome
from mockserver.domain.order import Direction
from mockserver.engine.call_filter import FIELDS, CallFilter, Condition, Operator

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)
_NOTHING = -1
_IMPOSSIBLE = -2
_FIRST_SPAN = 256
_CODES: dict[str, dict[Any, int]] = {
    name: {member: code for code, member in enumerate(members)}
    for name, members in (("state", CallState), ("outcome", Outcome), ("result", LegState), ("direction", Direction))
}
_CONTACTS = ("from", "to", "exophone")
_NUMBERS = ("duration", "price")


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class _Column:
    """`code` makes a comparable number of a field's value; what is unknown is -1."""

    cells: array[int]
    code: Callable[[Any], int]


class Columns:
    """One row a call, in the order in which `append` is called. The store keeps that the order of time."""

    def __init__(self) -> None:
        self._contact_ids: dict[str, int] = {}
        self.created: array[int] = array("q")
        self._columns: dict[str, _Column] = {
            **{name: _Column(array("b"), codes.__getitem__) for name, codes in _CODES.items()},
            **{name: _Column(array("i"), self._contact_id) for name in _CONTACTS},
            **{name: _Column(array("i"), int) for name in _NUMBERS},
        }

    def __len__(self) -> int:
        return len(self.created)

    def append(self, call: Call) -> None:
        self.created.append(microseconds(call.created_at))
        for name, column in self._columns.items():
            column.cells.append(_cell(column, FIELDS[name](call)))

    def update(self, row: int, call: Call) -> None:
        for name, column in self._columns.items():
            column.cells[row] = _cell(column, FIELDS[name](call))

    def blank(self, row: int) -> None:
        """Let a row match nothing."""
        for column in self._columns.values():
            column.cells[row] = _NOTHING

    def created_at(self, row: int) -> datetime:
        return _EPOCH + self.created[row] * _MICROSECOND

    def reorder(self, start: int, rows: Sequence[int]) -> None:
        """Let the rows from `start` on be these, in this order (what is left out is dropped)."""
        for cells in (self.created, *(column.cells for column in self._columns.values())):
            cells[start:] = array(cells.typecode, [cells[row] for row in rows])

    def window(self, wanted: CallFilter) -> tuple[int, int]:
        """The rows [first, last) that the conditions on `created_at` leave. Rows must be in the order of time."""
        first, last = 0, len(self.created)
        for row in wanted:
            if row.field == "created_at":
                value = microseconds(row.value)
                if row.operator is not Operator.LTE:
                    first = max(first, bisect_left(self.created, value))
                if row.operator is not Operator.GTE:
                    last = min(last, bisect_right(self.created, value))
        return first, max(first, last)

    def mask(self, wanted: CallFilter, first: int, last: int, *, has_blanks: bool) -> NDArray[np.bool_] | None:
        """Which of the rows [first, last) match all conditions but those on `created_at` and `sid`; None: all do."""
        conditions = [row for row in wanted if row.field in self._columns]
        if not conditions and not has_blanks:
            return None
        # Imported here: it takes longer than the server takes to start, and only filtered lists need it.
        import numpy as np  # noqa: PLC0415

        def view(field: str) -> NDArray[Any]:
            # Without a copy; it must be gone before the array grows again.
            cells = self._columns[field].cells
            return np.frombuffer(cells, dtype=cells.typecode)[first:last]

        # Forgotten rows meet no condition; without one they are told by their state.
        mask: NDArray[np.bool_] | None = None if conditions else view("state") >= 0
        for row in conditions:
            found = self._compare(view(row.field), row)
            mask = found if mask is None else mask & found
        return mask

    def _compare(self, cells: NDArray[Any], row: Condition) -> NDArray[np.bool_]:
        found: NDArray[np.bool_]
        if row.operator is Operator.IN:
            first, *others = [self._code(row.field, value) for value in row.value] or [_IMPOSSIBLE]
            found = cells == first
            for code in others:
                found |= cells == code
        elif row.operator is Operator.GTE:
            found = cells >= max(0, self._code(row.field, row.value))
        elif row.operator is Operator.LTE:
            found = (cells >= 0) & (cells <= self._code(row.field, row.value))
        else:
            found = cells == self._code(row.field, row.value)
        return found

    def _code(self, field: str, value: object) -> int:
        """The code of a value that is looked for; one that stands nowhere if no call has it."""
        if field in _CONTACTS:
            return self._contact_ids.get(str(value), _IMPOSSIBLE)
        if field in _CODES:
            return _CODES[field].get(value, _IMPOSSIBLE)
        number = self._columns[field].code(value)
        return number if number >= 0 else _IMPOSSIBLE

    def _contact_id(self, key: str) -> int:
        return self._contact_ids.setdefault(key, len(self._contact_ids))


def _cell(column: _Column, value: object) -> int:
    return _NOTHING if value is None else column.code(value)


def counted(mask: NDArray[np.bool_]) -> int:
    """How many rows a mask lets through."""
    # Imported here as above; who has a mask has it at hand. Five times as fast as the mask's own sum.
    import numpy as np  # noqa: PLC0415

    return int(np.count_nonzero(mask))


def nearest(mask: NDArray[np.bool_] | None, first: int, rows: range, size: int) -> list[int]:
    """The first `size` of `rows` (ascending or descending) that the mask, whose row 0 is `first`, lets through."""
    if mask is None:
        return list(rows[:size])
    found: list[int] = []
    begin, span = 0, _FIRST_SPAN
    while begin < len(rows) and len(found) < size:
        part = rows[begin : begin + span]
        low, high = min(part[0], part[-1]), max(part[0], part[-1]) + 1
        hits = mask[low - first : high - first].nonzero()[0] + low
        found += (hits if rows.step > 0 else hits[::-1]).tolist()
        # Twice as far each time: matches may be rare.
        begin, span = begin + span, span * 2
    return found[:size]
