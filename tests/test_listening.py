"""The sockets that a server listens on, and the names that its certificate is for."""

from __future__ import annotations

import socket
import ssl

import pytest

from mockserver.listening import CannotListen, base_url, certified_names, listen, opened
from mockserver.providers.hosts import HOSTS
from mockserver.settings import Settings


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")],  # noqa: S104
)
def test_the_base_url_is_one_that_a_client_here_can_use(host, shown):
    """An address that means all interfaces is shown as loopback, IPv6 in brackets."""
    try:
        listening = listen(host, 0)
    except OSError as error:
        pytest.skip(f"this machine has no {host}: {error}")

    with listening:
        assert f"http://{shown}:{listening.getsockname()[1]}" == base_url(listening)


def test_https_has_a_url_of_its_own():
    """The same address, another scheme."""
    with listen("127.0.0.1", 0) as listening:
        assert f"https://127.0.0.1:{listening.getsockname()[1]}" == base_url(listening, "https")


def test_without_tls_there_is_one_socket():
    """Nothing is made that nobody has asked for."""
    with opened(Settings(port=0)) as doors:
        assert (1, [], None, None) == (len(doors.plain), doors.secure, doors.context, doors.address.tls_url)
    assert -1 == doors.plain[0].fileno()


def test_with_tls_there_are_two():
    """HTTP and HTTPS, each on its port, and the authority to trust; both are given back."""
    with opened(Settings(port=0, tls=True, tls_port=0)) as doors:
        [plain], [secure] = doors.plain, doors.secure
        assert [base_url(plain), base_url(secure, "https")] == [doors.address.url, doors.address.tls_url]
        assert b"BEGIN CERTIFICATE" in doors.address.authority
        assert isinstance(doors.context, ssl.SSLContext)
    assert [-1, -1] == [plain.fileno(), secure.fileno()]


@pytest.mark.parametrize("option", ["--port", "--tls-port"])
def test_a_port_that_is_taken_is_named_with_its_option(option):
    """Of two ports, one is told which it was; the other is free again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--port": {"port": port, "tls_port": 0}, "--tls-port": {"port": 0, "tls_port": port}}
        with pytest.raises(CannotListen) as refused, opened(Settings(tls=True, **ports[option])):
            """Not reached."""

    assert (f"127.0.0.1:{port}", option) == (refused.value.address, refused.value.option)


def test_a_certificate_is_for_every_name_that_leads_here():
    """Real hosts, this machine by its usual names, where it listens, what was said."""
    settings = Settings(
        tls=True, host="192.0.2.7", tls_name=("calls.example.test",), public_url="https://mock.example.test:9/x"
    )
    names = certified_names(settings)

    assert {host.name for host in HOSTS} <= set(names)
    assert {"localhost", "127.0.0.1", "::1", "host.docker.internal", "*.nectardesk.io"} <= set(names)
    assert {"192.0.2.7", "calls.example.test", "mock.example.test"} <= set(names)
    assert "0.0.0.0" not in certified_names(Settings(tls=True, host="0.0.0.0"))  # noqa: S104  no name of anything
