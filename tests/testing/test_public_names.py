"""What test suites import."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import mockserver.testing


@pytest.mark.parametrize("name", mockserver.testing.__all__)
def test_every_public_name_is_there(name):
    """What is promised can be imported, and is what it is called."""
    assert name == getattr(mockserver.testing, name).__name__


def test_other_names_are_not():
    """A name that is not promised is refused as in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Nobody'"):
        _ = mockserver.testing.Nobody


def test_importing_them_costs_little():
    """A suite that only receives callbacks waits for no client, one with the blocking client not for aiohttp."""
    assert set() == _loaded("import mockserver.testing") & {
        "aiohttp",
        "urllib3",
        "msgspec",
        "starlette",
        "phonenumbers",
    }
    assert {"urllib3"} == _loaded("from mockserver.testing import Client") & {"aiohttp", "urllib3"}


def _loaded(program: str) -> set[str]:
    command = [sys.executable, "-c", f"{program}; import json, sys; print(json.dumps(sorted(sys.modules)))"]
    return set(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))  # noqa: S603  our own words
