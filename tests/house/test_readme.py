"""README.md is a promise: what it shows is run, what it lists is counted."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cyclopts import App

from mockserver.bootstrap import PROVIDERS
from mockserver.cli.access import environment
from mockserver.cli.app import app
from mockserver.cli.documents import operations_drawing
from mockserver.cli.trust import ADDING, PHP, REPLACING
from mockserver.control.routes import OPERATIONS
from mockserver.domain.story import Reaction, Side
from mockserver.engine.clock import ClockMode
from mockserver.engine.population import SAMPLE_EXOPHONES
from mockserver.engine.scenarios import RANDOM_OUTCOMES, Share
from mockserver.listening import Address
from mockserver.providers.hosts import HOSTS
from mockserver.pytest_plugin.options import OPTIONS
from mockserver.server import Server
from mockserver.settings import DEMONSTRATION_ACCOUNT, Settings

SERVE = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/mockserver"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q '.[test]' && .venv/bin/pytest"
COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
LONGEST_WAIT = 30
WORDS = {
    Reaction.NO_ANSWER: "does not answer",
    Reaction.BUSY: "is busy",
    Reaction.REJECTS: "rejects the call",
    Reaction.UNREACHABLE: "cannot be reached",
}


def test_the_first_lines_say_what_it_is(readme):
    """One heading and two lines, then the way to start it."""
    title, _, first, second, blank = readme.splitlines()[:5]

    assert title.startswith("# mockserver: a local stand-in for telephony APIs")
    assert first
    assert second
    assert "" == blank


def test_there_are_exactly_two_set_up_commands(readme):
    """One serves, one tests; nothing else is installed anywhere in the README."""
    assert [SERVE, TEST] == [line for line in readme.splitlines() if "pip install" in line]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine to run the README's commands with")
def test_every_command_does_what_it_says(readme, tmp_path):
    """All curl commands, pasted into a shell one after another, work against one server, and its callbacks arrive."""
    receiver, *commands = [
        block for block in _blocks(readme, "sh") if "pip install" not in block and "docker" not in block
    ]
    with _receiving(receiver, tmp_path) as (sink, printed), _serving(tmp_path) as url:
        answers = [
            answer
            for command in commands
            for answer in _run(command.replace("http://127.0.0.1:8080", url).replace("http://127.0.0.1:9000", sink))
        ]
        bodies = [json.loads(next(printed)) for _ in range(5)]

    placed, calls, deliveries, world, second, receipt, queue, rule, settings, *more = answers
    incoming, moved, data, flow, dialled_in, flowed, scripted, fault, waited = more
    assert "listen" == scripted["story"]["from"]["says"][0]["does"]
    callbacks, ended = [[one for one in bodies if ("endedDate" in one) is is_end] for is_end in (False, True)]
    sids = [answer["response"]["call_details"]["sid"] for answer in (placed, second)]
    told = [[_event(one) for one in callbacks if one["call_details"]["sid"] == sid] for sid in sids]

    assert [[("answered", None), ("answered", None), ("terminal", 10)], [("terminal", 2693)]] == told
    assert [sids[0]] == [call["sid"] for call in calls["calls"]]
    assert {sids[0]} == {delivery["call_sid"] for delivery in deliveries["deliveries"]}
    assert "demo" == world["account_sid"]
    assert "delivery.attempted" in {event["kind"] for event in receipt["events"]}
    assert "busy" == queue["next"][0]["to"]["reaction"]
    assert 2 == rule["remaining"]
    assert 1 == len(settings["ended_webhooks"])
    assert ("inbound", 2) == (incoming["call"]["direction"], incoming["call"]["serial"])
    assert moved["met"]
    assert [(2, 49, 30, 14)] == [(one["id"], one["duration"], one["talkTime"], one["waitingTime"]) for one in ended]
    assert (2, 49, "answered", 1) == tuple(
        len(data["calls"][name]) if name == "recordings" else data["calls"][name]
        for name in ("id", "duration", "type", "recordings")
    )
    assert ["greeting-1", "gather-2", "doctor", "message"] == [applet["id"] for applet in flow["applets"]]
    way = [event["facts"]["applet"] for event in flowed["events"] if event["kind"] == "flow.entered"]
    assert ["greeting-1", "gather-2", "doctor"] == ["greeting-1", *way]
    assert "completed" in {event["facts"].get("outcome") for event in flowed["events"]}
    assert "in-flow" == dialled_in["call"]["state"]
    assert (500, 1100) == (fault["status"], fault["code"])
    assert ["/v3/accounts/demo/calls"] == [request["path"] for request in waited["requests"]]


def test_every_python_example_runs(readme, tmp_path):
    """Each runs as a program of its own."""
    examples = _blocks(readme, "python")

    assert examples
    for example in examples:
        done = subprocess.run(  # noqa: S603  the README's own words
            [sys.executable, "-W", "error", "-c", example], cwd=tmp_path, capture_output=True, timeout=60, check=False
        )
        assert b"" == done.stderr


def test_the_pytest_example_is_green(readme, tmp_path):
    """The suite of the README, run as a suite: one test passes."""
    [example] = [block for block in _blocks(readme, "python") if "(mockserver)" in block]
    (tmp_path / "test_example.py").write_text(example)
    words = ["-q", "-p", "mockserver.pytest_plugin", "-p", "no:cacheprovider", "-W", "error"]
    # Without the plugins of others, of which no example tells.
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "pytest", *words, "test_example.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "1 passed" in done.stdout


def test_the_table_of_operations_is_drawn_from_the_program(readme):
    """What stands between the marks is what `mockserver operations --write README.md` writes."""
    between = readme.partition("<!-- operations: begin -->\n")[2].partition("\n<!-- operations: end -->")[0]

    assert operations_drawing() == between


def test_the_table_of_real_hosts_is_true(readme):
    """Every real host has its row, with the APIs that it serves, and where it is."""
    titles = {provider.name: provider.title.removeprefix("Exotel ") for provider in PROVIDERS}

    assert [[f"`{host.name}`", ", ".join(titles[api] for api in host.apis), host.region] for host in HOSTS] == _table(
        readme, "Host"
    )


def test_the_table_of_modes_is_complete(readme):
    """Every mode of the clock has its row, in the order of the code."""
    assert [f"`{mode}`" for mode in ClockMode] == [row[0] for row in _table(readme, "`--clock`")]


def test_the_table_of_random_outcomes_is_the_distribution(readme):
    """The shares of `--outcomes random` are those that are drawn from."""
    assert [[f"{share.percent} %", _words(share)] for share in RANDOM_OUTCOMES] == _table(readme, "Share")
    assert 100 == sum(share.percent for share in RANDOM_OUTCOMES)


def test_the_table_of_magic_numbers_is_true(readme):
    """Each digit, on either party, comes to the v3 status that the table promises."""
    rows = _table(readme, "`o`")
    with Server(Settings(port=0, clock="manual")) as server, httpx.Client(base_url=server.base_url) as client:
        placed = [(_place(client, row[0], "first"), _place(client, row[0], "second")) for row in rows]
        client.post("/_mock/v1/worlds/mock/clock/advance", json={"seconds": 20_000})
        statuses = [[f"`{_status(client, sid)}`" for sid in sids] for sids in placed]

    assert [str(digit) for digit in range(9)] == [row[0] for row in rows]
    assert [row[2:] for row in rows] == statuses


def test_the_table_of_the_first_world_is_true(readme):
    """Account and ExoPhones of the README are those that the server begins with."""
    account = f"`{DEMONSTRATION_ACCOUNT.sid}`, `{DEMONSTRATION_ACCOUNT.key}`, `{DEMONSTRATION_ACCOUNT.token}`"

    assert f"| account SID, API key, token | {account} |" in readme
    assert f"the header `Access-Token: {DEMONSTRATION_ACCOUNT.access_token}` |" in readme
    assert f"| ExoPhones | {', '.join(f'`{number}`' for number in SAMPLE_EXOPHONES)} |" in readme


def test_the_table_of_the_control_api_is_true(readme):
    """Each path of the table is served, and each path below a world is in the table or below one that is."""
    named = {path for row in _table(readme, "Path") for path in re.findall(r"`([^`]+)`", row[0])}
    served = {one.path.removeprefix("/worlds/{account_sid}/") for one in OPERATIONS if one.path.count("/") > 2}

    assert set() == named - served
    assert set() == {path for path in served if not any(path == name or path.startswith(f"{name}/") for name in named)}


def test_every_flag_that_is_mentioned_exists(readme):
    """A flag in the README is one of ours, or one of the programs that it shows."""
    others = {"--rm", "--cap-add", "--security-opt"}
    ours = {
        name
        for command in _commands(app)
        for argument in command.assemble_argument_collection()
        for name in argument.names
    }
    ours |= set(app.help_flags) | set(app.version_flags) | {option.flag for option in OPTIONS} | {"--callback-orders"}
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme))

    assert set() == mentioned - ours - others


def test_every_command_that_is_mentioned_exists(readme):
    """In the table, and in examples: `mockserver` and a word is one of ours."""
    mentioned = re.findall(r"(?:^|`|bin/)mockserver ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", readme, re.MULTILINE)
    named = {first for first, _ in mentioned}
    below = {(first, second) for first, second in mentioned if second and len(list(app[first])) > 3}

    assert {"call", "clock", "exec", "requests", "deliveries", "faults", "worlds", "healthcheck"} <= named
    assert set() == named - set(app)
    assert set() == {(first, second) for first, second in below if second not in app[first]}


def test_the_table_of_variables_is_what_exec_exports(readme):
    """Every variable that a command finds is in the table, and no other."""
    named = {name for row in _table(readme, "Variable") for name in re.findall(r"`([^`]+)`", row[0])}

    address = Address("http://127.0.0.1:1", "https://127.0.0.1:2", b"an authority")
    told = environment(Settings(control_token="hush"), address).keys() | {
        "MOCKSERVER_CA_FILE",
        *REPLACING,
        *ADDING,
        PHP,
    }

    assert told == named


def test_every_link_leads_somewhere(root, readme):
    """Files and folders that the README links to are there."""
    links = re.findall(r"]\((?!https?:)([^)#]+)\)", readme)

    assert links
    assert [] == [link for link in links if not (root / link).exists()]


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _table(text: str, first_heading: str) -> list[list[str]]:
    """The rows of the table that begins with a heading."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def _words(share: Share) -> str:
    party = "first party" if share.side is Side.FROM else "second party"
    if share.gives_up:
        return "the first party gives up while the second rings"
    if share.is_machine:
        return f"the {party} is an answering machine"
    return "both answer and talk" if share.reaction is Reaction.ANSWERS else f"the {party} {WORDS[share.reaction]}"


def _place(client: httpx.Client, digit: str, party: str) -> str:
    magic, other = f"+9199000{digit}0205", "+919812345678"
    order = {"from": {"contact_uri": other}, "to": {"contact_uri": magic}, "virtual_number": SAMPLE_EXOPHONES[0]}
    if party == "first":
        order |= {"from": order["to"], "to": order["from"]}
    answer = client.post("/v3/accounts/mock/calls", json=order, auth=("key", "token"))
    return answer.json()["response"]["call_details"]["sid"]


def _status(client: httpx.Client, sid: str) -> str:
    answer = client.get(f"/v3/accounts/mock/calls/{sid}", auth=("key", "token"))
    return answer.json()["response"]["call_details"]["status"]


def _commands(command: App) -> Iterator[App]:
    """A command and all below it, but for those that are only a name for others."""
    if command.default_command is not None:
        yield command
    for name in command:
        if not name.startswith("-"):
            yield from _commands(command[name])


def _event(callback: dict[str, Any]) -> tuple[str, int | None]:
    return callback["event_details"]["event_type"], callback["call_details"]["total_talk_time"]


def _run(commands: str) -> list[Any]:
    """The JSON answers of the curl commands in a block."""
    script = re.sub(r"^curl", "curl --silent --show-error --fail", commands, flags=re.MULTILINE)
    answers = []
    for command in re.split(r"\n(?=curl)", script):
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, check=True)  # noqa: S603
        answers.append(json.loads(done.stdout))
    return answers


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    words = [COMMAND, "--port", "0", "--print-json", "--clock", "jump"]
    with _started(words, folder) as lines:
        yield json.loads(next(lines))["url"]


@contextmanager
def _receiving(block: str, folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """The README's receiver on a free port: its address, and the lines that it prints."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _started(["/bin/sh", "-c", "exec " + block.replace("9000", str(port))], folder) as lines:
        while not _is_listening(port):
            threading.Event().wait(0.02)
        yield f"http://127.0.0.1:{port}", lines


@contextmanager
def _started(words: list[str], folder: Path) -> Iterator[Iterator[str]]:
    with subprocess.Popen(  # noqa: S603  our own words
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        deadline = threading.Timer(LONGEST_WAIT, process.kill)
        deadline.start()
        try:
            yield iter(process.stdout.readline, "")
        finally:
            deadline.cancel()
            process.kill()


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT).close()
    except ConnectionRefusedError:
        return False
    return True
