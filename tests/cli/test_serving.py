"""`mockserver` as its users start it: a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.bootstrap import PROVIDERS
from mockserver.testing import CallbackSink
from mockserver.testing.sink import Answer

# A process that ends by the signal it was sent is counted as stopped in order, as is one that says so itself.
STOPPED = {0, -signal.SIGTERM}
LONGEST_STOP = 1.0
CALL = {
    "from": {"contact_uri": "+919900000101"},
    "to": {"contact_uri": "+919900000101"},
    "virtual_number": "+912241499102",
}


def test_it_serves_on_a_free_port_and_says_where_in_one_line_of_json(serve):
    """`--port 0 --print-json` prints address, control prefix, and the credentials and base URLs of every world."""
    served = serve()

    answer = httpx.get(f"{served.url}/livez")
    [world] = served.ready["worlds"]

    assert (200, {"status": "ok"}) == (answer.status_code, answer.json())
    assert f"{served.url}/_mock/v1" == served.ready["control"]
    credentials = {"account_sid": "mock", "api_key": "key", "api_token": "token", "access_token": "mock-token"}
    assert credentials.items() <= world.items()
    assert f"{served.url}/v3/accounts/mock" == world["base_urls"]["exotel-v3"]
    assert f"{served.url}/calls" == world["base_urls"]["nectardesk"]
    assert {provider.name for provider in PROVIDERS} == set(world["base_urls"])


def test_it_listens_on_loopback_only(serve):
    """Without --host nobody but this machine reaches it."""
    assert "127.0.0.1" == urlsplit(serve().url).hostname


def test_the_ready_file_holds_the_same_line(serve, tmp_path):
    """`--ready-file` is written when requests are answered, for programs that do not read the output."""
    served = serve("--ready-file", "ready.json")

    assert served.ready == json.loads((tmp_path / "ready.json").read_text())


def test_an_application_keeps_its_credentials_and_numbers(serve):
    """`--world` and `--exophone` make the account and the ExoPhone that an application has already."""
    served = serve("--world", "acme:acme-key:s3cret:x", "--exophone", "+911140001000", "--clock", "manual")

    answer = httpx.post(
        f"{served.url}/v3/accounts/acme/calls",
        json=CALL | {"virtual_number": "01140001000"},
        auth=("acme-key", "s3cret:x"),
    )

    assert ["mock", "acme"] == [world["account_sid"] for world in served.ready["worlds"]]
    assert 200 == answer.status_code
    assert "01140001000" == answer.json()["response"]["call_details"]["virtual_number"]


def test_the_same_seed_gives_the_same_sids(serve):
    """Two servers with the same seed and the same requests give the same call sids, another seed gives others."""
    sids = [_place(serve("--clock", "manual", "--seed", seed).url) for seed in ("7", "7", "8")]

    assert sids[0] == sids[1]
    assert sids[0] != sids[2]


def test_options_come_from_the_environment_and_the_file_too(serve, tmp_path):
    """What a flag says can be said by MOCKSERVER_* or by mockserver.toml; the flag wins, then the environment."""
    (tmp_path / "mockserver.toml").write_text('seed = 1\nclock = "manual"\nworld = ["file:k1:t"]\nspeed = 2.0\n')

    served = serve("--seed", "3", MOCKSERVER_SEED="2", MOCKSERVER_CLOCK="scaled", MOCKSERVER_WORLD="env:k2:t")
    world = httpx.get(f"{served.url}/_mock/v1/worlds/env").json()
    clock = httpx.get(f"{served.url}/_mock/v1/worlds/env/clock").json()

    assert 3 == world["seed"]
    assert ("scaled", 2.0) == (clock["mode"], clock["speed"])
    assert ["mock", "env"] == [world["account_sid"] for world in served.ready["worlds"]]


def test_sigterm_stops_it(serve):
    """It is gone within a second."""
    served = serve()

    assert _stops(served.process)


def test_sigterm_stops_it_while_clients_stay_connected(serve):
    """Open connections, idle ones and one with half a request, do not hold it up."""
    served = serve()
    half = "POST /v3/accounts/mock/calls HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic a2V5OnRva2Vu\r\n"
    half += "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    address = urlsplit(served.url)
    with (
        httpx.Client(base_url=served.url) as idle,
        socket.create_connection((address.hostname, address.port)) as slow,
    ):
        slow.sendall(half.encode())
        idle.get("/livez")

        assert _stops(served.process)


def test_sigterm_stops_it_while_a_callback_receiver_hangs(serve):
    """A receiver that never answers does not hold it up."""
    served, never = serve("--clock", "jump"), threading.Event()
    with CallbackSink() as sink:
        sink.script(Answer(waits_for=never))
        _place(served.url, sink.url("/hangs"))
        sink.wait_for(1)

        stopped = _stops(served.process)
        never.set()

        assert stopped


def test_sigterm_stops_it_while_the_clock_is_being_moved(serve):
    """A request that waits for a receiver that never answers does not hold it up either."""
    served, never = serve("--clock", "manual"), threading.Event()
    with CallbackSink() as sink:
        sink.script(Answer(waits_for=never))
        _place(served.url, sink.url("/hangs"))
        waiting = threading.Thread(target=_advance, args=(served.url,))
        waiting.start()
        sink.wait_for(1)

        stopped = _stops(served.process)
        never.set()
        waiting.join()

        assert stopped


def test_it_says_that_it_will_stop_before_it_does(serve):
    """With --unready, /readyz turns first and requests are served on; a second signal ends that."""
    process = (served := serve("--unready", "60")).process
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    with httpx.Client(base_url=served.url) as client:
        while client.get("/readyz").status_code == 200:
            assert time.monotonic() < deadline
        answers = [client.get("/readyz").json(), client.get("/livez").status_code]
    sid = _place(served.url)

    assert [{"status": "stopping"}, 200] == answers
    assert len(sid) >= 32
    assert _stops(process)


def test_ctrl_c_stops_it_without_a_trace(serve):
    """SIGINT ends it quietly, as a person at a terminal expects."""
    process = serve().process

    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=10)

    assert "" == words


def test_a_port_that_is_taken_is_refused_with_what_to_do(run):
    """Who cannot listen says so in one line, with the way out, and exits with 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))

    [line] = ended.stderr.splitlines()

    assert 1 == ended.returncode
    assert line.startswith(f"mockserver: cannot listen on 127.0.0.1:{port}: ")
    assert "--port 0" in line
    assert "" == ended.stdout


def test_a_ready_file_that_cannot_be_written_is_named(run):
    """A wrong path for the ready file is refused in one line that names it, with exit code 1."""
    ended = run("--port", "0", "--ready-file", "no/such/folder/ready.json")

    [line] = ended.stderr.splitlines()

    assert 1 == ended.returncode
    assert "no/such/folder/ready.json" in line
    assert "listen" not in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--port", "many"], "--port"),
        (["--port", "70000"], "65535"),
        (["--clock", "sundial"], "sundial"),
        (["--speed", "3"], "--clock scaled"),
        (["--clock", "scaled", "--speed", "-1"], "speed"),
        (["--max-calls", "0"], "--max-calls"),
        (["--world", "acme"], "sid:key:token"),
        (["--world", "mock:other:token"], "'mock' exists already"),
        (["--exophone", "12"], "'12' is not"),
        (["--exophone", "sip:agent1001"], "sip:agent1001"),
        (["--nonsense"], "--nonsense"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_a_bad_option_is_refused_in_one_line(command, words, reason):
    """What cannot be meant is refused before anything is served: one line that names it, exit code 2."""
    ended = command(*words, MOCKSERVER_PORT="0")

    [line] = ended.stderr.splitlines()

    assert 2 == ended.returncode
    assert line.startswith("mockserver: ")
    assert reason in line
    assert "" == ended.stdout


def test_a_file_that_is_no_toml_is_refused_in_one_line(command, tmp_path):
    """A typo in mockserver.toml is refused like a bad option, and so is a key that is none."""
    for text in ("port = = 1", "prot = 1"):
        (tmp_path / "mockserver.toml").write_text(text)
        ended = command("--port", "0")

        assert (2, 1) == (ended.returncode, len(ended.stderr.splitlines())), ended.stderr


def test_the_banner_shows_the_way_in(start):
    """Without --print-json a person reads addresses, credentials, clock and seed."""
    banner = _banner(start("--port", "0", "--seed", "5", "--world", "acme:akey:atoken"))

    assert "clock: real, seed: 5" in banner
    assert "/v3/accounts/mock   user key, password token" in banner
    assert "/v3/accounts/acme   user akey, password atoken" in banner
    assert "/calls   Access-Token: acme-token" in banner
    assert "/_mock/v1" in banner
    assert "/openapi" in banner


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine to run the banner's commands with")
def test_the_banners_curl_works(start):
    """Both commands of the banner, pasted into a shell, do what it says: one places a call, the other shows it."""
    commands = _commands(_banner(start("--port", "0")))

    placed, watched = (json.loads(_shell(command)) for command in commands)

    sid = placed["response"]["call_details"]["sid"]
    assert 200 == placed["http_code"]
    assert [sid] == [call["sid"] for call in watched["calls"]]


def _banner(process: subprocess.Popen[str]) -> str:
    lines = []
    while not (lines and "/calls" in lines[-1] and "_mock" in lines[-1]):
        lines.append(process.stdout.readline() or pytest.fail("the banner ended early"))
    return "".join(lines)


def _commands(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip().startswith("curl")]


def _shell(command: str) -> str:
    words = ["/bin/sh", "-c", command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)  # noqa: S603  the banner's own
    return done.stdout


def _place(url: str, callback: str | None = None) -> str:
    subscriptions = [{"event": "terminal", "url": callback}] if callback else []
    answer = httpx.post(
        f"{url}/v3/accounts/mock/calls", json=CALL | {"status_callback": subscriptions}, auth=("key", "token")
    )
    return answer.json()["response"]["call_details"]["sid"]


def _advance(url: str) -> None:
    try:
        httpx.post(f"{url}/_mock/v1/worlds/mock/clock/advance", json={"seconds": 600}, timeout=30)
    except httpx.HTTPError:
        """The server went away, which is what this is about."""


def _stops(process: subprocess.Popen[str]) -> bool:
    """Whether a process ends in order, and within a second, when it is asked to."""
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(30)
    took = time.monotonic() - asked
    return code in STOPPED and took < LONGEST_STOP * _crowd()


def _crowd() -> float:
    """How much longer things take where more processes want to run than there are processors."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
