from __future__ import annotations

import json

import pytest

from mockserver import __version__
from mockserver.bootstrap import openapi_documents
from mockserver.cli.documents import operations_drawing, state_drawing


def test_version_prints_the_version(run):
    """Both the command and the flag."""
    assert [__version__] * 2 == [run("version").stdout.strip(), run("--version").stdout.strip()]


def test_help_lists_commands_and_options(command):
    """`--help` shows every command and every option of the server, and exits with 0."""
    ended = command("--help")

    assert 0 == ended.returncode
    commands = ("serve", "openapi", "states", "operations", "healthcheck", "version", "exec", "call", "clock", "worlds")
    for word in (*commands, "faults", "requests", "deliveries", "--host", "--clock", "--world"):
        assert word in ended.stdout


def test_openapi_lists_the_documents(command):
    """Without a name it prints the names, one a line."""
    assert list(openapi_documents()) == command("openapi").stdout.split()


@pytest.mark.parametrize("name", openapi_documents())
def test_openapi_prints_a_document(command, name):
    """With a name it prints the very document that is served."""
    assert openapi_documents()[name]() == json.loads(command("openapi", name).stdout)


def test_openapi_of_an_unknown_api_is_refused(command):
    """One line that names those there are, exit code 2."""
    ended = command("openapi", "exotel-v9")

    [line] = ended.stderr.splitlines()

    assert 2 == ended.returncode
    assert ", ".join(openapi_documents()) in line


@pytest.mark.parametrize(("name", "drawing"), [("states", state_drawing()), ("operations", operations_drawing())])
def test_a_drawing_is_printed(command, name, drawing):
    """Without --write a drawing goes to the output."""
    assert f"{drawing}\n" == command(name).stdout


@pytest.mark.parametrize(("name", "drawing"), [("states", state_drawing()), ("operations", operations_drawing())])
def test_a_drawing_is_written_between_its_marks(command, tmp_path, name, drawing):
    """`--write` replaces what stands between the marks and nothing else, however often it is said."""
    note = tmp_path / "note.md"
    note.write_text(f"before\n<!-- {name}: begin -->\nold\n<!-- {name}: end -->\nafter\n")

    codes = [command(name, "--write", "note.md").returncode for _ in range(2)]

    assert [0, 0] == codes
    assert f"before\n<!-- {name}: begin -->\n{drawing}\n<!-- {name}: end -->\nafter\n" == note.read_text()


def test_a_file_without_marks_is_left_alone(command, tmp_path):
    """Where there is nothing to draw between, one line says so and the exit code is 2."""
    note = tmp_path / "note.md"
    note.write_text("<!-- states: end -->\nnothing here\n<!-- states: begin -->\n")

    ended = command("states", "--write", "note.md")

    assert (2, 1) == (ended.returncode, len(ended.stderr.splitlines()))
    assert "<!-- states: end -->\nnothing here\n<!-- states: begin -->\n" == note.read_text()


@pytest.mark.parametrize("words", [("version",), ("openapi",), ("states",), ("operations",)])
def test_the_servers_options_do_not_disturb_other_commands(run, tmp_path, words):
    """In a folder with a mockserver.toml, and with the server's environment, every command still works."""
    (tmp_path / "mockserver.toml").write_text("port = 9000\n")

    assert 0 == run(*words, MOCKSERVER_PORT="9000", MOCKSERVER_NAME="x", MOCKSERVER_WRITE="x").returncode
