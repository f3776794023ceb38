from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Each takes longer to import than the first answer may; what is needed later is imported when it is needed.
HEAVY = {
    "aiohttp",
    "cryptography",
    "faker",
    "hypothesis",
    "jinja2",
    "lameenc",
    "mockserver.recordings",
    "mockserver.streams.conversation",
    "mockserver.tls.door",
    "prometheus_client",
    "psycopg",
    "sqlalchemy",
    "sse_starlette",
    "structlog",
    "trustme",
    "urllib3",
    "pytest",
}


@pytest.mark.parametrize("module", ["mockserver.server", "mockserver.cli"])
def test_the_server_starts_without_heavy_imports(module):
    """Importing the server or the command line imports nothing that the first answer does not need."""
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", program]
    loaded = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603  our own words

    assert set() == HEAVY & set(loaded)


def test_the_package_itself_imports_nothing():
    """`import mockserver` costs nothing."""
    program = "import sys; before = set(sys.modules); import mockserver; print(*(set(sys.modules) - before))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own words

    assert {"mockserver"} == set(loaded.stdout.split()) - {"__future__"}
