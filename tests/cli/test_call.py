"""`mockserver call`: places a call and draws its ladder while it happens."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from mockserver.control.flow_bodies import ConnectBody, GreetingBody
from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink, Client

PAIR = ("--from", "+919900000102", "--to", "+919900000203")


@pytest.fixture
def served():
    """The URL of a server."""
    with Server(Settings(port=0, clock="jump")) as server:
        yield server.base_url


def test_a_call_is_drawn_to_its_end(command, served):
    """Sid, ladder with callbacks, outcome; each row as it happens."""
    with CallbackSink() as sink:
        ended = command("call", *PAIR, "--callback", sink.url("/done"), "--url", served)

    first, _, head, *rows, _, last = ended.stdout.splitlines()
    assert (0, "") == (ended.returncode, ended.stderr)
    assert "in world mock, over +912241499102" in first
    assert ["application", "mockserver", "+919900000102", "+919900000203"] == head.split()
    assert ["places a call", "rings", "answers", "answered: 200", "rings", "answers", "answered: 200"] == _words(rows)[
        :7
    ]
    assert ["hangs up", "is hung up", "over: 200"] == _words(rows)[7:]
    assert "completed after 7 s, 3 s of talk" == last


def _words(rows):
    return [
        " ".join(row.translate(str.maketrans("│─▶◀", "    ")).split()[1:]).partition("  ")[0] for row in map(_cut, rows)
    ]


def _cut(row):
    return row[: row.rindex("│") + 1]


def test_programs_get_events_and_the_call(command, served):
    """`--json`: an event a line as the feed has them, then the whole call."""
    ended = command("call", *PAIR, "--json", "--record", "--exophone", "01414941199", "--url", served)

    *events, call = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ["call.placed", "call.moved"] == [event["kind"] for event in events][:2]
    assert ("completed", "+911414941199") == (call["call"]["outcome"], call["call"]["exophone"])
    assert call["recording"] is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [("busy.toml", 'to = { reaction = "busy" }\n'), ("busy.json", '{"to": {"reaction": "busy"}}')],
)
def test_a_story_is_read_from_a_file(command, served, tmp_path, name, text):
    """With the names of the control API, in TOML or JSON."""
    (tmp_path / name).write_text(text)

    ended = command("call", "--from", "09811112222", "--to", "09833334444", "--story-file", name, "--url", served)

    assert ended.stdout.endswith("0 s of talk\n")
    assert "is busy" in ended.stdout


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("story.yaml", "", ".toml and .json"),
        ("missing.toml", None, "No such file"),
        ("story.json", "{", "story.json: "),
        ("story.toml", "nobody = 1", "nobody"),
        ("story.toml", "talk = -5", "talk"),
        ("story.toml", 'to = { reaction = "yawns" }', "yawns"),
    ],
)
def test_a_story_that_cannot_be_is_refused(command, tmp_path, name, text, reason):
    """One line that names the file, exit code 2, before anybody is asked."""
    if text is not None:
        (tmp_path / name).write_text(text)

    ended = command("call", *PAIR, "--story-file", name)

    [line] = ended.stderr.splitlines()
    assert 2 == ended.returncode
    assert name in line
    assert reason in line


def test_a_manual_clock_is_told_of(start, serve, first_line):
    """Nothing happens until it is moved; the ladder goes on when it is."""
    url = serve("--clock", "manual").url
    process = start("call", *PAIR, "--url", url)
    first_line(process)
    warning = process.stderr.readline()

    with Client(url) as client:
        client.world("mock").advance(60)
    rest, _ = process.communicate(timeout=20)

    assert "mockserver clock advance 60 --world mock" in warning
    assert "completed after 7 s, 3 s of talk" in rest


def test_a_terminal_gets_colours(served):
    """And NO_COLOR takes them away; a pipe never has them."""
    command = [Path(sysconfig.get_path("scripts")) / "mockserver", "call", *PAIR, "--url", served]

    assert b"\x1b[32m answers \x1b[0m" in _on_a_terminal(command, {})
    assert b"\x1b[" not in _on_a_terminal(command, {"NO_COLOR": "1"})


def test_an_output_of_plain_letters_gets_plain_letters(run, served):
    """Where lines cannot be drawn, they are written."""
    ended = run("call", *PAIR, "--url", served, PYTHONIOENCODING="ascii")

    assert "|-------- rings ------->|" in ended.stdout
    assert ended.stdout.isascii()


def _on_a_terminal(command, more):
    ours, theirs = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | more
    shown = b""
    with subprocess.Popen(command, stdout=theirs, env=environment) as process:  # noqa: S603  our own command
        os.close(theirs)
        try:
            while part := os.read(ours, 65_536):
                shown += part
        except OSError:
            pass  # the end of a terminal whose last program has gone
        finally:
            os.close(ours)
        assert 0 == process.wait(30)
    return shown


def test_an_exophone_is_called(command, served):
    """`--to` an ExoPhone: the call comes in, and its flow is drawn applet by applet."""
    with Client(served) as client:
        world = client.world("mock")
        applets = [GreetingBody(id="welcome", text="Welcome"), ConnectBody(id="sales", numbers=["+919900000203"])]
        world.add_flow("IVR", applets, numbers=["+912241499102"])
    ended = command("call", "--from", "+919812300000", "--to", "02241499102", "--url", served)

    _, _, _, *rows, _, last = ended.stdout.splitlines()
    assert (0, "") == (ended.returncode, ended.stderr)
    assert ["calls", "welcome", "sales", "rings", "answers"] == [word for word in _words(rows) if "places" not in word][
        :5
    ]
    assert last.startswith("completed after")


@pytest.mark.parametrize("option", [("--callback", "http://127.0.0.1:1/"), ("--exophone", "01414941199")])
def test_options_of_calls_that_are_placed_are_refused(command, served, option):
    """Who calls an ExoPhone asks for nothing; the message names the option."""
    ended = command("call", "--from", "+919812300000", "--to", "02241499102", *option, "--url", served)

    assert 2 == ended.returncode
    assert f"{option[0]} is for calls that are placed" in ended.stderr
