"""Coverage as one HTML page that needs nothing else."""

from __future__ import annotations

from html import escape

from mockserver.control.coverage import CoverageView, KindView, percent

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.missing td { background: #fdecea; } tr.beyond td { color: #777; }
progress { width: 8rem; } summary { font-weight: 600; cursor: pointer; }
@media (prefers-color-scheme: dark) {
  body { background: #181818; color: #ddd; } th, td { border-color: #444; } tr.missing td { background: #45201d; }
}
"""


_END = "</table></details>"


def page(view: CoverageView) -> str:
    """Counts by kind, then every item with how often it came about."""
    rows = "\n".join(_row(kind.kind, kind.seen, kind.known) for kind in [*view.kinds])
    details = "\n".join(map(_details, view.kinds))
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>mockserver: coverage</title><style>{_STYLE}</style></head>
<body>
<h1>What the suite exercised: {view.percent:g} %</h1>
<table>
<tr><th>Kind</th><th class="n">Seen</th><th class="n">Known</th><th class="n">%</th><th></th></tr>
{rows}
{_row("all", view.seen, view.known)}
</table>
{details}
</body>
</html>
"""


def _row(name: str, seen: int, known: int) -> str:
    share = percent(seen, known)
    return (
        f'<tr><td>{escape(name)}</td><td class="n">{seen}</td><td class="n">{known}</td><td class="n">{share:g}</td>'
        f'<td><progress max="{max(known, 1)}" value="{seen}"></progress></td></tr>'
    )


def _details(kind: KindView) -> str:
    items = [_item(name, count, "" if count else "missing") for name, count in kind.items.items()]
    items += [_item(f"{name} (in no document)", count, "beyond") for name, count in kind.beyond.items()]
    return "\n".join(
        [f"<details open><summary>{escape(kind.kind)}: {kind.seen} of {kind.known}</summary>", "<table>", *items, _END]
    )


def _item(name: str, count: int, look: str) -> str:
    return f'<tr class="{look}"><td>{escape(name)}</td><td class="n">{count or "never"}</td></tr>'
