"""The built image, run as an engine runs it: a root that cannot be written, processes of its own, no rights.

`.ci/image` builds one and says where it is; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

_START_SECONDS = 30


@dataclass(frozen=True)
class Image:
    """The image's files, and what it says about how it is to be run."""

    root: Path
    config: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return dict(one.split("=", 1) for one in self.config["Env"])

    def words(self, command: list[str], environment: Mapping[str, str]) -> list[str]:
        """A command inside the root, with the image's user, folder and environment, and without any rights."""
        user, group = self.config["User"].split(":")
        rights = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        said = [f"{name}={value}" for name, value in {**self.environment, **environment}.items()]
        return [
            *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *rights),
            *("env", "-i", "-C", self.config["WorkingDir"], *said, *command),
        ]


@dataclass(frozen=True)
class Container:
    """A running image. `pid` is its first process as this machine sees it; `healthy_after` are seconds."""

    image: Image
    outer: subprocess.Popen[bytes]
    pid: int
    url: str
    environment: Mapping[str, str]
    healthy_after: float

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command beside the server, as `docker exec` does it."""
        inside = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--root", "--wd"]
        words = [*inside, *self.image.words(list(command), self.environment)]
        return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603  our own words

    def stop(self) -> tuple[int, float]:
        """SIGTERM to its first process; the exit code and the seconds that it took."""
        asked = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        return self.outer.wait(20), time.monotonic() - asked


@pytest.fixture(scope="session")
def image() -> Image:
    root, inspected = (os.environ.get(f"MOCKSERVER_IMAGE_{name}") for name in ("ROOT", "INSPECTED"))
    if not (root and inspected):
        pytest.skip("no image here: .ci/image builds one, with root's rights")
    return Image(Path(root), json.loads(Path(inspected).read_text())["Docker"]["config"])


@pytest.fixture(scope="session")
def start(image: Image) -> Iterator[Callable[..., Container]]:
    """Starts the image with an environment and folders mounted into it, by where they are seen inside."""
    with ExitStack() as ends:

        def start(mounts: Mapping[str, Path] = {}, **environment: str) -> Container:
            environment.setdefault("MOCKSERVER_PORT", str(_free_port()))
            began = time.monotonic()
            words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"]
            outer = subprocess.Popen([*words, _script(image, mounts, environment)])  # noqa: S603  our own words
            ends.callback(outer.wait)
            ends.callback(outer.kill)
            pid = _child(outer)
            url = f"http://127.0.0.1:{environment['MOCKSERVER_PORT']}"
            container = Container(image, outer, pid, url, environment, 0)
            while not _is_healthy(container):
                assert outer.poll() is None, "it ended before it was healthy"
                assert time.monotonic() - began < _START_SECONDS, "it did not become healthy"
                threading.Event().wait(0.02)
            return Container(image, outer, pid, url, environment, time.monotonic() - began)

        yield start


def _script(image: Image, mounts: Mapping[str, Path], environment: Mapping[str, str]) -> str:
    root, user = image.root, image.config["User"].partition(":")[0]
    command = shlex.join(["chroot", str(root), *image.words(image.config["Entrypoint"], environment)])
    for target in mounts:
        (root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
    return "\n".join(
        [
            "set -e",
            f"mount --bind {root} {root}",
            *(f"mount --bind {source} {root}{target}" for target, source in mounts.items()),
            *(f"mount -o remount,bind,ro {root}{target}" for target in mounts),
            *(f"mount -t tmpfs -o uid={user},gid={user} tmpfs {root}{volume}" for volume in image.config["Volumes"]),
            f"mount --rbind /dev {root}/dev",
            f"mount -t proc proc {root}/proc",
            f"mount -o remount,bind,ro {root}",
            f"exec {command}",
        ]
    )


def _child(outer: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    deadline = time.monotonic() + _START_SECONDS
    while not (found := children.read_text().split()):
        assert time.monotonic() < deadline, "nothing was started"
        threading.Event().wait(0.01)
    return int(found[0])


def _is_healthy(container: Container) -> bool:
    """By a request from outside first, which costs little, and then by the image's own health check."""
    try:
        httpx.get(f"{container.url}/readyz").raise_for_status()
    except httpx.HTTPError:
        return False
    [kind, *command] = container.image.config["Healthcheck"]["Test"]
    assert "CMD" == kind
    return container.run(*command).returncode == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
