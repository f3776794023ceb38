"""The contract fixtures over HTTP."""

from __future__ import annotations

import hashlib
import json

import pytest
from in_process import in_process

from mockserver.bootstrap import build_app
from mockserver.domain.errors import BadInput
from mockserver.settings import Settings

ERROR = "exotel-v3/get-legs/errors/003-401-1010-authorization-failed.json"


def test_the_list_has_every_file(control):
    """With kind, operation, size and checksum, also under the path with a slash at its end."""
    rows = control.ask("GET", "/fixtures").json()["fixtures"]

    assert {"requests", "responses", "errors", "callbacks", "examples", "scenarios"} == {row["kind"] for row in rows}
    assert rows == control.elsewhere("GET", "/_mock/v1/fixtures/").json()["fixtures"]


def test_a_file_is_served_as_it_is(control):
    """The bytes are those of the checksum, in JSON, XML and TOML."""
    rows = control.ask("GET", "/fixtures").json()["fixtures"]
    kinds = {row["path"].rpartition(".")[2]: row for row in rows}

    for suffix, media_type in (("json", "application/json"), ("xml", "application/xml"), ("toml", "text/plain")):
        answer = control.elsewhere("GET", f"/_mock/v1/fixtures/{kinds[suffix]['path']}")
        assert kinds[suffix]["sha256"] == hashlib.sha256(answer.content).hexdigest()
        assert media_type == answer.headers["content-type"].partition(";")[0]


def test_a_folder_of_the_users_is_served(tmp_path):
    """`--fixtures` names it; without a manifest it is refused before anything is served."""
    with pytest.raises(BadInput, match=r"there is no manifest\.json") as refusal:
        build_app(Settings(fixtures=str(tmp_path)))
    (tmp_path / "ours.json").write_text("{}")
    row = {"path": "ours.json", "kind": "responses", "sha256": "", "bytes": 2}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [row]}))
    with in_process(build_app(Settings(fixtures=str(tmp_path)))) as http:
        listed = http.request("GET", "/_mock/v1/fixtures").json()["fixtures"]
        served = http.request("GET", "/_mock/v1/fixtures/ours.json").text

    assert "fixtures generate --into" in refusal.value.hint
    assert (["ours.json"], "{}") == ([one["path"] for one in listed], served)


def test_an_unknown_file_is_refused(control, expect_refusal):
    """Nothing is read that the manifest does not list."""
    for path in ("nothing.json", "..%2Fpyproject.toml", "exotel-v3"):
        expect_refusal(control.elsewhere("GET", f"/_mock/v1/fixtures/{path}"), 404, "unknown-fixture")
