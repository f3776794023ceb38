from __future__ import annotations

import json
import signal
import socket

import httpx

CALL = {
    "from": {"contact_uri": "+919900000101"},
    "to": {"contact_uri": "+919900000101"},
    "virtual_number": "+912241499102",
    "status_callback": [{"event": "terminal", "url": "http://127.0.0.1:9/nobody"}],
}


def test_nothing_is_logged_when_nothing_is_wrong(serve):
    """A call that nobody could be told about is no error of the server: it is in the ledger, not in the log."""
    served = serve("--clock", "jump")
    httpx.post(f"{served.url}/v3/accounts/mock/calls", json=CALL, auth=("key", "token"))

    assert "" == _log_of(served)


def test_json_logs_are_one_object_a_line(serve):
    """`--log-format json` writes lines that programs read: level, logger, time and event."""
    served = serve("--log-format", "json")
    for _ in range(20):
        _provoke(served.url)

    lines = [json.loads(line) for line in _log_of(served).splitlines()]

    for line in lines:
        assert {"event", "level", "logger", "timestamp"} <= set(line)
    # Any client can bring that about: a log that it could fill a disk with serves nobody.
    assert [False] * 4 + [True] == ["It is not told again." in line["event"] for line in lines]


def _provoke(url: str) -> None:
    """A request that is no HTTP, which the web server logs as a warning."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"this is no HTTP\r\n\r\n")
        client.recv(1024)


def _log_of(served) -> str:
    served.process.send_signal(signal.SIGTERM)
    return served.process.communicate(timeout=10)[1]
