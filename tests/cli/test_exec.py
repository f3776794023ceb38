"""`mockserver exec`: a server for as long as a command runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap

import httpx
import pytest

from mockserver.bootstrap import PROVIDERS

SHOW = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('MOCKSERVER_')}))"
# Knows nothing of the server but what stands in the environment.
SUITE = """
    import os
    import httpx

    def place(to):
        answer = httpx.post(
            os.environ["MOCKSERVER_EXOTEL_V3_URL"] + "/calls",
            auth=(os.environ["MOCKSERVER_API_KEY"], os.environ["MOCKSERVER_API_TOKEN"]),
            json={
                "from": {"contact_uri": "+919900000101"},
                "to": {"contact_uri": to},
                "virtual_number": os.environ["MOCKSERVER_EXOPHONE"],
            },
        )
        return answer.json()["response"]["call_details"]["sid"]

    def test_a_call_is_listed():
        sid = place("+919900020100")
        httpx.post(
            os.environ["MOCKSERVER_CONTROL_URL"] + f"/worlds/{os.environ['MOCKSERVER_ACCOUNT_SID']}/calls/{sid}/wait"
        ).raise_for_status()
        account = httpx.get(
            os.environ["MOCKSERVER_EXOTEL_V1_URL"] + f"/Calls/{sid}.json",
            auth=(os.environ["MOCKSERVER_API_KEY"], os.environ["MOCKSERVER_API_TOKEN"]),
        )
        assert "busy" == account.json()["Call"]["Status"]
"""
# What others install here is no part of that suite, and takes long to load.
FEW_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture
def suite(tmp_path):
    """A test suite of somebody else, as words to run."""
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "test_theirs.py").write_text(textwrap.dedent(SUITE))
    (tmp_path / "suite" / "pytest.ini").write_text("[pytest]\n")
    return sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "suite"


def python(program):
    return sys.executable, "-c", program


def test_a_suite_runs_that_knows_only_its_environment(run, suite):
    """`mockserver exec -- pytest -q`: URL, credentials and ExoPhone are all that it needs."""
    ended = run("exec", "--clock", "jump", "--", *suite, **FEW_PLUGINS)

    assert (0, "") == (ended.returncode, ended.stderr)
    assert "1 passed" in ended.stdout


def test_a_suite_that_fails_fails(run, suite, tmp_path):
    """The exit code is the suite's."""
    (tmp_path / "suite" / "test_theirs.py").write_text("def test_no():\n    assert False\n")

    assert 1 == run("exec", "--", *suite, **FEW_PLUGINS).returncode


def test_the_command_finds_the_server_in_its_environment(run):
    """Address, credentials of the first world, an ExoPhone, and a base URL for each API."""
    words = ("--world", "acme:k:t", "--exophone", "+911140001000", "--control-token", "hush", "--port", "0")
    ended = run("exec", *words, "--", *python(SHOW), MOCKSERVER_SEED="5")
    variables = json.loads(ended.stdout)
    url = variables["MOCKSERVER_URL"]

    assert {
        "MOCKSERVER_CONTROL_URL": f"{url}/_mock/v1",
        "MOCKSERVER_CONTROL_TOKEN": "hush",
        "MOCKSERVER_ACCOUNT_SID": "mock",
        "MOCKSERVER_API_KEY": "key",
        "MOCKSERVER_API_TOKEN": "token",
        "MOCKSERVER_ACCESS_TOKEN": "mock-token",
        "MOCKSERVER_EXOPHONE": "+911140001000",
        "MOCKSERVER_EXOTEL_V3_URL": f"{url}/v3/accounts/mock",
        "MOCKSERVER_EXOTEL_V1_URL": f"{url}/v1/Accounts/mock",
        "MOCKSERVER_NECTARDESK_URL": f"{url}/calls",
        "MOCKSERVER_SEED": "5",
    }.items() <= variables.items()
    assert len(PROVIDERS) + 9 == len(variables)


def test_the_server_is_gone_afterwards(run):
    """Nobody listens any more."""
    url = json.loads(run("exec", "--", *python(SHOW)).stdout)["MOCKSERVER_URL"]

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_commands_inside_find_the_server_by_themselves(run):
    """Our own commands take URL and world from the same variables."""
    ended = run("exec", "--clock", "manual", "--", sys.executable, "-m", "mockserver", "clock", "advance", "60")

    assert (0, "") == (ended.returncode, ended.stderr)
    assert "60 s later" in ended.stdout


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + signal.SIGKILL),
        ("import os, signal; signal.signal(15, signal.SIG_DFL); os.kill(os.getpid(), 15)", 128 + signal.SIGTERM),
    ],
)
def test_the_exit_code_is_the_commands(run, program, code):
    """As a shell tells it: 128 and the number if a signal ended it."""
    assert code == run("exec", "--", *python(program)).returncode


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_handed_on(start, first_line, number):
    """The command ends as it likes, and only then the server."""
    program = (
        "import os, signal, threading, urllib.request\n"
        "done = threading.Event()\n"
        f"signal.signal({int(number)}, lambda *_: done.set())\n"
        "print('here', flush=True)\n"
        "done.wait(20)\n"
        "urllib.request.urlopen(os.environ['MOCKSERVER_URL'] + '/livez')\n"
        "raise SystemExit(9)"
    )
    process = start("exec", "--", *python(program))
    assert "here\n" == first_line(process)

    process.send_signal(number)

    assert 9 == process.wait(20)


def test_ctrl_c_at_a_terminal_comes_once():
    """The terminal tells the command by itself; it is not told a second time."""
    program = (
        "import signal, threading\n"
        "heard, first = [], threading.Event()\n"
        "signal.signal(2, lambda *_: (heard.append(1), first.set()))\n"
        "print('here', flush=True)\n"
        "first.wait(20)\n"
        "threading.Event().wait(0.3)\n"
        "print(len(heard), 'times')"
    )
    words = [sys.executable, "-m", "mockserver", "exec", "--", *python(program)]
    # A terminal of its own, whose keyboard is our end of the pipe.
    terminal = python(f"import os, pty; raise SystemExit(os.waitstatus_to_exitcode(pty.spawn({words!r})))")
    with subprocess.Popen(terminal, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  our own words
        assert b"here" in process.stdout.readline()
        process.stdin.write(b"\x03")
        process.stdin.flush()
        shown = process.stdout.read()

    assert 0 == process.returncode
    assert b"1 times" in shown


def test_a_command_that_is_not_there_is_named(run):
    """One line, and the exit code that shells have for it."""
    ended = run("exec", "--", "no-such-command", "-q")

    assert (127, 1) == (ended.returncode, len(ended.stderr.splitlines()))
    assert "there is no command 'no-such-command'" in ended.stderr


def test_a_file_that_is_no_program_is_named(run, tmp_path):
    """As shells do it, too."""
    (tmp_path / "text").write_text("just text")
    ended = run("exec", "--", "./text")

    assert (126, "mockserver: ./text cannot be run: Permission denied\n") == (ended.returncode, ended.stderr)


@pytest.mark.parametrize(
    ("words", "reason"), [((), "there is no command"), (("--clock", "sundial", "--", "true"), "sundial")]
)
def test_a_mistake_is_one_line(command, words, reason):
    """What is wrong and what to do, exit code 2, and nothing is started."""
    ended = command("exec", *words)

    [line] = ended.stderr.splitlines()
    assert 2 == ended.returncode
    assert reason in line


def test_a_port_that_is_taken_is_told(run, serve):
    """A port is free unless one is asked for."""
    port = serve().url.rpartition(":")[2]
    ended = run("exec", "--port", port, "--", *python(SHOW))

    assert (1, "") == (ended.returncode, ended.stdout)
    assert "--port 0" in ended.stderr
