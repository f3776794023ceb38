from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.server import Server
from mockserver.settings import Settings

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
_START_SECONDS = 30
_RUN_SECONDS = 20


@dataclass(frozen=True)
class Served:
    """A server of its own process, and the line of JSON in which it told where it is."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def url(self) -> str:
        return self.ready["url"]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    return inherited | {"COLUMNS": "200"} | more


@pytest.fixture
def run(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command to its end, in a folder of its own."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  our own command
            [COMMAND, *words],
            cwd=tmp_path,
            env=_environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
            check=False,
        )

    return run


@pytest.fixture
def command(tmp_path, monkeypatch, capsys) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command to its end in this process, which takes a hundredth of the time."""

    def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            for name in os.environ:
                if name.startswith("MOCKSERVER_"):
                    patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["mockserver", *words])
            with pytest.raises(SystemExit) as ended:
                main()
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code or 0, printed.out, printed.err)

    return command


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command; it is ended with the test."""
    with ExitStack() as started:

        def start(*words: str, **environment: str) -> subprocess.Popen[str]:
            return started.enter_context(_running(words, environment, tmp_path))

        yield start


@pytest.fixture
def serve(start) -> Callable[..., Served]:
    """Start a server on a free port and return when it is ready."""

    def serve(*words: str, **environment: str) -> Served:
        process = start("--port", "0", "--print-json", *words, **environment)
        return Served(process, json.loads(first_line(process)))

    return serve


@pytest.fixture
def host() -> Iterator[Callable[..., str]]:
    """Serve in this process with some settings, until the test ends: the URL. Takes a tenth of a process's time."""
    with ExitStack() as started:

        def host(**settings: Any) -> str:
            return started.enter_context(Server(Settings(port=0, **settings))).base_url

        yield host


@contextmanager
def _running(words: tuple[str, ...], environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603  our own command
        [COMMAND, *words],
        cwd=folder,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    """The first line of its output; the process is killed if that takes too long."""
    deadline = threading.Timer(_START_SECONDS, process.kill)
    deadline.start()
    try:
        return process.stdout.readline() or pytest.fail(f"it printed nothing and said: {process.stderr.read()}")
    finally:
        deadline.cancel()


@pytest.fixture(name="first_line")
def first_line_fixture() -> Callable[[subprocess.Popen[str]], str]:
    return first_line
