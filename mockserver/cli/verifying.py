"""`mockserver verify`: holds recorded traffic of a real provider against what we serve."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mockserver.control.fixture_files import fixtures_root


def verify(recorded: Path, *, json: bool = False) -> int:
    """Compare a recording (HAR, or JSON lines) with the shapes that are served; exit code 1 if it differs.

    Numbers, names and ids of the recording are not printed.

    Parameters
    ----------
    recorded
        File of exchanges.
    json
        Print the differences as JSON.
    """
    # Imported here: it is the whole server, which no other command needs.
    from mockserver.contract import drift, recordings, times  # noqa: PLC0415

    found = drift.compare(recordings.recorded(recorded), times.Times(fixtures_root()))
    if json:
        rows = {"matched": found.matched, "unmatched": found.unmatched, "drifts": found.drifts}
        print(msgspec.json.encode(rows).decode())
    else:
        for one in found.drifts:
            detail = f": {one.detail}" if one.detail else ""
            print(f"exchange {one.exchange}, {one.operation}: {one.place}: {one.kind}{detail}")
        for path in found.unmatched:
            print(f"no operation is known for {path}")
        print(f"{found.matched} exchanges compared, {len(found.drifts)} differences")
    return 1 if found.drifts else 0
