"""What the suite exercised of all that the emulator knows: gathered, told, held against a limit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockserver.control.coverage import CoverageView, KindView, percent
from mockserver.pytest_plugin.doorbell import shared_url
from mockserver.pytest_plugin.options import number, option
from mockserver.testing.client.blocking.client import Client
from mockserver.testing.environment import TOKEN, URL

NAME = "mockserver-coverage"
_OUTPUT = "mockserver_coverage"
_MOST_TOLD = 12


class CoverageReport:
    """A plugin of the run. Who owns the server reads; workers with a server of their own hand theirs over."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._least = number(config, "mockserver_cov_fail_under")
        self._url = option(config, "mockserver_url") or os.environ.get(URL)
        self._is_worker = hasattr(config, "workerinput")
        self._before: CoverageView | None = None
        self.total: CoverageView | None = None

    def take(self, view: CoverageView) -> None:
        """Add what a server, or a part of the run, has exercised."""
        self.total = view if self.total is None else merged(self.total, view)

    @property
    def percent(self) -> float:
        return self.total.percent if self.total is not None else 0.0

    @property
    def is_missed(self) -> bool:
        return self._least is not None and self.percent < self._least

    def pytest_sessionstart(self) -> None:
        if self._url and not self._is_worker:
            self._before = _asked(self._url)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  a type of pytest-xdist
        said = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if said is not None:
            self.take(msgspec.json.decode(said, type=CoverageView))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._is_worker:
            if self.total is not None:
                self._config.workeroutput[_OUTPUT] = msgspec.json.encode(self.total)  # type: ignore[attr-defined]
            return
        shared = shared_url(self._config)
        if self._before is not None and self._url:
            self.take(without(_asked(self._url), self._before))
        elif shared is not None:
            self.take(_asked(shared))
        self._write()
        if self.is_missed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _write(self) -> None:
        for name, text in (("mockserver_cov_json", _json), ("mockserver_cov_html", _html)):
            file = option(self._config, name)
            if file and self.total is not None:
                path = self._config.invocation_params.dir / Path(file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text(self.total), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._is_worker:
            return
        terminalreporter.section("mockserver: coverage")
        if self.total is None:
            terminalreporter.line("no test used a world")
        else:
            for line in table(self.total, is_verbose=self._config.get_verbosity() > 0):
                terminalreporter.line(line)
        if self.is_missed:
            terminalreporter.line(
                f"FAIL: {self.percent:g} % of what there is was exercised, less than the {self._least:g} % required",
                red=True,
            )


def _asked(url: str) -> CoverageView:
    with Client(url, token=os.environ.get(TOKEN)) as client:
        return client.coverage()


def merged(one: CoverageView, other: CoverageView) -> CoverageView:
    """Counts of two parts of a run, added up."""
    return _combined(one, other, lambda left, right: left + right)


def without(later: CoverageView, before: CoverageView) -> CoverageView:
    """What has come about since `before` on the same server; nothing less than nothing, if somebody cleared it."""
    return _combined(later, before, lambda left, right: max(0, left - right))


def _combined(one: CoverageView, other: CoverageView, combine: Any) -> CoverageView:  # noqa: ANN401
    others = {kind.kind: kind for kind in other.kinds}
    kinds = []
    for kind in one.kinds:
        beside = others.get(kind.kind)
        items, beyond = (
            {name: combine(left.get(name, 0), right.get(name, 0)) for name in {**left, **right}}
            for left, right in (
                (kind.items, beside.items if beside else {}),
                (kind.beyond, beside.beyond if beside else {}),
            )
        )
        seen = sum(1 for count in items.values() if count)
        kinds.append(KindView(kind.kind, len(items), seen, items, {name: n for name, n in beyond.items() if n}))
    known, seen = sum(kind.known for kind in kinds), sum(kind.seen for kind in kinds)
    return CoverageView(known, seen, percent(seen, known), kinds)


def table(view: CoverageView, *, is_verbose: bool) -> list[str]:
    """For a terminal: counts by kind, and what is missing; all of that if it is verbose."""
    lines = [f"{'':<12}{'seen':>6}{'known':>7}{'%':>7}"]
    for kind in view.kinds:
        lines.append(f"{kind.kind:<12}{kind.seen:>6}{kind.known:>7}{percent(kind.seen, kind.known):>7g}")
        missing = [name for name, count in kind.items.items() if not count]
        told = missing if is_verbose or len(missing) <= _MOST_TOLD else []
        lines += [f"    missing {name}" for name in told]
        if missing and not told:
            lines.append(f"    missing {len(missing)} (-v names them)")
    lines.append(f"{'all':<12}{view.seen:>6}{view.known:>7}{view.percent:>7g}")
    return lines


def _json(view: CoverageView) -> str:
    return msgspec.json.format(msgspec.json.encode(view), indent=2).decode() + "\n"


def _html(view: CoverageView) -> str:
    from mockserver.pytest_plugin.coverage_page import page  # noqa: PLC0415

    return page(view)
