"""HTTPS beside HTTP: the same application on a second socket."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from datetime import UTC, datetime
from http.client import HTTPResponse
from urllib.parse import urlsplit

import httpx
import pytest
from https_receiver import https_receiver

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.tls.authority import kept_authority, new_authority

ORDER = {
    "from": {"contact_uri": "+919900000200"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
}
SECONDS = 10.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def secured(folder):
    """A server that serves both, with an authority that is kept."""
    with Server(Settings(port=0, tls=True, tls_port=0, clock="manual", data_dir=str(folder))) as server:
        yield server


@pytest.fixture(scope="module")
def trust(secured):
    """What a client has that trusts this server, and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=secured.address.authority.decode())
    return context


@pytest.fixture(scope="module")
def https(secured, trust):
    with httpx.Client(base_url=secured.address.tls_url, timeout=SECONDS, verify=trust) as client:
        yield client


@pytest.fixture
def world(made, https):
    """A world that is used and commanded over HTTPS."""
    return made(https)


@pytest.fixture
def knock(secured, trust):
    """A connection to the HTTPS socket, by a host's name."""
    parts = urlsplit(secured.address.tls_url)

    def knock(name="ccm-api.exotel.com"):
        bare = socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
        return trust.wrap_socket(bare, server_hostname=name)

    return knock


def _order(world):
    text = json.dumps(ORDER)
    credentials = base64.b64encode(":".join(world.auth).encode()).decode()
    return (
        f"POST /v3/accounts/{world.sid}/calls HTTP/1.1\r\nHost: ccm-api.exotel.com\r\n"
        f"Authorization: Basic {credentials}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


def test_a_call_over_https_is_a_call(world, sink):
    """Placed, told of, and read over HTTPS."""
    sid = world.place({"event": "terminal", "url": sink.url("/calls")})
    world.advance(60)
    [callback] = sink.wait_for(1)

    assert sid == callback.json()["call_details"]["sid"]
    assert "completed" == world.details(sid)["status"]


def test_both_sockets_lead_to_the_same_worlds(secured, world):
    """What was placed over one is seen over the other."""
    sid = world.place()
    answer = httpx.get(f"{secured.base_url}/v3/accounts/{world.sid}/calls/{sid}", auth=world.auth)

    assert 200 == answer.status_code


@pytest.mark.parametrize("name", ["api.exotel.com", "acme.nectardesk.io", "localhost", "host.docker.internal"])
def test_it_is_whom_a_client_looks_for(knock, name):
    """Every real host, every tenant, this machine; and it speaks what our clients speak."""
    with knock(name) as peer:
        assert "TLSv1.3" == peer.version()


def test_a_client_that_prefers_http_2_is_told_what_there_is(knock, trust):
    """HTTP/1.1 is agreed on before the first request."""
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with knock() as peer:
        assert "http/1.1" == peer.selected_alpn_protocol()


def test_a_connection_serves_many_requests(world, knock):
    """It is kept, as without TLS."""
    with knock() as peer:
        for _ in range(3):
            peer.sendall(_order(world))
            answer = HTTPResponse(peer)
            answer.begin()
            assert (200, "success") == (answer.status, json.loads(answer.read())["response"]["status"])


def test_a_fault_resets_the_connection_below_tls(world, knock):
    """`reset` and `lost-answer` are resets of the connection, without a word of goodbye."""
    for kind in ("reset", "lost-answer"):
        world.do("POST", "/faults", {"operation": "exotel-v3.create-call", "kind": kind, "times": 1})
        with knock() as peer:
            peer.sendall(_order(world))
            # Below TLS: Python's own reader takes a reset for an end.
            with pytest.raises(ConnectionResetError):
                _read_all(peer)

    assert 1 == world.get("/calls")["total"]


def test_a_fault_ends_the_answer_in_the_middle(world, knock):
    """`truncated` promises more than it sends."""
    world.do("POST", "/faults", {"operation": "exotel-v3.create-call", "kind": "truncated", "keep": 20, "times": 1})
    received = b""
    with knock() as peer:
        peer.sendall(_order(world))
        while piece := peer.recv(65_536):
            received += piece

    assert 20 == len(received.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("said", [b"GET /livez HTTP/1.1\r\nHost: mock\r\n\r\n", b"\x00" * 100, b""])
def test_who_speaks_no_tls_is_hung_up_on(secured, https, said):
    """And the others are served."""
    parts = urlsplit(secured.address.tls_url)
    with socket.create_connection((parts.hostname, parts.port), timeout=SECONDS) as peer:
        peer.sendall(said)
        peer.shutdown(socket.SHUT_WR)
        peer.recv(65_536)

        assert 200 == https.get("/livez").status_code


def test_the_authority_can_be_had(secured, folder, https):
    """Over both sockets, as it is in the folder; the settings say where HTTPS is."""
    pem = (folder / "ca.pem").read_text()
    config = https.get("/_mock/v1/config").json()

    assert pem == https.get("/_mock/v1/ca.pem").text == httpx.get(f"{secured.base_url}/_mock/v1/ca.pem").text
    assert (secured.address.tls_url, True) == (config["tls_url"], config["settings"]["tls"])


def test_a_server_stops_at_once_for_clients_that_stay(folder):
    """Whoever keeps a connection, or has not even shaken hands, is not waited for."""
    settings = Settings(port=0, tls=True, tls_port=0, data_dir=str(folder))
    with Server(settings) as server, httpx.Client(verify=_trust(server.address.authority)) as client:
        client.get(f"{server.address.tls_url}/livez")
        parts = urlsplit(server.address.tls_url)
        with socket.create_connection((parts.hostname, parts.port)):
            began = datetime.now(UTC)
            server.stop()
            seconds = (datetime.now(UTC) - began).total_seconds()

    assert seconds < 2


def test_receivers_with_our_certificates_are_trusted(world, folder):
    """An application that serves HTTPS with a certificate of our authority gets its callbacks."""
    issuer = kept_authority(folder, datetime.now(UTC))
    with https_receiver(issuer) as (url, received):
        world.place({"event": "terminal", "url": url})
        world.advance(60)

    assert 1 == len(received)


def test_receivers_with_other_certificates_are_not(world):
    """The ledger says why, and what to do."""
    with https_receiver(new_authority()) as (url, received):
        world.place({"event": "terminal", "url": url})
        world.advance(60)
    [delivery] = world.get("/deliveries")["deliveries"]

    assert ("failed", []) == (delivery["state"], received)
    assert "is not trusted" in delivery["attempts"][0]["error"]
    assert "--callback-ca" in delivery["attempts"][0]["error"]


def _read_all(peer):
    while socket.socket.recv(peer, 65_536):
        """What came before."""


def _trust(pem):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem.decode())
    return context
