"""What the image promises, seen from outside and inside of a container."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import threading
from pathlib import Path

import httpx
import pytest

from mockserver import __version__
from mockserver.testing import CallbackSink
from mockserver.testing.sink import Answer

ORDER = {
    "from": {"contact_uri": "+919900000101"},
    "to": {"contact_uri": "+919900000101"},
    "virtual_number": "+912241499102",
}
LONGEST_STOP = 1.0


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture(scope="module")
def container(start):
    return start(MOCKSERVER_CLOCK="jump")


def place(url, **fields):
    answer = httpx.post(f"{url}/v3/accounts/mock/calls", json=ORDER | fields, auth=("key", "token"))
    assert 200 == answer.status_code, answer.text
    return answer.json()["response"]["call_details"]["sid"]


def test_it_is_healthy_by_its_own_check(container, capsys):
    """The HEALTHCHECK of the image says so, and how long that took is told."""
    with capsys.disabled():
        sys.stdout.write(f"\n{'started until healthy':40} {container.healthy_after:5.1f} s\n")

    assert container.healthy_after < 10
    assert container.run("mockserver", "healthcheck").stdout.startswith("ready: ")


def test_a_call_is_placed_and_its_callback_comes(container):
    """Over the port that is published, and back to this machine."""
    with CallbackSink() as sink:
        sid = place(container.url, status_callback=[{"event": "terminal", "url": sink.url("/over")}])
        [told] = sink.wait_for(1)

    assert sid == told.json()["call_details"]["sid"]


def test_it_runs_as_nobody_in_particular(container):
    """The numeric user of the image, no capability, no way to get one."""
    status = dict(line.split(":\t", 1) for line in (_proc(container, "status")).splitlines() if ":\t" in line)

    assert {"10001"} == {*status["Uid"].split(), *status["Gid"].split()}
    assert {0} == {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    assert "1" == status["NoNewPrivs"]
    assert "1" == status["NSpid"].split()[-1]


def test_its_root_is_read_only_and_its_volume_is_not(container):
    """It serves although it can write nowhere but to /data, which belongs to its user."""
    refused = [container.run("touch", f"{folder}/x") for folder in ("/etc/mockserver", "/opt/mockserver", "/var", "")]

    assert {True} == {"Read-only file system" in one.stderr for one in refused}
    assert 0 == container.run("touch", "/data/x").returncode
    owner = (container.image.root / "data").stat()
    assert (10001, 10001) == (owner.st_uid, owner.st_gid)


def test_fixtures_and_documents_are_inside(container):
    """What the wheel brings is in the image."""
    fixtures = httpx.get(f"{container.url}/_mock/v1/fixtures").json()["fixtures"]

    assert len(fixtures) > 100
    assert 200 == httpx.get(f"{container.url}/openapi/exotel-v3.json").status_code


def test_a_mounted_story_is_ready_at_the_start(start, tmp_path):
    """Environment and a mounted folder, no flag: the first call has the story of the file."""
    tmp_path.chmod(0o755)
    (tmp_path / "evening.toml").write_text('[evening]\ndefault = { to = { reaction = "busy" } }\n')
    container = start(
        {"/etc/mockserver/scenarios": tmp_path},
        MOCKSERVER_SCENARIOS="/etc/mockserver/scenarios",
        MOCKSERVER_SCENARIO="evening",
        MOCKSERVER_CLOCK="jump",
    )
    parties = {"from": {"contact_uri": "+919811112222"}, "to": {"contact_uri": "+919833334444"}}
    sid = place(container.url, **parties)
    ended = httpx.post(f"{container.url}/_mock/v1/worlds/mock/calls/{sid}/wait", timeout=20).json()

    assert "to-unanswered" == ended["call"]["outcome"]


def test_real_hosts_are_served_by_https(start, free_port):
    """By name, with a certificate that is verified; its authority is handed out, and kept in the volume."""
    container = start(MOCKSERVER_TLS="true", MOCKSERVER_TLS_PORT=str(free_port), MOCKSERVER_DATA_DIR="/data")
    authority = httpx.get(f"{container.url}/_mock/v1/ca.pem").text
    kept = container.run("cat", "/data/ca.pem").stdout
    with httpx.Client(verify=ssl.create_default_context(cadata=authority)) as client:
        answers = {
            host: client.get(
                f"https://127.0.0.1:{free_port}{path}",
                headers={"Host": host},
                auth=("key", "token"),
                extensions={"sni_hostname": host},
            ).status_code
            for host, path in {
                "api.exotel.com": "/v1/Accounts/mock/Calls.json",
                "ccm-api.exotel.com": "/v2/accounts/mock/users",
                "api.in.exotel.com": "/v3/accounts/mock/calls/x",
            }.items()
        }

    assert authority == kept
    assert {"api.exotel.com": 200, "ccm-api.exotel.com": 200, "api.in.exotel.com": 404} == answers


def test_sigterm_stops_it(start):
    """As the first process of its namespace, with a callback on its way: in order, and within a second."""
    container, never = start(MOCKSERVER_CLOCK="jump"), threading.Event()
    with CallbackSink() as sink:
        sink.script(Answer(waits_for=never))
        place(container.url, status_callback=[{"event": "terminal", "url": sink.url("/hangs")}])
        sink.wait_for(1)
        code, seconds = container.stop()
        never.set()

    assert 0 == code
    assert seconds < LONGEST_STOP * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_its_labels_say_what_it_is(image):
    """Version and revision are those of the build."""
    labels = {name.rpartition(".")[2]: value for name, value in image.config["Labels"].items()}

    assert ("mockserver", __version__, "Apache-2.0") == (labels["title"], labels["version"], labels["licenses"])
    assert "SIGTERM" == image.config["StopSignal"]


def _proc(container, name):
    return Path(f"/proc/{container.pid}/{name}").read_text()
