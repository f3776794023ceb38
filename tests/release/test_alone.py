"""The wheel in an environment of its own, without a checkout, somewhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

# What a user may do with nothing but the wheel; run inside `exec`.
PROGRAM = """
import json, os, urllib.request
import mockserver

def get(path):
    return json.load(urllib.request.urlopen(os.environ["MOCKSERVER_URL"] + path))

world = os.environ["MOCKSERVER_ACCOUNT_SID"]
print(json.dumps({
    "from": mockserver.__file__,
    "fixtures": len(get("/_mock/v1/fixtures")["fixtures"]),
    "scenarios": [one["name"] for one in get("/_mock/v1/scenarios")["scenarios"]],
    "story": get(f"/_mock/v1/worlds/{world}/scenarios")["default"]["to"]["reaction"],
    "documents": len(get("/openapi")["documents"]),
}))
"""


@dataclass(frozen=True)
class Alone:
    """An environment, the folder of its packages, and a folder to work in that is no checkout."""

    python: Path
    site: Path
    folder: Path

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Our command to its end."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MOCKSERVER", "PYTHON"))}
        return subprocess.run(  # noqa: S603  our own command
            [self.python, "-P", "-m", "mockserver", *words],
            cwd=self.folder,
            env={**inherited, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def alone(release, tmp_path_factory):
    """What has the wheel, and what it depends on, and nothing else of ours."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env/bin/python"
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    ZipFile(release.wheel).extractall(site)
    # The dependencies as they are here, and not this installation of ours, which may be the checkout.
    for name in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(name).iterdir():
            if "mockserver" not in path.name and path.suffix != ".pth" and not Path(site, path.name).exists():
                Path(site, path.name).symlink_to(path)
    (folder / "elsewhere").mkdir()
    return Alone(python, Path(site), folder / "elsewhere")


def test_it_serves_with_fixtures_documents_and_a_story(alone):
    """Told by environment and file alone, as a container is: the story of the file is there when the command starts."""
    (alone.folder / "scenarios").mkdir()
    (alone.folder / "scenarios/evening.toml").write_text('[evening]\ndefault = { to = { reaction = "busy" } }\n')
    told = {"MOCKSERVER_SCENARIOS": "scenarios", "MOCKSERVER_SCENARIO": "evening"}
    done = alone.run("exec", "--", str(alone.python), "-P", "-c", PROGRAM, **told)

    assert "" == done.stderr
    seen = json.loads(done.stdout)
    assert alone.site / "mockserver/__init__.py" == Path(seen.pop("from"))
    assert {"scenarios": ["evening"], "story": "busy"}.items() <= seen.items()
    assert seen["fixtures"] > 100
    assert seen["documents"] > 5
