from __future__ import annotations

import importlib.util
import json
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.fixture(scope="module")
def shipped(root, tmp_path_factory) -> set[str]:
    """What users get: the files of the installed package, or of a wheel where it is installed from this folder."""
    installed = distribution("mockserver")
    if not _is_editable(installed):
        return {str(path) for path in installed.files or ()}
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("installed from this folder, and without hatchling no wheel can be built to look into")
    return _wheel_names(root, tmp_path_factory.mktemp("wheel"))


def test_every_module_is_shipped(modules, shipped):
    """The installed package holds every module of the repository."""
    assert set() == {path.as_posix() for path in modules} - shipped


def test_the_package_is_typed_for_its_users(shipped):
    """The marker by which type checkers read our annotations is shipped."""
    assert "mockserver/py.typed" in shipped


def test_only_the_package_is_shipped(shipped):
    """No tests, benchmarks or other top-level packages come with the installation."""
    owners = {Path(name).parts[0] for name in shipped if not name.startswith("..")}

    assert {"mockserver"} == {owner for owner in owners if not owner.endswith(".dist-info")}


def test_the_licence_is_shipped(shipped):
    """The licence text comes with the package."""
    assert any(name.endswith("licenses/LICENSE") for name in shipped)


def test_the_command_is_installed():
    """Installing the package gives the command `mockserver`."""
    commands = {
        entry.name: entry.value for entry in distribution("mockserver").entry_points.select(group="console_scripts")
    }

    assert "mockserver.cli:main" == commands["mockserver"]


def _is_editable(installed: Distribution) -> bool:
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    return bool(origin.get("dir_info", {}).get("editable"))


def _wheel_names(root: Path, folder: Path) -> set[str]:
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415  a build tool that need not be installed

    [wheel] = WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])
    return set(ZipFile(wheel).namelist())
