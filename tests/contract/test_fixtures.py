"""The fixtures are what the server says, all of it, and say how they came about."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from in_process import in_process
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from replaying import Replay

from mockserver.bootstrap import build_app
from mockserver.contract import generation
from mockserver.contract.collecting import schemas
from mockserver.contract.generation import differences, differing, generated
from mockserver.contract.manifest import decoded, encoded
from mockserver.control.scenario_files import read_scenarios
from mockserver.drawing.documents import documented, operation_ids
from mockserver.drawing.wire import Request
from mockserver.providers.exotel.v3 import render
from mockserver.settings import Settings

ROOT = Path(__file__).parents[2] / "fixtures"
MOST_BYTES = 2_000_000
ERROR = "exotel-v3/get-legs/errors/003-401-1010-authorization-failed.json"
MANIFEST = decoded((ROOT / "manifest.json").read_bytes())
ENTRIES = {entry.path: entry for entry in MANIFEST.files}
# A few of each operation and kind: all of them are drawn again by the check.
REPLAYED = list({(one.operation, one.kind): one for one in MANIFEST.files if one.request}.values())


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """All files as they would be made today."""
    return generated(ROOT, MANIFEST)


@pytest.fixture
def found() -> dict[str, bytes]:
    """All files as they are kept, to be spoilt."""
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in ROOT.rglob("*") if path.is_file()}


def test_the_check_holds(made, found):
    """What is kept is what the server would make today."""
    assert [] == list(differing(made, found))


def test_a_changed_file_is_found(made, found):
    """One value in one file: the check names file and field."""
    found[ERROR] = found[ERROR].replace(b"Authorization failed", b"Go away", 1)

    [line] = differing(made, found)

    assert ERROR == line.partition(":")[0]
    assert '"Go away", not "Authorization failed"' in line


def test_a_file_too_many_and_one_too_few_are_found(made, found):
    """Neither what is missing nor what nobody has generated goes unseen."""
    found["exotel-v3/stray.json"] = found.pop(ERROR)

    assert [f"{ERROR}: is missing", "exotel-v3/stray.json: is not generated"] == list(differing(made, found))


def test_a_changed_example_is_found(monkeypatch, tmp_path):
    """What people have written has its checksum in the manifest."""
    monkeypatch.setattr(generation, "operation_ids", lambda: iter(()))
    folder = Path(shutil.copytree(ROOT, tmp_path / "fixtures"))
    path = folder / "examples/exotel-v3/legs_answer.json"
    path.write_text(path.read_text() + " ")

    changed = {one.path: one for one in decoded(generated(folder, MANIFEST)["manifest.json"]).files}

    assert ENTRIES[path.relative_to(folder).as_posix()].sha256 != changed["examples/exotel-v3/legs_answer.json"].sha256


def test_a_changed_renderer_is_found(monkeypatch, found):
    """A renderer that says something else makes the check name the files and fields in which it does."""
    details = render.call_details

    def other_details(call, world):
        changed = details(call, world)
        changed.direction = "sideways"
        return changed

    monkeypatch.setattr(render, "call_details", other_details)
    monkeypatch.setattr(generation, "operation_ids", lambda: iter(["exotel-v3.get-call"]))
    other = {path: content for path, content in generated(ROOT, MANIFEST).items() if path != "manifest.json"}

    lines = list(differing(other, {path: content for path, content in found.items() if path in other}))

    # A shape that is no more may let a file go; those that stay differ in this field and in no other.
    changed = [line for line in lines if not line.endswith(": is missing")]
    assert len(changed) > 1
    assert all(line.startswith("exotel-v3/get-call/responses/") for line in changed)
    assert all(re.search(r"direction is \"(?:out|in)bound\", not \"sideways\"$", line) for line in changed)


def test_a_point_without_a_reason_is_found(monkeypatch, tmp_path):
    """A manifest that leaves a shape out without a word does not pass."""
    monkeypatch.setattr(generation, "operation_ids", lambda: iter(()))
    folder = Path(shutil.copytree(ROOT, tmp_path / "fixtures"))
    row = replace(MANIFEST.coverage[0], impossible={"colour: null": ""})
    (folder / "manifest.json").write_bytes(encoded(replace(MANIFEST, coverage=[row])))

    lines = list(differences(folder))

    assert f"manifest.json: {row.operation} {row.kind}: colour: null occurs nowhere, and nothing says why" == lines[-1]


def test_a_manifest_that_cannot_be_read_is_found(tmp_path):
    """The check says so and nothing else."""
    (tmp_path / "manifest.json").write_text("{")

    [line] = differences(tmp_path)

    assert line.startswith("manifest.json: cannot be read")


def test_a_line_of_xml_is_named():
    """Where a file is no JSON, the first line that differs is shown."""
    [line] = differing({"a.xml": b"<a>\n <b/>\n</a>"}, {"a.xml": b"<a>\n <c/>\n</a>"})

    assert "a.xml: line 2 is ' <c/>', not ' <b/>'" == line


def test_every_operation_has_its_fixtures():
    """Requests, answers and errors of each, and callbacks of each that brings any."""
    kinds = {name: {one.kind for one in MANIFEST.files if one.operation == name} for name in operation_ids()}

    for name, found in kinds.items():
        sends = {"callbacks"} if documented(name).callback else set()
        assert {"requests", "responses", "errors"} | sends == found


def test_every_error_of_every_operation_occurs():
    """Each row of each table is there, by a cause of its own or by a fault rule."""
    for name in operation_ids():
        rows = {(row.status, row.code) for row in documented(name).operation.errors}
        told = {
            (one.error["status"], one.error["code"]) for one in MANIFEST.files if one.operation == name and one.error
        }
        assert rows == told


def test_every_point_occurs_or_has_a_reason():
    """No value of an enumeration and no choice between null and a value is left out without a word."""
    assert [] == [
        (row.operation, point) for row in MANIFEST.coverage for point, why in row.impossible.items() if not why
    ]
    assert all(row.points == row.covered + len(row.impossible) for row in MANIFEST.coverage)


def test_the_manifest_is_true():
    """Sizes and checksums are those of the files, and the whole stays small."""
    for path, entry in ENTRIES.items():
        content = (ROOT / path).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert MOST_BYTES > sum(path.stat().st_size for path in ROOT.rglob("*") if path.is_file())


@pytest.mark.parametrize("operation", list(operation_ids()))
def test_every_file_is_as_documented(operation):
    """JSON validates against the schema of its operation, XML is well-formed."""
    one = documented(operation)
    known = schemas(one)
    for entry in (entry for entry in MANIFEST.files if entry.operation == operation):
        content = (ROOT / entry.path).read_bytes()
        if entry.path.endswith(".xml"):
            assert "TwilioResponse" == ET.fromstring(content).tag  # noqa: S314  our own
            continue
        value = msgspec.json.decode(content)
        schema = one.error(entry.status) if entry.kind == "errors" else known.get(entry.kind)
        if entry.kind == "requests":
            value = value.get("json", {})
            schema = schema if value else None
        if schema is not None and entry.sent.get("media_type", "application/json") == "application/json":
            validator = Draft202012Validator(one.standing_alone(schema))
            assert [] == [(entry.path, error.json_path, error.message) for error in validator.iter_errors(value)]


def test_fixtures_can_be_replayed():
    """A server that is sent prelude, setup and request answers with the bytes of the file."""
    with in_process(build_app(Settings(clock="manual"))) as http:
        replay = Replay(http)
        for entry in REPLAYED:
            response = replay.answer(_whole(entry))
            assert entry.status == response.status_code, entry.path
            assert (ROOT / entry.path).read_bytes() == response.content, entry.path


def test_request_fixtures_are_served():
    """Each is answered with the status of its entry."""
    with in_process(build_app(Settings(clock="manual"))) as http:
        replay = Replay(http)
        for entry in MANIFEST.files:
            if entry.kind == "requests":
                asked = msgspec.json.decode((ROOT / entry.path).read_bytes(), type=Request)
                assert entry.status == replay.answer(_whole(replace(entry, request=asked))).status_code, entry.path


def test_the_scenarios_can_be_read():
    """Each file is one for --scenarios."""
    scenarios = read_scenarios([str(path) for path in sorted((ROOT / "scenarios").glob("*.toml"))])

    assert {"nobody-answers", "busy-line", "answering-machine", "sales-desk"} <= set(scenarios)


def test_generation_needs_no_earlier_one(monkeypatch, tmp_path):
    """What is searched for in an empty folder is what is kept, for an operation as for all."""
    monkeypatch.setattr("mockserver.contract.generation.operation_ids", lambda: iter(["exotel-v2.update-device"]))

    files = generated(tmp_path)

    assert {path for path in ENTRIES if path.startswith("exotel-v2/update-device/")} | {"manifest.json"} == set(files)


def _whole(entry):
    made, *named = MANIFEST.prelude
    prelude = [replace(made, json={**made.json, "seed": entry.world_seed}), *named]
    return replace(entry.request, setup=[*prelude, *entry.setup])
