"""All calls of a world in the order of time, with the columns that they are found by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime

from mockserver.domain.call import Call
from mockserver.domain.errors import UnknownCall
from mockserver.engine.call_filter import Condition, Keyset, Operator, Page, PageRequest, matches
from mockserver.storage.columns import Columns, counted, microseconds, nearest
from mockserver.storage.packing import packed, unpacked

_Place = tuple[int, str]
_FEW = 1_024
_NEVER = datetime.max.replace(tzinfo=UTC)


class CallTable:
    """Rows are appended as calls come; what came out of order is put in order when somebody reads.

    A row is a call, a packed call (settled, nothing will happen to it), or None where a call was forgotten.
    """

    def __init__(self) -> None:
        self._records: list[Call | bytes | None] = []
        self._sids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._sid_of: dict[int, str] = {}
        self._columns = Columns()
        self._sorted_rows = 0
        self._earliest_unsorted = _NEVER
        self._first_kept = 0

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, sid: str) -> bool:
        return sid in self._row_of

    def get(self, sid: str) -> Call:
        """Raises UnknownCall."""
        try:
            return self._call(self._row_of[sid])
        except KeyError:
            message = f"no call {sid!r} in this account"
            raise UnknownCall(message) from None

    def get_by_serial(self, serial: int) -> Call:
        """Raises UnknownCall."""
        sid = self._sid_of.get(serial)
        if sid is None or sid not in self._row_of:
            message = f"no call number {serial} in this account"
            raise UnknownCall(message)
        return self.get(sid)

    def put(self, call: Call) -> None:
        row = self._row_of.get(call.sid)
        if row is not None:
            self._records[row] = call
            self._columns.update(row, call)
            return
        row = len(self._records)
        self._row_of[call.sid] = row
        self._records.append(call)
        self._sids.append(call.sid)
        self._sid_of[call.serial] = call.sid
        self._columns.append(call)
        if self._sorted_rows == row and (row == 0 or self._place(row - 1) < self._place(row)):
            self._sorted_rows += 1
        else:
            self._earliest_unsorted = min(self._earliest_unsorted, call.created_at)

    def pack(self, sid: str) -> None:
        row = self._row_of[sid]
        record = self._records[row]
        if isinstance(record, Call):
            self._records[row] = packed(record)

    def unpack(self, sid: str) -> None:
        row = self._row_of[sid]
        self._records[row] = self._call(row)

    def forget(self, sid: str) -> None:
        row = self._row_of.pop(sid)
        self._records[row] = None
        self._columns.blank(row)
        if len(self._records) > _FEW + 2 * len(self._row_of):
            self._sid_of = {serial: sid for serial, sid in self._sid_of.items() if sid in self._row_of}
            self._rearrange(0, [row for row, record in enumerate(self._records) if record is not None])
            self._first_kept = 0

    def begins_before(self, at: datetime) -> bool:
        """Whether the first call in time was created before a moment."""
        self._skip_forgotten()
        has_sorted = self._first_kept < self._sorted_rows
        return self._earliest_unsorted < at or (has_sorted and self._columns.created_at(self._first_kept) < at)

    def oldest_packed(self) -> tuple[str, datetime] | None:
        """The sid and the creation time of the first call in time that is packed."""
        self._put_in_order()
        self._skip_forgotten()
        for row in range(self._first_kept, len(self._records)):
            if isinstance(self._records[row], bytes):
                return self._sids[row], self._columns.created_at(row)
        return None

    def _skip_forgotten(self) -> None:
        while self._first_kept < len(self._records) and self._records[self._first_kept] is None:
            self._first_kept += 1

    def page(self, request: PageRequest) -> Page:
        self._put_in_order()
        for condition in request.wanted:
            if condition.field == "sid":
                return self._page_of_few(self._rows_of_sids(condition), request)
        first, last = self._columns.window(request.wanted)
        mask = self._columns.mask(request.wanted, first, last, has_blanks=len(self._records) > len(self._row_of))
        total = last - first if mask is None else counted(mask)

        def some(rows: range, size: int) -> list[int]:
            return nearest(mask, first, rows, size)

        in_order = range(first, last)[:: -1 if request.newest_first else 1]
        place = request.after or request.before
        if place is None:
            rows = some(in_order, request.size)
        else:
            low, high = (min(max(row, first), last) for row in self._rows_around(place))
            older, newer = range(first, low)[::-1], range(high, last)
            following, preceding = (older, newer) if request.newest_first else (newer, older)
            rows = some(following, request.size) if request.after else some(preceding, request.size)[::-1]
        return Page(
            calls=[self._call(row) for row in rows],
            total=total,
            has_previous=bool(rows) and bool(some(in_order[: in_order.index(rows[0])][::-1], 1)),
            has_next=bool(rows) and bool(some(in_order[in_order.index(rows[-1]) + 1 :], 1)),
        )

    def _page_of_few(self, rows: list[int], request: PageRequest) -> Page:
        """A page of calls that were asked for by sid: so few that looking at each is cheapest."""
        found = [row for row in rows if matches(self._call(row), request.wanted)]
        found.sort(reverse=request.newest_first)
        start, stop = 0, len(found)
        place = request.after or request.before
        if place is not None:
            low, high = self._rows_around(place)
            in_front = [row >= high if request.newest_first else row < low for row in found]
            behind = [row < low if request.newest_first else row >= high for row in found]
            start, stop = (behind.index(True) if any(behind) else stop, stop) if request.after else (0, sum(in_front))
        picked = found[start:stop][: request.size] if not request.before else found[start:stop][-request.size :]
        return Page(
            calls=[self._call(row) for row in picked],
            total=len(found),
            has_previous=bool(picked) and found[0] != picked[0],
            has_next=bool(picked) and found[-1] != picked[-1],
        )

    def _rows_of_sids(self, condition: Condition) -> list[int]:
        sids = condition.value if condition.operator is Operator.IN else (condition.value,)
        return [self._row_of[sid] for sid in sids if sid in self._row_of]

    def _call(self, row: int) -> Call:
        record = self._records[row]
        if isinstance(record, bytes):
            return unpacked(record)
        if record is None:
            message = "that call has been forgotten"
            raise UnknownCall(message)
        return record

    def _place(self, row: int) -> _Place:
        return self._columns.created[row], self._sids[row]

    def _rows_around(self, place: Keyset) -> tuple[int, int]:
        """The first row at the place or behind it, and the first row behind it."""
        created = microseconds(place.created_at)
        low = bisect_left(self._columns.created, created)
        high = bisect_right(self._columns.created, created, low)
        return bisect_left(self._sids, place.sid, low, high), bisect_right(self._sids, place.sid, low, high)

    def _put_in_order(self) -> None:
        rows = len(self._records)
        if self._sorted_rows == rows:
            return
        # Only what comes behind the earliest newcomer has to move.
        created, sid = min(self._place(row) for row in range(self._sorted_rows, rows))
        low = bisect_left(self._columns.created, created, 0, self._sorted_rows)
        high = bisect_right(self._columns.created, created, low, self._sorted_rows)
        start = bisect_left(self._sids, sid, low, high)
        self._rearrange(start, sorted(range(start, rows), key=self._place))
        self._sorted_rows = rows
        self._earliest_unsorted = _NEVER
        self._first_kept = min(self._first_kept, start)

    def _rearrange(self, start: int, rows: Sequence[int]) -> None:
        """Let the rows from `start` on be these, in this order; the rest goes."""
        was_sorted = self._sorted_rows == len(self._records)
        self._records[start:] = [self._records[row] for row in rows]
        self._sids[start:] = [self._sids[row] for row in rows]
        self._columns.reorder(start, rows)
        for row in range(start, len(self._sids)):
            if self._records[row] is not None:
                self._row_of[self._sids[row]] = row
        self._sorted_rows = len(self._records) if was_sorted else min(start, self._sorted_rows)
