"""The README's programs in other languages, run where their language is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mockserver.contract.manifest import decoded
from mockserver.server import Server
from mockserver.settings import Settings

ROOT = Path(__file__).parents[2]


def is_missing(language):
    """Whether the machine lacks it and may: CI installs it."""
    return shutil.which(language) is None and os.environ.get("CI") != "true"


def program(language):
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    return text


@pytest.mark.skipif(is_missing("node"), reason="no Node on this machine to run the README's program with")
def test_node_replays_fixtures(tmp_path):
    """Every fixture that the program replays comes out the same."""
    path = tmp_path / "replay.mjs"
    path.write_text(program("js"))
    # Recordings are below the server's own URL, and the fixtures are those of a server on the usual port.
    with Server(Settings(port=0, public_url="http://127.0.0.1:8080")) as server:
        words = [shutil.which("node"), path, server.base_url]
        printed = subprocess.run(words, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603

    entries = decoded((ROOT / "fixtures/manifest.json").read_bytes()).files
    replayed = [one.path for one in entries if one.operation == "exotel-v3.get-call" and one.request]
    assert [f"same {name}" for name in replayed] == printed.splitlines()


@pytest.mark.skipif(is_missing("go"), reason="no Go on this machine to run the README's program with")
def test_go_serves_a_fixture(tmp_path):
    """The program reads the answer that the file holds."""
    path = tmp_path / "main.go"
    path.write_text(program("go"))
    words = [shutil.which("go"), "run", path, ROOT / "fixtures"]
    # Without a compiler of C, Go 1.19 has to be told that none is needed.
    environment = {**os.environ, **({} if shutil.which("gcc") else {"CGO_ENABLED": "0"})}
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True, timeout=300)  # noqa: S603
    printed = done.stdout

    assert "401 true" == printed.strip()
