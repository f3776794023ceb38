"""`mockserver fixtures` and `mockserver verify` as commands."""

from __future__ import annotations

import json


def test_list_shows_those_of_an_operation(run):
    """One line each: path, status, bytes."""
    ended = run("fixtures", "list", "--operation", "exotel-v3.get-legs", "--kind", "errors")

    rows = [line.split() for line in ended.stdout.splitlines()]
    assert (0, "") == (ended.returncode, ended.stderr)
    assert ["500", "429", "401"] == [status for status in ("500", "429", "401") if status in {row[1] for row in rows}]
    assert all(row[0].startswith("exotel-v3/get-legs/errors/") and int(row[2]) > 0 for row in rows)


def test_show_prints_a_file_as_it_is(command):
    """The bytes of the file and nothing else."""
    ended = command("fixtures", "show", "exotel-v3/get-legs/errors/003-401-1010-authorization-failed.json")

    assert 1010 == json.loads(ended.stdout)["response"]["error_data"]["code"]


def test_what_is_no_fixture_is_refused(command):
    """One line with what to do, and no way out of the folder."""
    for path in ("nothing.json", "../pyproject.toml"):
        ended = command("fixtures", "show", path)

        assert 2 == ended.returncode
        assert f"no fixture '{path}'" in ended.stderr
        assert "fixtures list" in ended.stderr


def test_check_names_what_differs(command, tmp_path):
    """Exit code 1, and what is wrong with the folder."""
    (tmp_path / "manifest.json").write_text("[]")
    ended = command("fixtures", "check", "--folder", str(tmp_path))

    assert 1 == ended.returncode
    assert ended.stdout.startswith("manifest.json: cannot be read")


def test_verify_is_a_command(command, tmp_path):
    """A file that is not there is refused in one line."""
    ended = command("verify", str(tmp_path / "nowhere.har"))

    [line] = ended.stderr.splitlines()
    assert (2, "") == (ended.returncode, ended.stdout)
    assert "No such file" in line
