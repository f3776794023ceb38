"""The how-tos are suites of a user's: they are run as such, each in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

SUITES = Path(__file__).parent / "suites"
# The applications that are tested.
NEEDED = ("app.py", "bot.py")
PLUGINS = {
    "with_asyncio.py": ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function"),
    "with_anyio.py": ("-p", "anyio.pytest_plugin"),
}


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs a how-to with some arguments; warnings are errors."""
    monkeypatch.delenv("MOCKSERVER_URL", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # Only what the how-to needs: the plugins of others are no part of it, and take long to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(name, *arguments):
        if name == "with_asyncio.py":
            pytest.importorskip("pytest_asyncio")
        for needed in NEEDED:
            shutil.copy(SUITES / needed, pytester.path)
        shutil.copy(SUITES / name, pytester.path / f"test_{name}")
        plugins = ("-p", "mockserver.pytest_plugin", *PLUGINS.get(name, ()))
        return pytester.runpytest_subprocess(*plugins, "-Werror", "-pno:cacheprovider", *arguments, timeout=120)

    return run


@pytest.mark.parametrize("name", sorted(path.name for path in SUITES.glob("*.py") if path.name not in NEEDED))
def test_a_howto_works(run, name):
    """Each is green as it stands."""
    done = run(name)

    assert 0 == done.ret
    assert done.parseoutcomes()["passed"] > 0


def test_the_orders_of_callbacks_are_run(run):
    """With the option, the test of the how-to runs once for each order, and the report says how many."""
    done = run("orders.py", "--callback-orders=all", "-k", "whatever")

    assert 0 == done.ret
    assert done.parseoutcomes()["passed"] > 90
    done.stdout.fnmatch_lines(["*mockserver: callback orders*", "* runs, 0 failed"])


def test_a_howto_runs_on_all_workers(run):
    """Under pytest-xdist there is one server for all of them, and what they exercised is added up."""
    done = run("plain.py", "-pxdist", "-n2", "--dist=each", "--mockserver-cov", "-v")

    assert 0 == done.ret
    done.stdout.fnmatch_lines(["*mockserver: coverage*", "operations * 1 *", "*missing outbound-api completed*"])
