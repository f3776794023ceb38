"""The pytest plugin costs nothing where it is not used."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

BENCHMARK = runpy.run_path(str(Path(__file__).with_name("import_cost.py")))


def test_the_unused_plugin_is_imported_in_less_than_ten_milliseconds():
    """The best of some runs, as a busy machine only ever adds to it."""
    assert min(BENCHMARK["milliseconds"]() for _ in range(7)) < BENCHMARK["LIMIT_MS"]


def test_the_unused_plugin_imports_nothing_but_itself():
    """Besides pytest and its own options, nothing is loaded that was not there."""
    program = """
import json, sys, pytest
before = set(sys.modules)
import mockserver.pytest_plugin
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own words

    assert ["mockserver", "mockserver.pytest_plugin", "mockserver.pytest_plugin.options"] == json.loads(done.stdout)
