"""Many tests of many pytest-xdist workers on one server: how long they take, and what they leave behind.

python tests/bench/workers.py [tests] [workers]
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import entry_points
from pathlib import Path

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import Client

SUITE = """
import httpx
import pytest


@pytest.fixture(scope="session")
def http():
    with httpx.Client(verify=False) as http:
        yield http


@pytest.mark.parametrize("number", range({tests}))
def test_one(mockserver, http, number):
    assert (mockserver.calls().calls, mockserver.faults()) == ([], [])
    mockserver.add_fault("duplicate", times=number + 1)
    answer = http.post(
        f"{{mockserver.exotel_v3.url}}/calls",
        auth=mockserver.auth,
        json={{
            "from": {{"contact_uri": "+919812345678"}},
            "to": {{"contact_uri": "+919876543210"}},
            "virtual_number": "+912241499102",
            "custom_field": str(number),
            "status_callback": [{{"event": "terminal", "url": mockserver.sink.url("/")}}],
        }},
    )
    sid = answer.json()["response"]["call_details"]["sid"]
    began = mockserver.now()
    mockserver.advance(minutes=30, seconds=number)
    assert (mockserver.now() - began).total_seconds() == 1800 + number
    assert mockserver.get_call(sid).custom_field == str(number)
    assert mockserver.callbacks() == ["terminal", "terminal"]
"""


def run(tests: int, workers: int) -> tuple[int, float, str]:
    """Exit code, seconds, and what pytest says at its end; with a server that the controller starts."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_many.py").write_text(SUITE.format(tests=tests), encoding="utf-8")
        return _pytest(folder, workers)


def leaks(tests: int, workers: int) -> list[str]:
    """The worlds that are left on a named server when the run is over, besides its own."""
    with tempfile.TemporaryDirectory() as folder, Server(Settings(port=0)) as server, Client(server.base_url) as client:
        Path(folder, "test_many.py").write_text(SUITE.format(tests=tests), encoding="utf-8")
        code, _, said = _pytest(folder, workers, "--mockserver-url", server.base_url)
        left = [world.sid for world in client.worlds()][1:]
        strays = [one.path for one in client.strays().requests]
    return [*left, *strays, *([said] if code else [])]


def _pytest(folder: str, workers: int, *more: str) -> tuple[int, float, str]:
    is_installed = entry_points(group="pytest11", name="mockserver")
    plugins = ["-p", "no:cacheprovider", *([] if is_installed else ["-p", "mockserver.pytest_plugin"])]
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "pytest", "-q", "-n", str(workers), *plugins, *more, folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    said = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
    return done.returncode, time.monotonic() - began, re.sub("=+", "", said).strip()


def main(tests: int = 400, workers: int = 8) -> int:
    code, seconds, said = run(tests, workers)
    sys.stdout.write(f"{tests} tests, {workers} workers, one server: {said} ({seconds:.1f} s with start and end)\n")
    left = leaks(tests // 4, workers)
    sys.stdout.write(f"left behind by {tests // 4} of them on a named server: {', '.join(left) or 'nothing'}\n")
    return code or bool(left)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
