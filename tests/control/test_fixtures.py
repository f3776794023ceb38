"""The contract fixtures over HTTP."""

from __future__ import annotations

import hashlib

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


def test_an_unknown_file_is_refused(control, expect_refusal):
    """Nothing is read that the manifest does not list."""
    for path in ("nothing.json", "..%2Fpyproject.toml", "exotel-v3"):
        expect_refusal(control.elsewhere("GET", f"/_mock/v1/fixtures/{path}"), 404, "unknown-fixture")
