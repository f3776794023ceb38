"""`mockserver worlds`, and a server that begins with a history."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

# More than goes in one request of the command.
CALLS = 2_100
WORDS = ("--calls", str(CALLS), "--days", "30", "--seed", "7")


def pages(url, sid="mock", auth=("key", "token")):
    """The bodies of all pages of v1's list."""
    path = f"/v1/Accounts/{sid}/Calls.json?PageSize=100"
    with httpx.Client(base_url=url, auth=auth) as client:
        while path is not None:
            answer = client.get(path)
            yield answer.content
            path = answer.json()["Metadata"]["NextPageUri"]


def total(url, sid="mock"):
    return httpx.get(f"{url}/_mock/v1/worlds/{sid}/calls?limit=1").json()["total"]


@pytest.fixture
def refusal():
    """The one line in which a command that has ended was refused, with exit code 1."""

    def refusal(ended) -> str:
        [line] = ended.stderr.splitlines()
        assert 1 == ended.returncode
        assert "" == ended.stdout
        assert line.startswith("mockserver: ")
        return line

    return refusal


def test_list_shows_the_worlds(serve, run):
    """One line for each with the credentials, below a line of headings."""
    ended = run("worlds", "list", "--url", serve("--world", "acme:k1:t1", "--seed", "5").url)

    head, *worlds = [line.split() for line in ended.stdout.splitlines()]

    assert 0 == ended.returncode
    assert ["ACCOUNT", "SID", "KEY", "TOKEN", "ZONE", "SEED"] == head
    assert [["mock", "key", "token", "Asia/Kolkata", "5"], ["acme", "k1", "t1", "Asia/Kolkata", "5"]] == worlds


def test_a_control_token_is_taken_from_the_environment(serve, command, refusal):
    """With it the command works, without it the server's refusal is told; it is not printed by the server."""
    served = serve("--control-token", "hush")

    assert "token" in refusal(command("worlds", "list", "--url", served.url))
    assert 0 == command("worlds", "list", "--url", served.url, MOCKSERVER_CONTROL_TOKEN="hush").returncode
    assert "hush" not in str(served.ready)


def test_seed_fills_a_world(host, run):
    """It says how many calls ended how, and without a terminal it draws nothing."""
    url = host(clock="manual")

    ended = run("worlds", "seed", *WORDS, "--url", url)

    first, *outcomes = ended.stdout.splitlines()
    assert (0, "") == (ended.returncode, ended.stderr)
    assert first.startswith("2,100 calls in world mock, ")
    assert CALLS == sum(int(line.split()[1].replace(",", "")) for line in outcomes)
    assert CALLS == total(url)


def test_seed_in_parts_is_what_the_control_api_tells_in_one(host, command):
    """The command asks for several parts, between which it draws; the bytes of every page are those of one request."""
    by_command, by_request = [host(clock="manual", public_url="http://mock.test") for _ in range(2)]
    command("worlds", "seed", *WORDS, "--url", by_command)
    body = {"calls": CALLS, "days": 30, "seed": 7}
    httpx.post(f"{by_request}/_mock/v1/worlds/mock/history", json=body, timeout=30)

    assert list(pages(by_request)) == list(pages(by_command))


def test_seed_fills_the_world_that_is_named(host, command):
    """`--world` takes the account SID of another one."""
    url = host(world=("acme:k1:t1",))

    command("worlds", "seed", "--calls", "10", "--world", "acme", "--url", url)

    assert [0, 10] == [total(url), total(url, "acme")]


def test_seed_draws_a_bar_on_a_terminal(host):
    """Where stderr is a terminal, it shows how many calls are done, up to all of them."""
    url = host(clock="manual")
    ours, theirs = os.openpty()
    shown = b""

    command = [Path(sysconfig.get_path("scripts")) / "mockserver", "worlds", "seed", *WORDS, "--url", url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)  # noqa: S603  our own command
    os.close(theirs)
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:
        """The other end has been closed: the command has ended."""
    os.close(ours)

    assert 0 == process.wait(30)
    assert b"2100/2100" in shown


def test_the_same_history_twice_is_refused(host, command, refusal):
    """One line with what to do about it."""
    url = host()
    words = ("worlds", "seed", "--calls", "10", "--url", url)
    command(*words)

    line = refusal(command(*words))

    assert "10 calls of a history with seed 0 already" in line
    assert "Choose another seed" in line
    assert 10 == total(url)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--calls", "0"), "calls must be between 1 and 1000000, not 0"),
        (("--calls", "-3"), "calls must be between 1 and 1000000, not -3"),
        (("--days", "400"), "days must be between 1 and 190, not 400"),
        (("--world", "nowhere"), "no world 'nowhere' on this server. GET /_mock/v1/worlds lists"),
        (("--world", "a/b"), "a/b"),
    ],
)
def test_what_the_server_refuses_is_one_line(host, command, refusal, words, reason):
    """What is wrong and what to do about it, as the server says it."""
    assert reason in refusal(command("worlds", "seed", *words, "--url", host()))


@pytest.mark.parametrize("word", ["list", "seed"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:1", "http://no.such.host.invalid", "http://[", "x"])
def test_a_server_that_is_not_there_is_one_line(command, refusal, word, url):
    """Whatever the URL, the command says that nobody answers there and how to name another."""
    line = refusal(command("worlds", word, "--url", url))

    assert f"no server answers at {url}: " in line
    assert "--url" in line


class Stranger(BaseHTTPRequestHandler):
    """Some other server."""

    status, body = 404, b"<html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_words: object) -> None:
        """Silently."""


@pytest.mark.parametrize(("status", "body"), [(404, b"<html>"), (500, b"{}"), (200, b"<html>"), (200, b"[]")])
def test_another_server_is_one_line(command, refusal, monkeypatch, status, body):
    """Who answers something else is asked whether it is a mockserver."""
    monkeypatch.setattr(Stranger, "status", status)
    monkeypatch.setattr(Stranger, "body", body)
    with HTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        thread = threading.Thread(target=stranger.serve_forever)
        thread.start()
        ended = command("worlds", "list", "--url", f"http://127.0.0.1:{stranger.server_port}")
        stranger.shutdown()
        thread.join()

    assert "mockserver?" in refusal(ended)


def test_the_servers_environment_does_not_disturb(host, command):
    """What tells the server its seed and its worlds is not meant for these commands."""
    url = host()

    ended = command("worlds", "seed", "--calls", "3", "--url", url, MOCKSERVER_WORLD="a:b:c", MOCKSERVER_SEED="x")

    assert (0, 3) == (ended.returncode, total(url))


def test_a_server_can_begin_with_a_history(host):
    """`--history` fills every first world before the server is ready, from the server's seed."""
    alike = {"clock": "manual", "world": ("acme:k1:t1",), "history": 150, "history_days": 3}
    one, same, other = [host(**alike, public_url="http://mock.test", seed=seed) for seed in (7, 7, 8)]

    assert {150} == {total(one), total(one, "acme"), total(other)}
    assert list(pages(one)) == list(pages(same))
    assert list(pages(one)) != list(pages(other))


def test_a_history_from_the_environment(serve):
    """A container is told in the environment."""
    assert 20 == total(serve(MOCKSERVER_HISTORY="20").url)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--history", "-1"), "--history must be 0 or above"),
        (("--history-days", "0"), "--history-days must be above 0"),
        (("--history", "11", "--max-calls", "10"), "calls must be between 1 and 10, not 11"),
        (("--history", "10", "--history-days", "191"), "days must be between 1 and 190, not 191"),
    ],
)
def test_a_history_that_cannot_be_is_refused(command, words, reason):
    """Before anything is served: one line, exit code 2."""
    ended = command("--port", "0", *words)

    [line] = ended.stderr.splitlines()

    assert 2 == ended.returncode
    assert reason in line
