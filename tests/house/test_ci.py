from __future__ import annotations

import shutil
import subprocess

import mp3_facts
import pytest


@pytest.fixture
def script(root) -> str:
    return (root / ".ci/run").read_text()


def test_the_script_is_sound(root):
    """The shell can read it, and it stops at the first failure."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    done = subprocess.run([bash, "-n", str(root / ".ci/run")], capture_output=True, check=False)  # noqa: S603  our own

    assert (0, b"") == (done.returncode, done.stderr)
    assert "set -euo pipefail" in (root / ".ci/run").read_text()


def test_it_runs_the_readmes_own_command(readme, script):
    """The test command is taken out of the README; its words are not said a second time."""
    [command] = [line for line in readme.splitlines() if ".venv/bin/pytest" in line]

    assert command not in script
    assert "'.[test]'" not in script
    assert "README.md" in script


@pytest.mark.parametrize("check", ["ruff check", "ruff format --check", "mypy", "lint-imports", "git diff --exit-code"])
def test_it_runs_every_check(script, check):
    """Lint, format, types, layers, drawings."""
    assert check in script


@pytest.mark.parametrize("package", ["golang-go", "nodejs", "npm", "ruby", "php-cli", "php-curl", "curl", "axios"])
def test_programs_of_other_languages_are_run(script, package):
    """What they need is installed where CI runs; there their tests are not skipped."""
    assert package in script


def test_recordings_are_held_against_a_decoder(script, monkeypatch, tmp_path):
    """It is installed where CI runs; there the tests that need it fail without it, and are not skipped."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(AssertionError, match="CI has to install mpg123"):
        mp3_facts.heard(b"", tmp_path)
    assert "install --yes --no-install-recommends mpg123" in script
