"""Commands that look into a world and steer it."""

from __future__ import annotations

import json

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink, Client

PAIR = {"from_": "+919900000205", "to": "+919900000310"}


@pytest.fixture
def served():
    """The URL of a server."""
    with Server(Settings(port=0, clock="manual")) as server:
        yield server.base_url


@pytest.fixture
def world(served):
    """The first world of the server, by the client."""
    with Client(served) as client:
        yield client.world("mock")


@pytest.fixture
def ask(command, served):
    """Run a command about the server; what it prints, when it is content."""

    def ask(*words, **environment):
        ended = command(*words, MOCKSERVER_URL=served, **environment)
        assert (0, "") == (ended.returncode, ended.stderr)
        return ended.stdout

    return ask


def test_the_clock_is_shown_and_moved(ask, world):
    """Time and mode; what moving it brought about; its mode can be changed."""
    sid = world.call(**PAIR)

    assert "(manual)" in ask("clock")
    moved = ask("clock", "advance", "60").splitlines()
    assert any("call.moved" in line and sid in line and "after=talking" in line for line in moved)
    assert moved[-1].endswith(" UTC, 60 s later, 6 events")
    assert "(scaled, 3 times as fast)" in ask("clock", "set", "scaled", "--speed", "3")
    assert 3.0 == json.loads(ask("clock", "show", "--json"))["speed"]


def test_the_clock_runs_until_a_call_is_over(ask, command, served, world):
    """Exit code 0 if the condition came true, 1 if not."""
    sid = world.call(**PAIR)

    assert json.loads(ask("clock", "run-until", "--call", sid, "--state", "ended", "--json"))["met"]
    unmet = command("clock", "run-until", "--deliveries", "5", "--within", "10", "--url", served)
    assert 1 == unmet.returncode
    assert "the condition did not come true" in unmet.stdout


def test_worlds_are_made_and_removed(ask):
    """With credentials to use at once."""
    made = json.loads(ask("worlds", "create", "--clock", "jump", "--json"))
    assert made["account_sid"] in ask("worlds", "list")
    assert "(jump)" in ask("clock", "--world", made["account_sid"])
    assert "(jump)" in ask("clock", MOCKSERVER_ACCOUNT_SID=made["account_sid"])

    assert f"world {made['account_sid']} has gone\n" == ask("worlds", "delete", made["account_sid"])
    assert [made["account_sid"]] == [sid for sid in (made["account_sid"],) if sid not in ask("worlds", "list")]


def test_faults_are_added_listed_and_healed(ask, world):
    """Each kind with its parameters, and for what it is meant."""
    added = (
        ask("faults", "add", "latency", "--seconds", "0.5", "--path", "*/calls", "--times", "3").splitlines()[1].split()
    )
    ask("faults", "add", "error", "--status", "503", "--operation", "exotel-v3.create-call")

    assert ["f1", "latency", "path=*/calls", "distribution=fixed", "seconds=0.5", "3", "0"] == added
    assert ["f1", "f2"] == [one.id for one in world.faults()]
    assert ["latency", "error"] == [json.loads(line)["kind"] for line in ask("faults", "--json").splitlines()]
    assert "1 fault rules removed\n" == ask("faults", "heal", "f1")
    assert "1 fault rules removed\n" == ask("faults", "heal")
    assert [] == world.faults()


def test_deliveries_are_listed_shown_and_sent_again(ask, world):
    """In a line each; with everything of one; once more, as they were or edited."""
    with CallbackSink() as sink:
        sid = world.call(**PAIR, callback=sink.url("/done"))
        world.advance(60)

        head, *rows = [line.split() for line in ask("deliveries").splitlines()]
        assert ["ID", "TIME", "CALL", "EVENT", "LEG", "STATE", "TRIES", "STATUS", "URL"] == head
        assert [["d1", sid, "answered", "1"], ["d2", sid, "answered", "2"], ["d3", sid, "over", "-"]] == [
            [row[0], *row[2:5]] for row in rows
        ]
        assert 2 == len(ask("deliveries", "list", "--event", "answered", "--json").splitlines())
        assert 3 == len(ask("deliveries", "list", "--sent-to", "*/done", "--json").splitlines())
        shown = ask("deliveries", "show", "d3")
        assert f"POST {sink.url('/done')}" in shown
        assert '"event_type":"terminal"' in shown
        assert "attempt 1 at " in shown

        assert "d4 repeats d3: " in ask("deliveries", "redeliver", "d3", "--body", "hello", "--send-to", sink.url("/x"))
        assert (b"hello", "/x") == (sink.wait_for(4)[3].body, sink.received[3].path)


def test_requests_are_listed_and_shown(ask, world, served):
    """In a line each, with why they were refused; with everything of one."""
    world.call(**PAIR)
    httpx.get(f"{served}/v3/accounts/mock/calls/nobody", auth=("key", "token"))

    head, *rows = [line.split() for line in ask("requests").splitlines()]
    assert ["ID", "TIME", "METHOD", "STATUS", "PATH", "NOTE"] == head
    assert [["q1", "POST", "200"], ["q2", "GET", "404"]] == [[row[0], *row[2:4]] for row in rows]
    assert ["q2"] == [json.loads(line)["id"] for line in ask("requests", "--refused", "--json").splitlines()]
    shown = ask("requests", "show", "q2")
    assert "hint: " in shown
    assert "authorization: Basic <redacted>" in shown
    assert "answer 404" in shown


def test_requests_are_followed(start, first_line, served, world):
    """What there is, then each as it comes, each once; a filter is the server's. Ctrl-C ends it without a trace."""
    world.call(**PAIR)
    words = ("requests", "--follow", "--status", "404", "--json", "--url", served)
    httpx.get(f"{served}/v3/accounts/mock/calls/before", auth=("key", "token"))
    process = start(*words)
    lines = [first_line(process)]
    for sid in ("one", "two"):
        world.call(**PAIR)
        httpx.get(f"{served}/v3/accounts/mock/calls/{sid}", auth=("key", "token"))
        lines.append(process.stdout.readline())

    process.send_signal(2)
    rest, words = process.communicate(timeout=20)

    assert ["before", "one", "two"] == [json.loads(line)["path"].rpartition("/")[2] for line in lines]
    assert ("", "", 130) == (rest, words, process.returncode)


def test_a_reader_that_has_seen_enough_ends_the_command(start, first_line, served, world):
    """As in `mockserver requests --follow | head -1`: no trace."""
    world.call(**PAIR)
    process = start("requests", "--follow", "--json", "--url", served)
    assert "q1" == json.loads(first_line(process))["id"]

    process.stdout.close()
    world.call(**PAIR)
    world.call(**PAIR)

    process.wait(20)
    assert "" == process.stderr.read()


@pytest.mark.parametrize(
    "words",
    [("clock",), ("faults",), ("requests",), ("deliveries",), ("worlds", "list"), ("call", "--from", "1", "--to", "2")],
)
def test_a_server_that_is_not_there_is_one_line(command, words):
    """Whatever is asked of it, with exit code 1."""
    ended = command(*words, "--url", "http://127.0.0.1:1")

    [line] = ended.stderr.splitlines()
    assert (1, "") == (ended.returncode, ended.stdout)
    assert "no server answers at http://127.0.0.1:1: " in line
    assert "--url" in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("clock", "advance", "60", "--world", "nowhere"), "no world 'nowhere'"),
        (("faults", "add", "latency", "--copies", "3"), "It takes distribution"),
        (("deliveries", "show", "d9"), "'d9'"),
        (("requests", "show", "q9"), "'q9'"),
        (("call", "--from", "12", "--to", "13"), "from.contact_uri is invalid"),
    ],
)
def test_what_the_server_refuses_is_one_line(command, served, words, reason):
    """What is wrong and what to do, as the server says it, with exit code 1."""
    ended = command(*words, "--url", served)

    [line] = ended.stderr.splitlines()
    assert 1 == ended.returncode
    assert reason in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("clock", "advance"), "--seconds"),
        (("clock", "set", "sundial"), "sundial"),
        (("faults", "add", "earthquake"), "earthquake"),
        (("call", "--from", "+919900000205"), "--to"),
        (("deliveries", "list", "--state", "lost"), "lost"),
        (("requests", "--nonsense"), "--nonsense"),
    ],
)
def test_a_mistake_is_one_line(command, words, reason):
    """What cannot be understood is refused before anybody is asked, with exit code 2."""
    ended = command(*words)

    [line] = ended.stderr.splitlines()
    assert 2 == ended.returncode
    assert reason in line


def test_the_control_token_is_handed_on(command):
    """By flag or by environment; it is never printed."""
    with Server(Settings(port=0, control_token="hush")) as server:
        ask = ("clock", "--url", server.base_url)
        ended = [command(*ask), command(*ask, "--token", "hush"), command(*ask, MOCKSERVER_CONTROL_TOKEN="hush")]

    assert [1, 0, 0] == [one.returncode for one in ended]
    assert "--control-token" in ended[0].stderr
    assert "hush" not in command("clock", "--help", MOCKSERVER_CONTROL_TOKEN="hush").stdout
