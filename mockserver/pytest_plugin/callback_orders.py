"""Tests that run under every disorder of their callbacks, and what the smallest are under which they fail."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from mockserver.pytest_plugin.reports import ORDER
from mockserver.testing.orders import Expected, Order, orders

_CALLBACKS = 3
_FIXTURE = "callback_order"


def parametrize(metafunc: pytest.Metafunc, marked: dict[str, Any]) -> None:
    """Run the test once for each order; only in order, without the option."""
    most = _most(metafunc.config)
    if _FIXTURE not in metafunc.fixturenames:
        metafunc.fixturenames.append(_FIXTURE)
    if most == 1:
        return
    expected = [Expected("")] * int(marked.get("callbacks", _CALLBACKS))
    found = list(orders(expected, most=most))
    metafunc.parametrize(_FIXTURE, found, indirect=True, ids=[one.name for one in found])


def _most(config: pytest.Config) -> int | None:
    said = config.getoption("callback_orders")
    if said in {None, "all"}:
        return None if said else 1
    if not said.isdecimal() or not int(said):
        message = f"--callback-orders must be all or a number from 1 on, not {said!r}"
        raise pytest.UsageError(message)
    return int(said)


def summarize(reporter: pytest.TerminalReporter) -> None:
    """For each test the smallest orders under which it fails."""
    runs, failed = 0, defaultdict[str, dict[frozenset[str], str]](dict)
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            told = dict(report.user_properties).get(ORDER)
            if told is None or report.when != "call":
                continue
            runs += 1
            if outcome == "failed":
                name, _, words = str(told).partition("\n")
                failed[report.nodeid.partition("[")[0]][_parts(name)] = f"{name}: {words}"
    if not runs:
        return
    reporter.section("mockserver: callback orders")
    reporter.line(f"{runs} runs, {sum(len(one) for one in failed.values())} failed")
    for test, found in failed.items():
        reporter.line(f"{test} fails under")
        for parts, words in found.items():
            if not any(other < parts for other in found):
                reporter.line(f"  {words}")


def _parts(name: str) -> frozenset[str]:
    return frozenset() if name == Order().name else frozenset(name.split("+"))
