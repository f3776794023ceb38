"""Programs with real hosts in their code, as users of many languages write them, run under `exec --hosts`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
PROGRAMS = Path(__file__).parent / "programs"
IS_CI = os.environ.get("CI") == "true"
# Runs commands inside, one after another, so that all tests share one server: each line is one, each answer is one.
INSIDE = """
import json, os, subprocess, sys
print("here", flush=True)
for line in sys.stdin:
    words, without = json.loads(line)
    environment = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    print(json.dumps([done.returncode, done.stdout, done.stderr]), flush=True)
"""
PYTHON = (sys.executable, "-W", "ignore")
# The words that run each, and a command that ends well where there is what it needs.
RUN = {
    "with_requests.py": (PYTHON, (*PYTHON, "-c", "import requests")),
    "with_httpx.py": (PYTHON, (*PYTHON, "-c", "import httpx")),
    "with_aiohttp.py": (PYTHON, (*PYTHON, "-c", "import aiohttp")),
    "with_fetch.cjs": (("node",), ("node", "-e", "fetch.name")),
    "with_axios.cjs": (("node",), ("node", "-e", "require.resolve('axios')")),
    "with_net_http.go": ((), ("go", "version")),
    "with_curl.sh": (("sh",), ("curl", "--version")),
    "with_net_http.rb": (("ruby",), ("ruby", "-v")),
    "with_curl.php": (("php",), ("php", "-r", "exit(extension_loaded('curl') ? 0 : 1);")),
}


@pytest.fixture(scope="module")
def inside():
    """Runs a command under `exec --hosts`: exit code, output, errors."""
    words = [COMMAND, "exec", "--hosts", "--clock", "manual", "--", sys.executable, "-c", INSIDE]
    with subprocess.Popen(  # noqa: S603  our own words
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:

        def run(*words, without=()):
            process.stdin.write(json.dumps([words, list(without)]) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        # It says that it is there, or why it cannot be.
        if process.stdout.readline() != "here\n":
            _cannot(process.stderr.read())
        yield run
        process.stdin.close()


def _cannot(reason):
    if IS_CI and os.geteuid() == 0:
        pytest.fail(f"CI has the rights for it: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def variables(inside):
    """The variables by which a program under exec trusts the server."""
    _, printed, _ = inside(sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
    found = json.loads(printed)
    folder = str(Path(found["MOCKSERVER_CA_FILE"]).parent)
    return {name for name, value in found.items() if folder in value}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The Go program, built once; its compiler has no say in what is tested."""
    program = tmp_path_factory.mktemp("go") / "program"
    with_c = {} if shutil.which("gcc") else {"CGO_ENABLED": "0"}
    cache = {} if "HOME" in os.environ else {"GOCACHE": str(program.with_name("cache"))}
    subprocess.run(  # noqa: S603  our own words
        ["go", "build", "-o", str(program), str(PROGRAMS / "with_net_http.go")],  # noqa: S607  wherever it is
        env={**os.environ, **with_c, **cache},
        check=True,
        timeout=120,
    )
    return str(program)


@pytest.fixture
def words(request):
    """What runs a program, if the machine has what it needs."""
    start, probe = RUN[request.param]
    if not _ends_well(probe):
        assert not IS_CI, f"CI has to install what {request.param} needs"
        pytest.skip(f"this machine has nothing to run {request.param} with")
    return (*start, str(PROGRAMS / request.param)) if start else (request.getfixturevalue("built"),)


def _ends_well(words):
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run(words, capture_output=True, check=False, timeout=60).returncode == 0  # noqa: S603  our own


@pytest.mark.parametrize("words", RUN, indirect=True)
def test_a_program_with_real_hosts_in_its_code_works(inside, words):
    """It reads an account at api.exotel.com and places a call at ccm-api.exotel.com, both by https."""
    code, printed, errors = inside(*words)

    assert (0, "") == (code, errors)
    status, sid = printed.split()
    assert ("active", 32) == (status, len(sid))


@pytest.mark.parametrize("words", RUN, indirect=True)
def test_it_verifies_whom_it_speaks_to(inside, variables, words):
    """Without the variables that exec sets, the very same program does not trust the server."""
    code, printed, errors = inside(*words, without=variables)

    assert "active" not in printed
    assert code != 0 or "certificate" in errors.lower()


def test_the_machines_own_hosts_file_is_not_touched(inside):
    """The names lead here for the command, and for nobody else."""
    _, seen, _ = inside("cat", "/etc/hosts")
    machine = Path("/etc/hosts").read_text()

    assert "api.exotel.com" in seen
    assert "mock.nectardesk.io" in seen
    assert "exotel.com" not in machine
    assert [line for line in machine.splitlines() if "localhost" in line.split()] == [
        line for line in seen.splitlines() if "localhost" in line.split()
    ]


def test_signals_and_exit_codes_pass_through(inside):
    """As without --hosts: the command ends by the signal as it likes, and its exit code is the answer."""
    _ = inside  # which skips where it cannot be
    program = (
        "import signal, threading\n"
        "done = threading.Event()\n"
        "signal.signal(15, lambda *_: done.set())\n"
        "print('here', flush=True)\n"
        "done.wait(20)\n"
        "raise SystemExit(9)"
    )
    words = [COMMAND, "exec", "--hosts", "--", sys.executable, "-c", program]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own words
        assert "here\n" == process.stdout.readline()
        process.terminate()

        assert 9 == process.wait(20)


def test_each_host_serves_its_own(inside):
    """Plain HTTP as well; what a host does not have, the others have."""
    program = (
        "import urllib.request as r, urllib.error\n"
        "def status(url):\n"
        "    try: return r.urlopen(r.Request(url, headers={'Access-Token': 'mock-token'})).status\n"
        "    except urllib.error.HTTPError as error: return error.read().decode()\n"
        "print(status('http://api.in.exotel.com/livez'))\n"
        "print('TwilioResponse' in status('https://api.exotel.com/v3/accounts/mock/calls/x'))\n"
        "print('http_code' in status('https://ccm-api.exotel.sg/v1/Accounts/mock'))\n"
        "print(status('https://mock.nectardesk.io/calls/999'))\n"
    )
    code, printed, errors = inside(sys.executable, "-c", program)

    assert (0, "") == (code, errors)
    assert ["200", "True", "True", '{"error":"Call not found"}'] == printed.splitlines()
