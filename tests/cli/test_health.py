from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from mockserver.cli.health import check_health, reachable
from mockserver.server import Server
from mockserver.settings import Settings


@pytest.fixture
def unready():
    """A server that answers 503 twice before it is ready."""
    statuses = iter([503, 503])

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(next(statuses, 200))
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_ready_server_is_healthy(host, run, command):
    """Exit code 0 and one line; a trailing slash of the URL does not matter."""
    url = host()

    ended = [run("healthcheck", "--url", url), command("healthcheck", "--url", f"{url}/")]

    assert [0, 0] == [one.returncode for one in ended]
    assert f"ready: {url}\n" == ended[0].stdout


def test_the_server_of_this_machine_is_found_by_its_port(host, command):
    """Without a URL it asks the port that the server was told, as in a container."""
    port = str(urlsplit(host()).port)

    assert 0 == command("healthcheck", MOCKSERVER_PORT=port, MOCKSERVER_HOST="0.0.0.0").returncode  # noqa: S104  as there


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_a_server_on_ipv6_is_found_by_its_address(host, command):
    """As in a container whose MOCKSERVER_HOST is one, with brackets or without."""
    with Server(Settings(host="::1", port=0)) as server:
        ended = command("healthcheck", MOCKSERVER_PORT=str(urlsplit(server.base_url).port), MOCKSERVER_HOST=host)

    assert (0, f"ready: {server.base_url}\n") == (ended.returncode, ended.stdout)


@pytest.mark.parametrize(
    ("host", "written"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("[::]", "[::1]"), ("mock.local", "mock.local")],  # noqa: S104
)
def test_an_address_of_all_is_reached_by_loopback(host, written):
    """Nobody can connect to the unspecified address everywhere."""
    assert written == reachable(host)


def test_proxies_of_the_environment_are_not_asked(host, run):
    """A proxy for the way out has nothing to say about a server beside us."""
    assert 0 == run("healthcheck", "--url", host(), http_proxy="http://127.0.0.1:1").returncode


def test_no_server_is_not_healthy(command):
    """Exit code 1 and one line that names the address and the reason."""
    ended = command("healthcheck", "--url", f"http://127.0.0.1:{_free_port()}")

    [line] = ended.stderr.splitlines()

    assert 1 == ended.returncode
    assert "refused" in line


def test_waiting_asks_until_the_server_is_ready(unready, capsys):
    """With --wait what is not ready yet is asked again."""
    assert 0 == check_health(unready, 20)
    assert f"ready: {unready}\n" == capsys.readouterr().out


def test_without_waiting_it_asks_once(unready, capsys):
    """What is not ready is not healthy, and the line says what it answered."""
    assert 1 == check_health(unready, 0)
    assert "Service Unavailable" in capsys.readouterr().err


def test_waiting_begins_before_the_server_does(start, capsys):
    """A script may start the server and the health check together."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    start("--port", str(port))
    code = check_health(url, 30)

    assert 0 == code
    assert f"ready: {url}\n" == capsys.readouterr().out


def test_waiting_ends_when_the_time_is_up(capsys):
    """A server that never comes is given up after the time that was said, not much later."""
    began = time.monotonic()

    code = check_health(f"http://127.0.0.1:{_free_port()}", 0.2)

    assert 1 == code
    assert 0.2 <= time.monotonic() - began < 5
    assert "refused" in capsys.readouterr().err


def test_a_server_that_never_answers_is_given_up(capsys):
    """A port that accepts and stays silent does not hold the check up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        code = check_health(f"http://127.0.0.1:{silent.getsockname()[1]}", 0.3)

    assert 1 == code
    assert "timed out" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["nonsense", "gopher://127.0.0.1", "http://", "http://127.0.0.1:99999"])
def test_nonsense_for_a_url_is_not_healthy(url, capsys):
    """What cannot be asked is answered with one line and not with a trace."""
    assert 1 == check_health(url, 0)
    assert 1 == len(capsys.readouterr().err.splitlines())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
