"""What can be read off the Dockerfile; tests/container has what is seen of the image."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mockserver.cli.app import app
from mockserver.settings import Settings


@pytest.fixture(scope="module")
def stages(root) -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, one list for each stage."""
    text = (root / "Dockerfile").read_text()
    joined = re.sub(
        r"\\\n\s*", "", "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    )
    instructions = [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]
    starts = [number for number, (word, _) in enumerate(instructions) if word == "FROM"]
    return [instructions[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


@pytest.fixture(scope="module")
def base(root) -> str:
    """The instruction before the first stage."""
    [line] = (
        line
        for line in (root / "Dockerfile").read_text().partition("\nFROM")[0].splitlines()
        if line[:1] != "#" and line
    )
    return line


def test_the_wheel_is_built_in_a_stage_of_its_own(stages):
    """Sources and build tools stay behind: the image holds what the first stage has installed."""
    build, image = stages

    assert "pip wheel" in _said(build, "RUN")
    assert [] == [word for word, _ in image if word in {"RUN", "ADD"}]
    assert _said(image, "COPY").startswith("--from=build ")


def test_the_image_is_slim(stages, base):
    """Both stages stand on one image, by default the slim one of the oldest Python that is supported."""
    assert ["${BASE}"] * 2 == [_said(stage, "FROM").split()[0] for stage in stages]
    assert "ARG BASE=python:3.11-slim" == base


def test_nothing_in_it_is_for_one_architecture(root):
    """What is built for amd64 is built for arm64 with the same words."""
    assert not re.search("amd64|arm64|x86_64|aarch64|--platform", (root / "Dockerfile").read_text())


def test_the_user_is_a_number(stages):
    """A cluster can see without looking inside that it is not root."""
    user = re.fullmatch(r"(\d+):(\d+)", _said(stages[-1], "USER"))

    assert "0" not in user.groups()


def test_what_is_kept_belongs_to_that_user(stages):
    """The one folder that can be written is a volume, and made with its owner."""
    assert "/data" == _said(stages[-1], "VOLUME")
    assert "MOCKSERVER_DATA_DIR=/data" in _said(stages[-1], "ENV").split()
    assert f"--chown={_said(stages[-1], 'USER')} /data /data" in _said(stages[-1], "COPY")


def test_ci_builds_and_runs_it(root):
    """Where CI runs; elsewhere the tests that need an image say so."""
    run = (root / ".ci/run").read_text()

    assert ".ci/image" in run[run.index('"${CI:-}" = true', run.index("git diff")) :]
    assert "tests/container/test_image.py" in (root / ".ci/image").read_text()


def test_signals_reach_the_server(stages):
    """Entry point and health check are in exec form and call our own command, no shell between."""
    health = _said(stages[-1], "HEALTHCHECK").partition("CMD ")[2]

    assert ["mockserver"] == json.loads(_said(stages[-1], "ENTRYPOINT"))
    assert ["mockserver", "healthcheck"] == json.loads(health)
    assert app["healthcheck"] is not None


def test_it_listens_to_the_world_outside_the_container(stages):
    """Loopback of a container reaches nobody, so the image says otherwise; the port is the default one."""
    assert "MOCKSERVER_HOST=0.0.0.0" in _said(stages[-1], "ENV").split()
    assert f"{Settings().port} {Settings().tls_port}" == _said(stages[-1], "EXPOSE")


def test_it_needs_no_writable_root(stages):
    """Python does not try to write byte code beside the modules."""
    assert "PYTHONDONTWRITEBYTECODE=1" in _said(stages[-1], "ENV").split()


def test_the_image_is_labelled(stages):
    """Title, description and licence stand in OCI's own labels."""
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]+)"', _said(stages[-1], "LABEL")))

    assert {"title", "description", "licenses"} <= set(labels)
    assert "Apache-2.0" == labels["licenses"]


def test_only_what_is_copied_is_sent_to_the_engine(root, stages):
    """.dockerignore lets nothing through but what the first stage copies, and all of that."""
    lines = (root / ".dockerignore").read_text().splitlines()
    copied = {name for word, rest in stages[0] if word == "COPY" for name in rest.split()[:-1]}

    assert "*" == lines[0]
    assert copied == {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert all((root / Path(name)).exists() for name in copied)


def _said(stage: list[tuple[str, str]], wanted: str) -> str:
    return "; ".join(rest for word, rest in stage if word == wanted)
